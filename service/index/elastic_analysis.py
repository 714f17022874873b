"""The analysis of the server, made equal to service.arabic: elastic_mapping.json, with the folds of the normaliser.

`isnad_exact` shall give the tokens of `analyse_exact`, which splits the *normalised* text. So the server normalises
first too: every fold of words/letter_folds.tsv, presentation form and letter-with-accent pair becomes a rule of a
`mapping` character filter, which takes the longest rule that fits, as the normaliser takes pairs before letters.
Upper case and digits are left to token filters where they do not change where a word ends (the tokenizer does not know
the newest ones, and would lose them).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from service.arabic.normalise import fold_character, lower_character, normalise
from service.arabic.word_break import word_classes
from service.arabic.words import read_table

_BLOCKS = ((0x80, 0xD800), (0xE000, 0x20000), (0xE0000, 0xE0200))
"""Where characters are that may fold: all but surrogates, and planes of ideographs and of nothing."""

_ACCENTED = ((0x41, 0x5B), (0x61, 0x7B), (0xC0, 0x250), (0x370, 0x500))
_ACCENTS = range(0x300, 0x370)


@cache
def read_mapping() -> dict[str, Any]:
    """Return elastic_mapping.json."""
    text = files("service.index").joinpath("elastic_mapping.json").read_text("utf-8")
    mapping: dict[str, Any] = json.loads(text)
    return mapping


def server_analysis() -> dict[str, Any]:
    """Return the `analysis` settings of an index of passages. Takes about a second: needed only to make one."""
    analysis: dict[str, Any] = copy.deepcopy(read_mapping()["analysis"])
    analysis["char_filter"]["isnad_folds"]["mappings"] = fold_rules()
    return analysis


@cache
def fold_rules() -> list[str]:
    """Return the rules of the character filter, "what => what it becomes", in \\u escapes."""
    return [f"{_escape(source)} => {_escape(target)}" for source, target in (*_single_folds(), *_pair_folds())]


def _single_folds() -> Iterator[tuple[str, str]]:
    for first, last in _BLOCKS:
        for character in map(chr, range(first, last)):
            folded = fold_character(character)
            if folded != lower_character(character) or word_classes(folded) != word_classes(character):
                yield character, folded


def _pair_folds() -> Iterator[tuple[str, str]]:
    for pair in (*_accented_pairs(), *_listed_pairs()):
        folded = normalise(pair)
        if folded != fold_character(pair[0]) + fold_character(pair[1]):
            yield pair, folded


def _accented_pairs() -> Iterator[str]:
    for first, last in _ACCENTED:
        for letter in range(first, last):
            for accent in _ACCENTS:
                yield chr(letter) + chr(accent)


def _listed_pairs() -> Iterator[str]:
    for source, _, _ in read_table("letter_folds"):
        codes = source.split()
        if len(codes) == 2:
            yield "".join(chr(int(code, 16)) for code in codes)


def _escape(text: str) -> str:
    """Return UTF-16 units as \\u escapes: the form in which a rule may hold spaces, controls and nothing."""
    data = text.encode("utf-16-be")
    return "".join(f"\\u{data[place]:02X}{data[place + 1]:02X}" for place in range(0, len(data), 2))
