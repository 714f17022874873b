"""An answer kept by a job comes back whole, with its timeline and the fact-checks beside it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.jobs.plain import read_answer, write_answer
from service.model import Claim, FactCheck, Flag, Party, Rating, Review, Work
from tests.claims.fakes import FixedIndex, TableJudge, make_hit

NOW = datetime(2024, 3, 6, 10, tzinfo=UTC)
TOLL = "أودت فيضانات وادي الزهور بحياة {} شخصا."


class Known:
    def __init__(self, published: date | datetime | None) -> None:
        work = Work("https://s.example", "عنوان", Party("وسيلة"), published, "نص")
        review = Review("ادعاء", "ar", Rating("خاطئ", 1.0), Party("مرصد"), published=published, appearances=(work,))
        self._found = [FactCheck("f0", review, NOW, NOW)]

    def find(self, claim: Claim) -> list[FactCheck]:
        return self._found


@pytest.mark.parametrize(
    "published", [None, date(2024, 3, 6), NOW, datetime(2024, 3, 6, tzinfo=timezone(timedelta(hours=3)))]
)
def test_an_answer_comes_back_whole(published: date | datetime | None) -> None:
    hits = [make_hit("1", "a", TOLL.format(22)), make_hit("2", "b", TOLL.format(92), day=2), make_hit("3", None, "نص")]
    judge = TableJudge({TOLL.format(22): (Flag.AGREES, 0.9), TOLL.format(92): (Flag.CONFLICTS, 0.9)})
    referencer = CrossReferencer(FixedIndex(hits), judge, reviews=Known(published))  # type: ignore[arg-type]
    found = referencer.answer(read_claim("قتل 22 شخصا في فيضانات وادي الزهور"), timeline=True)
    assert found.timeline is not None
    assert found.timeline.series
    assert found.fact_checks
    assert read_answer(json.loads(json.dumps(write_answer(found)))) == found
