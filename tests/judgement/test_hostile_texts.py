"""Texts that nobody writes but somebody sends: lists of numbers, one sentence thirty times. They end soon."""

from __future__ import annotations

import math

import pytest

from service.arabic.numbers import read_quantities
from service.claims.read import read_claim
from service.judgement.judge import TypedJudge
from service.judgement.sides import MOST_FACTS, read_side
from service.model import FactKind, JudgedText, Quantity

SAID = "قال الوزير إن البلاد شهدت 12 حادثا في عام 2015 وأصيب 30 شخصا "


@pytest.mark.timeout(20)  # 22 s to minutes each before the bounds, under half a second with them
@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("1 " * 990, "1 " * 990),
        (" ".join(str(n * 7) for n in range(400)), " ".join(str(n * 5) for n in range(400))),
        ("، ".join(str(n * 7) for n in range(300)), "، ".join(str(n * 5) for n in range(300))),
        (SAID * 30, SAID.replace("12", "15") * 30),
        ("محمد أحمد علي " * 140, "علي محمد أحمد " * 140),
        ("لا لم لن " * 200, "لا لم لن " * 200),
    ],
)
def test_a_judgement_is_bounded(claim: str, passage: str) -> None:
    (judgement,) = TypedJudge().judge(read_claim(claim), [JudgedText(passage)])
    assert judgement.scores.agrees + judgement.scores.conflicts + judgement.scores.mentions == pytest.approx(1)


def test_only_the_first_facts_of_a_kind_are_compared() -> None:
    claim = read_claim("، ".join(f"{n} قتيلا" for n in range(2, 90)))
    assert len(claim.facts.of(FactKind.QUANTITY)) > MOST_FACTS
    compared = read_side(claim.text, claim.facts).facts.of(FactKind.QUANTITY)
    assert compared == claim.facts.of(FactKind.QUANTITY)[:MOST_FACTS]


def test_a_row_of_digits_is_no_number() -> None:
    facts = read_quantities(" ".join(["100"] * 200))
    for fact in facts:
        assert isinstance(fact.value, Quantity)
        assert fact.value.low is None or math.isfinite(fact.value.low)
