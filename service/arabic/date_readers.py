"""Readers of the date patterns: from the items of one match to what they state.

Every reader takes the items and a range of them and returns `Stated`, or None when the match is no date after all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from service.arabic.bounds import bounds_by_end
from service.arabic.counted import known_noun
from service.arabic.date_items import Item, Items
from service.arabic.marks import bare_forms, is_among
from service.arabic.normalise import normalise
from service.arabic.stated import Stated
from service.arabic.units import read_unit
from service.arabic.words import read_table

_MONTHS = "MmLA"
_HIJRI_MONTHS = "Hu"
_UNITS = {"D": "day", "K": "week", "S": "month", "Y": "year", "V": "hour", "C": "century"}
_PARTS = {"half": 1 / 2, "quarter": 1 / 4, "third": 1 / 3}
# «في الثلاثينات» alone is an age more often than the 1930s.
_FIRST_DECADE_ALONE = 1950
_HIJRI_YEARS = (1343, 1500)
_PARTS_OF = {"half": 2, "third": 3, "quarter": 4, "week": 5}
Reader = Callable[[Items, int, int], "Stated | None"]


def _read_calendar(items: Items, start: int, end: int) -> Stated | None:
    """Read whatever day, month, year, weekday, turn, part and time stand in the range."""
    chosen = items.items[start:end]
    stated = _blank(items, "date", start, end)
    month_at = next((at for at, item in enumerate(chosen) if item.code in _MONTHS + _HIJRI_MONTHS), len(chosen))
    days = [int(item.number) for item in chosen[:month_at] if item.code in "do"]
    if not days and month_at < len(chosen):
        days = [int(item.number) for item in chosen[month_at:] if item.code in "do"][:2]
    months = [int(item.value) for item in chosen if item.code in _MONTHS + _HIJRI_MONTHS]
    year = next((item for item in chosen if item.code == "y"), None)
    stated = _with_year(stated, year, chosen)
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
    stated = _with_words(stated, chosen)
    stated = replace(stated, turn="" if year_turn else stated.turn, part=loose or stated.part)
    return _with_time(stated, chosen[month_at:])


def _turn_of_year(chosen: tuple[Item, ...]) -> str:
    """Return which year «من العام الماضي» behind a month means."""
    codes = "".join(item.code for item in chosen)
    match = re.search("(?<=Y)[pxcs]|j(?=Y)", codes)
    return chosen[match.start()].value if match else ""


def _first_or_last_days(items: Items, lead: tuple[Item, ...]) -> str:
    """«الأيام الأولى من أغسطس» is its beginning, not the first of it."""
    if not any(item.code == "D" and item.value != "2" and _is_plural(items, item) for item in lead):
        return ""
    ordinal = any(item.code == "o" for item in lead)
    return "early" if ordinal else ""


def _blank(items: Items, name: str, start: int, end: int) -> Stated:
    chosen = items.items
    first = next(item for item in chosen[start:end] if item.end > item.first)
    relation = chosen[start - 1].value if start and chosen[start - 1].code == "r" else "at"
    end_mark = max(item.end for item in chosen[start:end])
    return Stated(name, first.first, end_mark, first.skip, relation=relation if relation != "ago" else "at")


def _with_year(stated: Stated, year: Item | None, chosen: tuple[Item, ...]) -> Stated:
    if year is None:
        return stated
    number = int(year.number)
    era = next((item.code for item in chosen if item.code in "hg"), "")
    lunar = any(item.code in _HIJRI_MONTHS for item in chosen) or era == "h"
    hijri = era != "g" and (lunar or 1390 <= number <= 1460) and number < 1600
    return replace(stated, year=number, hijri=hijri)


def _with_words(stated: Stated, chosen: tuple[Item, ...]) -> Stated:
    """Add weekday, turn («الماضي»), part («مطلع»), part of the day and today's word."""
    by_code: dict[str, Item] = {}
    for item in chosen:
        by_code.setdefault(item.code, item)
    weekday = by_code.get("W")
    offset = by_code.get("T")
    turn = next((by_code[code].value for code in "pxcsj" if code in by_code), "")
    return replace(
        stated,
        weekday=int(weekday.value) if weekday else None,
        offset=int(offset.value) if offset else None,
        turn=turn,
        part=by_code["Q"].value if "Q" in by_code else "",
        part_of_day=by_code["z"].value if "z" in by_code else "",
    )


# --- times of day --------------------------------------------------------------------------------------------------


