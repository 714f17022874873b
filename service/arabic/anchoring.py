"""Anchoring: from what a date states to a period of the calendar, with the reference day and what was named before.

A stated year anchors by itself. Without one the day of the article decides: «الماضي» is the latest before it,
«المقبل» the next, an unmarked date the latest one that is not far ahead (news looks back). «الشهر ذاته» is the month
that was named before. Whatever cannot be anchored keeps its stated fields and has no days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from service.arabic.anchoring_calendar import anchor_date, anchor_this_day
from service.arabic.anchoring_relative import anchor_ago, anchor_counted, anchor_today, anchor_unit, anchor_weekday
from service.arabic.anchoring_years import anchor_division, anchor_long, anchor_season, anchor_year
from service.arabic.calendar_spans import (
    part_of,
)
from service.arabic.stated import Stated
from service.model import Period


def anchor(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return the period that `stated` names; `before` is the last period of the text that named a month or a day."""
    if not _is_in_range(stated):
        return None
    period = _ANCHORS[stated.name](stated, reference, before)
    if period is None:
        return None
    return _with_part(_with_clock(period, stated), stated)


def _is_in_range(stated: Stated) -> bool:
    years = (stated.year, stated.to_year, stated.start_year)
    return all(year is None or 1 <= year <= 2999 for year in years) and (stated.day or 1) <= 31


def _with_clock(period: Period, stated: Stated) -> Period:
    granularity = period.granularity
    if stated.hour is not None:
        granularity = "hour" if stated.minute is None else "minute"
    elif stated.part_of_day and granularity == "day":
        granularity = "part_of_day"
    return replace(
        period,
        granularity=granularity,
        hour=stated.hour,
        minute=stated.minute,
        relation=stated.relation,  # type: ignore[arg-type]
        part=stated.part_of_day or None,  # type: ignore[arg-type]
        approximate=period.approximate or stated.approximate,
    )


def _with_part(period: Period, stated: Stated) -> Period:
    """Cut the period down to its beginning, middle or end: no exact stretch, so the period is approximate."""
    if not stated.part or period.start is None or period.end is None:
        return replace(period, approximate=period.approximate or bool(stated.part))
    start, end = part_of((period.start, period.end), stated.part)
    return replace(period, start=start, end=end, approximate=True)


def anchor_time(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return a clock time without a day."""
    del reference, before
    return Period(None, None, "hour" if stated.minute is None else "minute", hour=stated.hour, minute=stated.minute)


_ANCHORS: dict[str, Callable[[Stated, date | None, Period | None], Period | None]] = {
    "date": anchor_date,
    "thisday": anchor_this_day,
    "weekday": anchor_weekday,
    "today": anchor_today,
    "unit": anchor_unit,
    "counted": anchor_counted,
    "ago": anchor_ago,
    "year": anchor_year,
    "years": anchor_year,
    "season": anchor_season,
    "century": anchor_long,
    "decade": anchor_long,
    "division": anchor_division,
    "time": anchor_time,
}
