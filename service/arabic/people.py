"""People in a text: behind a title, from a given name on, or known by the word list."""

from __future__ import annotations

from typing import NamedTuple

from service.arabic.gazetteers import Known, first_names, name_parts, nisbas, organisations, persons, places, titles
from service.arabic.spotting import Found, Word, Words
from service.arabic.vocabulary import (
    before_god,
    function_words,
    is_everyday,
    is_given_name,
    is_listed,
    is_present_verb,
    is_strong_name,
    looks_foreign,
)

_LONGEST = 7
_OPENERS = frozenset(("عبد", "ابو", "ابا", "ابي"))
_FATHERS = frozenset(("ابو", "ابا", "ابي"))
_TITLES_BEHIND = frozenset(("بك", "بيك", "باشا", "اوغلو", "اغ"))


class Person(NamedTuple):
    """The words of a person's name, `first` up to `end`; `known` where the word list has it."""

    first: int
    end: int
    cut: int
    known: Known | None


def read_known_person(words: Words, index: int) -> Found[Known] | None:
    """Find a person of the word list at the word `index`."""
    return persons().find(words, index)


def read_titled_person(words: Words, index: int) -> Person | None:
    """Read the name behind a title: one word that can be nothing but a name is enough."""
    if index >= len(words.items) or words.items[index].gap not in ("space", "comma", "quote", "hyphen"):
        return None
    if words.items[index].latin and not words.is_capital(index):
        return None
    if words.items[index].gap == "comma" and not opens_name(words, index) and not persons().find_exact(words, index):
        return None
    known = persons().find(words, index)
    end = _read_parts(words, index, titled=True)
    if known and (known.end >= end or known.end > index + 1):
        return Person(index, known.end, known.cut, known.value)
    if end == index or not _has_substance(words, index, end):
        return None
    return Person(index, end, 0, None)


def read_named_person(words: Words, index: int) -> Person | None:
    """Read a person that begins with a given name or «عبد …», «أبو …»: at least two parts."""
    if not opens_name(words, index):
        return None
    end = _read_parts(words, index, titled=False)
    parts = [place for place in range(index, end) if name_parts().get(words.items[place].text) is None]
    if len(parts) < 2 and not (len(parts) == 1 and end - index > 2):
        return None
    return Person(index, end, 0, None) if end - index > 1 else None


def opens_name(words: Words, index: int) -> bool:
    """Tell whether a word begins a person's name without a title: a given name, by its neighbour where it must."""
    word = words.items[index]
    if word.latin:
        return word.text in first_names() and words.is_capital(index)
    if is_strong_name(word):
        return True
    if not (word.text in _OPENERS or is_given_name(word)) or (word.text == "علي" and "ى" in words.written(index)):
        return False
    following = index + 1
    if following >= len(words.items) or not words.is_joined(following):
        return False
    after = words.items[following]
    if word.text == "عبد":
        return after.text.startswith("ال")
    if word.text in _FATHERS:
        return is_given_name(after) or after.text.startswith("ال")
    return is_given_name(word) and (
        is_strong_name(after) or after.text in ("بن", "الدين") or _is_surname(words, following)
    )


def _is_surname(words: Words, index: int) -> bool:
    """Tell whether a word behind an everyday given name («أمل», «عمر») shows that it is one."""
    word = words.items[index].text
    if is_listed(word) or _is_stop(words, index):
        return False
    return words.has_article(index) or looks_foreign(word) or (word.endswith(("ي", "ات")) and not is_everyday(word))


def _read_parts(words: Words, index: int, *, titled: bool) -> int:
    """Return the index behind the last word that belongs to the name starting at `index`."""
    position = last = index
    while position < min(len(words.items), index + _LONGEST):
        if position > index and not words.is_joined(position):
            break
        step = _read_part(words, position, opening=position == index)
        if step == 0:
            break
        position += step
        last = position
    if last == index + 1 and _is_surname_of_origin(words, last):
        return last + 1
    return last + 1 if _is_last_part(words, index, last, titled=titled) else last


def _is_surname_of_origin(words: Words, index: int) -> bool:
    """Tell whether «الكندي» is the surname behind a given name alone: of a person with a surname it is the country."""
    if index >= len(words.items) or not words.is_joined(index) or not is_given_name(words.items[index - 1]):
        return False
    is_origin = nisbas().find_exact(words, index) is not None and words.has_article(index)
    return is_origin and not words.items[index].text.endswith(("ه", "ين", "ون"))


