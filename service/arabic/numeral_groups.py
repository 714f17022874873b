"""Groups below a thousand: «خمسة وعشرون», «ثلاث مئة وخمسة», "twenty-five", "quatre-vingt-dix-sept".

In Arabic the unit stands before the ten; in French sixty and eighty go on to nineteen.
"""

from __future__ import annotations

from dataclasses import replace

from service.arabic.marks import Marks
from service.arabic.numeral_words import (
    ARABIC_AND,
    LATIN_AND,
    Numeral,
    Sense,
    behind_and,
    plain_sense,
    read_digits,
    sense_of,
)


def read_group(marks: Marks, index: int) -> Numeral | None:
    """Read a number below a thousand in words from the mark `index`."""
    hundreds = _read_hundreds(marks, index)
    if hundreds is None:
        return _read_below_hundred(marks, index)
    start = behind_and(marks, hundreds.last + 1)
    if start is None:
        return hundreds
    rest = read_digits(marks, start) if marks.kind_at(start) == "number" else _read_below_hundred(marks, start)
    if rest is None or rest.low >= 100 or rest.low != int(rest.low) or rest.fraction:
        return hundreds
    return replace(hundreds, last=rest.last, low=hundreds.low + rest.low, high=hundreds.low + rest.low, scale=1)


def _read_hundreds(marks: Marks, index: int) -> Numeral | None:
    sense = sense_of(marks.text_at(index))
    if sense is None:
        return None
    if sense.role in ("hundred", "hundreds"):
        return Numeral(index, index, sense.value, sense.value, scale=100)
    following = plain_sense(marks, index + 1)
    if sense.role == "unit" and sense.value >= 1 and following and following.role == "hundred":
        return Numeral(index, index + 1, sense.value * 100, sense.value * 100, scale=100)
    return None


def _read_below_hundred(marks: Marks, index: int) -> Numeral | None:
    if marks.kind_at(index) != "word":
        return None
    sense = sense_of(marks.text_at(index))
    if sense is None:
        return None
    if sense.role in ("unit", "teen_unit"):
        return _from_unit(marks, index, sense)
    if sense.role == "tens":
        return _from_tens(marks, index, sense)
    if sense.role == "teen":
        return _add_to_ten(marks, Numeral(index, index, sense.value, sense.value))
    return Numeral(index, index, sense.value, sense.value) if sense.role == "ten" else None


def _from_unit(marks: Marks, index: int, sense: Sense) -> Numeral | None:
    """Read «خمسة», «خمسة عشر», «خمسة وعشرون», «ثلاثة أرباع», "quatre-vingt"."""
    following = plain_sense(marks, index + 1)
    if following and following.role == "ten" and 1 <= sense.value <= 9 and not following.form.definite:
        return Numeral(index, index + 1, sense.value + 10, sense.value + 10)
    if following and following.role == "fraction" and following.value < 0.5 and sense.role == "unit":
        value = sense.value * following.value
        return Numeral(index, index + 1, value, value, fraction=True) if value < 1 else None
    if (
        marks.text_at(index) == "quatre"
        and marks.text_at(index + 1) == "-"
        and marks.text_at(index + 2).startswith("vingt")
    ):
        return _add_french(marks, Numeral(index, index + 2, 80, 80))
    ten_at = index + 1 + (marks.text_at(index + 1) == ARABIC_AND)
    ten = sense_of(marks.text_at(ten_at)) if marks.kind_at(ten_at) == "word" and sense.value >= 1 else None
    if ten and ten.role == "tens" and (ten.form.joined or ten_at > index + 1):
        return Numeral(index, ten_at, sense.value + ten.value, sense.value + ten.value)
    return Numeral(index, index, sense.value, sense.value) if sense.role == "unit" else None


def _from_tens(marks: Marks, index: int, sense: Sense) -> Numeral:
    """Read "twenty", "twenty-five", "vingt et un", "soixante-dix"; in Arabic the unit came before."""
    return _add_french(marks, Numeral(index, index, sense.value, sense.value))


def _add_french(marks: Marks, numeral: Numeral) -> Numeral:
    if not marks.text_at(numeral.last)[0].isascii():
        return numeral
    index = numeral.last + 1
    if marks.text_at(index) in LATIN_AND:
        index += 1
    unit = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    if unit is None or not marks.text_at(index)[0].isascii() or unit.role not in ("unit", "teen") or not unit.value:
        return numeral
    if unit.role == "teen" and numeral.low not in (60, 80):
        return numeral
    return _add_to_ten(marks, replace(numeral, last=index, low=numeral.low + unit.value, high=numeral.low + unit.value))


def _add_to_ten(marks: Marks, numeral: Numeral) -> Numeral:
    """Read "dix-sept", "soixante-dix-sept"."""
    index = numeral.last + 2
    if marks.text_at(numeral.last) != "dix" or marks.text_at(index - 1) != "-":
        return numeral
    unit = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    if unit is None or unit.role != "unit" or unit.value < 7:
        return numeral
    return replace(numeral, last=index, low=numeral.low + unit.value, high=numeral.low + unit.value)
