"""Quantities: what a text counts, measures, pays, scores and ranks, as ranges with the noun counted.

1. Numerals are read from the marks; those of dates, clock times, codes and names («المادة 15») are left out.
2. Each takes its unit or currency, or the noun it counts (quantity_parts.py); duals are numerals of their own.
3. Two may make a range or a score (quantity_pairs.py); years of life are ages (ages.py).
4. Bounds before and behind («نحو», «ما لا يقل عن», "or more") make it a range (bounds.py).
5. The noun counted and the outcome that governs it tell what the number is about (counted.py).
"""

from __future__ import annotations

from service.arabic.ages import as_age, read_age_words
from service.arabic.bounds import Bound, apply_bound, bound_after, bounds_by_end
from service.arabic.counted import about, headed_by, roles_around
from service.arabic.dates import date_marks
from service.arabic.marks import Marks, read_marks
from service.arabic.quantity_agreement import compare_quantities
from service.arabic.quantity_pairs import join_pairs
from service.arabic.quantity_part import Part
from service.arabic.quantity_parts import read_parts
from service.model import Dimension, Fact, FactKind, Quantity

__all__ = ["compare_quantities", "read_quantities"]

_GLUED = ("ال", "ب", "ل", "لل", "بال", "a", "un", "une")  # «تجاوز الـ40», «بـ20»: marks of their own before digits
# How many marks an outcome may stand before what it governs: people, or whatever else.
_NEAR_PEOPLE, _NEAR_THING = 8, 3
_LARGEST = 1e18
_MOST_BOUNDS = 2  # «لا يقل عن نحو 20»


def read_quantities(text: str) -> list[Fact]:
    """Return the quantities of a text in order; spans do not overlap one another, nor the dates of the text.

    Years, dates, phone numbers, article numbers and codes (G20, 5+5, كوفيد-19) are no quantities.
    """
    marks = read_marks(text)
    taken = date_marks(text)
    parts = [as_age(marks, part) for part in join_pairs(marks, read_parts(marks, taken))]
    used = {index for part in parts for index in range(part.first, part.end)} | taken
    parts = sorted(parts + read_age_words(marks, used), key=lambda part: part.first)
    bounds = bounds_by_end(marks) if parts else {}
    facts = [_fact(marks, parts, position, bounds) for position in range(len(parts))]
    return [fact for fact in facts if _is_countable(fact.value)]


def _is_countable(value: object) -> bool:
    """Tell whether a number is one that news counts with: rows of digits read as one number are none."""
    bounds = (value.low, value.high) if isinstance(value, Quantity) else ()
    return all(bound is None or abs(bound) <= _LARGEST for bound in bounds)


def _fact(marks: Marks, parts: list[Part], position: int, bounds: dict[int, Bound]) -> Fact:
    part = parts[position]
    effects, first, end, skip = _effects(marks, part, bounds)
    low, high = _in_base_units(part)
    for effect in effects:
        low, high = apply_bound(effect, low, high)
    quantity = Quantity(
        low=low,
        high=high,
        dimension=part.unit.dimension,
        unit=part.unit.key,
        counted=_counted(marks, parts, position),
        approximate="about" in effects,
        second=part.second,
    )
    return marks.fact(FactKind.QUANTITY, quantity, first=first, last=end - 1, skip=skip)


def _in_base_units(part: Part) -> tuple[float | None, float | None]:
    """Return the range in the base unit of its dimension; degrees Fahrenheit have a zero of their own."""
    unit = part.unit
    if unit.key == "°F":
        return (part.low - 32) * unit.factor, None if part.high is None else (part.high - 32) * unit.factor
    return part.low * unit.factor, None if part.high is None else part.high * unit.factor


def _effects(marks: Marks, part: Part, bounds: dict[int, Bound]) -> tuple[list[str], int, int, int]:
    """Return the effects of the bounds around a part, innermost first, and its first mark, end and skip with them."""
    effects: list[str] = []
    first, end = part.first, part.end
    skip = part.numeral.skip or int(marks.text_at(first).startswith("وال"))
    if part.unit.dimension in (Dimension.SCORE, Dimension.ORDINAL):
        return effects, first, end, skip
    if first not in bounds and first - 1 in bounds and marks.text_at(first - 1) in _GLUED:
        first -= 1
    while first in bounds and len(effects) < _MOST_BOUNDS:
        bound = bounds[first]
        effects.append(bound.effect)
        first, skip = bound.first, bound.skip
    behind = bound_after(marks, end)
    if behind:
        effects.append(behind[0])
        end = behind[1]
    return effects, first, end, skip


def _counted(marks: Marks, parts: list[Part], position: int) -> tuple[str, ...]:
    """Return what a part counts and what became of it; of shares, prices and measures, what they are of."""
    part = parts[position]
    barrier = parts[position - 1].end if position else 0
    limit = parts[position + 1].first if position + 1 < len(parts) else len(marks)
    noun = part.counted
    if noun is None and part.unit.dimension is Dimension.COUNT:
        noun = headed_by(marks, part.first, barrier=barrier)
    keys = (noun.key,) if noun else ()
    if part.unit.dimension is Dimension.COUNT:
        if noun and noun.kind == "role":
            return keys
        near = _NEAR_THING if noun and noun.kind in ("", "thing") else _NEAR_PEOPLE
        roles = roles_around(marks, part.first, part.end, barrier=barrier, limit=limit, near=near)
        return tuple(dict.fromkeys(keys + roles))
    if part.unit.dimension in (Dimension.ORDINAL, Dimension.SCORE, Dimension.AGE):
        return keys
    return tuple(dict.fromkeys(keys + about(marks, part.first, part.end, barrier=barrier, limit=limit)))
