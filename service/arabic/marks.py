"""The marks of a text: words, numbers, codes, dates and clock times in digits, signs; what the readers read.

Works on the normalised text; `Marks.fact` leads back to the original. A word keeps its clitics («وبالآلاف»);
`bare_forms` lists what may be left when they are taken off, so that word lists need hold only the bare word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from service.arabic.normalise import Aligned, align, normalise
from service.arabic.words import read_table
from service.model import Fact, FactKind, FactValue

MarkKind = Literal["word", "number", "code", "date", "clock", "sign"]


_OPENING = ("(", "[", "«", "“", "”", '"')
_CLOSING = (")", "]", "»", "”", "“", '"')


class Mark(NamedTuple):
    """One item of the normalised text. `glued`: no space stands before it."""

    kind: MarkKind
    text: str
    start: int
    end: int
    glued: bool


class Bare(NamedTuple):
    """A word without clitics, and which ones it had: conjunction, preposition, article."""

    text: str
    joined: bool = False
    preposition: str = ""
    definite: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """All marks of one text, in order; compared by identity, so that what is read of them can be remembered."""

    original: str
    items: tuple[Mark, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.items)

    def text_at(self, index: int) -> str:
        """Return the normalised text of a mark, "" outside the text."""
        return self.items[index].text if 0 <= index < len(self.items) else ""

    def kind_at(self, index: int) -> str:
        """Return the kind of a mark, "" outside the text."""
        return self.items[index].kind if 0 <= index < len(self.items) else ""

    def original_of(self, first: int, last: int) -> str:
        """Return the original words of the marks `first` to `last`."""
        return _align(self.original).span(self.items[first].start, self.items[last].end).of(self.original)

    def fact(self, kind: FactKind, value: FactValue, *, first: int, last: int, skip: int = 0) -> Fact:
        """Make a fact of the marks `first` to `last`, without the first `skip` letters (clitics)."""
        span = _align(self.original).span(self.items[first].start + skip, self.items[last].end)
        return Fact(kind, span, span.of(self.original), value)


@lru_cache(maxsize=256)
def read_marks(text: str) -> Marks:
    """Split a text into its marks."""
    return Marks(text, tuple(_without_brackets(list(_scan(normalise(text))))))


@lru_cache(maxsize=64)
def _align(text: str) -> Aligned:
    """Align a text when its first fact is found: most passages are aligned once, many never."""
    return align(text)


def _scan(text: str) -> Iterator[Mark]:
    end = 0
    for match in _pattern().finditer(text):
        kind = match.lastgroup or "sign"
        yield Mark(kind, match[0], match.start(), match.end(), match.start() == end and end > 0)  # type: ignore[arg-type]
        end = match.end()


def _without_brackets(items: list[Mark]) -> Iterator[Mark]:
    """Take brackets and quotation marks into the lone number between them: «استلم (20) طائرة»."""
    index = 0
    while index < len(items):
        mark, *rest = items[index : index + 3]
        if mark.text in _OPENING and len(rest) == 2 and rest[0].kind == "number" and rest[1].text in _CLOSING:
            yield Mark("number", rest[0].text, mark.start, rest[1].end, mark.glued)
            index += 3
        else:
            yield mark
            index += 1


@cache
def _pattern() -> re.Pattern[str]:
    """One alternative a kind, the most particular first.

    Numbers: groups of three parted by one and the same sign, a decimal part; «5ر2», where the fraction stands first.
    """
    spaces = " \u00a0\u2009\u202f"
    return re.compile(
        rf"""
        (?P<code>(?<![^\W_])[a-z]+-?\d[a-z\d]*(?![^\W\d_])
            |(?<![\d.,])\d[gd](?![^\W_])
            |\d+(?:\+\d+)+
            |(?<!\d)\d\d(?:[.\ -]\d\d){{3,}}(?!\d)
            |(?<!\d)0\d{{6,}}
            |\+\d{{7,}})
        |(?P<date>(?<![\d/.-])
            (?:\d{{4}}(?P<ymd>[/.-])\d{{1,2}}(?P=ymd)\d{{1,2}}|\d{{1,2}}(?P<dmy>[/.-])\d{{1,2}}(?P=dmy)(?:\d{{4}}|\d\d))
            (?![\d/]|[.-]\d))
        |(?P<clock>(?<![\d:])\d{{1,2}}:\d\d(?::\d\d)?(?![\d:])
            |(?<!\d)\d{{1,2}}h(?:\d\d)?(?![^\W_]))
        |(?P<number>(?<!\d)\d{{1,3}}(?:(?P<part>[.,٬'{spaces}])\d{{3}}(?!\d)(?:(?P=part)\d{{3}}(?!\d))*)(?:[.,٫]\d+)?
            |\d+ر\d+(?!\w)
            |\d+[.,٫]\d+
            |\d+،\d{{1,2}}(?!\d)
            |\d+)
        |(?P<word>[^\W\d_]+)
        |(?P<sign>\S)
        """,
        re.VERBOSE,
    )


@lru_cache(maxsize=65536)
def bare_forms(word: str) -> tuple[Bare, ...]:
    """Return the readings of a word, whole first: without و/ف, then without ب/ل/ك, then without the article."""
    forms = [Bare(word)]
    if word[:1] in ("و", "ف") and len(word) > 1:
        forms.append(Bare(word[1:], joined=True))
    forms += [
        Bare(form.text[1:], form.joined, form.text[0])
        for form in tuple(forms)
        if len(form.text) > 1 and form.text[0] in "بلك"
    ]
    forms += [_without_article(form) for form in tuple(forms) if form.text.startswith("ال") and len(form.text) > 2]
    forms += [
        Bare(form.text[2:], form.joined, "ل", definite=True)
        for form in tuple(forms[:2])
        if form.text.startswith("لل") and len(form.text) > 2
    ]
    return tuple(forms)


def spellings(word: str) -> tuple[str, ...]:
    """Return a word, and without the «ا» of the accusative where enough of it is left («قتيلا», but not «لا»)."""
    return (word, word[:-1]) if len(word) > 2 and word[-1] == "ا" else (word,)


def _without_article(form: Bare) -> Bare:
    return Bare(form.text[2:], form.joined, form.preposition, definite=True)


@cache
def word_set(name: str) -> frozenset[str]:
    """Return a list of single words, normalised."""
    return frozenset(normalise(row[0]) for row in read_table(name))


def is_among(marks: Marks, index: int, name: str) -> bool:
    """Tell whether the word at a mark is in a list, clitics aside."""
    return marks.kind_at(index) == "word" and is_listed(marks.items[index].text, name)


@lru_cache(maxsize=1 << 17)
def is_listed(word: str, name: str) -> bool:
    """Tell whether a word is in a list, clitics aside."""
    listed = word_set(name)
    return any(form.text in listed or (form.definite and "ال" + form.text in listed) for form in bare_forms(word))
