"""From a claim to the query that finds its passages."""

from __future__ import annotations

from service.claims.other_words import read_other_words
from service.model import Claim, Filters, PassageQuery

PER_OUTLET = 8
"""Passages of one outlet among the candidates at most (measured in tests/benchmarks/retrieval.py)."""


def search_for(claim: Claim, filters: Filters, *, limit: int) -> PassageQuery:
    """Return the query for at most `limit` passages that may speak of the claim."""
    return PassageQuery(claim.text, filters, limit=limit, per_outlet=PER_OUTLET, also=read_other_words(claim))
