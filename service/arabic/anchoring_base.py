"""What all anchoring shares: a period of days, or without days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from service.arabic.calendar_spans import (
    Days,
    gregorian_year_of,
)
from service.arabic.stated import Stated
from service.model import Granularity, Period


def make_period(days: Days | None, granularity: Granularity, *, stated: bool, **fields: int | None) -> Period:
    """Return a period over known days, or without any; `stated` when the words alone gave them."""
    known = days if days else (None, None)
    source = None if days is None else "stated" if stated else "reference"
    return Period(known[0], known[1], granularity, anchor=source, **fields)  # type: ignore[arg-type]


def far_hijri(stated: Stated) -> Period | None:
    """Return the Gregorian year of a Hijri date outside the Umm al-Qura table, give or take one."""
    year = gregorian_year_of(stated.year or 1)
    if not 2 <= year <= 2998 or (stated.day is not None and stated.day > 30):
        return None
    return replace(make_period((date(year - 1, 1, 1), date(year + 1, 12, 31)), "year", stated=True), approximate=True)
