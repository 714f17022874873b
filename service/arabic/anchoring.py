"""Anchoring: from what a date states to a period of the calendar, with the reference day and what was named before.

A stated year anchors by itself. Without one the day of the article decides: «الماضي» is the latest before it,
«المقبل» the next, an unmarked date the latest one that is not far ahead (news looks back). «الشهر ذاته» is the month
that was named before. Whatever cannot be anchored keeps its stated fields and has no days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from service.arabic.calendar_spans import (
    Days,
    around,
    day_span,
    gregorian_year_of,
    hijri_span,
    hijri_year_at,
    months_span,
    move,
    nearest,
    part_of,
    season_span,
    shift,
    unit_span,
    year_span,
)
from service.arabic.stated import Stated
from service.model import Granularity, Period

# «قبل أيام» and its like: two to ten of them.
_FEW, _MANY = 2, 10


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


def _period(days: Days | None, granularity: Granularity, *, stated: bool, **fields: int | None) -> Period:
    known = days if days else (None, None)
    source = None if days is None else "stated" if stated else "reference"
    return Period(known[0], known[1], granularity, anchor=source, **fields)  # type: ignore[arg-type]


# --- dates with day or month ---------------------------------------------------------------------------------------


def _anchor_date(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
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
        return _period(days, granularity, stated=stated.year is not None, **fields) if days else None
    if reference is None:
        return _period(None, granularity, stated=False, **fields)
    return _period(_nearest(stated, reference, make), granularity, stated=False, **fields)


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
        return _gregorian(days, granularity, stated) if days else _far_hijri(stated)
    if reference is None or stated.month is None:
        return _period(None, granularity, stated=False, weekday=stated.weekday)
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
        return _period(days, granularity, stated=True, weekday=stated.weekday)
    only = days[0]
    return _period(
        days, granularity, stated=True, year=only.year, month=only.month, day=only.day, weekday=stated.weekday
    )


def _far_hijri(stated: Stated) -> Period | None:
    """Return the Gregorian year of a Hijri date outside the Umm al-Qura table, give or take one."""
    year = gregorian_year_of(stated.year or 1)
    if not 2 <= year <= 2998 or (stated.day is not None and stated.day > 30):
        return None
    return replace(_period((date(year - 1, 1, 1), date(year + 1, 12, 31)), "year", stated=True), approximate=True)


def _anchor_this_day(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
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
        return _period(None, "day", stated=False, month=month, **fields)
    days = day_span(base.year, base.month, stated.day)
    return _period(days, "day", stated=False, month=base.month, **fields) if days else None


# --- relative to the reference -------------------------------------------------------------------------------------


def _anchor_weekday(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """«أمس الأحد» is yesterday; a bare weekday the latest one, the day itself included; «الماضي» before it."""
    del before
    if reference is None or stated.weekday is None:
        return _period(None, "day", stated=False, weekday=stated.weekday)
    if stated.offset is not None:
        day = reference + timedelta(days=stated.offset)
        if day.weekday() == stated.weekday:
            return _period((day, day), "day", stated=False, weekday=stated.weekday)
    behind = (reference.weekday() - stated.weekday) % 7
    if stated.turn == "next" or stated.ahead:
        day = reference + timedelta(days=7 - behind)
    elif stated.turn == "past":
        day = reference - timedelta(days=behind or 7)
    else:
        day = reference - timedelta(days=behind)
    return _period((day, day), "day", stated=False, weekday=stated.weekday)


def _anchor_today(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    del before
    if reference is None:
        return _period(None, "day", stated=False)
    day = reference + timedelta(days=stated.offset or 0)
    return _period((day, day), "day", stated=False)


def _anchor_unit(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    granularity: Granularity = stated.unit  # type: ignore[assignment]
    if stated.turn == "same":
        return _same(stated, before, granularity)
    if reference is None:
        return _period(None, granularity, stated=False)
    step = {"past": -1, "next": 1}.get(stated.turn, 0)
    count = stated.count or 1
    one = unit_span(shift(reference, step, stated.unit), stated.unit)
    two = unit_span(shift(reference, step * count, stated.unit), stated.unit)
    days = min(one[0], two[0]), max(one[1], two[1])
    return _period(days, granularity if count == 1 else "range", stated=False)


def _same(stated: Stated, before: Period | None, granularity: Granularity) -> Period:
    """Return the unit that the text named before: «الشهر ذاته», «العام نفسه», «اليوم نفسه»."""
    if before is None or before.start is None:
        month = before.month if before and stated.unit in ("month", "day") else None
        return _period(None, granularity, stated=False, month=month)
    if stated.unit == "day" and before.start != before.end:
        return _period(None, granularity, stated=False)
    days = unit_span(before.start, stated.unit)
    month = days[0].month if stated.unit == "month" else None
    return replace(_period(days, granularity, stated=False, month=month), anchor=before.anchor)


def _anchor_counted(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    del before
    if reference is None:
        return _period(None, "range", stated=False)
    other = shift(reference, (stated.count or 1) * (-1 if stated.turn == "past" else 1), stated.unit)
    return _period((min(reference, other), max(reference, other)), "range", stated=False)


def _anchor_ago(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return the day, week, month or year so many units back, as wide as the unit makes it."""
    del before
    granularity: Granularity = stated.unit  # type: ignore[assignment]
    if reference is None:
        return _period(None, granularity, stated=False)
    if stated.count is None:
        days = shift(reference, -_MANY, stated.unit), shift(reference, -_FEW, stated.unit)
        return _period(days, "range", stated=False)
    middle = shift(reference, -min(stated.count, 1900), stated.unit)
    width = {"day": 0, "week": 4, "month": 16, "year": 183}[stated.unit]
    if stated.approximate:
        width = max(width, (reference - middle).days // 10)
    days = move(middle, -width), min(reference, move(middle, width))
    return _period(days, granularity, stated=False)


# --- years and longer ----------------------------------------------------------------------------------------------


def _anchor_year(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    del reference, before
    year = stated.year or 1
    if stated.hijri:
        days = hijri_span(year)
        if days and stated.to_year:
            last = hijri_span(stated.to_year)
            days = (days[0], last[1]) if last else days
        return _period(days, "range" if stated.to_year else "year", stated=True) if days else _far_hijri(stated)
    if stated.to_year:
        return _period(year_span(year, stated.to_year - year + 1), "range", stated=True)
    return _period(year_span(year), "year", stated=True, year=year)


def _anchor_season(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    del before
    if stated.year is not None:
        span = season_span(stated.season, stated.year)
        if stated.season == "winter":
            span = span[0], season_span("winter", stated.year + 1)[1]
        return _period(span, "season", stated=True, year=stated.year)
    if reference is None:
        return _period(None, "season", stated=False)
    if stated.unit == "year":
        year = reference.year + {"past": -1, "next": 1}.get(stated.turn, 0)
        return _period(season_span(stated.season, year), "season", stated=False)
    candidates = around(reference, lambda year: season_span(stated.season, year))
    turn = stated.turn if stated.turn in ("past", "next", "current") else ""
    return _period(nearest(candidates, reference, direction=turn), "season", stated=False)


def _anchor_long(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    """Return a decade or a century."""
    del before
    granularity: Granularity = "century" if stated.name == "century" else "decade"
    if stated.start_year is not None:
        return _period(year_span(stated.start_year, 100 if granularity == "century" else 10), granularity, stated=True)
    if reference is None:
        return _period(None, granularity, stated=False)
    step = {"past": -1, "next": 1}.get(stated.turn, 0)
    return _period(unit_span(shift(reference, step, granularity), granularity), granularity, stated=False)


def _anchor_division(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
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
        return _anchor_date(stated, reference, before)
    if stated.year is not None:
        return _anchor_year(stated, reference, before)
    return _anchor_unit(replace(stated, count=1), reference, before)


def _anchor_time(stated: Stated, reference: date | None, before: Period | None) -> Period | None:
    del reference, before
    return Period(None, None, "hour" if stated.minute is None else "minute", hour=stated.hour, minute=stated.minute)


_ANCHORS: dict[str, Callable[[Stated, date | None, Period | None], Period | None]] = {
    "date": _anchor_date,
    "thisday": _anchor_this_day,
    "weekday": _anchor_weekday,
    "today": _anchor_today,
    "unit": _anchor_unit,
    "counted": _anchor_counted,
    "ago": _anchor_ago,
    "year": _anchor_year,
    "years": _anchor_year,
    "season": _anchor_season,
    "century": _anchor_long,
    "decade": _anchor_long,
    "division": _anchor_division,
    "time": _anchor_time,
}
