"""Organisations: of the word list, what every country has («الجيش الليبي»), or opened by a noun («شركة …»)."""

from __future__ import annotations

from typing import NamedTuple

from service.arabic.gazetteers import (
    nisbas,
    organisation_heads,
    organisation_nouns,
    organisations,
    places,
    portfolios,
    titles,
)
from service.arabic.spotting import Words
from service.arabic.vocabulary import first_form, function_words, is_everyday, is_given_name, may_be_name

_LONGEST = 6
_LINKS = frozenset(("of", "the", "de", "du", "la", "l", "d", "s"))


class Organisation(NamedTuple):
    """The words of an organisation's name and its key, "" when only its spelling identifies it."""

    first: int
    end: int
    cut: int
    key: str
    weak: bool = False


def read_organisation(words: Words, index: int) -> Organisation | None:
    """Read the longest organisation that starts at the word `index`."""
    known = organisations().find(words, index)
    listed = Organisation(index, known.end, known.cut, known.value.key, known.value.weak) if known else None
    options = [
        option for option in (listed, _read_of_country(words, index), _read_latin_of_country(words, index)) if option
    ]
    return max(options, key=lambda option: option.end, default=None) or _read_opened(words, index)


def _read_of_country(words: Words, index: int) -> Organisation | None:
    """Read «وزارة الدفاع الروسية», «الجيش الليبي», «حكومة مالي»; a ministry needs no country, the others do."""
    head = organisation_heads().find(words, index)
    if not head:
        return None
    position, portfolio, country = head.end, "", ""
    if head.value == "ministry":
        position = _skip_links(words, position)
        found = portfolios().find_exact(words, position) if _is_joined(words, position) else None
        if not found:
            return None
        position, portfolio = found.end, found.value
    end = position
    nationality = _find_country(words, position)
    if nationality:
        end, country = nationality
    if not country and head.value != "ministry":
        return None
    return Organisation(index, end, head.cut, f"org:{head.value}/{portfolio}/{country}")


def _find_country(words: Words, index: int) -> tuple[int, str] | None:
    """Read a country or its adjective at `index`, behind at most one qualifying word («الوطني»)."""
    for place in (_skip_links(words, index), index + 1):
        if not _is_joined(words, place) or (place == index + 1 and not _qualifies(words, index)):
            continue
        nationality = nisbas().find_exact(words, place)
        if nationality:
            return nationality.end, nationality.value[8:]
        found = places().find_exact(words, place)
        if found and found.value[0].place.kind == "country" and not found.value[0].weak:
            return found.end, found.value[0].place.key[8:]
    return None


def _qualifies(words: Words, index: int) -> bool:
    return _is_joined(words, index) and words.items[index].text.startswith("ال") and _is_everyday(words, index)


def _is_everyday(words: Words, index: int) -> bool:
    return is_everyday(words.items[index].text) and words.items[index].text not in function_words()


def _skip_links(words: Words, index: int) -> int:
    while _is_joined(words, index) and words.items[index].latin and words.items[index].text in _LINKS:
        index += 1
    return index


def _is_joined(words: Words, index: int) -> bool:
    return index < len(words.items) and words.is_joined(index)


def _read_latin_of_country(words: Words, index: int) -> Organisation | None:
    """Read "Russian Defence Ministry", "Libyan army", "Libya's army"."""
    if not words.items[index].latin or not words.is_capital(index):
        return None
    country = _latin_country(words, index)
    if not country:
        return None
    position, code = country
    portfolio = portfolios().find_exact(words, position) if _is_joined(words, position) else None
    at = portfolio.end if portfolio else position
    head = organisation_heads().find_exact(words, at) if _is_joined(words, at) else None
    if not head or (head.value == "ministry") != bool(portfolio):
        return None
    return Organisation(index, head.end, 0, f"org:{head.value}/{portfolio.value if portfolio else ''}/{code}")


def _latin_country(words: Words, index: int) -> tuple[int, str] | None:
    nationality = nisbas().find_exact(words, index)
    if nationality:
        return nationality.end, nationality.value[8:]
    found = places().find_exact(words, index)
    if found and found.value[0].place.kind == "country":
        return _skip_links(words, found.end), found.value[0].place.key[8:]
    return None


def _read_opened(words: Words, index: int) -> Organisation | None:
    """Read «شركة …», «حزب «…»»: the noun with what stands in quotes behind it, or up to five words of its name."""
    form = first_form(words.items[index].text, organisation_nouns())
    if form is None or index + 1 >= len(words.items):
        return None
    quoted = _end_of_quotation(words, index + 1)
    if quoted:
        return Organisation(index, quoted, form.cut, "")
    end = certain = index + 1
    while end < min(len(words.items), index + _LONGEST) and _belongs(words, end, index):
        end += 1
        certain = end if _is_certain(words, end - 1) else certain
    if certain == index + 1 or _is_described(words, index + 1, certain):
        return None
    return Organisation(index, certain, form.cut, "")


def _end_of_quotation(words: Words, index: int) -> int | None:
    """Return the end of the quotation that the word `index` opens, when it is short enough to be a name."""
    if words.items[index].gap != "quote":
        return None
    ends = range(index + 1, min(len(words.items), index + _LONGEST) + 1)
    return next((end for end in ends if words.is_quoted(index, end)), None)


def _is_described(words: Words, first: int, end: int) -> bool:
    """Tell whether nothing but a nationality without article follows the noun («شركة صينية»): that is no name."""
    nationality = nisbas().find_exact(words, first)
    return nationality is not None and nationality.end == end and not words.has_article(first)


def _belongs(words: Words, index: int, noun: int) -> bool:
    """Tell whether a word goes on the name that `noun` opens; people and titles do only right behind it."""
    word = words.items[index]
    if not words.is_joined(index) or word.latin != words.items[noun].latin or word.text in function_words():
        return False
    if index > noun + 1 and (is_given_name(word) or titles().find_exact(words, index)):
        return False
    return word.text.startswith(("ال", "لل")) or _is_certain(words, index)


def _is_certain(words: Words, index: int) -> bool:
    """Tell whether a word makes what stands before it a proper name: a name, a place, a nationality."""
    word = words.items[index]
    place = places().find(words, index)
    if place and place.cut:
        return False
    if place or nisbas().find_exact(words, index):
        return True
    return not word.latin and may_be_name(word) and not word.text.startswith(("لل", "بال", "و"))
