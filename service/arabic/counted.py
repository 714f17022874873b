"""What a number counts: the noun behind it («470 قتيلاً»), before it («عدد القتلى 22»), and what became of them.

`counted` of a quantity holds keys of words/counted_nouns.tsv where it knows the word, else light stems; the noun
itself first, then the outcome that governs it: «مقتل 22 شخصا» counts (شخص, قتيل), "22 dead" (قتيل,).
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from service.arabic.marks import Marks, bare_forms, is_among, spellings
from service.arabic.normalise import normalise
from service.arabic.numerals import sense_of
from service.arabic.stem import stem
from service.arabic.words import read_table

_OF = ("من", "of", "de", "d", "des", "the")
_CLAUSE_ENDS = (".", "؟", "!", "؛", ";", "\n", ":")
_DUALS = (("تان", "ه"), ("تين", "ه"), ("ان", ""), ("ين", ""), ("يتي", "يه"))  # the last: «بندقيتي صيد»
_VERB_PREFIXES = ("ي", "سي", "ستت", "وي", "فت", "لا", "لل")  # «يتمثل», «سيتم»: few nouns begin so, and those are listed
_WITH_SUBJECT = ("وا", "هم", "هن", "هما", "حتفه", "حتفها", "مصرعه", "مصرعها")
_ADJECTIVES = 2
_NEAR = 8  # words between an outcome and the number it governs: «مقتل وإصابة ما لا يقل عن 20 من جنود …»


class Noun(NamedTuple):
    """A counted noun: its key or stem, and its kind (role, person, thing; "" when no list knows it)."""

    key: str
    kind: str
    joined: bool
    end: int
    number: int | None = None


@cache
def _nouns() -> dict[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    for key, kind, *columns in read_table("counted_nouns"):
        for forms in columns:
            known |= {normalise(form): (normalise(key), kind) for form in forms.split("|") if form != "-"}
    return known


@cache
def _false_duals() -> frozenset[str]:
    return frozenset(normalise(row[0]) for row in read_table("taken_for_duals"))


@cache
def _measuring_words() -> frozenset[str]:
    return frozenset(normalise(row[0]) for row in read_table("measured_by"))


@cache
def kinds_by_key() -> dict[str, str]:
    """Return the kind of every key of the list."""
    return {normalise(key): kind for key, kind, *_ in read_table("counted_nouns")}


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(normalise(row[0]) for row in (*read_table("stop_words"), *read_table("not_counted")))


@lru_cache(maxsize=65536)
def known_noun(word: str) -> tuple[str, str, bool] | None:
    """Return key, kind and whether «و» stands before it, for a word of the list in whatever form."""
    for form in bare_forms(word):
        for text in spellings(form.text):
            if text in _nouns():
                return (*_nouns()[text], form.joined)
    return None


@lru_cache(maxsize=65536)
def dual_noun(word: str) -> str | None:
    """Return the key of a listed thing or person that stands in the dual: «شخصين», «قتيلان», «سيارتين».

    None with an article: «الدولتين» are two that were named before.
    """
    for form in bare_forms(word):
        for ending, instead in _DUALS:
            text = form.text.removesuffix(ending) + instead if form.text.endswith(ending) else ""
            if len(text) > 2 and text in _nouns() and form.text not in _nouns():
                return None if form.definite or word in _false_duals() else _nouns()[text][0]
    return None


def noun_at(marks: Marks, index: int, *, unknown: bool = True) -> Noun | None:
    """Return the noun at the mark `index`: from the list, or (`unknown`) any content word by its stem."""
    if marks.kind_at(index) != "word":
        return None
    word = marks.text_at(index)
    known = known_noun(word)
    if known:
        return Noun(known[0], known[1], known[2], index + 1)
    if not unknown or _is_stop_word(word) or sense_of(word) or len(word) < 3 or word.startswith(_VERB_PREFIXES):
        return None
    return Noun(stem(word.removesuffix("ا")), "", word.startswith("و"), index + 1)


def _latin_noun(marks: Marks, start: int) -> Noun | None:
    """Look past adjectives: "15 hunting rifles", "five ancient gravestones"."""
    nouns: list[Noun] = []
    for index in range(start, start + _ADJECTIVES + 1):
        noun = noun_at(marks, index)
        if noun is None or not marks.text_at(index).isascii():
            break
        nouns.append(noun)
    listed = (noun for noun in nouns if noun.kind and noun.kind != "role")
    return next(listed, None) or next((noun for noun in nouns if noun.key.endswith("s")), None)


def _is_stop_word(word: str) -> bool:
    return word in _stop_words() or (word[0] in "وف" and word[1:] in _stop_words())


def counted_after(marks: Marks, index: int) -> Noun | None:
    """Return the noun counted by the number that ends before the mark `index`."""
    start = index
    while marks.text_at(start) in _OF and start < index + 2:
        start += 1
    noun = noun_at(marks, start)
    if noun and not noun.kind and marks.text_at(start).isascii():
        noun = _latin_noun(marks, start) or noun
    if noun is None or (noun.joined and not noun.kind) or (noun.joined and start == index):
        return None
    if start != index and not noun.kind and not (marks.text_at(start).startswith("ال") or noun.key.isascii()):
        return None
    return noun


def headed_by(marks: Marks, first: int, *, barrier: int) -> Noun | None:
    """Return the noun in «عدد الزوار 90 ألفا», "the number of visitors reached 90"."""
    for index in range(first - 1, max(barrier, first - _NEAR) - 1, -1):
        if marks.text_at(index) in _CLAUSE_ENDS:
            return None
        if is_among(marks, index, "number_of_words"):
            start = index + 1
            while marks.text_at(start) in _OF:
                start += 1
            return noun_at(marks, start) if start < first else None
    return None


def roles_around(marks: Marks, first: int, end: int, *, barrier: int, limit: int, near: int = _NEAR) -> tuple[str, ...]:
    """Return what became of those counted: the outcome words next before the number, else right behind it.

    `barrier` and `limit` are the marks behind the number before and of the number after: an outcome belongs to the
    number next to it. Two outcomes joined by «و» govern it together («مقتل وإصابة 20»).
    """
    before = _roles_before(marks, first, max(barrier, first - near))
    return before or _roles_behind(marks, end, min(limit, end + 4))


def about(marks: Marks, first: int, end: int, *, barrier: int, limit: int) -> tuple[str, ...]:
    """Return what a share, a price or a measure is of: the noun behind «من», and up to two nouns before it."""
    keys: list[str] = []
    if end < limit and marks.text_at(end) in _OF:
        noun = noun_at(marks, end + 1)
        keys += [noun.key] if noun else []
    for index in range(first - 1, max(barrier, first - _NEAR) - 1, -1):
        if marks.text_at(index) in _CLAUSE_ENDS or len(keys) > 2:
            break
        noun = noun_at(marks, index)
        if noun and not any(form.text in _measuring_words() for form in bare_forms(marks.text_at(index))):
            keys.append(noun.key)
    return tuple(keys)


def _roles_before(marks: Marks, first: int, barrier: int) -> tuple[str, ...]:
    roles: list[str] = []
    for index in range(first - 1, barrier - 1, -1):
        if marks.text_at(index) in _CLAUSE_ENDS:
            break
        noun = noun_at(marks, index, unknown=False)
        if noun and noun.kind == "role":
            if roles and marks.text_at(index).endswith(_WITH_SUBJECT):
                break  # «قتلوا وأصيب 20», «لقي 7 حتفهم وأصيب 20»: the first has its own before it
            if noun.key not in roles:
                roles.insert(0, noun.key)
            if not noun.joined:
                break
        elif roles:
            break
    return tuple(roles)


def _roles_behind(marks: Marks, end: int, limit: int) -> tuple[str, ...]:
    for index in range(end, limit):
        if marks.text_at(index) in (*_CLAUSE_ENDS, "،", ","):
            break
        noun = noun_at(marks, index, unknown=False)
        if noun and noun.kind == "role":
            return () if noun.joined else (noun.key,)
    return ()
