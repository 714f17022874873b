"""From a claim to the query that finds its passages."""

from __future__ import annotations

from service.claims.other_words import read_other_words
from service.model import Claim, Filters, PassageQuery

PER_OUTLET = 10
"""Passages of one outlet among the candidates at most: with 8 to 20 as many are found, with 6 fewer (claims_dev over
SaudiNewsNet, where most claims are of one outlet's matter)."""


def search_for(claim: Claim, filters: Filters, *, limit: int) -> PassageQuery:
    """Return the query for at most `limit` passages that may speak of the claim."""
    return PassageQuery(claim.text, filters, limit=limit, per_outlet=PER_OUTLET, also=read_other_words(claim))
