"""Numerals: numbers in digits, in words and mixed («11 ألفاً و470»), ordinals, fractions, vague plurals («آلاف»).

A numeral is a sum of terms of falling scale, joined by «و»; a term is a group below a thousand (numeral_groups.py), or
digits, times its scale words; the scale may be two of it («ألفان»). Ordinals are read first (numeral_ordinals.py).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from service.arabic.marks import Marks
from service.arabic.numeral_groups import read_group
from service.arabic.numeral_ordinals import is_a_third, read_ordinal
from service.arabic.numeral_words import (
    Numeral,
    Sense,
    behind_and,
    known_words,
    note_clitics,
    parse_digits,
    read_digits,
    sense_of,
)

__all__ = ["Numeral", "parse_digits", "read_numerals", "sense_of"]


@lru_cache(maxsize=64)
def read_numerals(marks: Marks) -> tuple[Numeral, ...]:
    """Return the numerals of a text in order; they do not overlap. Dates and quantities of one text ask alike."""
    found: list[Numeral] = []
    after = 0
    for index, mark in enumerate(marks.items):
        if index < after or not (mark.kind == "number" or (mark.kind == "word" and sense_of(mark.text))):
            continue
        if found and _is_per_cent(marks, index, found[-1]):
            continue
        numeral = read_ordinal(marks, index) or _read_sum(marks, index)
        if numeral:
            found.append(numeral)
            after = numeral.last + 1
    return tuple(found)


def _is_per_cent(marks: Marks, index: int, before: Numeral) -> bool:
    """Tell whether «بالمئة», «في المئة» behind a number is a unit, not another hundred."""
    sense = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    if sense is None or sense.role != "hundred" or not sense.form.definite:
        return False
    led = marks.text_at(index - 1) == "في"
    return before.last == index - (2 if led else 1) and (led or sense.form.preposition == "ب")


def _read_sum(marks: Marks, index: int) -> Numeral | None:
    numeral = _read_term(marks, index)
    if numeral is None or numeral.ordinal:
        return numeral
    numeral = note_clitics(marks, index, numeral)
    while (more := _joined_term(marks, numeral)) is not None:
        numeral = _add(numeral, more)
    return _add_fraction(marks, numeral)


def _add(numeral: Numeral, more: Numeral) -> Numeral:
    high = None if numeral.high is None or more.high is None else numeral.high + more.high
    return replace(
        numeral,
        last=more.last,
        low=numeral.low + more.low,
        high=high,
        scale=more.scale,
        decimal=None,
        in_digits=more.in_digits,
    )


def _joined_term(marks: Marks, numeral: Numeral) -> Numeral | None:
    """Return the next term of the sum when «و» (or nothing, in English) leads to one of a lower scale."""
    if numeral.scale < 1000 and not (numeral.scale == 100 and not numeral.in_digits):
        return None
    start = behind_and(marks, numeral.last + 1)
    listed = marks.text_at(numeral.last + 1) == "," and marks.text_at(numeral.last).isascii()
    if listed:  # "two thousand, five hundred"
        start = numeral.last + 2 if marks.kind_at(numeral.last + 2) == "word" else None
    if start is None or numeral.is_vague:
        return None
    term = _read_term(marks, start)
    if term is None or term.is_vague or term.fraction or term.ordinal or term.low >= numeral.scale:
        return None
    if listed and term.low < 100:
        return None
    return term


def _add_fraction(marks: Marks, numeral: Numeral) -> Numeral:
    """Add «ونصف (المليون)» to the number before it: a part of its scale."""
    index = numeral.last + 1
    word = marks.text_at(index)
    sense = sense_of(word) if marks.kind_at(index) == "word" else None
    if word in ("and", "et") and marks.text_at(index + 1) in ("a", "une", "un"):
        sense, index = sense_of(marks.text_at(index + 2)) if marks.text_at(index + 2) else None, index + 2
    elif sense is None or not sense.form.joined or sense.form.definite:
        return numeral
    if sense is None or sense.role != "fraction" or numeral.high is None or numeral.fraction:
        return numeral
    part = sense.value * numeral.scale
    again = sense_of(marks.text_at(index + 1)) if marks.kind_at(index + 1) == "word" else None
    last = index + 1 if again and again.role == "scale" and again.value == numeral.scale > 1 else index
    return replace(numeral, last=last, low=numeral.low + part, high=numeral.high + part, decimal=None)


def _read_term(marks: Marks, index: int) -> Numeral | None:
    """Read one term: a factor and its scale words."""
    if marks.kind_at(index) == "number":
        return _times_scale(marks, read_digits(marks, index))
    sense = sense_of(marks.text_at(index))
    if sense is None:
        return None
    role = sense.role
    if role == "ordinal" and is_a_third(marks, index):
        return Numeral(index, index, 1 / 3, 1 / 3, fraction=True)
    if role in ("scale", "scales", "dual", "vague_scale"):
        return _scale_alone(marks, index, sense)
    if role in ("vague", "few", "several", "dozen", "approx_unit", "fraction"):
        if role == "several" and not marks.original_of(index, index).endswith(("ة", "l", "s")):
            return None  # «عدّه», not «عدة»
        return _times_scale(marks, _open_factor(index, sense))
    group = read_group(marks, index)
    return _times_scale(marks, group) if group else None


def _times_scale(marks: Marks, numeral: Numeral) -> Numeral:
    """Multiply by the scale words behind the factor («مئة ألف», «3 ملايين», "5 million")."""
    while True:
        index = numeral.last + 1
        if marks.text_at(index) in ("of", "de", "من", "d") and numeral.is_vague:
            index += 1
        sense = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
        if sense is None or sense.role not in ("scale", "scales", "vague_scale") or sense.form.joined:
            return numeral
        if sense.form.preposition or (sense.form.definite and not (numeral.is_vague or numeral.fraction)):
            return numeral
        if numeral.scale >= sense.value:  # "huit millions mille" is a sum
            return numeral
        numeral = _scaled(numeral, index, sense)


def _scaled(numeral: Numeral, index: int, sense: Sense) -> Numeral:
    factor = sense.value if sense.role != "vague_scale" else sense.value / 2
    low = numeral.low if numeral.decimal is None or factor < 10**6 else numeral.decimal
    high = numeral.high if numeral.high is None or numeral.is_vague else low
    return replace(
        numeral,
        last=index,
        low=low * factor,
        high=None if high is None else high * factor,
        scale=factor,
        decimal=None,
        fraction=False,
    )


def _scale_alone(marks: Marks, index: int, sense: Sense) -> Numeral | None:
    """Read a scale word without a factor: «ألف», «مليونان», «آلاف»; «ألفا شخص» is two thousand."""
    if sense.role in ("scales", "vague_scale"):
        least = 2 * sense.value if sense.role == "scales" else sense.value
        return _times_scale(marks, Numeral(index, index, least, None, scale=least / 2))
    value, scale = sense.value, sense.value
    if sense.role == "dual":
        scale = value / 2
    elif _is_construct_dual(marks, index, sense):
        value = 2 * scale
    if marks.text_at(index)[0].isascii() and marks.text_at(index) not in ("mille",):
        return _times_scale(marks, Numeral(index, index, value, value, scale)) if _is_a(marks, index) else None
    return _times_scale(marks, Numeral(index, index, value, value, scale=scale))


def _is_a(marks: Marks, index: int) -> bool:
    return marks.text_at(index - 1) in ("a", "one", "un", "the", "per")


def _is_construct_dual(marks: Marks, index: int, sense: Sense) -> bool:
    """«ألفا شخص» without tanwin, followed by the noun itself, is a dual; «ألفاً و300» is one thousand."""
    word = sense.form.text
    if not word.endswith("ا") or word.removesuffix("ا") not in known_words():
        return False
    if "\u064b" in marks.original_of(index, index) or marks.kind_at(index + 1) != "word":
        return False
    return not marks.text_at(index + 1).startswith("و")


def _open_factor(index: int, sense: Sense) -> Numeral:
    """Read words that leave the factor open, and fractions."""
    role, value = sense.role, sense.value
    if role == "few":
        return Numeral(index, index, value, 10)
    if role == "approx_unit":
        return Numeral(index, index, value * 0.9, value * 1.1)
    if role in ("dozen", "fraction"):
        return Numeral(index, index, value, value, fraction=role == "fraction")
    return Numeral(index, index, value, None)
