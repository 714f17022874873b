"""Fact-checks as the bodies of small documents, and the ids they are kept under."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from service.arabic.tokens import exact_terms
from service.model import FactCheck, Party, Rating, Review, Work

ID = r"f[0-9a-f]{24}"


def name_review(review: Review) -> str:
    """Return the id of a review: the same address and the same words of the claim, the same one.

    One page may review several claims. A review without an address is known by its author.
    """
    whose = review.url or (review.author.name if review.author else "")
    parts = (whose, " ".join(exact_terms(review.claim)))
    return "f" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def write_fact_check(fact_check: FactCheck) -> dict[str, Any]:
    """Return a fact-check as the body of a document."""
    review = fact_check.review
    return {
        "claim": review.claim,
        "language": review.language,
        "rating": [review.rating.text, review.rating.value, review.rating.best, review.rating.worst],
        "author": _write_party(review.author),
        "url": review.url,
        "published": write_time(review.published),
        "claimant": _write_party(review.claimant),
        "claimed": write_time(review.claimed),
        "appearances": [_write_work(work) for work in review.appearances],
        "citations": [_write_work(work) for work in review.citations],
        "origin": review.origin,
        "created_at": fact_check.created_at.isoformat(),
        "updated_at": fact_check.updated_at.isoformat(),
    }


def read_fact_check(key: str, body: Mapping[str, Any]) -> FactCheck:
    """Return the fact-check behind a document."""
    review = Review(
        claim=body["claim"],
        language=body["language"],
        rating=Rating(*body["rating"]),
        author=_read_party(body["author"]),
        url=body["url"],
        published=read_time(body["published"]),
        claimant=_read_party(body["claimant"]),
        claimed=read_time(body["claimed"]),
        appearances=tuple(map(_read_work, body["appearances"])),
        citations=tuple(map(_read_work, body["citations"])),
        origin=body["origin"],
    )
    created, updated = (datetime.fromisoformat(body[name]) for name in ("created_at", "updated_at"))
    return FactCheck(key, review, created, updated)


def write_time(moment: date | datetime | None) -> str | None:
    """Return a day or a moment as text."""
    return moment.isoformat() if moment else None


def read_time(text: str | None) -> date | datetime | None:
    """Return the day or the moment behind its text."""
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _write_party(party: Party | None) -> list[str | None] | None:
    return [party.name, party.url] if party else None


def _read_party(value: list[Any] | None) -> Party | None:
    return Party(*value) if value else None


def _write_work(work: Work) -> list[Any]:
    return [work.url, work.headline, _write_party(work.publisher), write_time(work.published), work.quote]


def _read_work(value: list[Any]) -> Work:
    url, headline, publisher, published, quote = value
    return Work(url, headline, _read_party(publisher), read_time(published), quote)
