"""Places in a text, what contains them, and whether two of them can be one.

Read in this order: «العاصمة الليبية» for a capital, a direction before a place («شرق ليبيا», «الشرق الليبي»), phrases
of the word lists (countries, cities, regions, sites), nouns that open a place's name («بلدة …»). A name that two
places share («طرابلس», «عمان») is decided by the other places of the text, or left open: then its key starts with
"ambiguous:", lists its candidates, and is never disjoint from anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from service.arabic.containment import AMBIGUOUS, UNLISTED, Comparison, compare_places, countries_around
from service.arabic.gazetteers import (
    Candidate,
    capitals,
    common_words,
    directions,
    is_nationality,
    listed_places,
    nisbas,
    place_nouns,
    place_openers,
    places,
)
from service.arabic.spotting import Words
from service.arabic.transliterate import skeleton
from service.arabic.vocabulary import first_form, function_words, is_everyday
from service.model import Place

__all__ = ["Comparison", "compare_places", "read_place"]

_CAPITALS = frozenset(("العاصمه", "عاصمه", "capital", "capitale"))
_LOCATIVE = frozenset(("في", "بمدينه", "in", "at", "a"))
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"


class PlaceFound(NamedTuple):
    """The words of a place and what they may mean; more than one candidate while the text has not decided."""

    first: int
    end: int
    cut: int
    candidates: tuple[Candidate, ...]


def read_place(words: Words, index: int) -> PlaceFound | None:
    """Read the longest place that starts at the word `index`."""
    readers = (_read_capital, _read_direction, _read_listed, _read_opened)
    options = [option for reader in readers if (option := reader(words, index))]
    return max(options, key=lambda option: option.end, default=None)


def _read_listed(words: Words, index: int) -> PlaceFound | None:
    found = places().find(words, index)
    if not found or _is_adjective(words, index, found.cut):
        return None
    candidates = _by_marks(words, index, found.value) if len(found.value) > 1 else found.value
    return PlaceFound(index, found.end, found.cut, candidates)


def _is_adjective(words: Words, index: int, cut: int) -> bool:
    """Tell whether the name of a country is its adjective: «الموازنة السعودية», «لاجئا سوريا», «بيلاروسياً»."""
    word = words.items[index].text
    if words.written(index).endswith(("\u064b", "\u064bا")):
        return True
    if cut or not words.is_joined(index):
        return False
    before = words.items[index - 1].text
    if not words.has_article(index):
        noun = before.removesuffix("ا")
        return is_nationality(word.removesuffix("ا")) and noun != before and noun in common_words()
    definite = words.has_article(index - 1) and before not in function_words() and before != "المملكه"
    return definite and nisbas().find_exact(words, index) is not None


def _by_marks(words: Words, index: int, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Keep the candidates that the vowel signs written in the text allow («عُمان», «عَمّان»)."""
    written = [mark for mark in words.written(index) if mark in _MARKS]
    if not written:
        return _once(candidates)
    fitting = [
        candidate for candidate in candidates if [mark for mark in candidate.form if mark in _MARKS][:1] == written[:1]
    ]
    return _once(fitting or candidates)


