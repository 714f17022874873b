"""The one normaliser: index, query and word lists go through it.

Character by character, in this order: presentation forms and mathematical letters to plain letters (NFKC), a letter
and its combining mark to one letter, digits of all systems to ASCII, upper to lower case, then the folds of
words/letter_folds.tsv (alef, yeh, teh marbuta, Persian kaf and yeh; tashkeel, tatweel and whatever is invisible
dropped). No step looks further than one letter and the mark behind it: so the same folds fit into a search engine's
`mapping` character filter, and every normalised character is known to come from one place of the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from service.arabic.character_table import CharacterTable
from service.arabic.words import read_table
from service.model import Span

# Blocks whose characters are other shapes of Arabic letters: Presentation Forms-A and -B, Mathematical Alphabetic.
_SHAPES = ((0xFB50, 0xFDFF), (0xFE70, 0xFEFC), (0x1EE00, 0x1EEFF))
_ACCENTED = "[A-Za-z\u00c0-\u024f\u0370-\u04ff][\u0300-\u036f]"


@dataclass(frozen=True, slots=True)
class Aligned:
    """A normalised text that knows where each of its characters stood in the original.

    The places where it became longer or shorter: `_starts` in the normalised text, in order, and for each the end there
    and start and end in the original.
    """

    text: str
    _starts: tuple[int, ...] = ()
    _uneven: tuple[tuple[int, Span], ...] = ()

    def span(self, start: int, end: int) -> Span:
        """Return the stretch of the original that `self.text[start:end]` was made from, in code points.

        Characters dropped right behind it (a last tanwin) belong to it, those in front of it do not; a part of a
        ligature that stands for several letters gives the whole ligature.
        """
        return Span(self._origin(start, last=False), self._origin(end, last=True))

    def _origin(self, offset: int, *, last: bool) -> int:
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        end, original = self._uneven[index]
        if offset >= end:
            return original.end + offset - end
        return original.end if last and offset > self._starts[index] else original.start


def normalise(text: str) -> str:
    """Return `text` in the one form in which texts, claims and word lists are compared; idempotent."""
    return _pair_pattern().sub(_compose, text).translate(_fold_table())


def align(text: str) -> Aligned:
    """Return `normalise(text)` with the way back into `text`."""
    starts, uneven, shift = [], [], 0
    for match in _uneven_pattern().finditer(text):
        start = match.start() + shift
        end = start + len(fold_character(match[0]))
        starts.append(start)
        uneven.append((end, Span(*match.span())))
        shift = end - match.end()
    return Aligned(normalise(text), tuple(starts), tuple(uneven))


def fold_character(character: str) -> str:
    """Return what one character alone becomes: "" when it is dropped, several letters for a ligature."""
    folds = _letter_folds()
    if character in folds:
        return folds[character]
    if any(first <= ord(character) <= last for first, last in _SHAPES):
        letters = unicodedata.normalize("NFKC", character)
        if letters != character:
            return "".join(map(fold_character, letters)).strip(" ")
    lowered = lower_character(character)
    return folds.get(lowered, lowered)


def lower_character(character: str) -> str:
    """Return a digit of any system as ASCII, another character in lower case, as one character."""
    digit = unicodedata.decimal(character, None)
    return character.lower()[:1] if digit is None else str(digit)  # [:1]: lower() makes two letters of Turkish İ


def _compose(match: re.Match[str]) -> str:
    """Return the one letter that a letter and its mark make, or both as they are."""
    pair = match[0]
    composed = _letter_folds().get(pair) or unicodedata.normalize("NFC", pair)
    return composed if len(composed) == 1 else pair


@cache
def _fold_table() -> CharacterTable:
    return CharacterTable(fold_character)


@cache
def _letter_folds() -> dict[str, str]:
    """Read the table: single characters and pairs, and what they become."""
    folds: dict[str, str] = {}
    for source, target, _ in read_table("letter_folds"):
        first, _, last = source.partition("..")
        becomes = "" if target == "-" else target
        if last:
            folds |= {chr(code): becomes for code in range(int(first, 16), int(last, 16) + 1)}
        else:
            folds["".join(chr(int(code, 16)) for code in first.split())] = becomes
    return folds


@cache
def _pair_pattern() -> re.Pattern[str]:
    """A letter and a mark that may make one letter."""
    pairs = [pair for pair in _letter_folds() if len(pair) == 2]
    return re.compile("|".join([*pairs, _ACCENTED]))


@cache
def _uneven_pattern() -> re.Pattern[str]:
    """The characters that become none or several.

    A letter and its mark that make one letter need no mention: it is as if the mark were dropped.
    """
    shapes = (chr(code) for first, last in _SHAPES for code in range(first, last + 1))
    singles = (character for character in (*_letter_folds(), *shapes) if len(character) == 1)
    codes = sorted({ord(character) for character in singles if len(fold_character(character)) != 1})
    ranges = ([code for _, code in run] for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]))
    return re.compile("[" + "".join(rf"\U{run[0]:08x}-\U{run[-1]:08x}" for run in ranges) + "]")
