"""Fact-checks of others and of editors: what was reviewed, by whom, how it was rated, and where the claim stood.

A rating here is always somebody's: a publisher's or an editor's. The service makes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from service.model.articles import Language


@dataclass(frozen=True, slots=True)
class Party:
    """A person or an organisation, as named."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """What the reviewer found: the words («مضلل»), and the number on a scale where one was given."""

    text: str | None
    value: float | None = None
    best: float | None = None
    worst: float | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """A text where a claim was made, or that a review rests on; `quote` are its words, verbatim."""

    url: str | None = None
    headline: str | None = None
    publisher: Party | None = None
    published: date | datetime | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a fact-check says, without where it is kept here."""

    claim: str
    language: Language
    rating: Rating
    author: Party | None = None
    url: str | None = None
    published: date | datetime | None = None
    claimant: Party | None = None
    claimed: date | datetime | None = None
    appearances: tuple[Work, ...] = ()
    citations: tuple[Work, ...] = ()
    origin: Literal["claim_review", "editor"] = "claim_review"


@dataclass(frozen=True, slots=True)
class FactCheck:
    """A review as it is kept; its id follows from its address and claim."""

    id: str
    review: Review
    created_at: datetime
    updated_at: datetime


class ReviewRelation(StrEnum):
    """How a reviewed claim stands to a claim: the same, one that contradicts it, or another of the same matter."""

    SAME = "same"
    OPPOSITE = "opposite"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class FactCheckMatch:
    """A fact-check found for a claim; `confidence` is the chance that the two claims are the same, or opposite."""

    fact_check: FactCheck
    relation: ReviewRelation
    confidence: float | None = None
