"""The items of a date: every word, number and sign of a text as one letter, so that patterns can be written over them.

Letters of words are those of words/date_words.tsv, and M (month), m (a word that is a month only in company), L and A
(the same in Latin letters), H and u (the same of Hijri months), W (weekday). Numbers: d (1-31), o (an ordinal 1-31),
0, 9 (32-60), y (like a year), v (a fraction), n (any other), N (a date in digits), O (a clock time), J (6.30, which
may be one), X (a code like Q3), l (a glued article or preposition). Signs: & («و» joined to what follows), / - ( ) , .
as they are, _ the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from service.arabic.marks import Marks
from service.arabic.numerals import Numeral, read_numerals
from service.arabic.phrases import Phrases
from service.arabic.words import read_table

_LONGEST_SIGN_WORD = 3  # «وال» before digits, "and"
_SIGNS = {
    "/": "/",
    "\\": "/",
    "-": "-",
    "–": "-",
    "—": "-",
    "(": "(",
    ")": ")",
    "[": "(",
    "]": ")",
    "،": ",",
    ",": ",",
    ".": ".",
}


class Word(NamedTuple):
    """A date word: its letter, and what it stands for."""

    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Item:
    """One letter of the item string: the marks `first` to `end` (exclusive), its value or number.

    The first `skip` letters are a «و» before it.
    """

    code: str
    first: int
    end: int
    value: str = ""
    number: float = 0
    definite: bool = False
    preposition: str = ""
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """All items of a text and their letters in one string, index for index."""

    marks: Marks
    items: tuple[Item, ...]
    codes: str


@cache
def _words() -> Phrases[Word]:
    rows = [(phrase, Word(code, value)) for phrase, code, value in read_table("date_words")]
    rows += [(name, Word("W", number)) for name, number in read_table("weekdays")]
    rows += [
        (name, Word(_month_code(name, calendar, certainty), number))
        for name, calendar, number, certainty in read_table("months")
    ]
    return Phrases(rows)


def _month_code(name: str, calendar: str, certainty: str) -> str:
    letters = "Hu" if calendar == "hijri" else "LA" if name[0].isascii() else "Mm"
    return letters[certainty == "unsure"]


def read_items(marks: Marks) -> Items:
    """Turn the marks of a text into items, longest phrases first."""
    items = tuple(_scan(marks))
    return Items(marks, items, "".join(item.code for item in items))


def _scan(marks: Marks) -> Iterator[Item]:
    numerals = {numeral.first: numeral for numeral in read_numerals(marks)}
    index = 0
    while index < len(marks):
        end = index + 1
        for item in _items_at(marks, index, numerals.get(index)):
            yield item
            end = item.end
        index = max(end, index + 1)


def _items_at(marks: Marks, index: int, numeral: Numeral | None) -> Iterator[Item]:
    """Yield the item at the mark `index`, with the «و» before it as an item of its own, of no width."""
    kind = marks.kind_at(index)
    found = _words().find(marks, index) if kind == "word" else None
    if found and (numeral is None or found.end > numeral.last or found.value.code in "WMmHuLAT"):
        if found.joined:
            yield Item("&", index, index)
        word = found.value
        yield Item(
            word.code,
            index,
            found.end,
            word.value,
            definite=found.definite,
            preposition=found.preposition,
            skip=int(found.joined),
        )
    elif numeral:
        if numeral.joined and kind == "word":
            yield Item("&", index, index)
        yield _number_item(marks, numeral)
    else:
        yield _plain_item(marks, index)


def _number_item(marks: Marks, numeral: Numeral) -> Item:
    number = numeral.low
    code = "n"
    text = marks.text_at(numeral.first)
    if numeral.in_digits and re.fullmatch(r"\d{1,2}[.,]\d\d", text):
        return Item("J", numeral.first, numeral.last + 1, text, number)
    if numeral.is_vague or numeral.fraction or number % 1:
        code = "v" if numeral.fraction else "n"
    elif 1 <= number <= 31:
        code = "o" if numeral.ordinal else "d"
    elif number == 0:
        code = "0"
    elif 1000 <= number <= 2999 and numeral.decimal is None and not numeral.ordinal:
        code = "y"
    elif 32 <= number <= 59 or number == 60:
        code = "9"
    return Item(code, numeral.first, numeral.last + 1, "", number, numeral.definite, numeral.preposition, numeral.skip)


def _plain_item(marks: Marks, index: int) -> Item:
    kind, text, *_ = marks.items[index]
    if kind == "word" and len(text) > _LONGEST_SIGN_WORD:
        return Item("_", index, index + 1)
    if kind in ("date", "clock"):
        return Item("N" if kind == "date" else "O", index, index + 1, text)
    if text == "t" and marks.kind_at(index + 1) == "clock":
        return Item(",", index, index + 1)  # 2023-09-26T21:15
    if kind == "code":
        return Item("X", index, index + 1, text)
    if text == "و":
        return Item("&", index, index + 1)
    if text in ("ال", "ب", "ل", "وال", "بال", "لل", "th") and marks.kind_at(index + 1) == "number" and kind == "word":
        return Item("&" if text == "وال" else "l", index, index + 1)
    if text in ("and", "et"):
        return Item("&", index, index + 1)
    return Item(_SIGNS.get(text, "_"), index, index + 1)
