"""Where words begin and end, as Lucene's StandardTokenizer finds it: UAX #29, emoji sequences, and 255 units at most.

1. Every character becomes the letter of its word-break class (words/word_break.tsv).
2. One regular expression over these letters finds the words; where Lucene's rules say "the longest", its alternatives
   are written so that the first that fits is the longest.

No library does this: those for UAX #29 follow the standard and their own Unicode version, not Lucene's choices (its
ideographs, South-East Asian runs, emoji, Hebrew quotes, the cut at 255). tests/elastic asks the server about each
code point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from service.arabic.character_table import CharacterTable
from service.arabic.words import read_table
from service.model import Span

_LONGEST = 255  # UTF-16 units; Lucene's default max_token_length

# Classes: A letter, H Hebrew letter, N digit, K Katakana, I ideograph or Hiragana (each its own token), S South-East
# Asian (kept together), E emoji, B emoji and letter (ℹ), M skin tone, R regional indicator, # keycap base, _ joins
# everything, : joins letters, comma joins digits, dot and apostrophe join both, " joins Hebrew letters.
# These extend what they follow: X marks and formats, Z ZWJ, V and v emoji and text selector, C keycap, T and t tag and
# its end, M, and s, which is South-East Asian too.
_EXTENDERS = "XZVvTtCMs"
_ANY = f"[{_EXTENDERS}]*"
_SANS_SELECTOR = "[XZTtCMs]*"
_UNIT = (
    rf"(?:(?:K{_ANY})+"
    rf"|(?:H{_ANY}\"{_ANY}H{_ANY}|H{_ANY}'{_ANY}"
    rf"|N+{_ANY}(?:[,.']{_ANY}N{_ANY})*"
    rf"|(?:[AB]+|H){_ANY}(?:[:.']{_ANY}[ABH]{_ANY})*)+)"
)
_LEADING = f"(?:_[{_EXTENDERS}]{{0,{_LONGEST}}}){{0,{_LONGEST}}}"  # bounded: what follows may be missing
_WORD = rf"{_LEADING}{_UNIT}(?:(?:_{_ANY})+{_UNIT})*(?:_{_ANY})*"
_EMOJI = rf"{_SANS_SELECTOR}V?"
_JOINED = rf"(?:(?:(?<=Z)|Z+)[EB]{_EMOJI}|ZM{_SANS_SELECTOR})"
_JOINERS = f"Z{{0,{_LONGEST}}}"
_JOINS_NOTHING = f"(?P<nothing>[_Z][_XZVvTtC]{{0,{_LONGEST - 1}}}(?=[_XZVvTtC]{{{_LONGEST}}}))"  # skipped in one go
_TOKEN = re.compile(
    rf"{_JOINS_NOTHING}"
    rf"|B{_EMOJI}{_JOINED}*(?:(?<=Z)|Z+)E{_EMOJI}{_JOINED}*"  # longer than the word that starts with B
    rf"|{_WORD}"
    rf"|{_JOINERS}[EB]{_SANS_SELECTOR}VT+t"
    rf"|(?:{_JOINERS}[EB]{_EMOJI}|M{_SANS_SELECTOR}){_JOINED}*"
    rf"|#{_SANS_SELECTOR}V?C{_SANS_SELECTOR}"
    rf"|R{_ANY}R{_ANY}"
    rf"|[Ss][Ss{_EXTENDERS}]*"
    rf"|I{_ANY}"
)


def word_classes(text: str) -> str:
    """Return the word-break class of every character of `text`, one letter each; a space for what is in no word."""
    return text.translate(_class_table())


def word_boundaries(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of every word of `text`, in order, in code points."""
    classes = word_classes(text)
    place = 0
    while match := _TOKEN.search(classes, place):
        start, place = match.span()
        if place - start > _LONGEST // 2 and _units(text[start:place]) > _LONGEST:
            for short in _short_boundaries(text, classes, Span(start, place)):
                yield short
                place = max(place, short[1])
        elif not match.lastgroup:
            yield start, place


def _short_boundaries(text: str, classes: str, overlong: Span) -> Iterator[tuple[int, int]]:
    """Find the tokens that begin in `overlong` when no more than 255 units are looked at for each."""
    start = overlong.start
    while start < overlong.end:
        window = text[start : start + _LONGEST].encode("utf-16-le", "surrogatepass")[: 2 * _LONGEST]
        end = start + len(window.decode("utf-16-le", "ignore"))
        match = _TOKEN.match(classes, start, end)
        if match:
            yield match.span()
        start = match.end() if match else start + 1


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


@cache
def _class_table() -> CharacterTable:
    classes: dict[int, str] = {}
    for codes, letter in read_table("word_break"):
        first, _, last = codes.partition("..")
        classes |= dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), letter)
    return CharacterTable(lambda _: " ", classes)
