"""What becomes of a claim: judgements with their evidence, matches, the cross-reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from service.model.articles import ArticleHead, Coverage, Language, Outlet, Passage
from service.model.facts import Facts, Span

if TYPE_CHECKING:
    from service.model.fact_checks import FactCheckMatch
    from service.model.timeline import Timeline


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
    """A passage as a judge sees it: the quote, and what helps to read it.

    `is_searched`: a search brought it up, nobody put it beside the claim. Among such passages other occasions abound
    (last year's figure, the visit before), so that the same signs of a conflict are right less often.
    """

    text: str
    published: date | None = None
    title: str = ""
    context: str = ""
    language: Language = "ar"
    is_searched: bool = False


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
    """The answer to a claim; `timeline` is None when nobody asked for it.

    `fact_checks` stand beside what outlets say, and never count in the verdict.
    """

    claim: Claim
    verdict: Verdict
    counts: dict[Flag, FlagCount]
    outlets: tuple[OutletMatches, ...]
    coverage: Coverage
    versions: dict[str, str]
    timeline: Timeline | None = None
    fact_checks: tuple[FactCheckMatch, ...] = ()