def _is_last_part(words: Words, first: int, index: int, *, titled: bool) -> bool:
    """Tell whether an everyday word behind given names is the surname («رياض سلامة،», «الوزير أحمد الجندي»).

    It is behind a title, when it has the article or something ends the name behind it; without a title it needs both.
    """
    if index == first or index >= len(words.items) or not words.is_joined(index) or words.items[index].latin:
        return False
    word = words.items[index]
    if not all(is_given_name(word) for word in words.items[first:index]) or _is_stop(words, index):
        return False
    if _is_conjoined(word) or word.text.startswith(("ي", "ت", "سي", "ست")) or word.text.endswith("ا"):
        return False
    after = index + 1
    breaks = after == len(words.items) or words.items[after].gap in ("comma", "stop", "bracket")
    breaks = breaks or words.items[after].text.startswith("و")
    if not titled:
        return words.has_article(index) and breaks and is_strong_name(words.items[first])
    return words.has_article(index) or breaks or words.items[after].text in function_words()


def _read_part(words: Words, index: int, *, opening: bool) -> int:
    """Return how many words the part of a name at `index` takes; 0 when it is none."""
    word = words.items[index]
    if word.latin:
        return _read_latin_part(words, index)
    part = name_parts().get(word.text)
    following = words.items[index + 1] if index + 1 < len(words.items) and words.is_joined(index + 1) else None
    if part == "joins" or (part == "skips" and word.text not in _TITLES_BEHIND):
        return _read_joined(words, index) if following and _continues(words, index + 1, after=word) else 0
    if word.text in _TITLES_BEHIND or part == "completes":
        return 0 if opening or not _completes(words, index) else 1
    return 1 if _is_part(words, index, opening=opening) else 0


def _read_joined(words: Words, index: int) -> int:
    """Read «بن عبد العزيز», «أبو …»: the small word with the part behind it."""
    step = _read_part(words, index + 1, opening=False)
    return 1 + max(step, 1)


def _completes(words: Words, index: int) -> bool:
    return words.items[index].text != "الله" or words.items[index - 1].text in before_god()


def _continues(words: Words, index: int, *, after: Word) -> bool:
    word = words.items[index]
    if word.latin:
        return False
    if after.text == "عبد":
        return word.text.startswith("ال") or word.text == "ربه"
    return word.text in first_names() or not (word.text in function_words() or titles().find_exact(words, index))


def _is_part(words: Words, index: int, *, opening: bool) -> bool:
    word = words.items[index]
    if _is_stop(words, index):
        return is_strong_name(word) or (word.text == "علي" and "ى" not in words.written(index) and not opening)
    if is_given_name(word):
        return True
    if _is_conjoined(word) and not looks_foreign(word.text):
        return False
    if is_present_verb(word.text):
        return False
    return not (is_everyday(word.text) if opening else _is_plain(word))


def _is_plain(word: Word) -> bool:
    """Tell whether a word behind a given name is no surname; with the article only the word itself counts."""
    if word.text.startswith("ال"):
        return is_listed(word.text)
    return word.text.endswith("وا") or is_everyday(word.text)


def _is_stop(words: Words, index: int) -> bool:
    """Tell whether a word ends a name: a function word, a title, a nationality, a country."""
    if words.items[index].text in function_words() or titles().find_exact(words, index):
        return True
    if nisbas().find_exact(words, index):
        return True
    organisation = organisations().find_exact(words, index)
    if organisation and not organisation.value.weak:
        return True
    place = places().find_exact(words, index)
    return place is not None and place.value[0].place.kind == "country"


def _is_conjoined(word: Word) -> bool:
    """Tell whether a word is «و», «ب», «ل» and something known, not a name of its own."""
    rest = word.text[1:]
    if word.text[0] == "و":
        return rest in first_names() or rest.startswith("ال") or is_everyday(rest) or word.text.endswith(("ه", "ها"))
    return word.text.startswith(("لل", "بال", "فال", "كال"))


def _read_latin_part(words: Words, index: int) -> int:
    part = name_parts().get(words.items[index].text)
    if words.is_capital(index) and (part == "skips" or words.items[index].text not in function_words()):
        return 1
    if part and index + 1 < len(words.items) and words.is_joined(index + 1) and words.is_capital(index + 1):
        return 2
    return 0


def _has_substance(words: Words, first: int, end: int) -> bool:
    """Tell whether at least one word of a name is more than a particle."""
    return any(name_parts().get(words.items[place].text) in (None, "completes") for place in range(first, end))
