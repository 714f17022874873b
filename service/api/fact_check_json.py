"""Fact-checks as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from service.api.article_json import day_json, moment_json
from service.model import FactCheck, FactCheckMatch, Party, Rating, Work

DIGITS = 4


def fact_check_json(fact_check: FactCheck) -> dict[str, Any]:
    """Return a fact-check as it is kept."""
    review = fact_check.review
    return {
        "id": fact_check.id,
        "claim_reviewed": review.claim,
        "language": review.language,
        "rating": rating_json(review.rating),
        "publisher": party_json(review.author),
        "url": review.url,
        "published_at": time_json(review.published),
        "claimant": party_json(review.claimant),
        "claimed_at": time_json(review.claimed),
        "appearances": [work_json(work) for work in review.appearances],
        "citations": [work_json(work) for work in review.citations],
        "origin": review.origin,
        "created_at": moment_json(fact_check.created_at),
        "updated_at": moment_json(fact_check.updated_at),
    }


def fact_check_match_json(match: FactCheckMatch) -> dict[str, Any]:
    """Return a fact-check as it stands beside the answer to a claim: what was reviewed, and how it stands to that."""
    review = match.fact_check.review
    return {
        "id": match.fact_check.id,
        "relation": match.relation,
        "confidence": None if match.confidence is None else round(match.confidence, DIGITS),
        "claim_reviewed": review.claim,
        "language": review.language,
        "rating": rating_json(review.rating),
        "publisher": party_json(review.author),
        "url": review.url,
        "published_at": time_json(review.published),
        "origin": review.origin,
    }


def rating_json(rating: Rating) -> dict[str, Any]:
    """Return a rating as its author gave it; whole numbers without a point."""
    return {
        "text": rating.text,
        "value": _number(rating.value),
        "best": _number(rating.best),
        "worst": _number(rating.worst),
    }


def party_json(party: Party | None) -> dict[str, Any] | None:
    """Return a person or an organisation."""
    return {"name": party.name, "url": party.url} if party else None


def work_json(work: Work) -> dict[str, Any]:
    """Return a text where a claim stood, or that a review rests on."""
    return {
        "url": work.url,
        "headline": work.headline,
        "publisher": party_json(work.publisher),
        "published_at": time_json(work.published),
        "quote": work.quote,
    }


def time_json(moment: date | datetime | None) -> str | None:
    """Return a day as a day and a moment as a moment: nothing is made more exact than it was given."""
    return moment_json(moment) if isinstance(moment, datetime) else day_json(moment)


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value
