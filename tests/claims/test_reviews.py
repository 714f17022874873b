"""Fact-checks beside an answer: the judge tells the same claim from its opposite, and nothing of it counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.claims.reviews import OPPOSITE_FROM, SAME_FROM, relate_reviews
from service.judgement.judge import TypedJudge
from service.model import (
    Claim,
    CrossReference,
    FactCheck,
    Flag,
    JudgedText,
    Judgement,
    Rating,
    Review,
    ReviewRelation,
    Verdict,
)
from service.sample import TRY_CLAIM
from tests.claims.fakes import FixedIndex, judged, make_hit

NOW = datetime(2024, 3, 6, tzinfo=UTC)
DEATH = "وفاة المطرب سامر العلي"
DENIAL = "مصادر تنفي وفاة المطرب سامر العلي"
SAME, OPPOSITE, RELATED = ReviewRelation


def checked(claim: str, number: int = 0) -> FactCheck:
    return FactCheck(f"f{number}", Review(claim, "ar", Rating("خاطئ")), NOW, NOW)


class BothWays:
    """Judges pairs by a table of claim and passage; what it lacks only mentions."""

    version = "both ways"

    def __init__(self, table: dict[tuple[str, str], Judgement]) -> None:
        self._table = table
        self.asked: list[tuple[str, str]] = []

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        self.asked += [(claim.text, passage.text) for passage in passages]
        return [self._table.get((claim.text, passage.text), judged(Flag.MENTIONS)) for passage in passages]


class Known:
    def __init__(self, *claims: str) -> None:
        self.found = [checked(claim, number) for number, claim in enumerate(claims)]

    def find(self, claim: Claim) -> list[FactCheck]:
        return self.found


def relate(judge: BothWays, claim: str, *reviewed: str) -> list[tuple[str, ReviewRelation]]:
    asked = read_claim(claim)
    found = [checked(one, number) for number, one in enumerate(reviewed)]
    judgements = judge.judge(asked, [JudgedText(one) for one in reviewed])
    (related,) = relate_reviews(judge, [(asked, found, judgements)])
    return [(one.fact_check.review.claim, one.relation) for one in related]


A, B = "انهار الجسر الكبير", "انهار الجسر الكبير بسبب الإهمال"


@pytest.mark.parametrize(
    ("forth", "back", "relation"),
    [
        (judged(Flag.AGREES, SAME_FROM), judged(Flag.AGREES, SAME_FROM), SAME),
        (judged(Flag.AGREES, 0.99), judged(Flag.MENTIONS), RELATED),
        (judged(Flag.AGREES, 0.99), judged(Flag.AGREES, SAME_FROM - 0.01), RELATED),
        (judged(Flag.AGREES, 0.99), judged(Flag.CONFLICTS, 0.99), RELATED),
        (judged(Flag.CONFLICTS, OPPOSITE_FROM), judged(Flag.CONFLICTS, OPPOSITE_FROM), OPPOSITE),
        (judged(Flag.CONFLICTS, OPPOSITE_FROM - 0.01), judged(Flag.CONFLICTS, 0.99), RELATED),
        (judged(Flag.MENTIONS), judged(Flag.AGREES, 0.99), RELATED),
    ],
)
def test_it_takes_both_ways(forth: Judgement, back: Judgement, relation: ReviewRelation) -> None:
    assert relate(BothWays({(A, B): forth, (B, A): back}), A, B) == [(B, relation)]


BARELY = judged(Flag.AGREES, 0.5)


@pytest.mark.parametrize(
    ("judgement", "relation"),
    [(BARELY, SAME), (judged(Flag.MENTIONS), RELATED), (judged(Flag.CONFLICTS, OPPOSITE_FROM - 0.1), RELATED)],
)
def test_the_very_same_words_need_no_sure_judge(judgement: Judgement, relation: ReviewRelation) -> None:
    pointed = "انهار الجِسر الكبير."  # the same words with a vowel sign and a full stop
    judge = BothWays({(A, pointed): judgement, (pointed, A): judgement, (A, B): BARELY, (B, A): BARELY})
    assert relate(judge, A, pointed, B) == [(pointed, relation), (B, RELATED)]


def test_without_a_model_a_claim_finds_the_review_of_its_own_words() -> None:
    judge, asked = TypedJudge(), read_claim(TRY_CLAIM)
    ((related,),) = relate_reviews(judge, [(asked, [checked(TRY_CLAIM)], judge.judge(asked, [JudgedText(TRY_CLAIM)]))])
    assert related.relation is SAME


def test_only_what_takes_a_side_is_asked_again() -> None:
    judge = BothWays({(A, B): judged(Flag.AGREES), (B, A): judged(Flag.AGREES)})
    assert relate(judge, A, "شيء آخر", B) == [(B, SAME), ("شيء آخر", RELATED)]
    assert judge.asked == [(A, "شيء آخر"), (A, B), (B, A)]


@pytest.mark.parametrize(
    ("claim", "reviewed"),
    [
        (DEATH, DENIAL),
        (DENIAL, DEATH),
        ("لم تقرر وزارة المياه رفع الأسعار المنزلية", "قررت وزارة المياه رفع الأسعار المنزلية"),
        ("قُتل 12 شخصا في انهيار المبنى", "قُتل 12 شخصا في انهيار المبنى بسبب إهمال البلدية ورشوة تلقاها رئيسها"),
    ],
)
def test_the_same_words_are_not_the_same_claim(claim: str, reviewed: str) -> None:
    judge, asked = TypedJudge(), read_claim(claim)
    judgements = judge.judge(asked, [JudgedText(reviewed)])
    ((related,),) = relate_reviews(judge, [(asked, [checked(reviewed)], judgements)])
    assert related.relation is not SAME


def test_fact_checks_stand_beside_the_answer_and_change_nothing() -> None:
    claim = read_claim(A)
    hit = make_hit("1", "a", f"{A} أمس.")
    judge = BothWays({(A, B): judged(Flag.CONFLICTS, 0.99), (B, A): judged(Flag.CONFLICTS, 0.99),
                      (A, hit.passage.text): judged(Flag.AGREES)})  # fmt: skip

    def ask(known: Known | None) -> CrossReference:
        return CrossReferencer(FixedIndex([hit]), judge, reviews=known).answer(claim)  # type: ignore[arg-type]

    without, beside = ask(None), ask(Known(B))
    assert (without.fact_checks, without.verdict) == ((), Verdict.CORROBORATED)
    assert [(one.relation, one.fact_check.review.claim) for one in beside.fact_checks] == [(OPPOSITE, B)]
    assert (beside.verdict, beside.counts, beside.outlets) == (without.verdict, without.counts, without.outlets)


def test_many_claims_have_each_their_own() -> None:
    judge = BothWays({(A, B): judged(Flag.AGREES), (B, A): judged(Flag.AGREES)})
    referencer = CrossReferencer(FixedIndex([]), judge, reviews=Known(B))  # type: ignore[arg-type]
    found = referencer.answer_many([read_claim("ادعاء آخر تماما"), read_claim(A)])
    assert [[one.relation for one in each.fact_checks] for each in found if isinstance(each, CrossReference)] == [
        [RELATED],
        [SAME],
    ]
