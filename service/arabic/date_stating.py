"""What all date readers share: the blank of what is stated, its year, and the words around it."""

from __future__ import annotations

from dataclasses import replace

from service.arabic.date_items import Item, Items
from service.arabic.marks import bare_forms
from service.arabic.normalise import normalise
from service.arabic.stated import Stated
from service.arabic.words import read_table

# A bare year between is a Hijri one of our time rather than a Gregorian one of the Middle Ages.
_HIJRI_NOW = (1390, 1460)
UNITS = {"D": "day", "K": "week", "S": "month", "Y": "year", "V": "hour", "C": "century"}


def blank(items: Items, name: str, start: int, end: int) -> Stated:
    """Return what is stated with its marks and the preposition before it, and nothing else yet."""
    chosen = items.items
    first = next(item for item in chosen[start:end] if item.end > item.first)
    relation = chosen[start - 1].value if start and chosen[start - 1].code == "r" else "at"
    end_mark = max(item.end for item in chosen[start:end])
    return Stated(name, first.first, end_mark, first.skip, relation=relation if relation != "ago" else "at")


def with_year(stated: Stated, year: Item | None, chosen: tuple[Item, ...]) -> Stated:
    """Add a year; Hijri beside a Hijri month or «هـ», or when it looks like one of our days."""
    if year is None:
        return stated
    number = int(year.number)
    era = next((item.code for item in chosen if item.code in "hg"), "")
    lunar = any(item.code in "Hu" for item in chosen) or era == "h"
    hijri = era != "g" and (lunar or _HIJRI_NOW[0] <= number <= _HIJRI_NOW[1]) and number < 1600
    return replace(stated, year=number, hijri=hijri)


def with_words(stated: Stated, chosen: tuple[Item, ...]) -> Stated:
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


def is_plural(items: Items, unit: Item) -> bool:
    """Tell whether a unit stands in the plural: «أيام»."""
    plurals = {normalise(row[0]) for row in read_table("plural_units")}
    return any(form.text in plurals for form in bare_forms(items.marks.text_at(unit.first)))
