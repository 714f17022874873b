"""A passage's facts as fields to filter and lift by: numbers and days as ranges, names and places as keys.

Ranges are what the words allow («نحو 360 ألفا» is 324,000 to 396,000), in the base unit of their dimension, so that a
query by range finds what may be meant. Reading facts takes about 2 ms a passage, several times all other work on it,
and the ranking of both engines does not use them: they are read only where an index is made with `facts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from service.arabic.facts import read_facts
from service.model import Name, Period, Place, Quantity


def read_fact_fields(text: str, *, published: datetime | None) -> dict[str, Any]:
    """Return the fields `numbers`, `days` and `names` of a passage; what it does not have is left out."""
    reference = None if published is None else published.date()
    values = [fact.value for fact in read_facts(text, reference=reference)]
    fields = {
        "numbers": [_number_range(value) for value in values if isinstance(value, Quantity)],
        "days": [_day_range(value) for value in values if isinstance(value, Period) and value.start is not None],
        "names": sorted({key for value in values for key in _keys(value)}),
    }
    return {name: found for name, found in fields.items() if found}


def _number_range(quantity: Quantity) -> dict[str, float]:
    bounds = {"gte": quantity.low, "lte": quantity.high}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _day_range(period: Period) -> dict[str, str]:
    bounds: dict[str, date | None] = {"gte": period.start, "lte": period.end}
    return {name: day.isoformat() for name, day in bounds.items() if day is not None}


def _keys(value: object) -> Iterator[str]:
    """Yield the key of a name or place, and of the places around it."""
    if isinstance(value, Name):
        yield value.key
    elif isinstance(value, Place):
        yield value.key
        yield from value.within
