"""The parts of quantities: a numeral with its unit and the noun it counts; duals; ranks.

Codes and phone numbers are no parts; numbers that name something («المادة 15», «القرار 1559») are ranks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.arabic.bounds import bounds_by_end
from service.arabic.counted import Noun, counted_after, dual_noun, kinds_by_key, noun_at
from service.arabic.marks import Marks, bare_forms, is_among
from service.arabic.named_numbers import DASHES, find_named, is_code
from service.arabic.numerals import Numeral, read_numerals, sense_of
from service.arabic.units import Unit, UnitRead, read_dual_unit, read_unit, read_unit_before
from service.model import Dimension

COUNT = Unit("", Dimension.COUNT)
RANK = Unit("", Dimension.ORDINAL)
SHARE = Unit("%", Dimension.PERCENT)
_CELSIUS = Unit("°C", Dimension.TEMPERATURE)
_NEAR_WARMTH = 14  # marks: a forecast names the temperature once and then gives several
_OF = ("من", "of", "de", "d", "des")


@dataclass(frozen=True, slots=True)
class Part:
    """A numeral, or two of a range, with its unit, without bounds: the marks `first` to `end` (exclusive)."""

    first: int
    end: int
    low: float
    high: float | None
    numeral: Numeral
    unit: Unit = COUNT
    counted: Noun | None = None
    second: float | None = None


def read_parts(marks: Marks, taken: frozenset[int]) -> list[Part]:
    """Return the parts of a text in order, without the marks `taken` by dates."""
    parts: list[Part] = []
    for numeral in read_numerals(marks):
        if numeral.first in taken or numeral.last in taken or (parts and numeral.first < parts[-1].end):
            continue
        part = None if _belongs_to_unit(marks, numeral) else _read_part(marks, numeral)
        if part and parts and _goes_on_naming(parts[-1], part):
            part = replace(part, end=part.numeral.last + 1, unit=RANK, counted=parts[-1].counted)
        if part is not None:
            parts.append(part)
    used = {index for part in parts for index in range(part.first, part.end)} | taken
    free = [index for index, mark in enumerate(marks.items) if mark.kind == "word" and index not in used]
    more = [part for index in free if (part := _read_dual(marks, index) or _read_one_and_part(marks, index))]
    return sorted(parts + more, key=lambda part: part.first) if more else parts


def _goes_on_naming(before: Part, part: Part) -> bool:
    """Tell whether «القرارات 1696 و1737» names on."""
    digits = before.numeral.in_digits and part.numeral.in_digits and part.numeral.joined
    return (
        digits
        and before.unit is RANK
        and part.unit is COUNT
        and part.first - before.end <= 1
        and (part.counted is None or not part.counted.kind)
    )


def _belongs_to_unit(marks: Marks, numeral: Numeral) -> bool:
    """Tell whether a fraction is the rest of the unit before it: «كيلومترين ونصف الكيلومتر»."""
    if not (numeral.fraction and numeral.joined):
        return False
    return read_unit(marks, numeral.first - 1) is not None or read_dual_unit(marks, numeral.first - 1) is not None


def _read_part(marks: Marks, numeral: Numeral) -> Part | None:
    if numeral.in_digits and is_code(marks, numeral):
        return None
    if numeral.ordinal:
        return _read_rank(marks, numeral)
    named = find_named(marks, numeral) if numeral.in_digits else None
    if named is not None:
        return Part(named, numeral.last + 1, numeral.low, numeral.high, numeral, RANK, noun_at(marks, named))
    unit = _unit_of(marks, numeral)
    if unit is None:
        return _read_share(marks, numeral) if numeral.fraction else _read_count(marks, numeral)
    end = max(numeral.last + 1, unit.end)
    value = _decide_decimal(numeral, unit.unit)
    half = _half_behind(marks, end)
    low, high = value.low + half, None if value.high is None else value.high + half
    return Part(min(numeral.first, unit.end), _behind_half(marks, end, half), low, high, value, unit.unit)


def _unit_of(marks: Marks, numeral: Numeral) -> UnitRead | None:
    before = read_unit_before(marks, numeral.first)
    if before:
        return before
    index = numeral.last + 1
    loose = numeral.is_vague or numeral.fraction
    if loose and marks.text_at(index) in _OF:
        index += 1
    if not loose and marks.text_at(index).startswith("ال"):
        return None  # «واحدة اليوم»
    return read_unit(marks, index)


def _read_count(marks: Marks, numeral: Numeral) -> Part | None:
    if numeral.in_digits and numeral.definite:
        return _read_definite_digits(marks, numeral)
    before = _noun_before(marks, numeral)
    if before:
        unit = read_unit(marks, numeral.first - 1)
        measure = unit.unit if unit and unit.end == numeral.first else COUNT
        counted = before if measure is COUNT else None
        return Part(numeral.first - 1, numeral.last + 1, numeral.low, numeral.high, numeral, measure, counted)
    noun = counted_after(marks, numeral.last + 1)
    if noun is None and numeral.decimal is not None and _is_priced(marks, numeral):
        numeral = replace(numeral, low=numeral.decimal, high=numeral.decimal, decimal=None)
    if noun and noun.key == "درجه" and _is_warmth(marks, numeral):
        return Part(numeral.first, noun.end, numeral.low, numeral.high, numeral, _CELSIUS)
    if not numeral.in_digits and not _is_count_in_words(marks, numeral, noun):
        return None
    end = noun.end if noun else numeral.last + 1
    return Part(numeral.first, end, numeral.low, numeral.high, numeral, COUNT, noun)


def _read_definite_digits(marks: Marks, numeral: Numeral) -> Part:
    """Read «الدورة الـ15» as a rank, «النواب الـ231» as a count: the noun in the singular is one of many."""
    index = numeral.first - 2
    noun = noun_at(marks, index) if marks.text_at(index).startswith(("ال", "لل", "وال")) else None
    if noun is None:
        behind = counted_after(marks, numeral.last + 1)
        end = behind.end if behind and behind.kind else numeral.last + 1
        return Part(
            numeral.first, end, numeral.low, numeral.high, numeral, COUNT, behind if behind and behind.kind else None
        )
    word = next(form.text for form in bare_forms(marks.text_at(index)) if form.definite)
    one = word.endswith(("ه", "ري")) or word == noun.key
    return Part(index, numeral.last + 1, numeral.low, numeral.high, numeral, RANK if one else COUNT, noun)


def _noun_before(marks: Marks, numeral: Numeral) -> Noun | None:
    """Return the noun before its number: «القادة الستة», «رحلة واحدة»."""
    if numeral.in_digits or marks.kind_at(numeral.first - 1) != "word":
        return None
    if numeral.low == 1 and not numeral.definite and marks.text_at(numeral.first) in ("واحد", "واحده"):
        return noun_at(marks, numeral.first - 1, unknown=False)
    if not numeral.definite or not marks.text_at(numeral.first - 1).startswith(("ال", "وال")):
        return None
    return noun_at(marks, numeral.first - 1)


def _is_priced(marks: Marks, numeral: Numeral) -> bool:
    """Tell whether «سعر» stands before: a rate of 2.301 is no 2,301."""
    return any(is_among(marks, index, "price_words") for index in range(max(0, numeral.first - 8), numeral.first))


def _is_warmth(marks: Marks, numeral: Numeral) -> bool:
    """Tell whether «درجة» is one of temperature: «الحرارة القصوى بين 14 و19 درجة»."""
    near = range(max(0, numeral.first - _NEAR_WARMTH), min(len(marks), numeral.last + 6))
    return any(is_among(marks, index, "warmth_words") for index in near)


def _is_count_in_words(marks: Marks, numeral: Numeral, noun: Noun | None) -> bool:
    """Tell whether a number word counts: «واحد» only behind a noun, "one" only before a listed one."""
    word = marks.text_at(numeral.first)
    if word.isascii() and numeral.low < 10:
        return noun is not None and bool(noun.kind) and word not in ("un", "une")
    if numeral.low == 1 and numeral.scale == 1:
        return False
    if numeral.low == 0 and numeral.high == 0:
        return (noun is not None and bool(noun.kind)) or marks.text_at(numeral.first - 1) in DASHES
    return True


def _read_share(marks: Marks, numeral: Numeral) -> Part | None:
    """Read a fraction of a definite noun as a share in per cent: «ثلثا السكان», "half of the voters"."""
    index = numeral.last + 1
    latin = marks.text_at(numeral.first).isascii()
    noun = counted_after(marks, index)
    word = marks.text_at(index)
    if (
        noun is None
        or numeral.definite
        or "نهائي" in word
        or not (latin or word.startswith("ال") or marks.text_at(index) == "من")
    ):
        return None
    share = numeral.low * 100
    slack = 0.0 if share == int(share) else 0.5  # two thirds are 67 % as well
    return Part(numeral.first, noun.end, share - slack, share + slack, numeral, SHARE, noun)


def _read_rank(marks: Marks, numeral: Numeral) -> Part | None:
    """Read an ordinal with its noun: «المرتبة الثالثة», «ثالث زيارة», "third visit"."""
    if marks.kind_at(numeral.first - 1) == "word" and (numeral.definite or numeral.in_digits):
        before = noun_at(marks, numeral.first - 1)
        if before and _are_in_concord(marks.text_at(numeral.first - 1), marks.text_at(numeral.first)):
            return Part(numeral.first - 1, numeral.last + 1, numeral.low, numeral.high, numeral, RANK, before)
    if numeral.definite:
        aged = marks.text_at(numeral.last + 1) in ("من", "في") and is_among(marks, numeral.last + 2, "age_cues")
        return Part(numeral.first, numeral.last + 1, numeral.low, numeral.high, numeral, RANK) if aged else None
    if marks.text_at(numeral.first).endswith("ه") or is_among(marks, numeral.first - 1, "titles_with_rank"):
        return None  # «من جهة ثانية», «عريف أول»
    behind = counted_after(marks, numeral.last + 1)
    word = marks.text_at(numeral.last + 1)
    if behind is None or (not behind.kind and word.startswith(("ي", "ال"))):
        return None
    return Part(numeral.first, behind.end, numeral.low, numeral.high, numeral, RANK, behind)


def _are_in_concord(noun: str, ordinal: str) -> bool:
    """Tell whether a definite noun and an ordinal agree in gender: «الدورة الثانية», not «ساعات الفجر الأولى»."""
    if noun[0].isascii() or not ordinal[0].isalpha():
        return True
    if not noun.startswith(("ال", "لل", "بال", "وال", "فال")):
        return False
    feminine = ordinal.endswith(("ه", "ولي"))
    return noun.endswith("ه") == feminine


def _read_dual(marks: Marks, index: int) -> Part | None:
    """Read a dual: «يومين», «كيلومترين», «شخصين», «قتيلان»; «الدولتين» are two named before, no count."""
    word = marks.text_at(index)
    if not word.endswith(("ين", "ان", "يتي")):
        return None
    numeral = Numeral(index, index, 2, 2)
    unit = None if word.startswith(("ال", "وال")) else read_dual_unit(marks, index)
    if unit:
        half = _half_behind(marks, index + 1)
        return Part(index, _behind_half(marks, index + 1, half), 2 + half, 2 + half, numeral, unit.unit)
    key = dual_noun(word)
    if key is None:
        return None
    return Part(index, index + 1, 2, 2, numeral, COUNT, Noun(key, kinds_by_key()[key], False, index + 1))


def _read_one_and_part(marks: Marks, index: int) -> Part | None:
    """Read «سنة ونصف», «كيلومتر وربع», one of a unit and a part of it; and «لمدة سنة»."""
    part = _half_behind(marks, index + 1)
    if not part and not _is_one(marks, index):
        return None
    unit = read_unit(marks, index)
    if unit is None or unit.end != index + 1 or marks.text_at(index).startswith("ال"):
        return None
    if not part and (unit.unit.dimension is not Dimension.DURATION or is_among(marks, index, "plural_units")):
        return None
    numeral = Numeral(index, index, 1, 1)
    end = _behind_half(marks, index + 1, part)
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


def _behind_half(marks: Marks, end: int, half: float) -> int:
    """Return the mark behind «ونصف» and the unit said again («4 أمتار ونصف المتر»)."""
    if not half:
        return end
    again = read_unit(marks, end + 1)
    return again.end if again and marks.text_at(end + 1).startswith("ال") else end + 1


def _half_behind(marks: Marks, index: int) -> float:
    """Return the fraction of «سنة ونصف», «ساعتين وربع» behind a unit."""
    sense = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    return sense.value if sense and sense.role == "fraction" and sense.form.joined and not sense.form.definite else 0.0


def _decide_decimal(numeral: Numeral, unit: Unit) -> Numeral:
    """Choose between 2.301 and 2,301: a decimal for per cent, degrees, metres, and dinars of a thousand parts."""
    if numeral.decimal is None:
        return numeral
    thousandths = unit.key in ("dinar", "TND", "KWD", "BHD", "JOD", "LYD") and numeral.low % 100 != 0
    scale = unit.dimension in (Dimension.PERCENT, Dimension.TEMPERATURE, Dimension.POWER)
    if scale or thousandths or (unit.key == "m" and numeral.low < 10000):
        return replace(numeral, low=numeral.decimal, high=numeral.decimal, decimal=None)
    return numeral
