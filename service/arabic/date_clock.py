"""Times of day: «الساعة 21:15», «الثامنة والنصف مساء», "14h30"; alone or behind a date."""

from __future__ import annotations

import re
from dataclasses import replace

from service.arabic.date_items import Item, Items
from service.arabic.date_stating import blank, with_words
from service.arabic.stated import Stated

_PARTS = {"half": 1 / 2, "quarter": 1 / 4, "third": 1 / 3}


def read_time(items: Items, start: int, end: int) -> Stated | None:
    """Read a clock time on its own."""
    chosen = items.items[start:end]
    if not _is_clock(chosen) or not _is_hour(items, chosen):
        return None
    time = read_clock(chosen)
    if time is None:
        return None
    stated = blank(items, "time", start, end)
    return replace(with_words(stated, chosen), offset=None, weekday=None, hour=time[0], minute=time[1])


def _is_hour(items: Items, chosen: tuple[Item, ...]) -> bool:
    """Tell whether a number with a unit of time is a clock time: "à 18 heures"."""
    if chosen[-1].code != "V" or len(chosen) > 2:
        return True
    return chosen[-1].value == "hour" and items.marks.text_at(chosen[0].first - 1) == "à"


def _is_clock(chosen: tuple[Item, ...]) -> bool:
    """Tell a clock time from a number beside a word like «مساء»: «الثامنة مساء» has an article."""
    first = chosen[0]
    if first.code in "ZOJ":
        return True
    return first.definite or first.code == "d"


def with_time(stated: Stated, chosen: tuple[Item, ...]) -> Stated:
    """Add the clock time behind a date, if one is there."""
    codes = "".join(item.code for item in chosen)
    match = re.search(r"Z|O|(?<![\w/-])[od0J](?=z)", codes)
    if not match:
        return stated
    time = read_clock(chosen[match.start() :])
    return replace(stated, hour=time[0], minute=time[1]) if time else stated


def read_clock(chosen: tuple[Item, ...]) -> tuple[int, int | None] | None:
    """Return hour and minute; «مساء» and the like move the hour behind noon."""
    digits = next((item.value for item in chosen if item.code in "OJ"), None)
    part = next((item.value for item in chosen if item.code == "z"), "")
    if digits:
        hour, _, rest = digits.replace("h", ":").replace(".", ":").replace(",", ":").partition(":")
        minute: int | None = int(rest[:2] or 0)
        return _in_day(int(hour), minute, part)
    numbers = [item for item in chosen if item.code in "do09"]
    if not numbers:
        return None
    fraction = next((item.number or _PARTS.get(item.value, 0) for item in chosen if item.code in "vR"), 0)
    minute = round(fraction * 60) if fraction else int(numbers[1].number) if len(numbers) > 1 else None
    return _in_day(int(numbers[0].number), minute, part)


def _in_day(hour: int, minute: int | None, part: str) -> tuple[int, int | None] | None:
    if hour > 24 or (minute or 0) > 59:
        return None
    if hour < 12 and (part == "evening" or (part == "noon" and hour < 7) or (part == "night" and hour >= 6)):
        hour += 12
    elif hour == 12 and part in ("morning", "night", "dawn"):
        hour = 0
    return hour % 24, minute
