"""Readers of dates that count from another day: weekdays, «أمس», «الأسبوع الماضي», «قبل ثلاثة أيام»."""

from __future__ import annotations

from dataclasses import replace

from service.arabic.bounds import bounds_by_end
from service.arabic.date_items import Items
from service.arabic.date_stating import UNITS, blank, is_plural, with_words
from service.arabic.stated import Stated


def read_weekday(items: Items, start: int, end: int) -> Stated | None:
    """Read «الثلاثاء», «فجر الخميس», «أمس الأحد»; «أيام السبت» are every one of them."""
    if any(item.code == "D" and is_plural(items, item) for item in items.items[max(0, start - 1) : end]):
        return None
    stated = blank(items, "weekday", start, end)
    return with_words(stated, items.items[start:end])


def read_today(items: Items, start: int, end: int) -> Stated | None:
    """Read «أمس», «صباح اليوم», «اليوم نفسه»; «اليوم الثالث» and «اليوم الوطني» are no dates."""
    if start and items.items[start - 1].code == "j" and items.items[start - 1].value == "same":
        return None  # «عصر ذلك اليوم»
    if items.codes[end - 1] == "s":
        return replace(blank(items, "unit", start, end), unit="day", count=1, turn="same")
    stated = with_words(blank(items, "today", start, end), items.items[start:end])
    return None if _is_another_day(items, end, stated) else stated


def _is_another_day(items: Items, end: int, stated: Stated) -> bool:
    """Tell whether «اليوم» has a name or a number behind it: «اليوم الوطني», «اليوم الثالث», «اليوم الواحد»."""
    last = items.items[end - 1]
    if items.marks.text_at(last.end - 1) != "اليوم" or last.end - last.first != 1:
        return False
    following = items.codes[end : end + 1]
    if following in ("o", "l") or (following == "d" and items.items[end].definite):
        return True
    return following == "_" and items.marks.text_at(last.end).startswith("ال") and not stated.part_of_day


def read_unit(items: Items, start: int, end: int) -> Stated | None:
    """Read «الأسبوع الماضي», «هذا العام», "last week", «مطلع العام»."""
    chosen = items.items[start:end]
    unit = next(item for item in chosen if item.code in "DKSY")
    stated = with_words(blank(items, "unit", start, end), chosen)
    if unit.value == "season" or (unit.value != "2" and is_plural(items, unit)):
        return None
    latin = items.marks.text_at(unit.first)[0].isascii()
    shown = any(item.code == "j" for item in chosen)
    if not (latin or shown or unit.definite or unit.value == "2") or (shown and unit.preposition):
        return None
    if unit.code == "D" and unit.value != "2" and stated.turn != "same" and not latin:
        return None
    count = 2 if unit.value == "2" else 1
    return replace(stated, unit=UNITS[unit.code], count=count, turn=stated.turn or "current")


def read_counted(items: Items, start: int, end: int) -> Stated | None:
    """Read «الأيام الثلاثة الماضية», "the past three years"."""
    chosen = items.items[start:end]
    unit = next(item for item in chosen if item.code in UNITS)
    number = next(item for item in chosen if item.code in "do")
    stated = with_words(blank(items, "counted", start, end), chosen)
    name = unit.value if unit.code == "V" else UNITS[unit.code]
    if stated.turn not in ("past", "next") or name in ("hour", "minute", "2hour"):
        return None
    return replace(stated, unit=name, count=int(number.number))


def read_ago(items: Items, start: int, end: int) -> Stated | None:
    """Read «قبل ثلاثة أيام», «منذ أسبوعين», "three days ago"; bare plurals («قبل أيام») stay wide."""
    chosen = items.items[start:end]
    relation = next((item.value for item in chosen if item.code in "ra"), "")
    unit = next(item for item in chosen if item.code in UNITS)
    number = next((item for item in chosen if item.code in "do9yn"), None)
    name = unit.value if unit.code == "V" else UNITS[unit.code]
    if relation not in ("before", "since", "ago") or name in ("hour", "minute", "2hour", "decade") or unit.definite:
        return None
    loose = any(item.code == "_" for item in chosen)
    if loose and not _is_about(items, start, end):
        return None
    stated = replace(blank(items, "ago", start, end), unit=name, approximate=loose)
    if relation == "since":
        stated = replace(stated, relation="since")
    if number is None and unit.value != "2" and is_plural(items, unit):
        return replace(stated, count=None, approximate=True)
    return replace(stated, count=int(number.number) if number else 2 if unit.value == "2" else 1)


def _is_about(items: Items, start: int, end: int) -> bool:
    loose = next(item for item in items.items[start:end] if item.code == "_")
    bound = bounds_by_end(items.marks).get(loose.end)
    return bound is not None and bound.effect == "about"
