"""What the words of a date state, before it is anchored in the calendar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stated:
    """What the words of one date state, before it is anchored: the marks `first` to `end` (exclusive)."""

    name: str
    first: int
    end: int
    skip: int = 0
    year: int | None = None
    month: int | None = None
    day: int | None = None
    to_year: int | None = None
    to_month: int | None = None
    to_day: int | None = None
    hijri: bool = False
    weekday: int | None = None
    offset: int | None = None
    turn: str = ""
    year_turn: str = ""
    unit: str = ""
    count: int | None = None
    part: str = ""
    division: tuple[str, int] | None = None
    season: str = ""
    start_year: int | None = None
    hour: int | None = None
    minute: int | None = None
    part_of_day: str = ""
    relation: str = "at"
    ahead: bool = False
    approximate: bool = False
