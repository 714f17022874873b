"""Periods: days, months, years and times that a text names, anchored in the calendar where the words allow.

1. Words, numbers and signs become items, one letter each (date_items.py).
2. Patterns over the letters find dates (date_grammar.py); what each states is read from its items (date_readers.py).
3. In the order of the text each is anchored (anchoring.py): by its year, the reference day, or what was named before.
4. Two joined by «بين … و…» or «من … إلى …» become one range; the first borrows the year of the second.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

from service.arabic.anchoring import anchor
from service.arabic.date_grammar import read_stated
from service.arabic.date_items import Items, read_items
from service.arabic.marks import Marks, bare_forms, read_marks, word_set
from service.arabic.period_agreement import compare_periods
from service.arabic.stated import Stated
from service.model import Fact, FactKind, Period

__all__ = ["compare_periods", "date_marks", "read_periods"]

_SPEAK_AHEAD = 14  # marks before a date in which «المقرر», "will" or a verb of the future says that it lies ahead
_SENTENCE_ENDS = (".", "!", "؟", "\n")
_FUTURE_VERB = re.compile("س[يتن][^\\W\\d_]{3,}$")


def read_periods(text: str, *, reference: date | None = None) -> list[Fact]:
    """Return the periods of a text in order; spans do not overlap.

    `reference` is the day of the article: dates without year, weekdays and «أمس» count from it and stay without days
    when it is None.
    """
    items, every = _read(text)
    marks = items.marks
    facts: list[Fact] = []
    before: Period | None = None
    for one, two in _pairs(items, every):
        period = _anchor_pair(one, two, reference, before)
        if period is None:
            continue
        facts.append(marks.fact(FactKind.PERIOD, period, first=one.first, last=(two or one).end - 1, skip=one.skip))
        if period.start or period.month:
            before = period
    return facts


def date_marks(text: str) -> frozenset[int]:
    """Return the marks that belong to dates, so that their numbers are not taken for quantities."""
    return frozenset(index for stated in _read(text)[1] for index in range(stated.first, stated.end))


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[Items, tuple[Stated, ...]]:
    """Read what a text states of dates; quantities and periods of one text ask one after the other."""
    items = read_items(read_marks(text))
    return items, tuple(read_stated(items))


def _pairs(items: Items, found: tuple[Stated, ...]) -> list[tuple[Stated, Stated | None]]:
    """Return what is stated, ranges as pairs."""
    every = [_looking_ahead(items, stated) for stated in found]
    pairs: list[tuple[Stated, Stated | None]] = []
    index = 0
    while index < len(every):
        one = every[index]
        two = every[index + 1] if index + 1 < len(every) and _is_range(items.marks, one, every[index + 1]) else None
        pairs.append((one, two))
        index += 2 if two else 1
    return pairs


def _looking_ahead(items: Items, stated: Stated) -> Stated:
    """Note when a word before the date says that it lies ahead: «المقرر», "will", «ستبدأ»."""
    marks = items.marks
    for index in range(stated.first - 1, max(-1, stated.first - _SPEAK_AHEAD), -1):
        word = marks.text_at(index)
        if word in _SENTENCE_ENDS:
            break
        if _speaks_ahead(word):
            return replace(stated, ahead=True)
    return stated


@lru_cache(maxsize=65536)
def _speaks_ahead(word: str) -> bool:
    """Tell whether a word is of the list, or a verb of the future: «ستبدأ», «سيزور»."""
    forms = [form.text for form in bare_forms(word)[:2]]
    if any(text in word_set("ahead_words") for text in (*forms, word.removeprefix("ال"))):
        return True
    return any(_FUTURE_VERB.match(text) and text not in word_set("not_ahead") for text in forms)


def _is_range(marks: Marks, one: Stated, two: Stated) -> bool:
    """Tell whether two dates are the ends of one stretch."""
    if one.name == "time" or two.name == "time" or one.name in ("ago", "counted"):
        return False
    gap = [marks.text_at(index) for index in range(one.end, two.first)]
    before = marks.text_at(one.first - 1).removeprefix("و")
    second = marks.text_at(two.first)
    if before in ("بين", "between", "entre"):
        return gap in (["و"], ["and"], ["et"]) or (not gap and second.startswith("و"))
    if before in ("من", "from", "du", "de", "منذ"):
        return gap in (["الي"], ["حتي"], ["to"], ["au"], ["à"], ["until"], ["حتي", "نهايه"], ["الي", "غايه"])
    return gap in (["-"], ["–"], ["الي"]) and one.name == two.name == "date"


def _anchor_pair(one: Stated, two: Stated | None, reference: date | None, before: Period | None) -> Period | None:
    if two is None:
        return anchor(one, reference, before)
    if one.year is None and two.year is not None and one.name == "date":
        late_start = (one.month or 0) > (two.month or 12)
        one = replace(one, year=two.year - late_start, hijri=one.hijri or two.hijri)
    first, last = anchor(one, reference, before), anchor(two, reference, before)
    if first is None or last is None:
        return first or last
    if first.start is None or last.end is None or first.start > last.end:
        return Period(None, None, "range")
    source = "stated" if first.anchor == last.anchor == "stated" else "reference"
    return Period(first.start, last.end, "range", anchor=source)  # type: ignore[arg-type]
