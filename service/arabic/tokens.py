"""Words of a text as Lucene's StandardTokenizer and Arabic filters see them, token for token.

1. Every character becomes the letter of its word-break class (words/word_break.tsv).
2. One regular expression over these letters finds the tokens: the rules of UAX #29 and of emoji sequences, as Lucene
   words them (longest match; a token ends after 255 UTF-16 units).
3. `analyse` then does, in the order of Lucene's ArabicAnalyzer: lower case, ASCII digits, stop words out (they leave a
   gap in the positions), alef, yeh and teh marbuta folded and tashkeel dropped, light stem.
   `analyse_exact` tokenises the normalised text instead, and keeps every word: «لا» and «لم» matter.

Two analyses, because the index must agree with Elasticsearch to the letter: see tests/elastic/test_analysis.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from service.arabic.normalise import align, lower_character, normalise
from service.arabic.stem import stem
from service.arabic.words import read_table
from service.model import Span

_LONGEST = 255  # UTF-16 units; Lucene's default max_token_length
_REMEMBERED_WORDS = 1 << 17  # a year of news has about 500,000 distinct words, and most of a text is made of few

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

_DELETED = dict.fromkeys([0x640, *range(0x64B, 0x653)])
_NORMALISED = _DELETED | {0x622: "ا", 0x623: "ا", 0x625: "ا", 0x649: "ي", 0x629: "ه"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word: its analysed text, where it stands in the original, and its place in the order of words.

    Positions count from 0; where a stop word was left out, a number is missing.
    """

    text: str
    span: Span
    position: int


def tokenise(text: str) -> list[Token]:
    """Split `text` into words, verbatim, as Lucene's StandardTokenizer does."""
    return [Token(text[start:end], Span(start, end), place) for place, (start, end) in enumerate(_boundaries(text))]


def analyse(text: str) -> list[Token]:
    """Return the stemmed words without stop words: standard, lowercase, decimal_digit, stop, normalise, stem."""
    found = ((place, bounds, _term(text[slice(*bounds)])) for place, bounds in enumerate(_boundaries(text)))
    return [Token(term, Span(*bounds), place) for place, bounds, term in found if term is not None]


def analyse_exact(text: str) -> list[Token]:
    """Return every word of `normalise(text)`, not stemmed, with its span in `text`."""
    aligned = align(text)
    return [
        Token(aligned.text[start:end], aligned.span(start, end), place)
        for place, (start, end) in enumerate(_boundaries(aligned.text))
    ]


def stemmed_terms(text: str) -> list[str]:
    """Return the texts of `analyse(text)`, in half the time."""
    terms = (_term(text[start:end]) for start, end in _boundaries(text))
    return [term for term in terms if term is not None]


def exact_terms(text: str) -> list[str]:
    """Return the texts of `analyse_exact(text)`, in a third of the time."""
    normalised = normalise(text)
    return [normalised[start:end] for start, end in _boundaries(normalised)]


def word_classes(text: str) -> str:
    """Return the word-break class of every character of `text`, one letter each; a space for what is in no word."""
    return text.translate(_class_table())


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _term(word: str) -> str | None:
    """Return what the index keeps of a word, None for a stop word."""
    lowered = word.translate(_lower_table())
    return None if lowered in _stop_words() else stem(lowered.translate(_NORMALISED))


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
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


class _Table(dict[int, str]):
    """A table for str.translate that works out what is missing at first sight."""

    def __init__(self, work_out: Callable[[str], str], known: dict[int, str] | None = None) -> None:
        super().__init__(known or {})
        self._work_out = work_out

    def __missing__(self, code: int) -> str:
        self[code] = value = self._work_out(chr(code))
        return value


@cache
def _class_table() -> _Table:
    classes: dict[int, str] = {}
    for codes, letter in read_table("word_break"):
        first, _, last = codes.partition("..")
        classes |= dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), letter)
    return _Table(lambda _: " ", classes)


@cache
def _lower_table() -> _Table:
    return _Table(lower_character)


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(word for (word,) in read_table("stop_words"))
