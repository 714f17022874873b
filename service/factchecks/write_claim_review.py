"""A fact-check as ClaimReview of schema.org, JSON-LD, as search engines and fact-check aggregators read it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from service.factchecks.records import write_time
from service.model import FactCheck, Party, Rating, Review, Work

CONTEXT = "https://schema.org"


def write_claim_review(fact_check: FactCheck) -> dict[str, Any]:
    """Return the JSON-LD of a fact-check: what it has, under the names of schema.org, and nothing else."""
    review = fact_check.review
    return _full(
        {
            "@context": CONTEXT,
            "@type": "ClaimReview",
            "url": review.url,
            "datePublished": _time(review.published),
            "inLanguage": review.language if review.language != "und" else None,
            "author": _party(review.author, "Organization"),
            "claimReviewed": review.claim,
            "itemReviewed": _item(review),
            "reviewRating": _rating(review.rating),
            "citation": [_work(work) for work in review.citations],
        }
    )


def _item(review: Review) -> dict[str, Any] | None:
    item = _full(
        {
            "author": _party(review.claimant, "Person"),
            "datePublished": _time(review.claimed),
            "appearance": [_work(work) for work in review.appearances],
        }
    )
    return {"@type": "Claim", **item} if item else None


def _rating(rating: Rating) -> dict[str, Any]:
    return _full(
        {
            "@type": "Rating",
            "alternateName": rating.text,
            "ratingValue": _number(rating.value),
            "bestRating": _number(rating.best),
            "worstRating": _number(rating.worst),
        }
    )


def _work(work: Work) -> dict[str, Any]:
    return _full(
        {
            "@type": "CreativeWork",
            "url": work.url,
            "headline": work.headline,
            "publisher": _party(work.publisher, "Organization"),
            "datePublished": _time(work.published),
            "text": work.quote,
        }
    )


def _party(party: Party | None, kind: str) -> dict[str, Any] | None:
    return _full({"@type": kind, "name": party.name, "url": party.url}) if party else None


def _time(moment: date | datetime | None) -> str | None:
    return write_time(moment)


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


def _full(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, [], "")}