def _with_time(stated: Stated, chosen: tuple[Item, ...]) -> Stated:
    """Add the clock time behind a date, if one is there."""
    codes = "".join(item.code for item in chosen)
    match = re.search(r"Z|O|(?<![\w/-])[od0J](?=z)", codes)
    if not match:
        return stated
    time = _clock(chosen[match.start() :])
    return replace(stated, hour=time[0], minute=time[1]) if time else stated


def _read_time(items: Items, start: int, end: int) -> Stated | None:
    chosen = items.items[start:end]
    if not _is_clock(chosen):
        return None
    time = _clock(chosen)
    if time is None:
        return None
    stated = _blank(items, "time", start, end)
    return replace(_with_words(stated, chosen), offset=None, weekday=None, hour=time[0], minute=time[1])


def _is_clock(chosen: tuple[Item, ...]) -> bool:
    """Tell a clock time from a number beside a word like «مساء»: «الثامنة مساء» has an article."""
    first = chosen[0]
    if first.code in "ZOJ":
        return True
    return first.definite or first.code == "d"


def _clock(chosen: tuple[Item, ...]) -> tuple[int, int | None] | None:
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


# --- dates in digits -----------------------------------------------------------------------------------------------


def _read_numeric(items: Items, start: int, end: int) -> Stated | None:
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
    stated = replace(_blank(items, "date", start, end), year=year, month=month, day=day)
    stated = replace(stated, hijri=_HIJRI_YEARS[0] <= year <= _HIJRI_YEARS[1])
    return _with_time(_with_words(stated, chosen), chosen[at + 1 :])


def _read_slashed(items: Items, start: int, end: int) -> Stated | None:
    """Read «26/9» behind «يوم», a weekday or «بتاريخ»."""
    day, month = (int(item.number) for item in items.items[start:end] if item.code == "d")
    if month > 12:
        return None
    before = items.items[start - 1]
    weekday = int(before.value) if before.code == "W" else None
    return replace(_blank(items, "date", start, end), day=day, month=month, weekday=weekday)


# --- weekdays, parts, units ----------------------------------------------------------------------------------------


def _read_weekday(items: Items, start: int, end: int) -> Stated | None:
    if any(item.code == "D" and _is_plural(items, item) for item in items.items[max(0, start - 1) : end]):
        return None  # «أيام السبت»: every one of them
    stated = _blank(items, "weekday", start, end)
    return _with_words(stated, items.items[start:end])


def _read_today(items: Items, start: int, end: int) -> Stated | None:
    """Read «أمس», «صباح اليوم»; «اليوم الثالث» and «اليوم الوطني» are no dates."""
    if start and items.items[start - 1].code == "j" and items.items[start - 1].value == "same":
        return None  # «عصر ذلك اليوم»
    stated = _with_words(_blank(items, "today", start, end), items.items[start:end])
    last = items.items[end - 1]
    following = items.codes[end : end + 1]
    if items.marks.text_at(last.end - 1) == "اليوم" and last.end - last.first == 1:
        word = items.marks.text_at(last.end)
        counted = following == "d" and items.items[end].definite
        if (
            following in ("o", "l", "s")
            or counted
            or (word.startswith("ال") and following == "_" and not stated.part_of_day)
        ):
            return None
    return stated


def _read_this_day(items: Items, start: int, end: int) -> Stated | None:
    """Read «17 من الشهر الجاري», «12 الجاري»: a day of the month that the text is about."""
    chosen = items.items[start:end]
    month = next((item for item in chosen if item.code == "S"), None)
    if month and not (month.definite or items.marks.text_at(month.first)[0].isascii()):
        return None  # «18 شهرا المقبلة»
    stated = _with_words(_blank(items, "thisday", start, end), chosen)
    days = [int(item.number) for item in chosen if item.code in "do"]
    return replace(stated, day=days[0], offset=None, unit="month")


def _read_unit(items: Items, start: int, end: int) -> Stated | None:
    """Read «الأسبوع الماضي», «هذا العام», "last week", «مطلع العام»."""
    chosen = items.items[start:end]
    unit = next(item for item in chosen if item.code in "DKSY")
    stated = _with_words(_blank(items, "unit", start, end), chosen)
    if unit.value == "season" or (unit.value != "2" and _is_plural(items, unit)):
        return None
    latin = items.marks.text_at(unit.first)[0].isascii()
    shown = any(item.code == "j" for item in chosen)
    if not (latin or shown or unit.definite or unit.value == "2") or (shown and unit.preposition):
        return None
    if unit.code == "D" and unit.value != "2" and stated.turn != "same" and not latin:
        return None
    count = 2 if unit.value == "2" else 1
    return replace(stated, unit=_UNITS[unit.code], count=count, turn=stated.turn or "current")


