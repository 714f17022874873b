"""A searched passage conflicts only when it is more probable than a chosen pair must be."""

from __future__ import annotations

import pytest

from service.claims.caution import CONFLICT_FROM, doubt_searched
from service.model import Evidence, EvidenceKind, Flag, Judgement, Note, Relation, Scores, Span

EVIDENCE = Evidence(EvidenceKind.QUANTITY, Relation.CONFLICTS, Span(0, 2), Span(3, 5), Note("العدد", "the number"))


def judged(flag: Flag, conflicts: float) -> Judgement:
    scores = Scores(agrees=0.1, conflicts=conflicts, mentions=0.9 - conflicts)
    return Judgement(flag, getattr(scores, flag), scores, (EVIDENCE,))


@pytest.mark.parametrize(
    ("given", "conflicts", "flag", "relation"),
    [
        (Flag.CONFLICTS, CONFLICT_FROM, Flag.CONFLICTS, Relation.CONFLICTS),
        (Flag.CONFLICTS, CONFLICT_FROM - 0.01, Flag.MENTIONS, Relation.UNCLEAR),
        (Flag.MENTIONS, 0.3, Flag.MENTIONS, Relation.CONFLICTS),
        (Flag.AGREES, 0.3, Flag.AGREES, Relation.CONFLICTS),
    ],
)
def test_only_an_improbable_conflict_is_withdrawn(
    given: Flag, conflicts: float, flag: Flag, relation: Relation
) -> None:
    judgement = doubt_searched(judged(given, conflicts))
    assert judgement.flag is flag
    assert judgement.confidence == getattr(judgement.scores, flag)
    assert [found.relation for found in judgement.evidence] == [relation]
