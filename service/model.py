"""The words of the design as values: what an article, a passage, a fact, a match and a cross-reference are.

Everything here is frozen and knows no I/O. Offsets count Unicode code points, as Python strings do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

Language = str
"""ISO 639-1 code: ar, en, fr; "und" when it cannot be told."""


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


# --- facts ---------------------------------------------------------------------------------------------------------


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


# --- articles ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher: the stable id of outlets.toml (or a slug of its name) and the name shown to people."""

    id: str
    name: str


RemovedKind = Literal["teaser", "caption", "tags", "share", "comments", "source_line", "other"]


@dataclass(frozen=True, slots=True)
class Removed:
    """Something taken off a page, verbatim, and what it was taken for."""

    kind: RemovedKind
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One to three sentences of an article: `article.text[start:end] == text`, always.

    `id` is "<article id>:<revision>:<ordinal>". `context` is the sentence before, verbatim, "" at the beginning:
    a passage that opens with a pronoun is judged with it.
    """

    id: str
    ordinal: int
    start: int
    end: int
    text: str
    language: Language
    context: str = ""


PublishedAtSource = Literal["given", "page", "text"]


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """What is known of an article without its text."""

    id: str
    revision: int
    outlet: Outlet | None
    url: str | None
    title: str | None
    author: str | None
    published_at: datetime | None
    published_at_source: PublishedAtSource | None
    updated_at: datetime | None
    language: Language
    wire_source: str | None
    role: Literal["main", "split_off"]
    source_group: str
    """Articles with the same value copy the same wire text and count as one independent source."""
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """One text of an outlet at one time: one revision, ready to be stored or as it was stored.

    `text` is the cleaned body, verbatim; `digest` is the SHA-256 hex of its normalised form (same digest: same
    revision); `bands` are the MinHash bands by which near copies are found.
    """

    head: ArticleHead
    text: str
    passages: tuple[Passage, ...]
    removed: tuple[Removed, ...] = ()
    digest: str = ""
    bands: tuple[str, ...] = ()
    signature: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one article that was handed to the index."""

    head: ArticleHead
    outcome: Literal["created", "revised", "unchanged"]


# --- search --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is restricted to; empty means everything. Dates are inclusive days of publication (UTC)."""

    outlets: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageQuery:
    """A search for passages: at most `limit` hits and at most `per_outlet` of one outlet.

    `also` holds other words for things that `text` speaks of, one group a thing (a number in digits and in a word, a
    name in Arabic letters); they are looked for with less weight, the less the more words a group has.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    limit: int = 50
    per_outlet: int = 10
    also: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its article and the engine's score (higher is better; comparable within one answer)."""

    passage: Passage
    article: ArticleHead
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits best first; `partial` says why something was not searched (None when everything was)."""

    hits: tuple[Hit, ...]
    partial: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was searched."""

    articles: int
    outlets: int
    passages: int
    first: date | None
    last: date | None
    generation: str
    partial: str | None = None


@dataclass(frozen=True, slots=True)
class OutletCount:
    """An outlet with what the index holds of it."""

    outlet: Outlet
    articles: int
    first: date | None
    last: date | None


# --- judgement -----------------------------------------------------------------------------------------------------


class Flag(StrEnum):
    """How a passage stands to a claim."""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    MENTIONS = "mentions"


class EvidenceKind(StrEnum):
    """What kind of reason an evidence is."""

    QUANTITY = "quantity"
    DATE = "date"
    PLACE = "place"
    ACTOR = "actor"
    ROLE = "role"
    DIRECTION = "direction"
    OUTCOME = "outcome"
    NEGATION = "negation"
    SEQUENCE = "sequence"
    ATTRIBUTION = "attribution"
    UPDATE = "update"
    PARAPHRASE = "paraphrase"


class Relation(StrEnum):
    """How the two sides of an evidence stand to each other."""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    UPDATE = "update"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Note:
    """The reason in words a person reads, in both languages."""

    ar: str
    en: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One typed reason, with the words in the claim and in the passage it rests on."""

    kind: EvidenceKind
    relation: Relation
    claim_span: Span
    passage_span: Span
    note: Note


@dataclass(frozen=True, slots=True)
class Scores:
    """Probabilities of the three flags; they sum to 1."""

    agrees: float
    conflicts: float
    mentions: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision on one (claim, passage) pair; `confidence` is the chance that the flag is right."""

    flag: Flag
    confidence: float
    scores: Scores
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence to be checked, as given. `as_of` is the day its relative dates («أمس») count from."""

    text: str
    language: Language
    facts: Facts
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A passage as a judge sees it: the quote, and what helps to read it."""

    text: str
    published: date | None = None
    title: str = ""
    context: str = ""
    language: Language = "ar"


# --- the answer ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A passage found for a claim, judged. `highlights` index the passage's text."""

    passage: Passage
    article: ArticleHead
    judgement: Judgement
    highlights: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class OutletMatches:
    """All matches of one outlet, best first, under one flag."""

    outlet: Outlet | None
    flag: Flag
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class FlagCount:
    """How much stands behind one flag; copies of one wire text are one independent source."""

    outlets: int
    independent_sources: int
    articles: int


class Verdict(StrEnum):
    """The overall state of a claim over all outlets."""

    CORROBORATED = "corroborated"
    CONTRADICTED = "contradicted"
    CONTESTED = "contested"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class CrossReference:
    """The answer to a claim."""

    claim: Claim
    verdict: Verdict
    counts: dict[Flag, FlagCount]
    outlets: tuple[OutletMatches, ...]
    coverage: Coverage
    versions: dict[str, str]
