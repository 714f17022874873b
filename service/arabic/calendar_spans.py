"""Days of the calendar: spans of months, seasons, parts of a year; Hijri dates; the occurrence nearest to a day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from hijridate import Hijri

Days = tuple[date, date]

# An unmarked date without year is taken ahead of the reference only when it is this near: news announces weeks ahead
# and looks back months.
_AHEAD_DAYS = 60
_AHEAD_MONTH = 31  # the same for a month as a whole
_HIJRI_FIRST, _HIJRI_LAST = 1343, 1500  # the Umm al-Qura table


def day_span(year: int, month: int, day: int) -> Days | None:
    """Return the one day, None when the calendar has none (31 June)."""
    try:
        only = date(year, month, day)
    except ValueError:
        return None
    return only, only


def month_span(year: int, month: int) -> Days:
    """Return first and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def year_span(year: int, years: int = 1) -> Days:
    """Return first and last day of one or more years."""
    return date(year, 1, 1), date(min(9999, year + years - 1), 12, 31)


def months_span(year: int, first: int, last: int) -> Days:
    """Return the days from the month `first` to the month `last`; a last month beyond 12 is in the year after."""
    extra, month = divmod(last - 1, 12)
    return date(year, first, 1), month_span(year + extra, month + 1)[1]


def season_span(season: str, year: int) -> Days:
    """Return the season of a year in the north, from its meteorological beginning to its astronomical end.

    The winter of a year is taken to be the one that begins in it or ends in it: December before to March, and December.
    """
    spans = {
        "spring": (date(year, 3, 1), date(year, 6, 20)),
        "summer": (date(year, 6, 1), date(year, 9, 22)),
        "autumn": (date(year, 9, 1), date(year, 12, 21)),
        "winter": (date(year - 1, 12, 1), date(year, 3, 20)),
    }
    return spans[season]


def hijri_span(year: int, month: int | None = None, day: int | None = None) -> Days | None:
    """Return the Gregorian days of a Hijri year, month or day (Umm al-Qura); None outside 1343-1500."""
    if not _HIJRI_FIRST <= year <= _HIJRI_LAST:
        return None
    first = Hijri(year, month or 1, 1)
    last_month = Hijri(year, month or 12, 1)
    if day is not None:
        if not 1 <= day <= first.month_length():
            return None
        only = Hijri(year, month or 1, day).to_gregorian()
        return date(only.year, only.month, only.day), date(only.year, only.month, only.day)
    start = first.to_gregorian()
    end = Hijri(year, last_month.month, last_month.month_length()).to_gregorian()
    return date(start.year, start.month, start.day), date(end.year, end.month, end.day)


def gregorian_year_of(hijri_year: int) -> int:
    """Return the Gregorian year in which most of a Hijri year lies (mean years; exact to a year)."""
    return int(hijri_year * 0.970229 + 621.5774)


def hijri_year_at(day: date) -> int:
    """Return the Hijri year of a Gregorian day, to a year (mean years)."""
    return int((day.year + (day.timetuple().tm_yday / 365.25) - 621.5774) / 0.970229)


def part_of(span: Days, part: str) -> Days:
    """Return the early, middle or late part of a span.

    A third of a year or more; of a month or week two fifths, for «مطلع الشهر» reaches to the 12th or so.
    """
    length = (span[1] - span[0]).days + 1
    third = timedelta(days=round(length * (0.34 if length > 100 else 0.4)) - 1)
    if part == "early":
        return span[0], span[0] + third
    if part == "late":
        return span[1] - third, span[1]
    quarter = timedelta(days=round(length * 0.25))
    return span[0] + quarter, span[1] - quarter


def nearest(candidates: Iterable[Days | None], reference: date, *, direction: str = "") -> Days | None:
    """Return the candidate that a text of the day `reference` means.

    past: the latest that ended before the day; next: the earliest that begins after it; ahead: the earliest that is
    not over; current: the one that holds it, else the nearest; unmarked: the latest that began before, or soon will.
    """
    spans = sorted(span for span in candidates if span)
    if not spans:
        return None
    if direction == "next":
        return next((span for span in spans if span[0] > reference), spans[-1])
    if direction == "current":
        return min(spans, key=lambda span: _distance(span, reference))
    if direction == "past":
        return next((span for span in reversed(spans) if span[1] < reference), spans[0])
    if direction == "ahead":
        return next((span for span in spans if span[1] >= reference), spans[-1])
    ahead = _AHEAD_DAYS if spans[0][0] == spans[0][1] else _AHEAD_MONTH
    return next((span for span in reversed(spans) if (span[0] - reference).days <= ahead), spans[0])


def _distance(span: Days, day: date) -> int:
    if span[0] <= day <= span[1]:
        return 0
    return min(abs((span[0] - day).days), abs((span[1] - day).days))


def around(reference: date, make: Callable[[int], Days | None], years: int = 2) -> list[Days | None]:
    """Return what `make` gives for the years around the reference."""
    return [make(year) for year in range(reference.year - years, reference.year + years + 1)]


def move(day: date, days: int) -> date:
    """Move a day by days, not beyond the calendar's ends."""
    return date.fromordinal(min(date.max.toordinal(), max(1, day.toordinal() + days)))


def shift(day: date, count: int, unit: str) -> date:
    """Move a day by units: day, week, month, year, decade; to the last day where a month is shorter."""
    if unit in ("day", "week"):
        return move(day, count * (7 if unit == "week" else 1))
    months = count * {"month": 1, "year": 12, "decade": 120, "century": 1200}[unit]
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(9999, max(1, year))
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def unit_span(day: date, unit: str) -> Days:
    """Return the day, month, year, decade or century that holds a day; a week has it anywhere in it."""
    if unit == "week":
        return move(day, -6), move(day, 6)
    if unit == "month":
        return month_span(day.year, day.month)
    if unit == "year":
        return year_span(day.year)
    if unit == "decade":
        return year_span(day.year // 10 * 10, 10)
    if unit == "century":
        return year_span((day.year - 1) // 100 * 100 + 1, 100)
    return day, day
