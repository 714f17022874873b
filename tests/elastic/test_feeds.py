"""Feeds on both engines: what one machine began another goes on with, from what is stored alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.feeds.edit import paused, resumed
from service.index.documents_embedded import EmbeddedDocuments
from service.index.embedded import EmbeddedIndex
from tests.feeds.parts import Clock, Parts, make_parts
from tests.feeds.site import Reply, Site, item, serving, title

OpenParts = Callable[[Clock], Parts]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.elastic)])
def open_parts(request: pytest.FixtureRequest, tmp_path: Path, site: Site) -> Iterator[OpenParts]:
    """Open the parts of one more machine over the same engine."""
    opened: list[EmbeddedIndex | EmbeddedDocuments] = []

    def open_embedded(clock: Clock) -> Parts:
        index, documents = EmbeddedIndex(tmp_path), EmbeddedDocuments(tmp_path)
        opened.extend((index, documents))
        return make_parts(index, documents, site, clock=clock, items=2)

    def open_elastic(clock: Clock) -> Parts:
        index = request.getfixturevalue("make_index")()
        return make_parts(index, index.documents, site, clock=clock, items=2)

    yield open_embedded if request.param == "embedded" else open_elastic
    for each in opened:
        each.close()


def test_what_one_machine_begins_another_goes_on_with(open_parts: OpenParts, site: Site) -> None:
    clock = Clock()
    one, two = open_parts(clock), open_parts(clock)
    for number in range(3):
        site.publish(f"/a/{number}", number)
    site.feed("".join(item(n, f"/a/{n}") for n in range(3)) + item(3, "/a/3"), ETag='"one"')
    feed = one.add()
    clock.pass_time(seconds=1)
    other = one.add("/none", outlet="المرفأ")
    assert two.add().id == feed.id, "the same address is the same feed on every machine"
    assert [each.id for each in two.book.page(after="", limit=9)] == [feed.id, other.id]
    one.rounds.work(lambda: None)
    half = two.book.get(feed.id)
    assert (half.counts.created, half.said.etag) == (2, None)
    assert two.book.get(other.id).state == "failing"
    clock.pass_time(minutes=2)
    two.rounds.work(lambda: None)
    assert one.book.get(feed.id).counts.created == 3
    (problem,) = one.book.get(feed.id).problems
    assert "answered 404" in problem.detail
    assert site.count() == {"/rss": 2, "/none": 1, "/a/0": 1, "/a/1": 1, "/a/2": 1, "/a/3": 1}
    site.publish("/a/3", 3)
    clock.pass_time(minutes=10)
    one.rounds.work(lambda: None)
    done = two.book.get(feed.id)
    assert (done.counts.seen, done.counts.created, done.said.etag, done.problems) == (4, 4, '"one"', ())
    site.routes["/rss"] = Reply(status=304)
    two.book.ask(feed.id)
    two.rounds.work(lambda: None)
    assert site.last("/rss").headers["if-none-match"] == '"one"'
    assert sorted(str(head.title) for head in two.articles()) == [title(number) for number in range(4)]


def test_what_people_do_is_seen_by_every_machine(open_parts: OpenParts, site: Site) -> None:
    clock = Clock()
    one, two = open_parts(clock), open_parts(clock)
    site.feed("")
    feed = one.add()
    two.book.update(feed.id, paused)
    assert one.rounds.work(lambda: None) is False
    two.book.update(feed.id, lambda each: resumed(each, now=clock()))
    assert one.rounds.work(lambda: None)
    assert site.count() == {"/rss": 1}
    two.book.remove(feed.id)
    clock.pass_time(days=1)
    assert one.rounds.work(lambda: None) is False
    assert (one.book.find(feed.id), one.book.items(feed.id)) == (None, {})
    assert one.add().id != feed.id
