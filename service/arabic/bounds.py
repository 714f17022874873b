"""Words around a number that make it a range: «نحو», «أكثر من», «ما لا يقل عن», «لم يتجاوز», «على الأقل»."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from math import floor, log10

from service.arabic.marks import Marks, is_among
from service.arabic.numerals import sense_of
from service.arabic.phrases import Phrases
from service.arabic.words import read_table

# «نحو 360 ألفا» may be 351 or 372 thousand. Of 41 agreeing pairs of one exact and one approximate number in our
# training texts that lie within 30 %, 34 lie within a tenth; of 7 contradicting pairs, one does.
TOLERANCE = 0.1
_TURNED = {"more": "most", "less": "least"}
_NEGATORS = ("لا", "لم", "لن")
_MEASURE_WORDS = 4  # «تجاوز سعر البرميل حاجز 100»


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound, the mark its first word stands at, and how many letters before that word are «و»."""

    effect: str
    first: int
    skip: int = 0


@cache
def _before() -> Phrases[str]:
    return Phrases(read_table("quantity_bounds"))  # type: ignore[arg-type]


@cache
def _after() -> Phrases[str]:
    return Phrases(read_table("quantity_bounds_after"))  # type: ignore[arg-type]


@lru_cache(maxsize=64)
def bounds_by_end(marks: Marks) -> dict[int, Bound]:
    """Return the bounds of a text by the mark behind them; of two that end there, the longer («لا يتجاوز»)."""
    bounds: dict[int, Bound] = {}
    for index in range(len(marks)):
        if marks.items[index].kind != "word":
            continue
        found = _before().find(marks, index)
        if found and found.end not in bounds:
            bound = _turned(marks, Bound(found.value, index, int(found.joined)))
            bounds[found.end] = bound
            for index_behind in _behind_measure(marks, found.end):
                bounds.setdefault(index_behind, bound)
    return bounds


def _turned(marks: Marks, bound: Bound) -> Bound:
    """Turn a bound that is negated: «لم يستمر أكثر من أربع ساعات» is at most four, «لا تتخطى» too."""
    turned = _TURNED.get(bound.effect)
    if turned is None:
        return bound
    for index in (bound.first - 1, bound.first - 2):
        if marks.text_at(index).lstrip("وف") in _NEGATORS:
            return Bound(turned, index, int(marks.text_at(index)[0] in "وف" and len(marks.text_at(index)) > 2))
    return bound


def _behind_measure(marks: Marks, index: int) -> Iterator[int]:
    """Yield where a number may start behind what is measured: «لا يتجاوز عدد الناجين 12», «تجاوز حاجز 100»."""
    for step in range(_MEASURE_WORDS):
        if not is_among(marks, index + step, "measured_by") and not (step and marks.text_at(index + step)[:2] == "ال"):
            break
        yield index + step + 1


def bound_after(marks: Marks, index: int) -> tuple[str, int] | None:
    """Return the effect of a bound written at `index`, behind a number, and the mark behind it."""
    if index >= len(marks):
        return None
    found = _after().find(marks, index)
    if found is None:
        return None
    following = sense_of(marks.text_at(found.end)) if marks.kind_at(found.end) == "word" else None
    if marks.kind_at(found.end) == "number" or following:
        return None  # it belongs to the next number: «… أو أكثر من 20»
    return found.value, found.end


def apply_bound(effect: str, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Return the range that a bound makes of a range.

    "more" and "less" stay closed at the number itself: a report that says «أكثر من 20» of exactly 20 is not wrong
    enough to call a conflict.
    """
    if effect == "about":
        return loosened(low, high)
    if effect in ("more", "least"):
        return low, None
    return (0.0 if low is None or low >= 0 else None), high


def loosened(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Widen a range by the tolerance of an approximate number."""
    return (
        None if low is None else low - abs(low) * TOLERANCE,
        None if high is None else high + abs(high) * TOLERANCE,
    )


def last_place(value: float) -> float:
    """Return the worth of the last significant digit: 10,000 for 360,000; 0.1 for 2.5."""
    digits = f"{abs(value):.12g}"
    if "e" in digits:
        return 10.0 ** floor(log10(abs(value)))
    whole, _, rest = digits.partition(".")
    if rest:
        return float(10.0 ** -len(rest))
    return float(10.0 ** (len(whole) - len(whole.rstrip("0"))))
