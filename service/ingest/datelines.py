"""Dates as pages print them: «26th, September 2023 GMT», «2023/09/26 الساعة 21:15 بتوقيت غرينتش», «منذ 3 ساعات».

A stamp is a full date (day, month, year) with whatever clock time and zone stand behind it. Day comes before month in
an all-number date, as everywhere in the Arab world, unless the year leads. A stamp without a zone is taken as UTC, so
that its day stays the day that was printed; a date alone is its first moment. Prose («الثلاثاء الماضي») is the
business of `service.arabic.dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.ingest.outlets import words_of

_WORDS = "service.ingest.words"
_SEPARATOR = r"[\s,،/\-–(|:]{0,4}"
_OFFSET = re.compile(r"\s*(?:(z)\b|(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d{2})?\b)")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date found in a line: characters `start` to `end` of the normalised line, and the moment it means."""

    start: int
    end: int
    moment: datetime
    has_clock: bool


def read_stamps(line: str) -> list[Stamp]:
    """Return the full dates of a line, left to right, each with the clock time and zone that belong to it."""
    text = normalise(line)
    return list(_read_stamps(text)) if _may_hold_date(text) else []


def is_stamp(line: str) -> bool:
    """Tell whether a line is a date or time and nothing else («الأربعاء، 23-08-2023 04:34 ص», «منذ 3 ساعات»)."""
    if len(line) > 120:
        return False
    words = words_of(line)
    if not 1 <= len(words) <= _LONGEST_STAMP or not (_is_ago(words) or any(map(str.isdigit, words[:6]))):
        return False
    return _is_ago(words) or _is_bare_clock(words, line) or (bool(read_stamps(line)) and not _strangers(line))


def has_clock(line: str) -> bool:
    """Tell whether a date line gives the time of day, as comments do, or a relative time."""
    return _is_ago(words_of(line)) or bool(_clock_pattern().search(normalise(line)))


_LONGEST_STAMP = 16


def _may_hold_date(text: str) -> bool:
    return re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text) is not None


def _read_stamps(text: str) -> Iterator[Stamp]:
    for match in _date_pattern().finditer(text):
        day = _read_day(match)
        if day is not None:
            clock = _following_clock().match(text, match.end())
            zone, end = _read_zone(text, clock.end() if clock else match.end())
            moment = day + _read_clock(clock) if clock else day
            yield Stamp(match.start(), end, moment.replace(tzinfo=zone), clock is not None)


@cache
def _months() -> dict[str, int]:
    return {normalise(row[0]): int(row[2]) for row in read_table("months") if row[1] == "gregorian"}


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _date_pattern() -> re.Pattern[str]:
    month, year = f"(?:{_alternatives(list(_months()))})", r"(?:19|20)\d\d"
    months = rf"({month})\.?(?:\s*[/(-]\s*{month}\s*\)?|\s+{month})?"
    return re.compile(
        rf"(?<!\d)(?P<y1>{year})\s?[-/.]\s?(?P<m1>\d{{1,2}})\s?[-/.]\s?(?P<d1>\d{{1,2}})(?!\d)"
        rf"|(?<!\d)(?P<d2>\d{{1,2}})\s?[-/.]\s?(?P<m2>\d{{1,2}})\s?[-/.]\s?(?P<y2>{year})(?!\d)"
        rf"|(?<!\d)(?P<d3>\d{{1,2}})\s?(?:st|nd|rd|th|er)?[,،]?[\s/-]+(?:من\s+)?(?P<m3>{months})"
        rf"\s*[,،/-]?\s*(?:من\s+)?(?:عام\s+)?(?P<y3>{year})(?!\d)"
        rf"|(?<!\w)(?P<m4>{months})\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\s*[,،]?\s+(?P<y4>{year})(?!\d)"
    )


