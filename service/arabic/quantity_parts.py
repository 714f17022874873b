"""Reading the parts of quantities: each numeral with its unit, its noun or its rank.

Codes and phone numbers are no parts; numbers that name something («المادة 15», «القرار 1559») are ranks.
"""

from __future__ import annotations

from dataclasses import replace

from service.arabic.counted import Noun, counted_after, noun_at
from service.arabic.marks import Marks, is_among
from service.arabic.named_numbers import DASHES, find_named, is_code
from service.arabic.numerals import Numeral, read_numerals
from service.arabic.quantity_part import COUNT, RANK, SHARE, Part
from service.arabic.quantity_ranks import read_definite_digits, read_rank
from service.arabic.quantity_words import behind_part, part_behind, read_dual, read_one
from service.arabic.units import Unit, UnitRead, read_dual_unit, read_unit, read_unit_before
from service.model import Dimension

_CELSIUS = Unit("°C", Dimension.TEMPERATURE)
_NEAR_WARMTH = 14  # marks: a forecast names the temperature once and then gives several
_FRENCH_OF = 10**6  # "6 millions d'euros"
_APOSTROPHES = ("'", "’")
_PRONOUNS = ("ها", "هم", "هما", "نا")
_OF = ("من", "of", "de", "d", "des")


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
            parts.append(_apart_from(taken, part))
    used = {index for part in parts for index in range(part.first, part.end)} | taken
    free = [index for index, mark in enumerate(marks.items) if mark.kind == "word" and index not in used]
    more = [part for index in free if (part := read_dual(marks, index) or read_one(marks, index))]
    return sorted(parts + more, key=lambda part: part.first) if more else parts


def _apart_from(taken: frozenset[int], part: Part) -> Part:
    """Leave to a date what belongs to it: «1 الخميس الماضي» counts no Thursdays."""
    if not any(index in taken for index in range(part.first, part.end)):
        return part
    return replace(part, first=part.numeral.first, end=part.numeral.last + 1, unit=COUNT, counted=None)


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
        return read_rank(marks, numeral)
    named = find_named(marks, numeral) if numeral.in_digits else None
    if named is not None:
        return Part(named, numeral.last + 1, numeral.low, numeral.high, numeral, RANK, noun_at(marks, named))
    unit = _unit_of(marks, numeral)
    if unit is None:
        return _read_share(marks, numeral) if numeral.fraction else _read_count(marks, numeral)
    end = max(numeral.last + 1, unit.end)
    value = _decide_decimal(numeral, unit.unit)
    half = part_behind(marks, end)
    low, high = value.low + half, None if value.high is None else value.high + half
    return Part(min(numeral.first, unit.end), behind_part(marks, end, half), low, high, value, unit.unit)


def _unit_of(marks: Marks, numeral: Numeral) -> UnitRead | None:
    before = read_unit_before(marks, numeral.first)
    if before:
        return before
    index = numeral.last + 1
    loose = numeral.is_vague or numeral.fraction
    if (loose or numeral.scale >= _FRENCH_OF) and marks.text_at(index) in _OF:
        index += 1 + (marks.text_at(index + 1) in _APOSTROPHES)
    if not loose and marks.text_at(index).startswith("ال"):
        return None  # «واحدة اليوم»
    return read_unit(marks, index)


def _read_count(marks: Marks, numeral: Numeral) -> Part | None:
    if numeral.in_digits and numeral.definite:
        return read_definite_digits(marks, numeral)
    before = noun_before(marks, numeral)
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


def noun_before(marks: Marks, numeral: Numeral) -> Noun | None:
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
        return noun is not None and word not in ("un", "une") and (word != "one" or bool(noun.kind))
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
    if noun is None or numeral.definite or "نهائي" in word or not (latin or word == "من" or _is_definite(marks, index)):
        return None
    share = numeral.low * 100
    slack = 0.0 if share == int(share) else 0.5  # two thirds are 67 % as well
    return Part(numeral.first, noun.end, share - slack, share + slack, numeral, SHARE, noun)


def _is_definite(marks: Marks, index: int) -> bool:
    """Tell whether a noun is definite: by its article, its pronoun («نصف لقاءاتها»), or that of the noun behind it."""
    word = marks.text_at(index)
    return word.startswith("ال") or word.endswith(_PRONOUNS) or marks.text_at(index + 1).startswith("ال")


def _decide_decimal(numeral: Numeral, unit: Unit) -> Numeral:
    """Choose between 2.301 and 2,301: a decimal for per cent, degrees, metres, and dinars of a thousand parts."""
    if numeral.decimal is None:
        return numeral
    thousandths = unit.key in ("dinar", "TND", "KWD", "BHD", "JOD", "LYD") and numeral.low % 100 != 0
    scale = unit.dimension in (Dimension.PERCENT, Dimension.TEMPERATURE, Dimension.POWER)
    if scale or thousandths or (unit.key == "m" and numeral.low < 10000):
        return replace(numeral, low=numeral.decimal, high=numeral.decimal, decimal=None)
    return numeral
