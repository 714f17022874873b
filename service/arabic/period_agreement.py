"""Two periods compared: as stretches of days where both are anchored, by their stated fields where not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from service.arabic.agreement import Agreement
from service.model import DayPart, Period

_FIELDS = ("year", "month", "day", "weekday")
_WEEK = 7
_PARTS: tuple[DayPart, ...] = ("dawn", "morning", "noon", "evening", "night")
_EVENINGS: tuple[DayPart, ...] = ("evening", "night")
_NIGHTS: tuple[DayPart, ...] = ("night", "dawn")
_LATE, _EARLY = 20, 6  # hours between which it is night
_HALF_DAY = 12
_ZONES = 4  # hours: clocks of one event differ by time zone
Days = tuple[date, date]


def compare_periods(claim: Period, passage: Period) -> Agreement:
    """Tell whether the period of a passage bears out that of a claim.

    A claim that is the coarser («في سبتمبر») agrees with the day in it; a passage that is the coarser is compatible;
    stretches apart conflict. A bare weekday stands for a day near the article's: another weekday conflicts, the same
    one in another week is unknown. A year that only the reference gave never conflicts by itself. «منذ 2011» and
    «منذ 2013» conflict, «منذ 2011» and «في 2016» do not.
    """
    if _is_clock_only(claim) or _is_clock_only(passage):
        both = _is_clock_only(claim) and _is_clock_only(passage)
        return _compare_clocks(claim, passage) if both else Agreement.UNKNOWN
    if claim.relation == passage.relation != "at":
        return _compare_ends(claim, passage)
    if not (claim.start and claim.end and passage.start and passage.end):
        return _compare_fields(claim, passage)
    one, two = _stretch(claim), _stretch(passage)
    if one[0] <= two[0] and two[1] <= one[1]:
        return Agreement.COMPATIBLE if claim.relation in ("since", "until") else _refine(claim, passage)
    if one[0] <= two[1] and two[0] <= one[1]:
        return Agreement.COMPATIBLE
    return _compare_apart(claim, passage, one, two)


def _compare_ends(claim: Period, passage: Period) -> Agreement:
    """Compare two periods with the same preposition by the periods themselves; «قبل» other days can both be true."""
    found = compare_periods(replace(claim, relation="at"), replace(passage, relation="at"))
    open_ended = claim.relation in ("before", "after")
    return Agreement.COMPATIBLE if open_ended and found is Agreement.CONFLICTS else found


def _is_clock_only(period: Period) -> bool:
    return period.hour is not None and period.start is None and not any(_fields(period).values())


def _compare_clocks(one: Period, two: Period) -> Agreement:
    if one.hour == two.hour and (one.minute or 0) == (two.minute or 0):
        return Agreement.AGREES
    if one.hour == two.hour:
        return Agreement.AGREES if one.minute is None else Agreement.COMPATIBLE
    apart = abs((one.hour or 0) - (two.hour or 0))
    said = one.part is not None and two.part is not None
    if min(apart, 24 - apart) <= _ZONES or (apart == _HALF_DAY and not said):
        return Agreement.UNKNOWN
    return Agreement.CONFLICTS


def _refine(claim: Period, passage: Period) -> Agreement:
    """Look at the part of the day and the clock where the days agree."""
    if _are_other_parts(claim, passage):
        return Agreement.CONFLICTS
    if claim.hour is None:
        return Agreement.COMPATIBLE if claim.part and not passage.part else Agreement.AGREES
    if passage.hour is None:
        return Agreement.COMPATIBLE
    return _compare_clocks(claim, passage)


def _are_other_parts(one: Period, two: Period) -> bool:
    """Tell whether the words name parts of one day that are not neighbours: morning and evening."""
    return one.start == two.start and one.start == one.end and _are_other_day_parts(one, two)


def _are_other_day_parts(one: Period, two: Period) -> bool:
    if one.part is None or two.part is None:
        return False
    apart = abs(_PARTS.index(one.part) - _PARTS.index(two.part))
    return min(apart, len(_PARTS) - apart) > 1


def _stretch(period: Period) -> Days:
    """Return the days a period means with its preposition: «منذ 2019» reaches to the end of time."""
    start, end = period.start or date.min, period.end or date.max
    if period.relation == "since":
        return start, date.max
    if period.relation == "after":  # «بعد نهاية 2015» may still be in it
        return start if period.approximate else end, date.max
    if period.relation == "before":
        return date.min, end if period.approximate else start
    if period.relation == "until":
        return date.min, end
    if period.approximate:
        slack = (end - start) / 4
        return _move(start, -slack), _move(end, slack)
    return start, end


def _move(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day


# --- anchored, apart -----------------------------------------------------------------------------------------------


def _compare_apart(claim: Period, passage: Period, one: Days, two: Days) -> Agreement:
    gap = max((two[0] - one[1]).days, (one[0] - two[1]).days)
    loose = [side for side in (claim, passage) if _is_bare_weekday(side)]
    if loose:
        return _compare_weekdays(claim, passage, gap)
    if _differ_only_by_inferred_year(claim, passage):
        return Agreement.UNKNOWN
    if gap <= 1 and _may_be_one_night(claim, passage):
        return Agreement.UNKNOWN
    return Agreement.COMPATIBLE if gap <= 1 and (claim.approximate or passage.approximate) else Agreement.CONFLICTS


def _may_be_one_night(one: Period, two: Period) -> bool:
    """Tell whether two days that follow each other may be one night: «ليل الثلاثاء», «فجر الأربعاء»."""
    earlier, later = (one, two) if (one.start or date.min) <= (two.start or date.min) else (two, one)
    return _part_of(earlier) in _EVENINGS and _part_of(later) in (*_NIGHTS, None)


def _part_of(period: Period) -> str | None:
    """Return the part of the day that a period names, or that its hour lies in."""
    if period.part is not None or period.hour is None:
        return period.part
    return "night" if period.hour >= _LATE or period.hour < _EARLY else "day"


def _is_bare_weekday(period: Period) -> bool:
    return period.weekday is not None and period.day is None and period.anchor == "reference"


def _compare_weekdays(claim: Period, passage: Period, gap: int) -> Agreement:
    """Another weekday conflicts; the same one of another week, or a longer stretch close by, says nothing."""
    one, two = _weekday_of(claim), _weekday_of(passage)
    if one is None or two is None:
        return Agreement.CONFLICTS if gap > _WEEK else Agreement.UNKNOWN
    if one == two:  # «الأحد» may be the last or the coming one
        return Agreement.COMPATIBLE if gap <= _WEEK else Agreement.UNKNOWN
    return Agreement.UNKNOWN if gap <= 1 and _may_be_one_night(claim, passage) else Agreement.CONFLICTS


def _weekday_of(period: Period) -> int | None:
    if period.weekday is not None:
        return period.weekday
    return period.start.weekday() if period.start and period.start == period.end else None


def _differ_only_by_inferred_year(one: Period, two: Period) -> bool:
    if one.year is not None and two.year is not None:
        return False
    here, there = _fields(one), _fields(two)
    if not here["month"] or not there["month"] or "reference" not in (one.anchor, two.anchor):
        return False
    return here["month"] == there["month"] and (not here["day"] or not there["day"] or here["day"] == there["day"])


# --- not anchored --------------------------------------------------------------------------------------------------


def _fields(period: Period) -> dict[str, int | None]:
    """Return what is known of year, month, day and weekday, from the words or from the days."""
    known: dict[str, int | None] = {name: getattr(period, name) for name in _FIELDS}
    if period.start is None or period.end is None:
        return known
    start, end = period.start, period.end
    known["year"] = known["year"] or (start.year if start.year == end.year else None)
    if (start.year, start.month) == (end.year, end.month):
        known["month"] = start.month
    if start == end:
        known["day"], known["weekday"] = start.day, start.weekday()
    return known


def _fits_next_week(claim: Period, passage: Period) -> bool:
    """Tell whether the claim's date is the passage's bare weekday of another week: «الأربعاء» may be ahead."""
    if not _is_bare_weekday(passage) or passage.start is None or claim.weekday not in (None, passage.weekday):
        return False
    days = (passage.start + timedelta(days=_WEEK * turn) for turn in (-1, 1))
    return any((claim.day, claim.month, claim.year or day.year) == (day.day, day.month, day.year) for day in days)


def _compare_fields(claim: Period, passage: Period) -> Agreement:
    """Compare by fields: a difference in one conflicts; all that the claim states must be there to agree."""
    if claim.relation != "at" or passage.relation != "at":
        return Agreement.UNKNOWN
    one, two = _fields(claim), _fields(passage)
    shared = [name for name in _FIELDS if one[name] is not None and two[name] is not None]
    if not shared or "range" in (claim.granularity, passage.granularity):
        return Agreement.UNKNOWN
    if any(one[name] != two[name] for name in shared):
        return Agreement.COMPATIBLE if _fits_next_week(claim, passage) else Agreement.CONFLICTS
    if _are_other_day_parts(claim, passage):
        return Agreement.CONFLICTS
    stated = [name for name in _FIELDS if getattr(claim, name) is not None]
    return Agreement.AGREES if set(stated) <= set(shared) else Agreement.COMPATIBLE
