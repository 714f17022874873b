"""Which reader reads which pattern of date_grammar.py.

Every reader takes the items and a range of them and returns `Stated`, or None when the match is no date after all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from service.arabic.date_calendar import read_calendar, read_numeric, read_slashed, read_this_day
from service.arabic.date_clock import read_time
from service.arabic.date_items import Items
from service.arabic.date_relative import read_ago, read_counted, read_today, read_unit, read_weekday
from service.arabic.date_years import read_century, read_decade, read_division, read_season, read_year, read_years
from service.arabic.stated import Stated

Reader = Callable[[Items, int, int], "Stated | None"]
READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "numeric": read_numeric,
        "dayfirst": read_calendar,
        "monthfirst": read_calendar,
        "thisday": read_this_day,
        "slashed": read_slashed,
        "division": read_division,
        "month": read_calendar,
        "lastmonth": read_calendar,
        "weekday": read_weekday,
        "season": read_season,
        "century": read_century,
        "decade": read_decade,
        "counted": read_counted,
        "ago": read_ago,
        "years": read_years,
        "year": read_year,
        "unit": read_unit,
        "today": read_today,
        "time": read_time,
    }
)
