"""People in a text: behind a title, from a given name on, or known by the word list."""

from __future__ import annotations

from typing import NamedTuple

from service.arabic.gazetteers import Known, first_names, name_parts, nisbas, persons, titles
from service.arabic.spotting import Found, Word, Words
from service.arabic.vocabulary import function_words, is_everyday, is_given_name, is_strong_name, may_be_name

_LONGEST = 7
_COMPLETES = frozenset(("الله", "الدين"))


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
    if words.items[index].gap == "comma" and not _opens_name(words, index):
        return None
    known = persons().find_exact(words, index)
    end = _read_parts(words, index)
    if known and known.end >= end:
        return Person(index, known.end, 0, known.value)
    if end == index or not _has_substance(words, index, end):
        return None
    return Person(index, end, 0, None)


def read_named_person(words: Words, index: int) -> Person | None:
    """Read a person that begins with a given name or «عبد …», «أبو …»: at least two parts."""
    if not _opens_name(words, index):
        return None
    end = _read_parts(words, index)
    parts = [place for place in range(index, end) if name_parts().get(words.items[place].text) is None]
    if len(parts) < 2 and not (len(parts) == 1 and end - index > 2):
        return None
    return Person(index, end, 0, None) if end - index > 1 else None


def _opens_name(words: Words, index: int) -> bool:
    word = words.items[index]
    if word.latin:
        return word.text in first_names() and words.is_capital(index)
    if "ى" in words.written(index) and word.text == "علي":
        return False
    if is_strong_name(word):
        return True
    following = index + 1
    if following >= len(words.items) or not words.is_joined(following):
        return False
    after = words.items[following]
    if word.text == "عبد":
        return after.text.startswith("ال")
    return is_given_name(word) and (is_strong_name(after) or after.text == "بن" or not is_everyday(after.text))


def _read_parts(words: Words, index: int) -> int:
    """Return the index behind the last word that belongs to the name starting at `index`."""
    position = index
    last = index
    while position < min(len(words.items), index + _LONGEST):
        if position > index and not words.is_joined(position):
            break
        step = _read_part(words, position, opening=position == index)
        if step == 0:
            break
        position += step
        last = position
    return last


def _read_part(words: Words, index: int, *, opening: bool) -> int:
    """Return how many words the part of a name at `index` takes; 0 when it is none."""
    word = words.items[index]
    if word.latin:
        return _read_latin_part(words, index)
    part = name_parts().get(word.text)
    following = words.items[index + 1] if index + 1 < len(words.items) and words.is_joined(index + 1) else None
    if part == "joins" or word.text in ("بن", "ابن", "بنت", "ال", "ولد", "دي", "دا", "دو", "فان", "فون", "دير", "دير"):
        return 2 if following and _continues(following, after=word) else 0
    if word.text in _COMPLETES or word.text in ("بك", "بيك", "باشا", "اوغلو"):
        return 0 if opening else 1
    return 1 if _is_part(words, index, opening=opening) else 0


def _continues(word: Word, *, after: Word) -> bool:
    if word.latin:
        return False
    if after.text == "عبد":
        return word.text.startswith("ال") or word.text == "ربه"
    return word.text not in function_words() or word.text in first_names()


def _is_part(words: Words, index: int, *, opening: bool) -> bool:
    word = words.items[index]
    if word.text in function_words() or titles().find_exact(words, index) or nisbas().find_exact(words, index):
        return is_strong_name(word) or (word.text == "علي" and "ى" not in words.written(index) and not opening)
    if is_given_name(word):
        return True
    if not opening and _is_conjoined(word):
        return False
    return may_be_name(word)


def _is_conjoined(word: Word) -> bool:
    """Tell whether a word is «و», «ب», «ل» and something known, not a name of its own."""
    rest = word.text[1:]
    if word.text[0] == "و":
        return rest in first_names() or rest.startswith("ال") or is_everyday(rest)
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
