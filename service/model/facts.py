"""What is read from a text: spans, quantities, periods, names, places, polarity.

Offsets count Unicode code points, as Python strings do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points: `text[start:end]`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the slice of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two spans share a code point."""
        return self.start < other.end and other.start < self.end

    def shift(self, by: int) -> Span:
        """Return the span moved by `by` code points."""
        return Span(self.start + by, self.end + by)


class FactKind(StrEnum):
    """What a fact is about."""

    QUANTITY = "quantity"
    PERIOD = "period"
    NAME = "name"
    PLACE = "place"
    POLARITY = "polarity"


class Dimension(StrEnum):
    """What a quantity measures; quantities of different dimensions are never compared."""

    COUNT = "count"
    PERCENT = "percent"
    MONEY = "money"
    LENGTH = "length"
    AREA = "area"
    MASS = "mass"
    VOLUME = "volume"
    SPEED = "speed"
    TEMPERATURE = "temperature"
    ENERGY = "energy"
    POWER = "power"
    DURATION = "duration"
    AGE = "age"
    ORDINAL = "ordinal"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as a closed range: «نحو 360 ألفا», «آلاف», «لا يتجاوز 40», «5ر2 %».

    `low`/`high` are in the base unit of the dimension (metres, square metres, kilograms, litres, seconds for
    durations, years for ages, the currency itself for money); None means unbounded on that side.
    `unit` is the canonical unit key as in words/units.tsv ("km", "USD", "year", "%"; "" for a plain count).
    `counted` holds the light stems of the noun phrase counted or measured, nearest first («قتيل»; for money or
    percent the noun it is a share or price of), empty when the text names none.
    `approximate` is True when words say so (نحو، حوالي، قرابة); the range already includes the tolerance.
    `second` is the other side of a score («2-1»), else None.
    """

    low: float | None
    high: float | None
    dimension: Dimension = Dimension.COUNT
    unit: str = ""
    counted: tuple[str, ...] = ()
    approximate: bool = False
    second: float | None = None


DayPart = Literal["dawn", "morning", "noon", "evening", "night"]

Granularity = Literal[
    "minute", "hour", "part_of_day", "day", "week", "month", "season", "year", "decade", "century", "range"
]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time. `start` and `end` are inclusive days, None while the words cannot be anchored.

    `year`, `month`, `day`, `weekday` (Monday is 0) hold what the words themselves state (Gregorian; a Hijri date is
    converted), so that two unanchored dates («17 سبتمبر») can still be compared. `anchor` says where start and end
    come from: "stated" in the words, "reference" (the article's date), or None. `hour`/`minute` for a time of day.
    `relation` is the preposition's sense: at (default), before, after, since, until.
    """

    start: date | None
    end: date | None
    granularity: Granularity
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    hour: int | None = None
    minute: int | None = None
    anchor: Literal["stated", "reference"] | None = None
    relation: Literal["at", "before", "after", "since", "until"] = "at"
    approximate: bool = False
    part: DayPart | None = None
    """The part of the day that the words name («فجر الخميس», «الثامنة مساء»)."""


@dataclass(frozen=True, slots=True)
class Name:
    """A person, an organisation or another proper name.

    `key` is a canonical identifier where a word list knows the name ("org:un", "person:putin"), else its normalised
    spelling skeleton; `tokens` are the normalised tokens without titles; `role` is the title or office written with
    it («نائب وزير الدفاع الروسي»), normalised, "" when none. `office` is the canonical form of the role,
    "rank/portfolio/country" ("deputy-minister/defence/RU", parts may be empty). A person without tokens is an office
    named without its holder («استقبل وزير الدفاع الوفد»).
    """

    kind: Literal["person", "organisation", "other"]
    key: str
    tokens: tuple[str, ...]
    role: str = ""
    office: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place. `key` is canonical ("country:LY", "city:tripoli-ly") or the skeleton; `within` holds the keys of the
    places that contain it, nearest first, so that «بنغازي» is compatible with «ليبيا» and with «شرق ليبيا».
    `stands_for` is the country whose government a capital's name may mean («موسكو أعلنت»).
    """

    key: str
    kind: Literal["country", "region", "city", "site", "other"]
    within: tuple[str, ...] = ()
    stands_for: str | None = None


class PolarityKind(StrEnum):
    """How a statement is put: not, it is denied that, they doubt that, it is planned that, they say that."""

    NEGATION = "negation"
    DENIAL = "denial"
    DOUBT = "doubt"
    PLAN = "plan"
    CONDITION = "condition"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True)
class Polarity:
    """A cue («لم», «نفت … صحة», «زعم», «يعتزم», «بحسب») and the span of words it governs.

    `speaker` is the span of who denies, doubts or says it, where the text names one.
    """

    kind: PolarityKind
    cue: str
    scope: Span
    speaker: Span | None = None


FactValue = Quantity | Period | Name | Place | Polarity


@dataclass(frozen=True, slots=True)
class Fact:
    """A typed thing read from a text, with the span it was read from."""

    kind: FactKind
    span: Span
    text: str
    value: FactValue


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one text, ordered by span."""

    items: tuple[Fact, ...] = ()

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def of(self, kind: FactKind) -> tuple[Fact, ...]:
        """Return the facts of one kind, in the order of the text."""
        return tuple(fact for fact in self.items if fact.kind is kind)