def _read_day(match: re.Match[str]) -> datetime | None:
    parts = match.groupdict()
    form = next(form for form in "1234" if parts[f"y{form}"])
    month = parts[f"m{form}"]
    number = int(month) if month.isdigit() else _first_month(month)
    year, day = int(parts[f"y{form}"]), int(parts[f"d{form}"])
    if form == "2" and number > 12 >= day:
        number, day = day, number
    try:
        return datetime(year, number, day)
    except ValueError:
        return None


def _first_month(words: str) -> int:
    found = re.match(_alternatives(list(_months())), words)
    return _months()[found.group()] if found else 0


@cache
def _clock_pattern() -> re.Pattern[str]:
    halves = _alternatives([normalise(row[0]) for row in read_table("day_halves", package=_WORDS)])
    return re.compile(
        rf"(?P<hour>[01]?\d|2[0-3])[:h٫](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?(?!\d)"
        rf"(?:\s?(?P<half>{halves})(?!\w))?"
    )


@cache
def _following_clock() -> re.Pattern[str]:
    openers = _alternatives([normalise(row[1]) for row in _stamp_table() if row[0] == "clock"])
    return re.compile(rf"{_SEPARATOR}(?:{openers})?{_SEPARATOR}{_clock_pattern().pattern}")


@cache
def _halves() -> dict[str, str]:
    return {normalise(row[0]): row[1] for row in read_table("day_halves", package=_WORDS)}


def _read_clock(clock: re.Match[str]) -> timedelta:
    hour, half = int(clock["hour"]), _halves().get(clock["half"] or "")
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return timedelta(hours=hour, minutes=int(clock["minute"]), seconds=int(clock["second"] or 0))


@cache
def _zones() -> dict[str, str]:
    return {normalise(row[0]): row[1] for row in read_table("time_zones", package=_WORDS)}


@cache
def _zone_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_SEPARATOR}({_alternatives(list(_zones()))})(?!\w)\)?")


def _read_zone(text: str, at: int) -> tuple[tzinfo, int]:
    offset = _OFFSET.match(text, at)
    if offset:
        return _read_offset(offset), offset.end()
    named = _zone_pattern().match(text, at)
    if named:
        name = _zones()[named[1]]
        return (UTC if name == "UTC" else ZoneInfo(name)), named.end()
    return UTC, at


def _read_offset(offset: re.Match[str]) -> tzinfo:
    if offset[1]:
        return UTC
    hours, minutes = int(offset[3]), int(offset[4] or 0)
    if hours > 14:
        return UTC
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if offset[2] == "-" else shift)


def _stamp_table() -> tuple[tuple[str, ...], ...]:
    return read_table("stamp_words", package=_WORDS)


@cache
def _stamp_words() -> frozenset[str]:
    """Words that may stand in a date line beside the date: weekdays, clock and zone words, Hijri months."""
    tables = [("weekdays", "service.arabic.words"), ("months", "service.arabic.words")]
    tables += [(name, _WORDS) for name in ("day_halves", "time_zones")]
    words = {word for name, package in tables for row in read_table(name, package=package) for word in words_of(row[0])}
    return frozenset(words).union(*(words_of(row[1]) for row in _stamp_table()))


def _strangers(line: str) -> list[str]:
    return [word for word in words_of(line) if not any(map(str.isdigit, word)) and word not in _stamp_words()]


@cache
def _ago_words() -> tuple[frozenset[str], frozenset[str]]:
    rows = read_table("ago_words", package=_WORDS)
    openers = {words_of(row[1])[0] for row in rows if row[0] == "opener"}
    units = {word for row in rows if row[0] == "unit" for word in words_of(row[1])}
    return frozenset(openers), frozenset(units)


def _is_ago(words: tuple[str, ...]) -> bool:
    openers, units = _ago_words()
    if not 2 <= len(words) <= 5:
        return False
    return (words[0] in openers and words[-1] in units) or (words[0].isdigit() and words[-1] == "ago")


def _is_bare_clock(words: tuple[str, ...], line: str) -> bool:
    return len(words) <= 6 and bool(_clock_pattern().search(normalise(line))) and not _strangers(line)
