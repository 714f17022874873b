"""Contests told with the other side as the winner conflict; told from the loser's side they agree."""

from __future__ import annotations

import pytest

from service.claims.read import read_claim
from service.judgement.judge import compare_passage
from service.model import EvidenceKind, JudgedText, Relation

TOLD = [
    ("فاز الأهلي على الزمالك بهدفين", "تغلب الزمالك على غريمه الأهلي 2-1 في قمة الدوري.", Relation.CONFLICTS),
    ("فاز الهلال على النصر", "خسر الهلال أمام ضيفه النصر بثلاثة أهداف.", Relation.CONFLICTS),
    ("فاز الهلال على النصر", "خسر النصر أمام الهلال بثلاثة أهداف.", Relation.AGREES),
    ("المغرب يفوز على مصر", "تغلب منتخب مصر على نظيره المغربي 3-1", Relation.CONFLICTS),
    ("تفوقت سارة على ليلى", "فوز سارة على ليلى في الشطرنج", Relation.AGREES),
    ("فاز الهلال على النصر", "فاز الهلال على الشباب، وتعادل النصر.", None),
    ("فاز حزب النخيل بالانتخابات", "خسر حزب النخيل أغلبيته أمام البرلمان", None),
    ("فاز الفريق على ملعبه", "فاز الفريق وسط جماهيره", None),
    ("فاز على", "خسر أمام", None),
]


@pytest.mark.parametrize(("claim", "passage", "expected"), TOLD)
def test_who_won(claim: str, passage: str, expected: Relation | None) -> None:
    findings = compare_passage(read_claim(claim), JudgedText(passage)).findings
    told = [
        f for f in findings if f.evidence.kind is EvidenceKind.OUTCOME and len(f.evidence.passage_span.of(passage)) > 8
    ]
    assert {f.evidence.relation for f in told} == ({expected} if expected else set())
    for found in told:
        assert found.support > 0.7
        assert found.evidence.claim_span.of(claim) == claim.removesuffix(" بهدفين")
