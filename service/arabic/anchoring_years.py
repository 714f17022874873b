"""Anchoring of years, their halves and quarters, seasons, decades and centuries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from service.arabic.anchoring_base import far_hijri, make_period
from service.arabic.anchoring_calendar import anchor_date
from service.arabic.anchoring_relative import anchor_unit
from service.arabic.calendar_spans import (
    around,
    hijri_span,
    months_span,
    nearest,
    season_span,
    shift,
    unit_span,
    year_span,
)
from service.arabic.stated import Stated
from service.model import Granularity, Period


def anchor_year(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return a year or years; a Hijri one as its Gregorian days."""
    del reference, before
    year = stated.year or 1
    if stated.hijri:
        days = hijri_span(year)
        if days and stated.to_year:
            last = hijri_span(stated.to_year)
            days = (days[0], last[1]) if last else days
        return make_period(days, "range" if stated.to_year else "year", stated=True) if days else far_hijri(stated)
    if stated.to_year:
        return make_period(year_span(year, stated.to_year - year + 1), "range", stated=True)
    return make_period(year_span(year), "year", stated=True, year=year)


def anchor_season(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return a season of a stated year, or the nearest one that the words allow."""
    del before
    if stated.year is not None:
        span = season_span(stated.season, stated.year)
        if stated.season == "winter":
            span = span[0], season_span("winter", stated.year + 1)[1]
        return make_period(span, "season", stated=True, year=stated.year)
    if reference is None:
        return make_period(None, "season", stated=False)
    if stated.unit == "year":
        year = reference.year + {"past": -1, "next": 1}.get(stated.turn, 0)
        return make_period(season_span(stated.season, year), "season", stated=False)
    candidates = around(reference, lambda year: season_span(stated.season, year))
    turn = stated.turn if stated.turn in ("past", "next", "current") else ""
    return make_period(nearest(candidates, reference, direction=turn), "season", stated=False)


def anchor_long(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return a decade or a century."""
    del before
    granularity: Granularity = "century" if stated.name == "century" else "decade"
    if stated.start_year is not None:
        return make_period(
            year_span(stated.start_year, 100 if granularity == "century" else 10), granularity, stated=True
        )
    if reference is None:
        return make_period(None, granularity, stated=False)
    step = {"past": -1, "next": 1}.get(stated.turn, 0)
    return make_period(unit_span(shift(reference, step, granularity), granularity), granularity, stated=False)


def anchor_division(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return a half, third or quarter of a year or month."""
    whole = _whole(stated, reference, before)
    if whole is None or stated.division is None:
        return None
    if whole.start is None or whole.end is None:
        return replace(whole, granularity="range", month=None)
    kind, number = stated.division
    if kind == "week":
        last = whole.end - timedelta(days=6)
        start = min(last, whole.start + timedelta(days=7 * (number - 1)))
        return replace(
            whole, start=start, end=min(whole.end, start + timedelta(days=6)), granularity="week", month=None
        )
    parts = {"half": 2, "third": 3, "quarter": 4}[kind]
    if whole.granularity == "year" and 12 % parts == 0 and whole.start.month == 1:
        length = 12 // parts
        start, end = months_span(whole.start.year, (number - 1) * length + 1, number * length)
    else:
        days = (whole.end - whole.start).days + 1
        start = whole.start + timedelta(days=days * (number - 1) // parts)
        end = whole.start + timedelta(days=days * number // parts - 1)
    return replace(whole, start=start, end=end, granularity="range", month=None)


def _whole(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    if stated.month is not None:
        return anchor_date(stated, reference, before)
    if stated.year is not None:
        return anchor_year(stated, reference, before)
    return anchor_unit(replace(stated, count=1), reference, before)
