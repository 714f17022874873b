"""Quantities without a numeral: duals («يومين», «قتيلان»), «لمدة سنة», «سنة ونصف»."""

from __future__ import annotations

from service.arabic.bounds import bounds_by_end
from service.arabic.counted import Noun, dual_noun, kinds_by_key
from service.arabic.marks import Marks, is_among
from service.arabic.numerals import Numeral, sense_of
from service.arabic.quantity_part import COUNT, Part
from service.arabic.units import may_be_unit, read_dual_unit, read_unit
from service.model import Dimension


def read_dual(marks: Marks, index: int) -> Part | None:
    """Read a dual: «يومين», «كيلومترين», «شخصين», «قتيلان»; «الدولتين» are two named before, no count."""
    word = marks.text_at(index)
    if not word.endswith(("ين", "ان", "يتي")):
        return None
    numeral = Numeral(index, index, 2, 2)
    unit = None if word.startswith(("ال", "وال")) else read_dual_unit(marks, index)
    if unit:
        half = part_behind(marks, index + 1)
        return Part(index, behind_part(marks, index + 1, half), 2 + half, 2 + half, numeral, unit.unit)
    key = dual_noun(word)
    if key is None:
        return None
    return Part(index, index + 1, 2, 2, numeral, COUNT, Noun(key, kinds_by_key()[key], False, index + 1))


def read_one(marks: Marks, index: int) -> Part | None:
    """Read «سنة ونصف», «كيلومتر وربع», one of a unit and a part of it; and «لمدة سنة»."""
    if not may_be_unit(marks.text_at(index)):
        return None
    part = part_behind(marks, index + 1)
    if not part and not _is_one(marks, index):
        return None
    unit = read_unit(marks, index)
    if unit is None or unit.end != index + 1 or marks.text_at(index).startswith("ال"):
        return None
    if not part and (unit.unit.dimension is not Dimension.DURATION or is_among(marks, index, "plural_units")):
        return None
    numeral = Numeral(index, index, 1, 1)
    end = behind_part(marks, index + 1, part)
    end += end < len(marks) and marks.text_at(end) in ("واحد", "واحده")
    return Part(index, end, 1 + part, 1 + part, numeral, unit.unit)


def _is_one(marks: Marks, index: int) -> bool:
    """Tell whether a bare unit of time is one of it: «لمدة سنة», «أكثر من ساعة», «شهرا كاملا»."""
    behind = marks.text_at(index + 1).removesuffix("ا")
    return (
        is_among(marks, index - 1, "one_cues")
        or index in bounds_by_end(marks)
        or behind in ("كامل", "كامله", "واحد", "واحده")
    )


def behind_part(marks: Marks, end: int, half: float) -> int:
    """Return the mark behind «ونصف» and the unit said again («4 أمتار ونصف المتر»)."""
    if not half:
        return end
    again = read_unit(marks, end + 1)
    return again.end if again and marks.text_at(end + 1).startswith("ال") else end + 1


def part_behind(marks: Marks, index: int) -> float:
    """Return the fraction of «سنة ونصف», «ساعتين وربع» behind a unit."""
    sense = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    return sense.value if sense and sense.role == "fraction" and sense.form.joined and not sense.form.definite else 0.0
