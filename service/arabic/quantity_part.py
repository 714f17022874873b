"""The part of a quantity: a numeral, or two of a range, with its unit and the noun it counts, before bounds."""

from __future__ import annotations

from dataclasses import dataclass

from service.arabic.counted import Noun
from service.arabic.numerals import Numeral
from service.arabic.units import Unit
from service.model import Dimension

COUNT = Unit("", Dimension.COUNT)
RANK = Unit("", Dimension.ORDINAL)
SHARE = Unit("%", Dimension.PERCENT)


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
