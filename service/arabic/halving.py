"""Halving of sentences that are too long for a passage of one to three sentences to stay readable.

A cut falls where the kind of clause end that weighs most stands nearest to the middle: a semicolon or a pause, a comma
with «و» behind it, a comma; first outside quotations, then inside. Twice as long and without any, between two words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from service.arabic.quotations import Quotations
from service.model import Span

LONGEST = 60
"""Words beyond which a sentence is halved: three times the usual 20 of Arabic news."""

_SHORTEST_HALF = 8  # words; less says nothing by itself
_WORD = re.compile(r"\S+")
_CUTS = (
    re.compile(r"[؛;]\s+|(?:\.\.|…)\s+"),
    re.compile(r"[،,]\s+(?=و\w|and\b|but\b|while\b|et\b|mais\b|tandis\b)"),
    re.compile(r"[،,]\s+"),
)
_INSIDE_QUOTATIONS = (re.compile(r"(?<=\w\w)[.!?؟]\s+"), *_CUTS)
_LAST_RESORTS = (re.compile(r"(?<=\s)(?=و\w{3})"), re.compile(r"(?<=\s)(?=\S)"))


def halve(text: str, sentence: Span, quotations: Quotations) -> Iterator[Span]:
    """Yield `sentence`, or its parts when it has more than 60 words; between them is only white space."""
    words = [match.start() for match in _WORD.finditer(text, sentence.start, sentence.end)]
    cut = _best_cut(text, sentence, words, quotations) if len(words) > LONGEST else None
    if cut is None:
        yield sentence
        return
    left_end = sentence.start + len(text[sentence.start : cut].rstrip())
    yield from halve(text, Span(sentence.start, left_end), quotations)
    yield from halve(text, Span(cut, sentence.end), quotations)


def _best_cut(text: str, sentence: Span, words: list[int], quotations: Quotations) -> int | None:
    kinds = [(pattern, quotations) for pattern in _CUTS] + [(pattern, None) for pattern in _INSIDE_QUOTATIONS]
    if len(words) > 2 * LONGEST:
        kinds += [(pattern, None) for pattern in _LAST_RESORTS]
    for pattern, kept_whole in kinds:
        if cut := _most_equal(_cuts(text, sentence, pattern, kept_whole), words):
            return cut
    return None


def _cuts(text: str, sentence: Span, pattern: re.Pattern[str], quotations: Quotations | None) -> Iterator[int]:
    for match in pattern.finditer(text, sentence.start, sentence.end):
        if quotations is None or not quotations.hold(match.end()):
            yield match.end()


def _most_equal(cuts: Iterator[int], words: list[int]) -> int | None:
    """Return the cut nearest to the middle that leaves enough words on both sides."""
    sides = ((abs(2 * left - len(words)), cut) for cut in cuts if (left := bisect_left(words, cut)))
    distance, cut = min(sides, default=(len(words), 0))
    return cut if distance <= len(words) - 2 * _SHORTEST_HALF else None
