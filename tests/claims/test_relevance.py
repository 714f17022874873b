"""What of the candidates belongs into an answer."""

from __future__ import annotations

import pytest

from service.claims.relevance import is_on_topic, read_things
from service.model import Flag, Judgement, Scores
from tests.claims.fakes import CLAIM, make_hit

BESIDE = "افتتح المعرض في مدينة أخرى."


def judged(flag: Flag, *, mentions: float) -> Judgement:
    rest = (1 - mentions) / 2
    return Judgement(flag, mentions, Scores(agrees=rest, conflicts=rest, mentions=mentions))


@pytest.mark.parametrize(
    ("judgement", "score", "stays"),
    [
        (judged(Flag.MENTIONS, mentions=0.9), 3.0, False),
        (judged(Flag.MENTIONS, mentions=0.9), 7.0, True),  # nearly as near as the best
        (judged(Flag.MENTIONS, mentions=0.5), 0.5, True),  # may take a side
        (judged(Flag.CONFLICTS, mentions=0.1), 0.5, True),
    ],
)
def test_a_passage_that_shares_no_two_things_stays_for_a_reason(
    judgement: Judgement, score: float, stays: bool
) -> None:
    hit = make_hit("1", "a", BESIDE, score=score)
    assert is_on_topic(hit, read_things(CLAIM), judgement=judgement, best_score=10.0) is stays
