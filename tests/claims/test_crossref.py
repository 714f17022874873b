"""A claim answered from what an index finds and a judge says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import __version__
from service.claims.crossref import CrossReferencer, show_best
from service.claims.outlets import group_by_outlet
from service.errors import JudgeUnavailable
from service.model import CrossReference, Filters, Flag, FlagCount, JudgedText, Verdict
from tests.claims.fakes import CLAIM, FixedIndex, TableJudge, make_hit, make_match

AGREEING = "غمرت السيول وادي الزهور فجر الاثنين."
CONFLICTING = "لم تصل السيول إلى وادي الزهور، بحسب المحافظ."
MENTIONING = "يقع وادي الزهور شمال المدينة وتكثر فيه السيول."
OFF_TOPIC = "افتتح المعرض في وادي آخر."

JUDGE = {AGREEING: (Flag.AGREES, 0.9), CONFLICTING: (Flag.CONFLICTS, 0.8)}


def answer(*hits: object, partial: str | None = None, limit: int = 50) -> CrossReference:
    index = FixedIndex(hits, partial=partial)  # type: ignore[arg-type]
    return CrossReferencer(index, TableJudge(JUDGE)).answer(CLAIM, Filters(), limit)  # type: ignore[arg-type]


def test_answer_whole() -> None:
    found = answer(
        make_hit("1", "a", AGREEING, score=9),
        make_hit("2", "b", CONFLICTING, score=8),
        make_hit("3", "c", MENTIONING, score=7),
        make_hit("4", "a", MENTIONING, score=6),
    )
    assert found.claim is CLAIM
    assert found.verdict is Verdict.CONTESTED
    assert found.counts == {flag: FlagCount(1, 1, 1) for flag in Flag}
    assert [(one.outlet and one.outlet.id, one.flag, [m.article.id for m in one.matches]) for one in found.outlets] == [
        ("a", Flag.AGREES, ["1", "4"]),
        ("b", Flag.CONFLICTS, ["2"]),
        ("c", Flag.MENTIONS, ["3"]),
    ]
    match = found.outlets[0].matches[0]
    assert [span.of(match.passage.text) for span in match.highlights] == ["غمرت السيول وادي الزهور"]
    assert (found.coverage.articles, found.coverage.generation, found.coverage.partial) == (7, "g.1", None)
    assert found.versions == {"isnad": __version__, "judge": "table 1"}


def test_one_search_and_one_batch() -> None:
    index = FixedIndex([make_hit(str(number), "a", AGREEING) for number in range(5)])
    judge = TableJudge(JUDGE)
    filters = Filters(outlets=("a",), languages=("ar",))
    CrossReferencer(index, judge, candidates=25).answer(CLAIM, filters)  # type: ignore[arg-type]
    assert [(query.text, query.filters, query.limit) for query in index.queries] == [(CLAIM.text, filters, 25)]
    assert [len(batch) for batch in judge.batches] == [5]


def test_the_judge_sees_title_day_and_context() -> None:
    hit = make_hit("1", "a", AGREEING, day=5)
    judge = TableJudge({})
    CrossReferencer(FixedIndex([hit]), judge).answer(CLAIM)  # type: ignore[arg-type]
    assert judge.batches == [[JudgedText(AGREEING, date(2024, 3, 5), "", "", "ar", is_searched=True)]]


def test_nothing_found_is_uncovered_not_false() -> None:
    found = answer()
    assert (found.verdict, found.outlets) == (Verdict.UNCOVERED, ())
    assert found.counts == dict.fromkeys(Flag, FlagCount(0, 0, 0))
    assert found.coverage.articles == 7


def test_what_was_not_searched_is_said() -> None:
    assert answer(make_hit("1", "a", AGREEING), partial="two shards failed").coverage.partial == "two shards failed"


TOPICS = (
    ("two words in common", MENTIONING, 5.0, True),
    ("one word in common", OFF_TOPIC, 5.0, False),
    ("one rare word in common", OFF_TOPIC, 6.5, True),
    ("far behind the best", MENTIONING, 2.0, False),
    ("far behind, but on a side", AGREEING, 0.5, True),
)


@pytest.mark.parametrize(("text", "score", "is_kept"), [row[1:] for row in TOPICS], ids=[row[0] for row in TOPICS])
def test_who_only_shares_a_common_word_is_left_out(text: str, score: float, is_kept: bool) -> None:
    found = answer(make_hit("best", "a", MENTIONING, score=10), make_hit("other", "b", text, score=score))
    shown = [match.article.id for outlet in found.outlets for match in outlet.matches]
    assert ("other" in shown) is is_kept


def test_limit_cuts_what_is_shown_not_what_is_counted() -> None:
    hits = [make_hit(f"{outlet}{number}", outlet, AGREEING) for outlet in "abc" for number in range(4)]
    found = answer(*hits, limit=4)
    assert [(one.outlet and one.outlet.id, len(one.matches)) for one in found.outlets] == [("a", 2), ("b", 1), ("c", 1)]
    assert found.counts[Flag.AGREES].articles == 12


def test_a_broken_judge_is_no_answer() -> None:
    referencer = CrossReferencer(FixedIndex([make_hit("1", "a", AGREEING)]), TableJudge({}, is_broken=True))  # type: ignore[arg-type]
    with pytest.raises(JudgeUnavailable):
        referencer.answer(CLAIM)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(list(Flag))), max_size=20), st.integers(0, 25))
def test_show_best_shows_the_best_of_each(rows: list[tuple[str, Flag]], limit: int) -> None:
    outlets = group_by_outlet([make_match(str(place), outlet, flag) for place, (outlet, flag) in enumerate(rows)])
    shown = show_best(outlets, limit)
    assert sum(len(one.matches) for one in shown) == min(limit, len(rows))
    whole = {one.outlet: one.matches for one in outlets}
    assert all(one.matches and whole[one.outlet][: len(one.matches)] == one.matches for one in shown)
    assert [one.outlet for one in shown] == [one.outlet for one in outlets][: len(shown)]
    if limit >= len(outlets):
        assert len(shown) == len(outlets)
