"""Taking articles in: ids, revisions, copies, batches; on an index in memory and on the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.errors import Conflict, InvalidInput, UnreadableSource
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake, tidy_url
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission
from service.model import Article, PassageQuery, Stored
from tests.ingest.memory_index import MemoryIndex
from tests.ingest.test_copies import EDITED, OTHER, WIRE

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
GLUED = (Path(__file__).parent / "pages" / "glued_twice.txt").read_text(encoding="utf-8")


@pytest.fixture(params=["memory", "embedded"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    engine = MemoryIndex() if request.param == "memory" else EmbeddedIndex(tmp_path)
    yield engine
    engine.close()


@pytest.fixture
def intake(index: Any, outlets: Outlets) -> Intake:
    return Intake(index, outlets, clock=lambda: NOW)


def test_an_article_and_the_same_again(intake: Intake, index: Any) -> None:
    submission = Submission(WIRE, "text", url="https://example.org/1", outlet="الأفق", title="موسم الحصاد")
    (first,) = intake.take(submission, wait=True)
    (again,) = intake.take(replace(submission, content=WIRE.replace(". ", ".\n")), wait=True)

    assert (first.stored.outcome, again.stored.outcome) == ("created", "unchanged")
    assert first.article.head.id == again.article.head.id
    stored = index.get(first.article.head.id)
    assert stored.text == WIRE
    assert stored.head.stored_at == NOW
    assert all(stored.text[one.start : one.end] == one.text for one in stored.passages)


def test_a_changed_text_is_the_next_revision(intake: Intake, index: Any) -> None:
    url = "https://example.org/1"
    (first,) = intake.take(Submission(WIRE, "text", url=url))
    (second,) = intake.take(Submission(EDITED, "text", url=f"{url}?utm_source=x#top"))

    assert (second.stored.outcome, second.article.head.revision) == ("revised", 2)
    assert second.article.head.id == first.article.head.id
    assert second.article.passages[0].id == f"{first.article.head.id}:2:0"
    assert second.article.head.source_group == first.article.head.id
    assert index.get(first.article.head.id, revision=1).text == WIRE


def test_ids(intake: Intake) -> None:
    (by_id,) = intake.take(Submission(WIRE, "text", id="desk-1", url="https://example.org/1"))
    (by_url,) = intake.take(Submission(WIRE, "text", url="https://example.org/1"))
    (by_text,) = intake.take(Submission(OTHER, "text"))
    (by_text_again,) = intake.take(Submission(OTHER, "text"))
    (other_outlet,) = intake.take(Submission(OTHER, "text", outlet="الأفق"))

    assert by_id.article.head.id == by_url.article.head.id == "desk-1"
    assert by_text_again.stored.outcome == "unchanged"
    assert other_outlet.article.head.id != by_text.article.head.id


def test_split_off_articles(intake: Intake) -> None:
    taken = intake.take(Submission(GLUED, url="https://host.example.org/1", outlet="عدن الغد"))
    again = intake.take(Submission(GLUED, url="https://host.example.org/1", outlet="عدن الغد"))

    assert [one.article.head.role for one in taken] == ["main", "split_off", "split_off"]
    assert [one.article.head.outlet.id for one in taken if one.article.head.outlet] == ["adengad", "ona", "shafaq"]
    assert [one.article.head.url for one in taken] == ["https://host.example.org/1", None, None]
    assert [one.article.head.published_at for one in taken[1:]] == [None, None]
    assert all(one.article.head.id.startswith(f"{taken[0].article.head.id}~") for one in taken[1:])
    assert [one.stored.outcome for one in again] == ["unchanged"] * 3
    assert [one.article.head.id for one in again] == [one.article.head.id for one in taken]


def test_copies_are_grouped(intake: Intake) -> None:
    (wire,) = intake.take(Submission(WIRE, "text", id="wire"))
    (copy,) = intake.take(Submission(EDITED, "text", id="copy"))
    (other,) = intake.take(Submission(OTHER, "text", id="other"))
    groups = [one.article.head.source_group for one in (wire, copy, other)]
    assert groups == ["wire", "wire", "other"]


def test_copies_within_one_batch_are_grouped(intake: Intake) -> None:
    submissions = [Submission(text, "text", id=f"n{n}") for n, text in enumerate((OTHER, WIRE, EDITED))]
    groups = [outcome.taken[0].article.head.source_group for outcome in intake.take_many(submissions)]
    assert groups == ["n0", "n1", "n1"]


def test_a_batch_keeps_order_and_loses_nothing(intake: Intake, index: Any) -> None:
    submissions = [
        Submission(WIRE, "text", id="a"),
        Submission("Tags: x, y", "page", id="b"),
        Submission(OTHER, "text", id="c", url="ftp://example.org"),
        Submission(OTHER, "text", id="d"),
        Submission(EDITED, "text", id="a"),  # the same article again, in one batch
        Submission("nul \x00", "text", id="e"),
    ]
    outcomes = list(intake.take_many(submissions, batch=4, wait=True))

    assert [outcome.handed.id for outcome in outcomes] == ["a", "b", "c", "d", "a", "e"]
    assert [type(outcome.error) for outcome in outcomes] == [
        type(None), UnreadableSource, InvalidInput, type(None), type(None), InvalidInput,
    ]  # fmt: skip
    assert [one.stored.outcome for outcome in outcomes for one in outcome.taken] == ["created", "created", "revised"]
    assert index.get("a").head.revision == 2


def test_an_id_twice_in_one_batch(intake: Intake) -> None:
    texts = (WIRE, EDITED, EDITED, OTHER)
    outcomes = intake.take_many([Submission(text, "text", id="a") for text in texts])
    found = [(one.stored.outcome, one.article.head.revision) for outcome in outcomes for one in outcome.taken]
    assert found == [("created", 1), ("revised", 2), ("unchanged", 2), ("revised", 3)]


@pytest.mark.parametrize(
    ("submission", "pointer"),
    [
        (Submission(WIRE, "text", id=""), "/id"),
        (Submission(WIRE, "text", id="a b"), "/id"),
        (Submission(WIRE, "text", id="x" * 201), "/id"),
        (Submission(WIRE, "text", url="example.org/1"), "/url"),
        (Submission(WIRE, "text", url="https://[::1"), "/url"),
        (Submission(WIRE, "text", url="https://exa mple.org/"), "/url"),
        (Submission("lone \ud800", "text"), "/text"),
        (Submission("التعليقات (0)", "page"), "/page"),
        (Submission(" \n", "text"), "/text"),
        (Submission("<html><body></body></html>", "html"), "/html"),
    ],
)
def test_what_is_refused(intake: Intake, submission: Submission, pointer: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        intake.take(submission)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("url", "tidied"),
    [
        (None, None),
        ("https://Example.org/a?id=3&utm_medium=x&fbclid=1#c", "https://example.org/a?id=3"),
        ("https://example.org/a?q=%D8%A3", "https://example.org/a?q=%D8%A3"),
        (" http://example.org/أخبار ", "http://example.org/أخبار"),
    ],
)
def test_tidy_url(url: str | None, tidied: str | None) -> None:
    assert tidy_url(url) == tidied


class _ConflictingIndex(MemoryIndex):
    """Refuses one article, and with it every call that holds it."""

    def store(self, articles: Any, *, wait: bool = False) -> list[Stored]:
        if any(article.head.id == "bad" for article in articles):
            raise Conflict("another writer was first")
        return super().store(articles, wait=wait)


def test_a_conflict_costs_only_its_own_article(outlets: Outlets) -> None:
    index = _ConflictingIndex()
    submissions = [Submission(text, "text", id=id_) for id_, text in (("a", WIRE), ("bad", OTHER), ("c", EDITED))]
    outcomes = list(Intake(index, outlets).take_many(submissions))
    assert [type(outcome.error) for outcome in outcomes] == [type(None), Conflict, type(None)]
    assert set(index.articles) == {"a", "c"}


def test_a_batch_is_stored_in_one_call(outlets: Outlets) -> None:
    index = MemoryIndex()
    list(Intake(index, outlets).take_many([Submission(f"{WIRE} {n}", "text", id=str(n)) for n in range(7)], batch=5))
    assert index.calls == 2


def test_passages_are_found(outlets: Outlets, tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    try:
        taken: list[Article] = [one.article for one in Intake(index, outlets).take(Submission(GLUED), wait=True)]
        hits = index.search(PassageQuery("النخيل المثمر في البصرة")).hits
        assert hits[0].article.outlet is not None
        assert hits[0].article.outlet.id == "shafaq"
        assert hits[0].passage == taken[2].passages[hits[0].passage.ordinal]
    finally:
        index.close()
