from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import JudgeUnavailable
from service.judgement.decision import Decision, parse_decision, read_decision
from service.model import Flag, Scores

TABLE = """
[small]
version = "1"
agrees_from = 0.5
conflicts_from = 0.6
[small.agrees]
intercept = -1.0
coverage = 4.0
[small.conflicts]
intercept = -2
conflict = 5.0
"""
DECISION = parse_decision(TABLE, "small")

# scores (agrees, conflicts, mentions), visible, firm → flag
CHOICES = [
    ((0.7, 0.1, 0.2), False, False, Flag.AGREES),
    ((0.4, 0.1, 0.5), False, False, Flag.MENTIONS),
    ((0.49, 0.1, 0.41), False, False, Flag.MENTIONS),
    ((0.1, 0.7, 0.2), True, True, Flag.CONFLICTS),
    ((0.1, 0.7, 0.2), False, False, Flag.MENTIONS),
    ((0.1, 0.55, 0.35), True, True, Flag.MENTIONS),
    ((0.9, 0.05, 0.05), True, True, Flag.MENTIONS),
    ((0.9, 0.05, 0.05), True, False, Flag.AGREES),
]


@pytest.mark.parametrize(("scores", "visible", "firm", "flag"), CHOICES)
def test_choice(scores: tuple[float, float, float], visible: bool, firm: bool, flag: Flag) -> None:
    assert DECISION.choose(Scores(*scores), visible_conflict=visible, firm_conflict=firm) is flag


def test_scores_are_a_softmax_over_the_weighted_features() -> None:
    scores = DECISION.score({"coverage": 0.5, "conflict": 0.4, "unknown": 9.0})
    # log-odds against mentions: -1 + 4 * .5 = 1 and -2 + 5 * .4 = 0
    assert scores.agrees == pytest.approx(2.718281828 / 4.718281828)
    assert scores.conflicts == pytest.approx(1 / 4.718281828)


@given(st.floats(-400, 400), st.floats(-400, 400))
def test_scores_sum_to_one(coverage: float, conflict: float) -> None:
    scores = DECISION.score({"coverage": coverage, "conflict": conflict})
    assert scores.agrees + scores.conflicts + scores.mentions == pytest.approx(1)
    assert min(scores.agrees, scores.conflicts, scores.mentions) >= 0


BAD_TABLES = [("[other]", "small"), ("[small]\nversion = '1'", "small"), ("not toml", "small"), ("small = 3", "small")]


@pytest.mark.parametrize(("text", "table"), BAD_TABLES)
def test_a_broken_table_is_refused(text: str, table: str) -> None:
    with pytest.raises(JudgeUnavailable, match="small"):
        parse_decision(text, table)


TABLES = ["typed", *(f"combined{model}{kind}" for model in ("", "-small") for kind in ("", "-searched", "-undated"))]


@pytest.mark.parametrize("table", TABLES)
def test_shipped_tables_can_be_read_and_abstain(table: str) -> None:
    decision = read_decision(table)
    assert isinstance(decision, Decision)
    assert decision.conflicts_from > 1 / 3
    assert set(decision.agrees) == set(decision.conflicts)