def _read_counted(items: Items, start: int, end: int) -> Stated | None:
    """Read «الأيام الثلاثة الماضية», "the past three years"."""
    chosen = items.items[start:end]
    unit = next(item for item in chosen if item.code in _UNITS)
    number = next(item for item in chosen if item.code in "do")
    stated = _with_words(_blank(items, "counted", start, end), chosen)
    name = unit.value if unit.code == "V" else _UNITS[unit.code]
    if stated.turn not in ("past", "next") or name in ("hour", "minute", "2hour"):
        return None
    return replace(stated, unit=name, count=int(number.number))


def _read_ago(items: Items, start: int, end: int) -> Stated | None:
    """Read «قبل ثلاثة أيام», «منذ أسبوعين», "three days ago"; bare plurals («قبل أيام») stay wide."""
    chosen = items.items[start:end]
    relation = next((item.value for item in chosen if item.code in "ra"), "")
    unit = next(item for item in chosen if item.code in _UNITS)
    number = next((item for item in chosen if item.code in "do9yn"), None)
    name = unit.value if unit.code == "V" else _UNITS[unit.code]
    if relation not in ("before", "since", "ago") or name in ("hour", "minute", "2hour", "decade") or unit.definite:
        return None
    loose = any(item.code == "_" for item in chosen)
    if loose and not _is_about(items, start, end):
        return None
    stated = replace(_blank(items, "ago", start, end), unit=name, approximate=loose)
    if relation == "since":
        stated = replace(stated, relation="since")
    if number is None and unit.value != "2" and _is_plural(items, unit):
        return replace(stated, count=None, approximate=True)
    return replace(stated, count=int(number.number) if number else 2 if unit.value == "2" else 1)


def _is_about(items: Items, start: int, end: int) -> bool:
    loose = next(item for item in items.items[start:end] if item.code == "_")
    bound = bounds_by_end(items.marks).get(loose.end)
    return bound is not None and bound.effect == "about"


def _is_plural(items: Items, unit: Item) -> bool:
    plurals = {normalise(row[0]) for row in read_table("plural_units")}
    return any(form.text in plurals for form in bare_forms(items.marks.text_at(unit.first)))


# --- years and longer ----------------------------------------------------------------------------------------------


def _read_year(items: Items, start: int, end: int) -> Stated | None:
    chosen = items.items[start:end]
    year = next(item for item in chosen if item.code == "y")
    has_word = any(item.code in "YhgQ" for item in chosen)
    if not has_word and not _is_bare_year(items, start, year):
        return None
    return _with_words(_with_year(_blank(items, "year", start, end), year, chosen), chosen)


def _is_bare_year(items: Items, start: int, year: Item) -> bool:
    """Tell a year from a number: four digits, 1900 to 2100, nothing counted behind, no bound or amount before."""
    marks = items.marks
    if not 1900 <= year.number <= 2100 or not re.fullmatch(r"\d{4}", marks.text_at(year.first)) or year.preposition:
        return False
    if year.first in bounds_by_end(marks) or read_unit(marks, year.end):
        return False
    before = items.codes[start - 1] if start else ""
    if before and before in "irb(M":
        return not (marks.kind_at(year.end) == "word" and _counts(marks.text_at(year.end)))
    if marks.kind_at(year.end) == "word" and (known_noun(marks.text_at(year.end)) or _counts(marks.text_at(year.end))):
        return False
    blocked = {normalise(row[0]) for row in read_table("not_before_year")}
    word = marks.text_at(year.first - 1)
    if not word or marks.kind_at(year.first - 1) not in ("word", "sign"):
        return False
    return not any(form.text in blocked for form in bare_forms(word)) and word not in ("$", "€", "£", "#")


def _counts(word: str) -> bool:
    noun = known_noun(word)
    return noun is not None and not noun[2] and not word.startswith("ال")


def _read_years(items: Items, start: int, end: int) -> Stated | None:
    """Read «عامي 2019 و2020», "2014-2015"."""
    chosen = items.items[start:end]
    years = [item for item in chosen if item.code == "y"]
    one, two = int(years[0].number), int(years[-1].number)
    if one == two + 1:  # «موسم 2004/2003»
        one, two = two, one
        years = years[::-1]
    if not one < two <= one + 200:
        return None
    stated = _with_year(_blank(items, "years", start, end), years[0], chosen)
    return replace(stated, to_year=two)


