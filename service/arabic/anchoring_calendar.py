"""Anchoring of days and months, Gregorian and Hijri: by their year, by the reference, by the month named before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from service.arabic.anchoring_base import far_hijri, make_period
from service.arabic.calendar_spans import (
    Days,
    around,
    day_span,
    hijri_span,
    hijri_year_at,
    months_span,
    nearest,
    shift,
    year_span,
)
from service.arabic.stated import Stated
from service.model import Granularity, Period


def anchor_date(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return the day, days, month or months that words or digits name."""
    if stated.hijri:
        return _anchor_hijri(stated, reference)
    year = stated.year or _year_turned_to(stated, reference, before)
    granularity: Granularity = "range" if stated.to_day or stated.to_month else "day" if stated.day else "month"
    fields = {
        "year": stated.year,
        "month": None if stated.to_month else stated.month,
        "day": None if stated.to_day else stated.day,
        "weekday": stated.weekday,
    }
    make = _maker(stated)
    if make(2000) is None:
        return None
    if year is not None:
        days = make(year)
        return make_period(days, granularity, stated=stated.year is not None, **fields) if days else None
    if reference is None:
        return make_period(None, granularity, stated=False, **fields)
    return make_period(_nearest(stated, reference, make), granularity, stated=False, **fields)


def _year_turned_to(stated: Stated, reference: date | None, before: Period | None) -> int | None:
    """Return the year of «مارس من العام الماضي», or of the date before for «الشهر نفسه»."""
    if "same" in (stated.turn, stated.year_turn):
        return (before.start.year if before.start else before.year) if before else None
    if not stated.year_turn or reference is None:
        return None
    return reference.year + {"past": -1, "next": 1}.get(stated.year_turn, 0)


def _maker(stated: Stated) -> Callable[[int], Days | None]:
    """Return what makes the days of the stated day or month in a given year."""

    def make(year: int) -> Days | None:
        if stated.month is None:
            return year_span(year)
        if stated.day is None:
            last = stated.to_month or stated.month
            return months_span(year, stated.month, last if last >= stated.month else last + 12)
        first = day_span(year, stated.month, stated.day)
        last_day = day_span(year, stated.to_month or stated.month, stated.to_day) if stated.to_day else first
        return (first[0], last_day[1]) if first and last_day and first[0] <= last_day[1] else first

    return make


def _nearest(stated: Stated, reference: date, make: Callable[[int], Days | None]) -> Days | None:
    candidates = around(reference, make, years=4)
    if stated.weekday is not None and stated.day is not None and not stated.to_day:
        fitting = [span for span in candidates if span and span[0].weekday() == stated.weekday]
        candidates = list(fitting) or candidates
    if stated.turn == "past" and stated.day is None and stated.month == reference.month:
        return make(reference.year - 1)
    turn = stated.turn if stated.turn in ("past", "next", "current") else "ahead" if stated.ahead else ""
    return nearest(candidates, reference, direction=turn)


def _anchor_hijri(stated: Stated, reference: date | None) -> Period | None:
    granularity: Granularity = "day" if stated.day else "month" if stated.month else "year"
    if stated.year is not None:
        days = hijri_span(stated.year, stated.month, stated.day)
        return _gregorian(days, granularity, stated) if days else far_hijri(stated)
    if reference is None or stated.month is None:
        return make_period(None, granularity, stated=False, weekday=stated.weekday)
    middle = hijri_year_at(reference)
    if stated.year_turn:
        turned = middle + {"past": -1, "next": 1}.get(stated.year_turn, 0)
        found = _gregorian(hijri_span(turned, stated.month, stated.day), granularity, stated)
        return replace(found, anchor="reference" if found.start else None, year=None)
    candidates = [hijri_span(year, stated.month, stated.day) for year in range(middle - 2, middle + 3)]
    turn = stated.turn if stated.turn in ("past", "next", "current") else ""
    days = nearest(candidates, reference, direction=turn)
    return replace(_gregorian(days, granularity, stated), anchor="reference" if days else None, year=None)


def _gregorian(days: Days | None, granularity: Granularity, stated: Stated) -> Period:
    """State a converted Hijri date in Gregorian fields, where it fits into them."""
    if days is None or stated.day is None:
        return make_period(days, granularity, stated=True, weekday=stated.weekday)
    only = days[0]
    return make_period(
        days, granularity, stated=True, year=only.year, month=only.month, day=only.day, weekday=stated.weekday
    )


def anchor_this_day(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return a day of the current, last, next or aforesaid month."""
    fields = {"day": stated.day, "weekday": stated.weekday}
    if stated.turn == "same":
        base = before.start if before and before.start else None
        month = before.month if before else None
    else:
        steps = {"past": -1, "next": 1}.get(stated.turn, 0)
        base = shift(reference.replace(day=1), steps, "month") if reference else None
        month = base.month if base else None
    if base is None or stated.day is None:
        return make_period(None, "day", stated=False, month=month, **fields)
    days = day_span(base.year, base.month, stated.day)
    return make_period(days, "day", stated=False, month=base.month, **fields) if days else None
