"""Dates: the date of the same event agrees or cannot be true; dates of other events in the passage are left alone.

For each period of the claim the passage's periods are ranked by what is said around them. One that agrees and stands
about as close to the event as the best one settles the matter.
"""

from __future__ import annotations

from service.arabic.period_agreement import compare_periods
from service.judgement.alignment import Alignment
from service.judgement.findings import RELATIONS, Finding, find
from service.model import EvidenceKind, Fact, FactKind, Period, Relation

_RIVAL = 0.7
"""A period that agrees counts when its support is at least this share of the best one's."""
_NEARNESS = ((15, 1.0), (60, 0.8), (10**7, 0.6))
"""On the training clusters, differing dates are a conflict in 4 of 10 pairs up to two weeks, in 1 of 10 beyond."""


def compare_dates(alignment: Alignment) -> list[Finding]:
    """Find agreeing and conflicting dates, one finding for each period of the claim that has a counterpart."""
    found: list[Finding] = []
    for fact in alignment.claim.facts.of(FactKind.PERIOD):
        pairs = [_pair(alignment, fact, other) for other in alignment.passage.facts.of(FactKind.PERIOD)]
        known = [finding for finding in pairs if finding is not None]
        if known:
            found.append(_choose(known))
    return found


def _pair(alignment: Alignment, one: Fact, two: Fact) -> Finding | None:
    if not isinstance(one.value, Period) or not isinstance(two.value, Period):
        return None
    relation = RELATIONS[compare_periods(one.value, two.value)]
    if relation is Relation.AGREES and one.value.relation != "at":
        relation = Relation.UNCLEAR  # «قبل 2023» holds nearly every date
    if relation is None:
        return None
    nearness = _nearness(one.value, two.value) if relation is Relation.CONFLICTS else 1.0
    return find(
        EvidenceKind.DATE,
        relation,
        alignment=alignment,
        claim=one.span,
        passage=two.span,
        support=alignment.support(one.span, two.span) * nearness,
    )


def _nearness(one: Period, two: Period) -> float:
    """Tell how likely two dates apart are meant for one event: days apart may be an error, months another occasion."""
    if not (one.start and one.end and two.start and two.end):
        return 1.0
    gap = max((two.start - one.end).days, (one.start - two.end).days)
    return next(share for days, share in _NEARNESS if gap <= days)


def _choose(findings: list[Finding]) -> Finding:
    best = max(findings, key=lambda finding: finding.support)
    rivals = [finding for finding in findings if finding.support >= _RIVAL * best.support]
    return max(rivals, key=lambda finding: (finding.evidence.relation is Relation.AGREES, finding.support))
