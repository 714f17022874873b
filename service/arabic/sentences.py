"""Sentences of a text, as spans that leave out nothing but white space.

1. A line end is a sentence end (headings, list items), unless the line stops at a comma.
2. Inside a line a full stop, question or exclamation mark ends a sentence, with the closing quotes behind it; not
   inside a quotation or brackets, in a number, after an initial or abbreviation, or where the words go on.
   Several dots are a pause («بوتين.. هل يزور»), not an end.
3. A sentence of more than 60 words is halved where it halves best: at «؛» or a pause, at «، و», at a comma; so that a
   passage of one to three sentences stays readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from service.arabic.halving import halve
from service.arabic.quotations import Quotations
from service.arabic.words import read_table
from service.model import Span

_LONGEST_WORD = 40  # characters looked at before a full stop

_CLOSING_QUOTES = '»”"'
_CLOSING = f"{_CLOSING_QUOTES}'’›)]}}\u200e\u200f\u202c\u2069"
_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_STOP = re.compile(r"[.!?؟۔。！？…]+(?:[»”’›)\]}\u200e\u200f\u202c\u2069]|[\"'](?!\w))*")
_GOES_ON = re.compile(r"\s*[،,؛;:)\]»”]|\s+(?:[-–—]\s*)?[a-zß-öø-ÿ]")
_CAPITAL = re.compile(r"\s+[\"'«“(]*([A-ZÀ-ÖØ-Þ][\w’']*)")
_NUMBER = re.compile(r"\s+\d")
_ARABIC = re.compile(r"\s+[\u0621-\u064a]")
_AND = re.compile(r"\s+و[\u0621-\u0652]{2}")
_GLUED = re.compile(r"[\"«“(]?[\u0621-\u064a\u0671-\u06d3][\u0621-\u0652\u0670-\u06d3]+(?!\.\w)")
_LIST_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}|[^\W\d_]ـ?)")
_WORD_BEFORE = re.compile(r"[\w.\u064b-\u0652]+$")
_LETTERS = re.compile(r"و?(?:[^\W\d_]ـ?[\u064b-\u0652]*\.)*[^\W\d_]ـ?[\u064b-\u0652]*")
_AFTER_NUMBER = re.compile(r"\d\s?$")


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of `text` in order; between them there is only white space."""
    quotations = Quotations(text)
    return [
        part
        for line in _lines(text)
        for sentence in _sentences(text, line, quotations)
        for part in halve(text, sentence, quotations)
    ]


def _lines(text: str) -> Iterator[Span]:
    start = len(text) - len(text.lstrip())
    for match in _LINE_END.finditer(text, start):
        if _is_soft(text, match):
            continue
        yield from _trimmed(text, start, match.start())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _is_soft(text: str, line_end: re.Match[str]) -> bool:
    """Tell whether a line stops at a comma only because it was full, and the words go on in the next."""
    before = text[max(0, line_end.start() - _LONGEST_WORD) : line_end.start()].rstrip()
    goes_on = text[line_end.end() : line_end.end() + 1].isalpha()
    return before.endswith(("،", ",")) and line_end[0].count("\n") == 1 and goes_on


def _sentences(text: str, line: Span, quotations: Quotations) -> Iterator[Span]:
    start = line.start
    for stop in _STOP.finditer(text, line.start, line.end):
        if stop.end() < line.end and not quotations.hold(stop.end()) and _ends_sentence(text, start, stop):
            yield from _trimmed(text, start, stop.end())
            start = stop.end()
    yield from _trimmed(text, start, line.end)


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    """Tell whether the marks matched by `stop` end the sentence that begins at `start`."""
    end, marks = stop.end(), stop[0].rstrip(_CLOSING)
    if not (text[end].isspace() or _GLUED.match(text, end)) or _GOES_ON.match(text, end):
        return False
    if marks.strip(".…"):
        is_quoted = text[end - 1] in _CLOSING_QUOTES  # «لماذا؟» may be a title, and the words go on
        return not is_quoted or not _ARABIC.match(text, end) or _AND.match(text, end) is not None
    if len(marks) > 1 or marks == "…":
        return _CAPITAL.match(text, end) is not None
    if stop.start() - start <= _LONGEST_WORD and _LIST_NUMBER.fullmatch(text[start : stop.start()].strip()):
        return False
    return not _is_abbreviation(text, stop.start(), end)


def _is_abbreviation(text: str, dot: int, end: int) -> bool:
    """Tell whether the dot at `dot` belongs to an initial («د.», J.), dotted letters or a listed abbreviation."""
    match = _WORD_BEFORE.search(text[max(0, dot - _LONGEST_WORD) : dot])
    if match is None:
        return False
    word, following = match[0], _CAPITAL.match(text, end)
    if _LETTERS.fullmatch(word):
        if word[0] > "\u02ff":
            return not _AFTER_NUMBER.search(text[max(0, dot - len(word) - 2) : dot - len(word)])
        return following is None or following[1].lower() not in _sentence_openers()
    what = _abbreviations().get(word.lower())
    return (
        what == "any"
        or (what == "name" and following is not None)
        or (what == "number" and _NUMBER.match(text, end) is not None)
    )


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the stretch without white space at its ends, if anything is left."""
    inner = text[start:end]
    begin = start + len(inner) - len(inner.lstrip())
    if inner and begin < end:
        yield Span(begin, start + len(inner.rstrip()))


@cache
def _abbreviations() -> dict[str, str]:
    return {row[0]: row[1] for row in read_table("abbreviations")}


@cache
def _sentence_openers() -> frozenset[str]:
    """English and French function words: with a capital letter they begin a sentence."""
    rows = (words for language, words in read_table("function_words") if language in {"en", "fr"})
    return frozenset(" ".join(rows).split())
