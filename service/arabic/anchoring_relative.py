"""Anchoring of what counts from the reference day: weekdays, «أمس», «الشهر الماضي», «قبل ثلاثة أيام»."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from service.arabic.anchoring_base import make_period
from service.arabic.calendar_spans import (
    move,
    shift,
    unit_span,
)
from service.arabic.stated import Stated
from service.model import Granularity, Period

# «قبل أيام» and its like: two to ten of them.
_FEW, _MANY = 2, 10


def anchor_weekday(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """«أمس الأحد» is yesterday; a bare weekday the latest one, the day itself included; «الماضي» before it."""
    del before
    if reference is None or stated.weekday is None:
        return make_period(None, "day", stated=False, weekday=stated.weekday)
    if stated.offset is not None:
        day = reference + timedelta(days=stated.offset)
        if day.weekday() == stated.weekday:
            return make_period((day, day), "day", stated=False, weekday=stated.weekday)
    behind = (reference.weekday() - stated.weekday) % 7
    if stated.turn == "next" or stated.ahead:
        day = reference + timedelta(days=7 - behind)
    elif stated.turn == "past":
        day = reference - timedelta(days=behind or 7)
    else:
        day = reference - timedelta(days=behind)
    return make_period((day, day), "day", stated=False, weekday=stated.weekday)


def anchor_today(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return the day that «أمس», «اليوم», «غدا» and their like mean."""
    del before
    if reference is None:
        return make_period(None, "day", stated=False)
    day = reference + timedelta(days=stated.offset or 0)
    return make_period((day, day), "day", stated=False)


def anchor_unit(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return the day, week, month or year before, around or behind the reference, or the one named before."""
    granularity: Granularity = stated.unit  # type: ignore[assignment]
    if stated.turn == "same":
        return _same(stated, before, granularity)
    if reference is None:
        return make_period(None, granularity, stated=False)
    step = {"past": -1, "next": 1}.get(stated.turn, 0)
    count = stated.count or 1
    one = unit_span(shift(reference, step, stated.unit), stated.unit)
    two = unit_span(shift(reference, step * count, stated.unit), stated.unit)
    days = min(one[0], two[0]), max(one[1], two[1])
    return make_period(days, granularity if count == 1 else "range", stated=False)


def _same(stated: Stated, before: Period | None, granularity: Granularity) -> Period:
    """Return the unit that the text named before: «الشهر ذاته», «العام نفسه», «اليوم نفسه»."""
    if before is None or before.start is None:
        month = before.month if before and stated.unit in ("month", "day") else None
        return make_period(None, granularity, stated=False, month=month)
    if stated.unit == "day" and before.start != before.end:
        return make_period(None, granularity, stated=False)
    days = unit_span(before.start, stated.unit)
    month = days[0].month if stated.unit == "month" else None
    return replace(make_period(days, granularity, stated=False, month=month), anchor=before.anchor)


def anchor_counted(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return «الأيام الثلاثة الماضية»: from so many units away to the reference."""
    del before
    if reference is None:
        return make_period(None, "range", stated=False)
    other = shift(reference, (stated.count or 1) * (-1 if stated.turn == "past" else 1), stated.unit)
    return make_period((min(reference, other), max(reference, other)), "range", stated=False)


def anchor_ago(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return the day, week, month or year so many units back, as wide as the unit makes it."""
    del before
    granularity: Granularity = stated.unit  # type: ignore[assignment]
    if reference is None:
        return make_period(None, granularity, stated=False)
    if stated.count is None:
        days = shift(reference, -_MANY, stated.unit), shift(reference, -_FEW, stated.unit)
        return make_period(days, "range", stated=False)
    middle = shift(reference, -min(stated.count, 1900), stated.unit)
    width = {"day": 0, "week": 4, "month": 16, "year": 183}[stated.unit]
    if stated.approximate:
        width = max(width, (reference - middle).days // 10)
    days = move(middle, -width), min(reference, move(middle, width))
    return make_period(days, granularity, stated=False)
