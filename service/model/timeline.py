"""How the reports of an event came one after another: who was first, how figures moved, who changed a text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from service.model.answers import Flag, Relation
from service.model.articles import ArticleHead
from service.model.facts import Dimension, Quantity, Span


@dataclass(frozen=True, slots=True)
class When:
    """When a text was out, and how that is known.

    "published" and "updated" are what the outlet says; "stored" is when this service first saw a changed text, by which
    the outlet had changed it. `is_day`: only the day is known, `at` is its first moment.
    """

    at: datetime
    source: Literal["published", "updated", "stored"] = "published"
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """An article that reports the event. `copies` are later articles of other outlets with the same wire text."""

    article: ArticleHead
    passage_id: str
    flag: Flag
    when: When | None
    is_outlets_first: bool = False
    copies: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity with the sentence it was read from: `span.of(sentence)` are its words."""

    quantity: Quantity
    sentence: str
    span: Span


class Move(StrEnum):
    """How a figure stands to the earlier ones of the same thing."""

    FIRST = "first"
    SAME = "same"
    UPDATE = "update"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one thing as one revision of an article gave it first.

    `to_claim` is what the judge says of it and of the claim's figure, None when the claim has none of the same thing.
    """

    figure: Figure
    article: ArticleHead
    when: When | None
    move: Move | None
    to_claim: Relation | None = None
    copies: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """What figures are of: a dimension, its unit, and for counts the keys of what is counted («قتيل»)."""

    dimension: Dimension
    unit: str = ""
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """All figures of one thing in the order of time; `undated` are those whose time is not known."""

    thing: Thing
    is_claimed: bool
    points: tuple[Point, ...]
    undated: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words of the earlier sentence and those that stand for them in the later one; either span may be empty."""

    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that another one of the same thing replaced."""

    before: Figure
    after: Figure
    move: Move


@dataclass(frozen=True, slots=True)
class TextChange:
    """A sentence on the event that an outlet changed or added; `article` is the revision that has it so first.

    `before` is the sentence as it stood in `from_revision`, None when there was none.
    """

    article: ArticleHead
    from_revision: int
    when: When | None
    passage_id: str
    before: str | None
    after: str
    words: tuple[WordChange, ...] = ()
    figures: tuple[FigureChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The reports of the event a claim speaks of, in order of time.

    `first` are the reports that may have been first: one, unless several are known to the same day only. Reports
    without a date stand in `undated`.
    """

    first: tuple[Report, ...] = ()
    reports: tuple[Report, ...] = ()
    undated: tuple[Report, ...] = ()
    series: tuple[Series, ...] = ()
    changes: tuple[TextChange, ...] = ()