def _once(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple({candidate.place.key: candidate for candidate in candidates}.values())


def _read_capital(words: Words, index: int) -> PlaceFound | None:
    """Read «العاصمة الليبية», «العاصمة طرابلس», «العاصمة الروسية موسكو», "the Libyan capital"."""
    form = first_form(words.items[index].text, _CAPITALS)
    if form is None:
        return _read_latin_capital(words, index)
    position = index + 1
    nationality = nisbas().find_exact(words, position) if _is_joined(words, position) else None
    end = nationality.end if nationality else position
    city = places().find_exact(words, end) if _is_joined(words, end) else None
    cities = [candidate for candidate in city.value if candidate.place.stands_for] if city else []
    if city and cities:
        return PlaceFound(index, city.end, form.cut, (cities[0]._replace(weak=False),))
    country = nationality.value if nationality else city.value[0].place.key if city else ""
    place = capitals().get(country)
    if place is None:
        return None
    return PlaceFound(index, nationality.end if nationality else city.end if city else end, form.cut, _only(place))


def _read_latin_capital(words: Words, index: int) -> PlaceFound | None:
    nationality = nisbas().find_exact(words, index) if words.items[index].latin else None
    if not nationality or not _is_joined(words, nationality.end):
        return None
    place = capitals().get(nationality.value)
    is_capital = words.items[nationality.end].text in _CAPITALS
    return PlaceFound(index, nationality.end + 1, 0, _only(place)) if place and is_capital else None


def _only(place: Place) -> tuple[Candidate, ...]:
    return (Candidate(place, False, ""),)


def _read_direction(words: Words, index: int) -> PlaceFound | None:
    """Read «شرق ليبيا», «الشرق الليبي», "eastern Libya"."""
    direction = directions().find(words, index)
    if not direction or not _is_joined(words, direction.end):
        return None
    position = direction.end
    while (
        words.items[position].latin
        and words.items[position].text in ("of", "de", "la", "l", "du")
        and _is_joined(words, position + 1)
    ):
        position += 1
    nationality = nisbas().find_exact(words, position) if words.items[position].text.startswith("ال") else None
    if nationality and words.items[index].text.lstrip("وبفكل").startswith("ا"):
        base, end = listed_places()[nationality.value], nationality.end
    else:
        found = _read_capital(words, position) or _read_listed(words, position)
        if not found or found.cut or len(found.candidates) > 1 or found.candidates[0].weak:
            return None
        base, end = found.candidates[0].place, found.end
    return PlaceFound(index, end, direction.cut, _only(_part_of(base, direction.value)))


def _part_of(base: Place, direction: str) -> Place:
    name = base.key.partition(":")[2].lower()
    return Place(f"region:{name}-{direction}", "region", (base.key, *base.within))


def _read_opened(words: Words, index: int) -> PlaceFound | None:
    """Read the unlisted name behind «مدينة», «بلدة», «مطار» …: one word that can be a name, or two."""
    noun = first_form(words.items[index].text, place_openers())
    first = index + 1
    if noun is None or not _is_joined(words, first) or not _may_name_place(words, first):
        return None
    if places().find_exact(words, first):
        return None
    end = first + 1
    if _is_joined(words, end) and _may_name_place(words, end) and not nisbas().find_exact(words, end):
        end += 1
    kind = place_nouns()[noun.text]
    key = UNLISTED + "-".join(skeleton(words.items[place].text) for place in range(first, end))
    place = Place(key, "city" if kind == "city" else "region" if kind == "region" else "site")
    return PlaceFound(first, end, 0, _only(place))


def _may_name_place(words: Words, index: int) -> bool:
    word = words.items[index]
    if word.latin or word.text in function_words() or nisbas().find_exact(words, index):
        return False
    return not is_everyday(word.text)


def _is_joined(words: Words, index: int) -> bool:
    return index < len(words.items) and words.is_joined(index)


# --- which of several ----------------------------------------------------------------------------------------------


def has_cue(words: Words, found: PlaceFound) -> bool:
    """Tell whether a place that is also a common word stands behind a word that makes it a place."""
    word = words.items[found.first]
    if all(candidate.strict for candidate in found.candidates):
        return False
    if found.cut and word.text[found.cut - 1] == "ب" and word.text not in common_words():
        return True
    if found.first == 0:
        return False
    before = words.items[found.first - 1]
    if before.gap == "stop" and not words.is_joined(found.first):
        return False
    return any(first_form(before.text, forms) for forms in (_LOCATIVE, _CAPITALS, place_openers()))


def countries_of(candidates: Iterable[Candidate]) -> set[str]:
    """Return the countries that places lie in or are."""
    return {key for candidate in candidates for key in countries_around(candidate.place)}


def decide(candidates: tuple[Candidate, ...], countries: set[str]) -> Place:
    """Choose the candidate whose country the text names; leave it open when it names none or several."""
    if len(candidates) == 1:
        return candidates[0].place
    supported = [candidate for candidate in candidates if countries_around(candidate.place) & countries]
    if len(supported) == 1:
        return supported[0].place
    return _ambiguous([candidate.place for candidate in candidates])


def _ambiguous(options: list[Place]) -> Place:
    shared = [key for key in options[0].within if all(key in option.within for option in options)]
    kinds = {option.kind for option in options}
    keys = "|".join(sorted(option.key for option in options))
    return Place(AMBIGUOUS + keys, options[0].kind if len(kinds) == 1 else "other", tuple(shared))
