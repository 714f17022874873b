"""The order of events: who was first, how figures moved, who changed a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from service.claims.read import read_claim
from service.claims.timeline import write_timeline
from service.claims.timeline.changes import compare_words
from service.claims.timeline.times import FOLLOWED_WITHIN, is_before, told_at
from service.judgement.judge import TypedJudge
from service.model import (
    Article,
    ArticleHead,
    Evidence,
    EvidenceKind,
    Flag,
    JudgedText,
    Match,
    Move,
    Note,
    Outlet,
    Passage,
    Point,
    Relation,
    Span,
    Timeline,
    When,
)
from tests.claims.fakes import judged
from tests.index.articles import make_article

CLAIM = read_claim("قتل 22 شخصا في فيضانات وادي الزهور", as_of=date(2024, 3, 1))
FLOOD = "أودت فيضانات وادي الزهور بحياة {} شخصا."


class Revisions:
    """An index of which only old revisions are wanted; counts how often it is asked."""

    def __init__(self, *articles: Article) -> None:
        self.articles = articles
        self.calls = 0

    def get_revisions(self, wanted: Sequence[tuple[str, int]]) -> list[Article]:
        self.calls += 1
        return [one for one in reversed(self.articles) if (one.head.id, one.head.revision) in wanted]


def article(
    article_id: str,
    *sentences: str,
    at: str | None = "2024-03-01T10:00:00+00:00",
    outlet: str = "",
    revision: int = 1,
    **head: object,
) -> Article:
    name = outlet or f"o-{article_id}"
    made = make_article(article_id, *sentences, outlet=Outlet(name, name), published=at)
    stored = made.head.published_at or datetime(2024, 3, 1, tzinfo=UTC)
    changed = replace(made.head, revision=revision, **{"stored_at": stored, **head})  # type: ignore[arg-type]
    passages = tuple(replace(one, id=f"{article_id}:{revision}:{one.ordinal}") for one in made.passages)
    return replace(made, head=changed, passages=passages)


def match(found: Article, flag: Flag = Flag.AGREES, *evidence: Evidence, sentences: int = 1) -> Match:
    """Return a match on the first sentences of an article."""
    last = found.passages[sentences - 1]
    text = found.text[: last.end]
    passage = Passage(found.passages[0].id, 0, 0, last.end, text, "ar")
    return Match(passage, found.head, replace(judged(flag), evidence=evidence))


def update(claim_span: Span, passage_span: Span) -> Evidence:
    return Evidence(EvidenceKind.UPDATE, Relation.UPDATE, claim_span, passage_span, Note("", ""))


def write(*matches: Match, index: Revisions | None = None) -> Timeline:
    return write_timeline(CLAIM, matches, index or Revisions())  # type: ignore[arg-type]


def points(timeline: Timeline, place: int = 0) -> list[tuple[str, str, Move | None]]:
    return [(one.article.id, words(one), one.move) for one in timeline.series[place].points]


def words(point: Point) -> str:
    return point.figure.span.of(point.figure.sentence)


# --- reports ---


def test_reports_stand_in_order_with_each_outlets_first() -> None:
    found = write(
        match(article("c", "نص ثالث.", at="2024-03-01T12:00:00+03:00", outlet="x")),
        match(article("b", "نص ثان.", at="2024-03-01T10:00:00+00:00", outlet="y"), Flag.CONFLICTS),
        match(article("a", "نص أول.", at="2024-03-01T11:00:00+00:00", outlet="x")),
        match(article("d", "بلا تاريخ.", at=None, outlet="z")),
    )
    assert [(one.article.id, one.flag, one.is_outlets_first) for one in found.reports] == [
        ("c", Flag.AGREES, True),
        ("b", Flag.CONFLICTS, True),
        ("a", Flag.AGREES, False),
    ]
    assert [one.article.id for one in found.first] == ["c"]
    assert [(one.article.id, one.when) for one in found.undated] == [("d", None)]


@pytest.mark.parametrize(
    ("times", "first"),
    [
        (("2024-03-01T00:00:00+00:00", "2024-03-01T10:00:00+00:00", "2024-03-02T00:00:00+00:00"), ["a0", "a1"]),
        (("2024-03-01T00:00:00+03:00", "2024-03-01T21:30:00+00:00"), ["a0"]),
        (("2024-03-01T10:00:00+00:00", "2024-03-01T10:00:00+00:00"), ["a0", "a1"]),
        (("2024-03-01T10:00:00+00:00", "2024-03-01T10:00:01+00:00"), ["a0"]),
    ],
)
def test_a_day_without_a_time_may_be_before_or_after(times: tuple[str, ...], first: list[str]) -> None:
    found = write(*(match(article(f"a{place}", f"نص {place}.", at=at)) for place, at in enumerate(times)))
    assert [one.article.id for one in found.first] == first


def test_copies_of_one_text_are_folded() -> None:
    wire = FLOOD.format("عشرين")
    found = write(
        match(article("copy", wire, at="2024-03-01T11:00:00+00:00", source_group="wire")),
        match(article("wire", wire, at="2024-03-01T10:00:00+00:00", source_group="wire")),
        match(article("own", FLOOD.format(21), at="2024-03-01T12:00:00+00:00")),
    )
    assert [(one.article.id, [copy.article.id for copy in one.copies]) for one in found.reports] == [
        ("wire", ["copy"]),
        ("own", []),
    ]
    assert [(one.article.id, [copy.article.id for copy in one.copies]) for one in found.series[0].points] == [
        ("wire", ["copy"]),
        ("own", []),
    ]


def test_an_outlets_next_report_is_no_copy_of_its_first() -> None:
    long = "قالت هيئة الأرصاد إن الأمطار التي هطلت على وادي الزهور ليل الأحد كانت الأغزر منذ ثلاثين عاما."
    found = write(
        match(article("one", long, outlet="x")),
        match(article("two", long, outlet="x", at="2024-03-02T10:00:00+00:00")),
        match(article("lifted", long, outlet="y", at="2024-03-03T10:00:00+00:00")),
    )
    assert [(one.article.id, [copy.article.id for copy in one.copies]) for one in found.reports] == [
        ("one", ["lifted"]),
        ("two", []),
    ]


def test_what_only_mentions_is_left_out_unless_it_is_an_update() -> None:
    later = article("b", FLOOD.format(92), at="2024-03-02T10:00:00+00:00")
    evidence = update(Span(4, 12), Span(25, 32))
    found = write(
        match(article("a", FLOOD.format(22))),
        match(article("m", FLOOD.format(70)), Flag.MENTIONS),
        match(later, Flag.MENTIONS, evidence),
    )
    assert [one.article.id for one in found.reports] == ["a", "b"]
    assert write(match(article("m", FLOOD.format(70)), Flag.MENTIONS)) == Timeline()


# --- figures ---


@pytest.mark.parametrize(
    ("figures", "moves"),
    [
        (["22", "92"], [("22 شخصا", Move.FIRST), ("92 شخصا", Move.UPDATE)]),
        (["22", "22"], [("22 شخصا", Move.FIRST), ("22 شخصا", Move.SAME)]),
        (["92", "22"], [("92 شخصا", Move.FIRST), ("22 شخصا", Move.DIFFERS)]),
        (["22", "92", "60"], [("22 شخصا", Move.FIRST), ("92 شخصا", Move.UPDATE), ("60 شخصا", Move.DIFFERS)]),
        (
            ["22", "أكثر من عشرين", "92"],
            [("22 شخصا", Move.FIRST), ("أكثر من عشرين شخصا", Move.SAME), ("92 شخصا", Move.UPDATE)],
        ),
        (["نحو 20", "22"], [("نحو 20 شخصا", Move.FIRST), ("22 شخصا", Move.SAME)]),
    ],
)
def test_how_a_toll_moves(figures: list[str], moves: list[tuple[str, Move]]) -> None:
    found = write(
        *(
            match(article(f"a{day}", FLOOD.format(figure), at=f"2024-03-0{day + 1}T10:00:00+00:00"))
            for day, figure in enumerate(figures)
        )
    )
    (series,) = found.series
    assert series.is_claimed
    assert series.thing.counted == ("قتيل",)
    assert [(words(one), one.move) for one in series.points] == moves


def test_on_one_day_without_times_nothing_is_an_update() -> None:
    at = "2024-03-01T00:00:00+00:00"
    found = write(match(article("a", FLOOD.format(22), at=at)), match(article("b", FLOOD.format(92), at=at)))
    assert [move for *_, move in points(found)] == [Move.FIRST, Move.DIFFERS]


def test_a_figure_without_a_time_stands_apart() -> None:
    found = write(match(article("a", FLOOD.format(22))), match(article("b", FLOOD.format(92), at=None)))
    (series,) = found.series
    assert [(one.article.id, one.move) for one in series.points] == [("a", Move.FIRST)]
    assert [(one.article.id, one.move) for one in series.undated] == [("b", None)]


def test_an_earlier_toll_that_a_text_recalls_is_not_its_toll() -> None:
    recalled = article("b", FLOOD.format(92), "وكانت حصيلة سابقة تشير إلى 30 قتيلا.", at="2024-03-02T10:00:00+00:00")
    found = write(match(article("a", FLOOD.format(22))), match(recalled, sentences=2))
    assert points(found) == [("a", "22 شخصا", Move.FIRST), ("b", "92 شخصا", Move.UPDATE)]


def test_other_things_have_series_only_when_they_move() -> None:
    texts = [
        "أودت فيضانات وادي الزهور بحياة 22 شخصا وأصيب 40 آخرون، ودمرت ثلاثة جسور.",
        "أودت فيضانات وادي الزهور بحياة 22 شخصا وأصيب 60 آخرون، ودمرت ثلاثة جسور.",
    ]
    found = write(
        *(match(article(f"a{day}", text, at=f"2024-03-0{day + 1}T10:00:00+00:00")) for day, text in enumerate(texts))
    )
    assert [(series.thing.counted, series.is_claimed) for series in found.series] == [
        (("قتيل",), True),
        (("جريح",), False),
    ]
    assert [move for *_, move in points(found, 1)] == [Move.FIRST, Move.UPDATE]


def test_sums_are_of_the_claims_thing_only_where_the_judge_says_so() -> None:
    claim = read_claim("بلغت خسائر فيضانات وادي الزهور 40 مليون دولار")
    text = "قدرت الحكومة خسائر فيضانات وادي الزهور بنحو 70 مليون دولار، وتلقت 5 ملايين دولار مساعدات."
    start = text.index("نحو")
    span = Span(start, text.index(" دولار") + len(" دولار"))
    (fact,) = claim.facts
    evidence = Evidence(EvidenceKind.QUANTITY, Relation.CONFLICTS, fact.span, span, Note("", ""))
    found = write_timeline(claim, [match(article("a", text), Flag.CONFLICTS, evidence)], Revisions())  # type: ignore[arg-type]
    assert points(found) == [("a", "بنحو 70 مليون دولار", Move.FIRST)]
    assert found.series[0].points[0].to_claim is Relation.CONFLICTS
    assert write_timeline(claim, [match(article("a", text))], Revisions()).series == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(("toll", "day", "is_update"), [(92, 3, True), (92, 1, False), (12, 3, False), (22, 3, False)])
def test_judge_and_timeline_call_the_same_an_update(toll: int, day: int, is_update: bool) -> None:
    first = article("a", FLOOD.format(22), at="2024-03-01T00:00:00+00:00")
    later = article("b", FLOOD.format(toll), at=f"2024-03-0{day}T00:00:00+00:00")
    judge = TypedJudge()
    judgements = judge.judge(
        CLAIM, [JudgedText(one.text, one.head.published_at.date()) for one in (first, later) if one.head.published_at]
    )
    said = {evidence.relation for evidence in judgements[1].evidence if evidence.kind is not EvidenceKind.DATE}
    assert (Relation.UPDATE in said) is is_update
    found = write(*(
        replace(match(one), judgement=replace(judged(Flag.AGREES), evidence=judgement.evidence))
        for one, judgement in zip((first, later), judgements, strict=True)
    ))  # fmt: skip
    point = found.series[0].points[1]
    assert ((point.move is Move.UPDATE), (point.to_claim is Relation.UPDATE)) == (is_update, is_update)


# --- revisions ---

OLD = "ارتفعت حصيلة فيضانات وادي الزهور إلى 22 قتيلا، وفق وزير الداخلية."
NEW = "ارتفعت حصيلة فيضانات وادي الزهور إلى 92 قتيلا، وفق رئيس الحكومة."
REST = "وتواصل فرق الإنقاذ البحث عن مفقودين في القرى المجاورة."


def revised(**second: object) -> tuple[Article, Article]:
    stored = datetime(2024, 3, 1, 11, tzinfo=UTC)
    first = article("a", OLD, REST, stored_at=stored)
    then = {"revision": 2, "stored_at": stored + timedelta(hours=4), **second}
    return first, article("a", NEW, REST, **then)  # type: ignore[arg-type]


def test_a_changed_text_is_told_word_by_word() -> None:
    first, second = revised()
    index = Revisions(first, second)
    found = write(match(second, sentences=2), index=index)
    (change,) = found.changes
    assert (change.article.revision, change.from_revision, change.before, change.after) == (2, 1, OLD, NEW)
    assert [(one.before.of(OLD), one.after.of(NEW)) for one in change.words] == [
        ("22", "92"),
        ("وزير الداخلية", "رئيس الحكومة"),
    ]
    (figure,) = change.figures
    assert (words_of(figure.before), words_of(figure.after), figure.move) == ("22 قتيلا", "92 قتيلا", Move.UPDATE)
    assert index.calls == 1


def words_of(figure: object) -> str:
    return figure.span.of(figure.sentence)  # type: ignore[attr-defined,no-any-return]


STORED = datetime(2024, 3, 1, 15, tzinfo=UTC)
UPDATED = datetime(2024, 3, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "when"),
    [
        ({}, When(STORED, "stored")),
        ({"updated_at": UPDATED}, When(UPDATED, "updated")),
        ({"updated_at": datetime(2024, 3, 1, 9, tzinfo=UTC)}, When(STORED, "stored")),
        ({"published_at": UPDATED}, When(UPDATED, "published")),
    ],
)
def test_when_a_changed_text_was_out(second: dict[str, object], when: When) -> None:
    first, then = revised(**second)
    found = write(match(then), index=Revisions(first, then))
    assert found.changes[0].when == when
    (series,) = found.series
    assert [(words(one), one.when, one.article.revision) for one in series.points] == [
        ("22 قتيلا", When(datetime(2024, 3, 1, 10, tzinfo=UTC)), 1),
        ("92 قتيلا", when, 2),
    ]
    assert [one.when for one in found.reports] == [When(datetime(2024, 3, 1, 10, tzinfo=UTC))]


def test_an_archive_does_not_tell_when_a_text_changed() -> None:
    late = datetime(2024, 3, 1, 10, tzinfo=UTC) + FOLLOWED_WITHIN + timedelta(minutes=1)
    first, second = revised()
    first = replace(first, head=replace(first.head, stored_at=late))
    found = write(match(second), index=Revisions(first, second))
    assert found.changes[0].when is None
    assert [words(one) for one in found.series[0].undated] == ["92 قتيلا"]


def test_a_sentence_added_later_reports_from_then_on() -> None:
    first = article("a", REST, stored_at=datetime(2024, 3, 1, 10, 5, tzinfo=UTC))
    second = article("a", NEW, REST, revision=2, stored_at=STORED)
    found = write(match(second), index=Revisions(first, second))
    assert [(one.before, one.after, one.from_revision) for one in found.changes] == [(None, NEW, 1)]
    assert [one.when for one in found.reports] == [When(STORED, "stored")]


def test_a_sentence_is_followed_through_many_revisions() -> None:
    texts = ["22 قتيلا", "30 قتيلا", "30 قتيلاً", "92 قتيلا"]
    every = [
        article("a", f"ارتفعت حصيلة الفيضانات إلى {toll} في الوادي.", revision=number, stored_at=STORED)
        for number, toll in enumerate(texts, start=1)
    ]
    found = write(match(every[-1]), index=Revisions(*every))
    assert [(one.from_revision, one.article.revision) for one in found.changes] == [(1, 2), (3, 4)]
    assert [(words(one), one.article.revision) for one in found.series[0].points] == [
        ("22 قتيلا", 1), ("30 قتيلا", 2), ("92 قتيلا", 4),
    ]  # fmt: skip


def test_of_a_running_report_the_first_and_the_latest_revisions_are_read() -> None:
    every = [article("a", f"حصيلة الفيضانات {n} قتيلا في الوادي.", revision=n, stored_at=STORED) for n in range(1, 101)]
    index = Revisions(*every)
    found = write(match(every[-1]), index=index)
    assert [(one.from_revision, one.article.revision) for one in found.changes][:2] == [(1, 82), (82, 83)]
    assert len(found.changes) == 19


def test_an_article_deleted_meanwhile_has_what_the_search_found() -> None:
    _, second = revised()
    found = write(match(second), index=Revisions())
    assert (found.changes, points(found)) == ((), [("a", "92 قتيلا", Move.FIRST)])


def test_one_call_for_all_articles() -> None:
    pairs = [revised() for _ in range(3)]
    named = [
        tuple(replace(one, head=replace(one.head, id=f"a{place}")) for one in pair) for place, pair in enumerate(pairs)
    ]
    index = Revisions(*(one for pair in named for one in pair))
    assert len(write(*(match(second) for _, second in named), index=index).changes) == 3
    assert index.calls == 1


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("قُتل 22 شخصا.", "قتل 22 شخصاً", []),
        ("قتل 22 شخصا", "قتل 92 شخصا", [("22", "92")]),
        ("قتل 22 شخصا", "قتل 22 شخصا أمس", [("", "أمس")]),
        ("نفى الوزير مقتل أحد", "أكد الوزير مقتل", [("نفى", "أكد"), ("أحد", "")]),
        ("", "جديد كله", [("", "جديد كله")]),
    ],
)
def test_words_that_differ(before: str, after: str, changes: list[tuple[str, str]]) -> None:
    assert [(one.before.of(before), one.after.of(after)) for one in compare_words(before, after)] == changes


def test_times_are_compared_as_far_as_they_are_known() -> None:
    day, noon = When(datetime(2024, 3, 1, tzinfo=UTC), is_day=True), When(datetime(2024, 3, 1, 12, tzinfo=UTC))
    next_day = When(datetime(2024, 3, 2, tzinfo=UTC), is_day=True)
    assert not is_before(day, noon)
    assert not is_before(noon, day)
    assert is_before(day, next_day)
    assert is_before(noon, next_day)


def test_a_time_without_an_offset_is_utc() -> None:
    head: ArticleHead = article("a", "نص.", at="2024-03-01T10:00:00").head
    assert told_at([head]) == [When(datetime(2024, 3, 1, 10, tzinfo=UTC))]
