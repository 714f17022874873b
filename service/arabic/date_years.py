"""Readers of years, their parts and what is longer: «عامي 2019 و2020», «الربع الثالث», seasons, decades, centuries."""

from __future__ import annotations

import re
from dataclasses import replace

from service.arabic.bounds import bounds_by_end
from service.arabic.counted import known_noun
from service.arabic.date_calendar import read_calendar
from service.arabic.date_items import Item, Items
from service.arabic.date_stating import UNITS, blank, with_words, with_year
from service.arabic.marks import Marks, is_among
from service.arabic.stated import Stated
from service.arabic.units import read_unit as read_measure

_ROUND = 50
# «في الثلاثينات» alone is an age more often than the 1930s.
_FIRST_DECADE_ALONE = 1950
_PARTS_OF = {"half": 2, "third": 3, "quarter": 4, "week": 5}


def read_year(items: Items, start: int, end: int) -> Stated | None:
    """Read «عام 2015», «1436هـ», a bare «2015»."""
    chosen = items.items[start:end]
    year = next(item for item in chosen if item.code == "y")
    has_word = any(item.code in "YhgQ" for item in chosen)
    if not has_word and not _is_bare_year(items, start, year):
        return None
    return with_words(with_year(blank(items, "year", start, end), year, chosen), chosen)


def _is_bare_year(items: Items, start: int, year: Item) -> bool:
    """Tell a year from a number: four digits, 1900 to 2100, nothing counted behind, no bound or amount before.

    Behind «في», «منذ», «إلى» and their like a number that is not round is a year whatever follows («خلال 2015 طالب …»).
    """
    marks = items.marks
    if not 1900 <= year.number <= 2100 or not re.fullmatch(r"\d{4}", marks.text_at(year.first)):
        return False
    measured = not marks.text_at(year.end).startswith("ال") and read_measure(marks, year.end)
    if year.first in bounds_by_end(marks) or measured:
        return False
    round_number = year.number % _ROUND == 0
    counts = marks.kind_at(year.end) == "word" and _is_counted(marks.text_at(year.end))
    before = items.codes[start - 1] if start else ""
    if before and before in "irb(M":
        return not (counts and round_number) and not (counts and marks.text_at(year.end).endswith("ا"))
    if counts or year.preposition or (before == ">" and round_number):
        return not counts and not round_number
    return before == ">" or not _is_behind_amount(marks, year.first - 1)


def _is_behind_amount(marks: Marks, index: int) -> bool:
    """Tell whether the word before four digits speaks of an amount, or is none at all."""
    if marks.kind_at(index) not in ("word", "sign") or marks.text_at(index) in ("$", "€", "£", "#"):
        return True
    return is_among(marks, index, "not_before_year") or is_among(marks, index, "identifier_words")


def _is_counted(word: str) -> bool:
    """Tell whether the word behind a number is a noun that it counts."""
    noun = known_noun(word)
    return noun is not None and not noun[2] and not word.startswith("ال")


def read_years(items: Items, start: int, end: int) -> Stated | None:
    """Read «عامي 2019 و2020», "2014-2015"."""
    chosen = items.items[start:end]
    years = [item for item in chosen if item.code == "y"]
    one, two = int(years[0].number), int(years[-1].number)
    if one == two + 1:  # «موسم 2004/2003»
        one, two = two, one
        years = years[::-1]
    if not one < two <= one + 200:
        return None
    stated = with_year(blank(items, "years", start, end), years[0], chosen)
    return replace(stated, to_year=two)


def read_division(items: Items, start: int, end: int) -> Stated | None:
    """Read «النصف الأول من 2015», «الربع الثالث من العام الجاري», "third quarter of 2015", "Q3 2015"."""
    chosen = items.items[start:end]
    stated = read_calendar(items, start, end)
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
    unit = next((UNITS[item.code] for item in chosen if item.code in "YS"), "")
    if not (unit or stated.year or stated.month):
        return None
    turn = next((item.value for item in chosen[2:] if item.code in "pxcsj"), "")
    return replace(stated, name="division", day=None, to_day=None, turn=turn, division=(kind, number), unit=unit)


def read_season(items: Items, start: int, end: int) -> Stated | None:
    """Read «صيف 2014», «الصيف الماضي», «خريف العام المقبل»."""
    chosen = items.items[start:end]
    season = next(item for item in chosen if item.code == "E")
    years = [item for item in chosen if item.code == "y"]
    alone = not years and not any(item.code in "pxcsj" for item in chosen)
    if alone and not (season.definite or items.marks.text_at(season.first)[0].isascii()):
        return None
    if season.value == "spring" and not years and _is_arab_spring(items, season):
        return None
    stated = with_words(blank(items, "season", start, end), chosen)
    return replace(
        stated,
        season=season.value,
        year=int(years[0].number) if years else None,
        unit="year" if any(item.code == "Y" for item in chosen) and not years else "",
    )


def _is_arab_spring(items: Items, season: Item) -> bool:
    return items.marks.text_at(season.end).removeprefix("ال").startswith("عرب")


def read_century(items: Items, start: int, end: int) -> Stated | None:
    """Read «القرن التاسع عشر», «القرن الماضي», "19th century"."""
    chosen = items.items[start:end]
    number = next((int(item.number) for item in chosen if item.code in "od"), None)
    stated = with_words(blank(items, "century", start, end), chosen)
    if number is None:
        return replace(stated, unit="century", count=1) if stated.turn else None
    return replace(stated, start_year=(number - 1) * 100 + 1)


def _is_of_life(items: Items, end: int) -> bool:
    """«الخمسينات من العمر» is no decade of a century."""
    last = items.items[end - 1].end
    return items.marks.text_at(last) == "من" and is_among(items.marks, last + 1, "age_cues")


def read_decade(items: Items, start: int, end: int) -> Stated | None:
    """Read «ثمانينيات القرن الماضي», «التسعينيات», "the 1980s", "les années 90"."""
    chosen = items.items[start:end]
    stated = with_words(blank(items, "decade", start, end), chosen)
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
