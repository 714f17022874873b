"""Readers of calendar dates: day, month and year in words and digits, in all their orders."""

from __future__ import annotations

import re
from dataclasses import replace

from service.arabic.date_clock import with_time
from service.arabic.date_items import Item, Items
from service.arabic.date_stating import blank, is_plural, with_words, with_year
from service.arabic.stated import Stated

_MONTHS = "MmLA"
_HIJRI_MONTHS = "Hu"
_HIJRI_YEARS = (1343, 1500)


def read_calendar(items: Items, start: int, end: int) -> Stated | None:
    """Read whatever day, month, year, weekday, turn, part and time stand in the range."""
    chosen = items.items[start:end]
    stated = blank(items, "date", start, end)
    month_at = next((at for at, item in enumerate(chosen) if item.code in _MONTHS + _HIJRI_MONTHS), len(chosen))
    days = [int(item.number) for item in chosen[:month_at] if item.code in "do"]
    if not days and month_at < len(chosen):
        days = [int(item.number) for item in chosen[month_at:] if item.code in "do"][:2]
    months = [int(item.value) for item in chosen if item.code in _MONTHS + _HIJRI_MONTHS]
    year = next((item for item in chosen if item.code == "y"), None)
    stated = with_year(stated, year, chosen)
    year_turn = _turn_of_year(chosen) if year is None else ""
    loose = _first_or_last_days(items, chosen[:month_at])
    if loose:
        days = []
    stated = replace(
        stated,
        year_turn=year_turn,
        day=days[0] if days else None,
        to_day=days[-1] if len(days) > 1 else None,
        month=months[0] if months else None,
        to_month=months[-1] if len(set(months)) > 1 else None,
        hijri=stated.hijri or any(item.code in _HIJRI_MONTHS for item in chosen),
    )
    stated = with_words(stated, chosen)
    stated = replace(stated, turn="" if year_turn else stated.turn, part=loose or stated.part)
    return with_time(stated, chosen[month_at:])


def _turn_of_year(chosen: tuple[Item, ...]) -> str:
    """Return which year «من العام الماضي» behind a month means."""
    codes = "".join(item.code for item in chosen)
    match = re.search("(?<=Y)[pxcs]|j(?=Y)", codes)
    return chosen[match.start()].value if match else ""


def _first_or_last_days(items: Items, lead: tuple[Item, ...]) -> str:
    """«الأيام الأولى من أغسطس» is its beginning, not the first of it."""
    if not any(item.code == "D" and item.value != "2" and is_plural(items, item) for item in lead):
        return ""
    ordinal = any(item.code == "o" for item in lead)
    return "early" if ordinal else ""


def read_numeric(items: Items, start: int, end: int) -> Stated | None:
    """Read «2023/09/26», "26-9-2023", "26.9.23"; day before month, unless the month could be none."""
    chosen = items.items[start:end]
    numbers = [index for index, item in enumerate(chosen) if item.code in "Ndy"]
    at = next((index for index in numbers if chosen[index].code == "N"), numbers[-1])
    if chosen[at].code == "N":
        parts = [int(part) for part in re.split(r"[/.\-]", chosen[at].value)]
    else:
        parts = [int(chosen[index].number) for index in numbers[-3:]]
    if parts[0] > 31:
        year, month, day = parts
    else:
        day, month, year = parts
    if month > 12 >= day:
        day, month = month, day
    if year < 100:
        year += 2000 if year < 70 else 1900
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1300 <= year <= 2999):
        return None
    stated = replace(blank(items, "date", start, end), year=year, month=month, day=day)
    stated = replace(stated, hijri=_HIJRI_YEARS[0] <= year <= _HIJRI_YEARS[1])
    return with_time(with_words(stated, chosen), chosen[at + 1 :])


def read_slashed(items: Items, start: int, end: int) -> Stated | None:
    """Read «26/9» behind «يوم», a weekday or «بتاريخ»."""
    day, month = (int(item.number) for item in items.items[start:end] if item.code == "d")
    if month > 12:
        return None
    before = items.items[start - 1]
    weekday = int(before.value) if before.code == "W" else None
    return replace(blank(items, "date", start, end), day=day, month=month, weekday=weekday)


def read_this_day(items: Items, start: int, end: int) -> Stated | None:
    """Read «17 من الشهر الجاري», «12 الجاري»: a day of the month that the text is about."""
    chosen = items.items[start:end]
    month = next((item for item in chosen if item.code == "S"), None)
    if month and not (month.definite or items.marks.text_at(month.first)[0].isascii()):
        return None  # «18 شهرا المقبلة»
    stated = with_words(blank(items, "thisday", start, end), chosen)
    days = [int(item.number) for item in chosen if item.code in "do"]
    return replace(stated, day=days[0], offset=None, unit="month")
