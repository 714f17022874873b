"""Dates: the date of the same event agrees or cannot be true; dates of other events in the passage are left alone.

For each period of the claim the passage's periods are ranked by what is said around them. One that agrees and stands
about as close to the event as the best one settles the matter. In a passage without a day of its own, a weekday that
agrees with one period of the claim is no conflict with another: «قال الثلاثاء إن الزيارة جرت الاثنين» beside «قال اليوم
الثلاثاء إن الزيارة جرت أمس».
"""

from __future__ import annotations

from service.arabic.period_agreement import compare_periods
from service.judgement.alignment import Alignment
from service.judgement.findings import RELATIONS, Finding, find
from service.model import EvidenceKind, Fact, FactKind, Period, Relation

_RIVAL = 0.7
"""A period that agrees counts when its support is at least this share of the best one's."""
_NEAR = 15
"""Days. On the training rows, differing dates are a conflict in 4 of 10 pairs up to two weeks, in 1 of 7 beyond,
however much else agrees: they are of other occasions. A slip of the month alone (27 August, 27 September) always is."""


def compare_dates(alignment: Alignment) -> list[Finding]:
    """Find agreeing and conflicting dates, one finding for each period of the claim that has a counterpart."""
    ranked: list[list[Finding]] = []
    for fact in alignment.claim.facts.of(FactKind.PERIOD):
        pairs = [_pair(alignment, fact, other) for other in alignment.passage.facts.of(FactKind.PERIOD)]
        ranked.append([finding for finding in pairs if finding is not None])
    chosen = [_choose(findings) for findings in ranked if findings]
    spoken_for = {f.evidence.passage_span for f in chosen if f.evidence.relation is Relation.AGREES}
    spoken_for &= {fact.span for fact in alignment.passage.facts.of(FactKind.PERIOD) if _floats(fact)}
    left = [
        [f for f in findings if not (_conflicts(f) and f.evidence.passage_span in spoken_for)] for findings in ranked
    ]
    return [_choose(findings) for findings in left if findings]


def _floats(fact: Fact) -> bool:
    """Tell whether a period is known by its weekday or the like alone."""
    return isinstance(fact.value, Period) and fact.value.start is None and fact.value.end is None


def _conflicts(finding: Finding) -> bool:
    return finding.evidence.relation is Relation.CONFLICTS


def _pair(alignment: Alignment, one: Fact, two: Fact) -> Finding | None:
    if not isinstance(one.value, Period) or not isinstance(two.value, Period):
        return None
    relation = RELATIONS[compare_periods(one.value, two.value)]
    if relation is Relation.AGREES and one.value.relation != "at":
        relation = Relation.UNCLEAR  # «قبل 2023» holds nearly every date
    if relation is None:
        return None
    if relation is Relation.CONFLICTS and not _may_be_of_one_event(one.value, two.value):
        relation = Relation.UNCLEAR
    return find(
        EvidenceKind.DATE,
        relation,
        alignment=alignment,
        claim=one.span,
        passage=two.span,
        support=alignment.support(one.span, two.span),
    )


def _may_be_of_one_event(one: Period, two: Period) -> bool:
    """Tell whether two dates apart may be meant for one event: days apart may be an error, months another occasion."""
    if not (one.start and one.end and two.start and two.end):
        return True
    gap = max((two.start - one.end).days, (one.start - two.end).days)
    return gap <= _NEAR or (one.day is not None and one.day == two.day)


def _choose(findings: list[Finding]) -> Finding:
    best = max(findings, key=lambda finding: finding.support)
    rivals = [finding for finding in findings if finding.support >= _RIVAL * best.support]
    return max(rivals, key=lambda finding: (finding.evidence.relation is Relation.AGREES, finding.support))
