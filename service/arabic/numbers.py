"""Quantities: what a text counts, measures, pays, scores and ranks, as ranges with the noun counted.

1. Numerals are read from the marks; those that belong to dates, clock times, codes and identifiers («المادة 15»,
   «القرار 1559») are left out.
2. Two numerals may make a range («بين 20 و30», "10-15") or a score («2-1», «3 مقابل 1»).
3. The unit or currency behind gives the dimension; no unit: a count, or a rank when the numeral is an ordinal.
4. Bounds before and behind («نحو», «ما لا يقل عن», "or more") make it a range.
5. The noun counted and the outcome that governs it tell what the number is about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from service.arabic.bounds import Bound, apply_bound, bound_after, bounds_by_end
from service.arabic.counted import Noun, counted_after, dual_noun, known_noun, noun_at, roles_around
from service.arabic.dates import date_marks
from service.arabic.marks import Marks, bare_forms, read_marks
from service.arabic.normalise import normalise
from service.arabic.numerals import Numeral, read_numerals, sense_of
from service.arabic.quantity_agreement import compare_quantities
from service.arabic.units import Unit, UnitRead, read_dual_unit, read_unit, read_unit_before
from service.arabic.words import read_table
from service.model import Dimension, Fact, FactKind, Quantity

__all__ = ["compare_quantities", "read_quantities"]

_COUNT = Unit("", Dimension.COUNT)
_DASHES = ("-", "–", "—", "−")
_BETWEEN = ("بين", "between", "entre")
_TO = ("الي", "حتي", "to", "à", "او", "or", "ou", "until")


@dataclass(frozen=True, slots=True)
class Part:
    """A numeral, or two of a range, with its unit, without bounds: the marks `first` to `end` (exclusive)."""

    first: int
    end: int
    low: float
    high: float | None
    numeral: Numeral
    unit: Unit = _COUNT
    counted: Noun | None = None
    second: float | None = None
    scored: bool = False


def read_quantities(text: str) -> list[Fact]:
    """Return the quantities of a text in order; spans do not overlap one another.

    Years, dates, phone numbers, article numbers and codes (G20, 5+5, كوفيد-19) are no quantities.
    """
    marks = read_marks(text)
    taken = date_marks(text)
    bounds = bounds_by_end(marks)
    parts = _merge(marks, _read_parts(marks, taken))
    return [_fact(marks, parts, position, bounds) for position in range(len(parts))]


# --- parts: numeral, unit, noun ------------------------------------------------------------------------------------


def _read_parts(marks: Marks, taken: frozenset[int]) -> list[Part]:
    numerals = [numeral for numeral in read_numerals(marks) if not taken & set(range(numeral.first, numeral.last + 1))]
    parts: list[Part] = []
    for numeral in numerals:
        part = None if parts and numeral.first < parts[-1].end else _part(marks, numeral)
        if part is not None:
            parts.append(part)
    used = {index for part in parts for index in range(part.first, part.end)} | taken
    duals = [part for index in range(len(marks)) if index not in used and (part := _dual(marks, index)) is not None]
    return sorted(parts + duals, key=lambda part: part.first)


def _part(marks: Marks, numeral: Numeral) -> Part | None:
    if numeral.in_digits and numeral.first == numeral.last and _is_identifier(marks, numeral):
        return None
    if numeral.ordinal:
        return _rank(marks, numeral)
    unit = _unit_of(marks, numeral)
    if unit is None:
        return _plain_count(marks, numeral)
    first, end = min(numeral.first, unit.end), max(numeral.last + 1, unit.end)
    value = _decide_decimal(numeral, unit.unit)
    half = _half_behind(marks, end) if unit.unit.dimension is Dimension.DURATION else 0.0
    low, high = value.low + half, None if value.high is None else value.high + half
    return Part(first, end + (half > 0), low, high, value, unit.unit)


def _unit_of(marks: Marks, numeral: Numeral) -> UnitRead | None:
    before = read_unit_before(marks, numeral.first)
    if before:
        return before
    index = numeral.last + 1
    if numeral.is_vague and marks.text_at(index) in ("من", "of", "de", "d"):
        index += 1
    return read_unit(marks, index)


def _plain_count(marks: Marks, numeral: Numeral) -> Part | None:
    noun = counted_after(marks, numeral.last + 1)
    if not numeral.in_digits and not _is_count_in_words(marks, numeral, noun):
        return None
    end = noun.end if noun else numeral.last + 1
    return Part(numeral.first, end, numeral.low, numeral.high, numeral, _COUNT, noun)


def _is_count_in_words(marks: Marks, numeral: Numeral, noun: Noun | None) -> bool:
    """Tell whether words that are numbers count here: «واحد» and English "one" only beside a listed noun."""
    if numeral.fraction:
        return noun is not None and not _is_round_of_a_cup(marks, numeral)
    if numeral.low == 1 and numeral.scale == 1:
        before = noun_at(marks, numeral.first - 1, unknown=False)
        latin = marks.text_at(numeral.first).isascii()
        return (noun is not None and bool(noun.kind) and latin and marks.text_at(numeral.first) == "one") or (
            before is not None and not latin and marks.text_at(numeral.first) in ("واحد", "واحده")
        )
    return noun is not None or numeral.low >= 10 or not marks.text_at(numeral.first).isascii()


def _is_round_of_a_cup(marks: Marks, numeral: Numeral) -> bool:
    return marks.text_at(numeral.last + 1).removeprefix("ال").startswith("نهائي")


def _rank(marks: Marks, numeral: Numeral) -> Part | None:
    """Read an ordinal with its noun: «المرتبة الثالثة», «ثالث زيارة», "third visit"."""
    before = noun_at(marks, numeral.first - 1) if numeral.definite or numeral.in_digits else None
    behind = None if before else counted_after(marks, numeral.last + 1)
    if before is None and (behind is None or numeral.definite):
        return None
    unit = Unit("", Dimension.ORDINAL)
    first = numeral.first if before is None else numeral.first - 1
    end = behind.end if behind else numeral.last + 1
    return Part(first, end, numeral.low, numeral.high, numeral, unit, before or behind)


def _dual(marks: Marks, index: int) -> Part | None:
    """Read a dual: «يومين», «كيلومترين», «شخصين», «قتيلان»."""
    if marks.kind_at(index) != "word":
        return None
    unit = read_dual_unit(marks, index)
    numeral = Numeral(index, index, 2, 2)
    if unit:
        half = _half_behind(marks, index + 1) if unit.unit.dimension is Dimension.DURATION else 0.0
        return Part(index, index + 1 + (half > 0), 2 + half, 2 + half, numeral, unit.unit)
    key = dual_noun(marks.text_at(index))
    if key is None:
        return None
    noun = known_noun(key)
    return Part(index, index + 1, 2, 2, numeral, _COUNT, Noun(key, noun[1] if noun else "", False, index + 1))


def _half_behind(marks: Marks, index: int) -> float:
    """Return the fraction of «سنة ونصف», «ساعتين وربع» behind a unit."""
    sense = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    return sense.value if sense and sense.role == "fraction" and sense.form.joined else 0.0


def _decide_decimal(numeral: Numeral, unit: Unit) -> Numeral:
    """Choose between 2.301 and 2,301: a decimal for per cent, metres, degrees and dinars of a thousand parts."""
    if numeral.decimal is None:
        return numeral
    thousandths = unit.key in ("dinar", "TND", "KWD", "BHD", "JOD") and numeral.low % 100 != 0
    if (
        unit.dimension in (Dimension.PERCENT, Dimension.TEMPERATURE)
        or (unit.key == "m" and numeral.low < 10000)
        or thousandths
    ):
        return replace(numeral, low=numeral.decimal, high=numeral.decimal, decimal=None)
    return numeral


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(normalise(row[0]) for row in read_table(name))


def _is_identifier(marks: Marks, numeral: Numeral) -> bool:
    """Tell whether digits name something: «المادة 15», «القرار رقم 1559», «سو-24», a phone number, a bare year."""
    index = numeral.first - 1
    text = marks.text_at(numeral.first)
    if text.isdigit() and (len(text) > 12 or (len(text) > 1 and text[0] == "0")):
        return True
    if marks.text_at(index) in ("#", "°"):
        return True
    if marks.text_at(index) in _DASHES and marks.items[numeral.first].glued and marks.items[index].glued:
        return marks.kind_at(index - 1) == "word"
    if marks.text_at(index) in ("(", "«", '"', ":"):
        index -= 1
    if marks.kind_at(index) != "word":
        return False
    return any(form.text in _words("identifier_words") for form in bare_forms(marks.text_at(index))) and not read_unit(
        marks, numeral.last + 1
    )


# --- two numerals in one -------------------------------------------------------------------------------------------


def _merge(marks: Marks, parts: list[Part]) -> list[Part]:
    """Join the parts that make a range or a score."""
    merged: list[Part] = []
    for part in parts:
        joined = _join(marks, merged[-1], part) if merged else None
        if joined:
            merged[-1] = joined
        else:
            merged.append(part)
    return merged


def _join(marks: Marks, one: Part, two: Part) -> Part | None:
    if one.second is not None or one.scored or Dimension.ORDINAL in (one.unit.dimension, two.unit.dimension):
        return None
    gap = [marks.text_at(index) for index in range(one.end, two.first)]
    score = _score(marks, one, two, gap)
    if score:
        return score
    if not _is_range(marks, one, two, gap):
        return None
    return _range(marks, one, two)


def _is_range(marks: Marks, one: Part, two: Part, gap: list[str]) -> bool:
    before = marks.text_at(one.first - 1)
    if gap and gap[0] in _DASHES and len(gap) == 1:
        return one.low < (two.high or two.low) and not one.counted
    joined = two.numeral.joined or gap in (["و"], ["and"], ["et"])
    if any(form.text in _BETWEEN for form in bare_forms(before)) if before else False:
        return joined and len(gap) <= 1
    if gap in (["و"], ["ال"]) or (len(gap) != 1 and not (two.numeral.preposition == "ل" and len(gap) <= 1)):
        return False
    if gap and gap[0] not in _TO and two.numeral.preposition != "ل":
        return False
    return not _has_change_verb(marks, one.first) and one.low < (two.high or two.low)


def _has_change_verb(marks: Marks, first: int) -> bool:
    """Tell whether a word of change governs «من … إلى …»: then both numbers stand for themselves."""
    for index in range(first - 1, max(-1, first - 10), -1):
        if marks.text_at(index) in (".", "؛", "\n"):
            return False
        if marks.kind_at(index) == "word" and any(
            form.text in _words("change_verbs") for form in bare_forms(marks.text_at(index))
        ):
            return True
    return False


def _range(marks: Marks, one: Part, two: Part) -> Part | None:
    """Make the range; the second number lends the first its unit and its scale («بين 3 و5 ملايين»)."""
    if one.unit.dimension is not Dimension.COUNT and one.unit.dimension is not two.unit.dimension:
        return None
    low = one.low
    scale = two.numeral.scale
    if scale >= 1000 and one.numeral.scale == 1 and low < two.low / scale * 10 and low * scale < two.low:
        low *= scale
    factor = one.unit.factor / two.unit.factor if one.unit.dimension is two.unit.dimension else 1.0
    if low * factor > two.low:
        return None
    first = one.first
    before = marks.text_at(first - 1)
    if before in ("من", "from", "de") or any(form.text in _BETWEEN for form in bare_forms(before)) if before else False:
        first -= 1
    return replace(two, first=first, low=low * factor, numeral=replace(one.numeral, skip=0))


def _score(marks: Marks, one: Part, two: Part, gap: list[str]) -> Part | None:
    """Read «2-1», «2 - 1», «3 مقابل 1» as the two sides of a score, where the words speak of a game."""
    if two.second is not None or one.low > 200 or (two.high or 999) > 200 or one.low % 1 or two.low % 1:
        return None
    dash = len(gap) == 1 and gap[0] in (*_DASHES, ":", "/")
    against = gap in (["مقابل"], ["against"], ["contre"]) or (
        two.numeral.preposition == "ل" and one.counted is not None
    )
    if not dash and not against:
        return None
    near = range(max(0, one.first - 8), min(len(marks), two.end + 6))
    game = any(
        form.text in _words("score_words")
        for index in near
        if marks.kind_at(index) == "word"
        for form in bare_forms(marks.text_at(index))
    )
    plain = one.unit is _COUNT and two.unit is _COUNT and one.counted is None and two.counted is None
    goals = one.counted is not None and one.counted.key == "هدف"
    if not ((goals and against) or (plain and (game or (dash and one.low >= two.low and one.low < 20)))):
        return None
    return Part(
        one.first,
        two.end,
        one.low,
        one.low,
        replace(one.numeral, skip=0),
        Unit("", Dimension.SCORE),
        second=two.low,
        scored=True,
    )


# --- parts to facts ------------------------------------------------------------------------------------------------


def _fact(marks: Marks, parts: list[Part], position: int, bounds: dict[int, Bound]) -> Fact:
    part = parts[position]
    effects, first, end = _effects(marks, part, bounds)
    low, high = _in_base_units(part)
    for effect in effects:
        low, high = apply_bound(effect, low, high)
    unit = part.unit
    quantity = Quantity(
        low=low,
        high=high,
        dimension=unit.dimension,
        unit=unit.key,
        counted=_counted(marks, parts, position),
        approximate="about" in effects,
        second=part.second,
    )
    skip = part.numeral.skip if first == part.numeral.first else 0
    return marks.fact(FactKind.QUANTITY, quantity, first=first, last=end - 1, skip=skip)


def _in_base_units(part: Part) -> tuple[float | None, float | None]:
    unit = part.unit
    scale = 1.0 if unit.dimension is Dimension.TEMPERATURE else unit.factor
    low: float | None = part.low * scale
    high = None if part.high is None else part.high * scale
    if unit.key == "°F" and low is not None:
        low, high = (low - 32) * 5 / 9, None if high is None else (high - 32) * 5 / 9
    return low, high


def _effects(marks: Marks, part: Part, bounds: dict[int, Bound]) -> tuple[list[str], int, int]:
    """Return the effects of the bounds around a part, innermost first, and its span with them."""
    effects: list[str] = []
    first, end = part.first, part.end
    while first in bounds and len(effects) < 2:
        effects.append(bounds[first].effect)
        first = bounds[first].first
    behind = bound_after(marks, end)
    if behind:
        effects.append(behind[0])
        end = behind[1]
    return effects, first, end


def _counted(marks: Marks, parts: list[Part], position: int) -> tuple[str, ...]:
    part = parts[position]
    barrier = parts[position - 1].end if position else 0
    limit = parts[position + 1].first if position + 1 < len(parts) else len(marks)
    noun = part.counted
    keys = [noun.key] if noun else []
    if part.unit.dimension is Dimension.COUNT and (noun is None or noun.kind != "role"):
        keys += [
            key for key in roles_around(marks, part.first, part.end, barrier=barrier, limit=limit) if key not in keys
        ]
    return tuple(keys)
