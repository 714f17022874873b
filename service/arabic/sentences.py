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
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from service.arabic.words import read_table
from service.model import Span

LONGEST = 60
"""Words beyond which a sentence is halved: three times the usual 20 of Arabic news."""

_SHORTEST_HALF = 8  # words; less says nothing by itself
_LONGEST_QUOTATION = 400  # characters, some 65 words: a longer quotation is split inside, like any text
_LONGEST_WORD = 40  # characters looked at before a full stop

_LINE_END = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_STOP = re.compile(
    r"[.!?؟۔。！？…]+(?:[»”’›)\]}\u200e\u200f\u202c\u2069]|[\"'](?!\w)|\[\d{1,3}\])*"  # closing quotes, a footnote
)
_QUOTATION = re.compile(
    r"«[^«»]*»|“[^“”]*”|‹[^‹›]*›|„[^„“”]*[“”]|\([^()]*\)|\[[^\[\]]*\]|(?<!\w)\"(?=\S)[^\"]*(?<=\S)\"(?!\w)"
)
_GOES_ON = re.compile(r"\s*[،,؛;:)\]»”]|\s+(?:[-–—]\s*)?[a-zß-öø-ÿ]")
_CAPITAL = re.compile(r"\s+[\"'«“(]*([A-ZÀ-ÖØ-Þ][\w’']*)")
_NUMBER = re.compile(r"\s+\d")
_GLUED = re.compile(r"[\"«“(]?[\u0621-\u064a\u0671-\u06d3][\u0621-\u0652\u0670-\u06d3]+(?!\.\w)")
_LIST_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}|[^\W\d_]ـ?)")
_WORD_BEFORE = re.compile(r"[\w.\u064b-\u0652]+$")
_LETTERS = re.compile(r"(?:[^\W\d_]ـ?[\u064b-\u0652]*\.)*[^\W\d_]ـ?[\u064b-\u0652]*")
_AFTER_NUMBER = re.compile(r"\d\s?$")
_WORD = re.compile(r"\S+")
_CUTS = (
    re.compile(r"[؛;]\s+|(?:\.\.|…)\s+"),
    re.compile(r"[،,]\s+(?=و\w|and\b|but\b|while\b|et\b|mais\b|tandis\b)"),
    re.compile(r"[،,]\s+|(?<=\s)[-–—]\s+"),
)
_LAST_RESORTS = (re.compile(r"(?<=\s)(?=و\w{3})"), re.compile(r"(?<=\s)(?=\S)"))


def split_sentences(text: str) -> list[Span]:
    """Return the sentences of `text` in order; between them there is only white space."""
    quotations = [Span(*match.span()) for match in _QUOTATION.finditer(text)]
    quoted = _Quoted([span for span in quotations if span.end - span.start <= _LONGEST_QUOTATION])
    return [
        piece
        for line in _lines(text)
        for sentence in _sentences(text, line, quoted)
        for piece in _halve(text, sentence, quoted)
    ]


class _Quoted:
    """The quotations and brackets of a text: the outermost ones, in order."""

    def __init__(self, spans: list[Span]) -> None:
        self._spans = spans
        self._ends = [span.end for span in spans]

    def holds(self, offset: int) -> bool:
        """Tell whether `offset` lies inside one, so that a cut there would leave it open."""
        index = bisect_left(self._ends, offset + 1)
        return index < len(self._spans) and self._spans[index].start < offset


def _lines(text: str) -> Iterator[Span]:
    start = len(text) - len(text.lstrip())
    for match in _LINE_END.finditer(text, start):
        if text[start : match.start()].rstrip().endswith(("،", ",")) and match[0].count("\n") == 1:
            continue
        yield from _trimmed(text, start, match.start())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _sentences(text: str, line: Span, quoted: _Quoted) -> Iterator[Span]:
    start = line.start
    for stop in _STOP.finditer(text, line.start, line.end):
        if stop.end() < line.end and not quoted.holds(stop.end()) and _ends_sentence(text, start, stop):
            yield from _trimmed(text, start, stop.end())
            start = stop.end()
    yield from _trimmed(text, start, line.end)


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    """Tell whether the marks matched by `stop` end the sentence that begins at `start`."""
    end, marks = stop.end(), stop[0]
    if not (text[end].isspace() or _GLUED.match(text, end)) or _GOES_ON.match(text, end):
        return False
    if marks.strip(".…\"'»”’›)]}\u200e\u200f\u202c\u2069"):
        return True
    if marks.startswith(("..", "…")):
        return _CAPITAL.match(text, end) is not None
    if _LIST_NUMBER.fullmatch(text[start : stop.start()].strip()):
        return False
    return not marks.startswith(".") or marks != "." or not _is_abbreviation(text, stop.start())


def _is_abbreviation(text: str, dot: int) -> bool:
    """Tell whether the dot at `dot` belongs to an initial («د.», J.), dotted letters or a listed abbreviation."""
    match = _WORD_BEFORE.search(text[max(0, dot - _LONGEST_WORD) : dot])
    if match is None:
        return False
    word, following = match[0], _CAPITAL.match(text, dot + 1)
    if _LETTERS.fullmatch(word):
        if word[0] > "\u02ff":
            return not _AFTER_NUMBER.search(text[max(0, dot - len(word) - 2) : dot - len(word)])
        return following is None or following[1].lower() not in _sentence_openers()
    what = _abbreviations().get(word.lower())
    return (
        what == "any"
        or (what == "name" and following is not None)
        or (what == "number" and _NUMBER.match(text, dot + 1) is not None)
    )


def _halve(text: str, sentence: Span, quoted: _Quoted) -> Iterator[Span]:
    words = [match.start() for match in _WORD.finditer(text, sentence.start, sentence.end)]
    cut = _best_cut(text, sentence, words, quoted) if len(words) > LONGEST else None
    if cut is None:
        yield sentence
        return
    for half in (*_trimmed(text, sentence.start, cut), *_trimmed(text, cut, sentence.end)):
        yield from _halve(text, half, quoted)


def _best_cut(text: str, sentence: Span, words: list[int], quoted: _Quoted) -> int | None:
    """Return where `sentence` falls into the most equal halves, by the first kind of cut that it has."""
    for whole_quotations in (True, False):
        for pattern in _CUTS:
            if cut := _most_equal(_cuts(text, sentence, pattern, quoted if whole_quotations else None), words):
                return cut
    for pattern in _LAST_RESORTS if len(words) > 2 * LONGEST else ():
        if cut := _most_equal(_cuts(text, sentence, pattern, None), words):
            return cut
    return None


def _cuts(text: str, sentence: Span, pattern: re.Pattern[str], quoted: _Quoted | None) -> Iterator[int]:
    for match in pattern.finditer(text, sentence.start, sentence.end):
        if quoted is None or not quoted.holds(match.end()):
            yield match.end()


def _most_equal(cuts: Iterator[int], words: list[int]) -> int | None:
    """Return the cut nearest to the middle that leaves enough words on both sides."""
    sides = ((abs(2 * left - len(words)), cut) for cut in cuts if (left := bisect_left(words, cut)))
    distance, cut = min(sides, default=(len(words), 0))
    return cut if distance <= len(words) - 2 * _SHORTEST_HALF else None


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