def _read_division(items: Items, start: int, end: int) -> Stated | None:
    """Read «النصف الأول من 2015», «الربع الثالث من العام الجاري», "third quarter of 2015", "Q3 2015"."""
    chosen = items.items[start:end]
    stated = _read_calendar(items, start, end)
    code = next((item.value for item in chosen if item.code == "X"), "")
    if code:
        if not re.fullmatch(r"[qh][1-4]", code):
            return None
        kind, number = {"q": "quarter", "h": "half"}[code[0]], int(code[1])
    else:
        kind = next(item.value for item in chosen if item.code in "RK")
        number = next((int(item.number) for item in chosen if item.code in "od"), _PARTS_OF[kind])
    if stated is None or number > _PARTS_OF[kind]:
        return None
    if kind == "week" and stated.month is None:
        return None
    if chosen[1:] and chosen[1].code == "p" and not items.marks.text_at(chosen[1].first).startswith("الاخير"):
        return None
    unit = next((_UNITS[item.code] for item in chosen if item.code in "YS"), "")
    if not (unit or stated.year or stated.month):
        return None
    turn = next((item.value for item in chosen[2:] if item.code in "pxcsj"), "")
    return replace(stated, name="division", day=None, to_day=None, turn=turn, division=(kind, number), unit=unit)


def _read_season(items: Items, start: int, end: int) -> Stated | None:
    chosen = items.items[start:end]
    season = next(item for item in chosen if item.code == "E")
    years = [item for item in chosen if item.code == "y"]
    alone = not years and not any(item.code in "pxcsj" for item in chosen)
    if alone and not (season.definite or items.marks.text_at(season.first)[0].isascii()):
        return None
    if season.value == "spring" and not years and _is_arab_spring(items, season):
        return None
    stated = _with_words(_blank(items, "season", start, end), chosen)
    return replace(
        stated,
        season=season.value,
        year=int(years[0].number) if years else None,
        unit="year" if any(item.code == "Y" for item in chosen) and not years else "",
    )


def _is_arab_spring(items: Items, season: Item) -> bool:
    return items.marks.text_at(season.end).removeprefix("ال").startswith("عرب")


def _read_century(items: Items, start: int, end: int) -> Stated | None:
    chosen = items.items[start:end]
    number = next((int(item.number) for item in chosen if item.code in "od"), None)
    stated = _with_words(_blank(items, "century", start, end), chosen)
    if number is None:
        return replace(stated, unit="century", count=1) if stated.turn else None
    return replace(stated, start_year=(number - 1) * 100 + 1)


def _is_of_life(items: Items, end: int) -> bool:
    """«الخمسينات من العمر» is no decade of a century."""
    last = items.items[end - 1].end
    return items.marks.text_at(last) == "من" and is_among(items.marks, last + 1, "age_cues")


def _read_decade(items: Items, start: int, end: int) -> Stated | None:
    """Read «ثمانينيات القرن الماضي», «التسعينيات», "the 1980s", "les années 90"."""
    chosen = items.items[start:end]
    stated = _with_words(_blank(items, "decade", start, end), chosen)
    word = next((item for item in chosen if item.code == "e"), None)
    number = next((item for item in chosen if item.code in "yn"), None)
    if word is None and number is not None:
        year = int(number.number) if number.number >= 1000 else 1900 + int(number.number)
        plural = items.marks.text_at(chosen[0].first) in ("années", "annees") or number.code == "y"
        return replace(stated, start_year=year, turn="") if year % 10 == 0 and plural and year < 2100 else None
    if word is None or not (word.definite or len(chosen) > 1 or stated.part):
        return None
    has_century = any(item.code == "C" for item in chosen)
    if not has_century and (int(word.value) < _FIRST_DECADE_ALONE or _is_of_life(items, end)):
        return None
    century = next((int(item.number) for item in chosen if item.code in "od"), 20)
    return replace(stated, start_year=int(word.value) - 1900 + (century - 1) * 100, turn="")


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "numeric": _read_numeric,
        "dayfirst": _read_calendar,
        "monthfirst": _read_calendar,
        "thisday": _read_this_day,
        "slashed": _read_slashed,
        "division": _read_division,
        "month": _read_calendar,
        "lastmonth": _read_calendar,
        "weekday": _read_weekday,
        "season": _read_season,
        "century": _read_century,
        "decade": _read_decade,
        "counted": _read_counted,
        "ago": _read_ago,
        "years": _read_years,
        "year": _read_year,
        "unit": _read_unit,
        "today": _read_today,
        "time": _read_time,
    }
)
