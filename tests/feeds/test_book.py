"""The book of feeds: what is kept, whose an address is, and that what is due is never forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from service.errors import NotFound, StaleRevision
from service.feeds.book import DUE, FEED, LONGEST_PAUSE_S, FeedBook
from service.feeds.edit import paused, resumed
from service.feeds.feed import (
    Counts,
    Feed,
    ItemProblem,
    ItemState,
    KnownItem,
    Moved,
    Said,
    Trouble,
    new_feed_id,
    read_feed_body,
    write_feed,
)
from service.index.documents import Document
from service.index.documents_embedded import EmbeddedDocuments
from service.model import Outlet
from tests.feeds.parts import Clock

NOW = datetime(2024, 3, 5, 13, 0, tzinfo=UTC)
URL = "https://almarfa.example/rss"


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[EmbeddedDocuments]:
    documents = EmbeddedDocuments(tmp_path)
    yield documents
    documents.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def book(documents: EmbeddedDocuments, clock: Clock) -> FeedBook:
    return FeedBook(documents, clock=clock)


def feed(url: str = URL, **fields: Any) -> Feed:
    return Feed(**{"id": new_feed_id(NOW), "url": url, "created_at": NOW, "next_at": NOW, **fields})


def test_a_feed_comes_back_as_it_was_put() -> None:
    full = feed(
        name="اسم",
        outlet=Outlet("almarfa", "صحيفة المرفأ"),
        outlet_source="domain",
        interval_s=300,
        stopped="gone",
        title="عنوان",
        home="https://almarfa.example/",
        said=Said('"e"', "then", "d"),
        asked_at=NOW,
        polled_at=NOW,
        changed_at=NOW,
        failures=3,
        trouble=Trouble(NOW, "answered 500"),
        moved=Moved("https://old.example/", NOW),
        counts=Counts(5, 4, 3, 2, 1),
        problems=(ItemProblem("k", None, "خبر", NOW, "why", 2, NOW), ItemProblem("l", URL, None, NOW, "why", 3, None)),
        addresses=(URL, "https://old.example/"),
    )
    for one in (full, feed()):
        assert read_feed_body(one.id, write_feed(one)) == one


@pytest.mark.parametrize(
    "url",
    [URL, "HTTPS://ALMARFA.EXAMPLE/rss", "https://almarfa.example:443/rss", URL + "#x", "https://almarfa.example./rss"],
)
def test_one_address_one_feed(book: FeedBook, url: str) -> None:
    first, is_new = book.add(feed())
    assert is_new
    again, is_new = book.add(feed(url))
    assert (again, is_new) == (first, False)
    assert book.find_at(url) == first


def test_many_add_the_same_address_at_once(tmp_path: Path) -> None:
    added: list[tuple[Feed, bool]] = []
    books = [FeedBook(EmbeddedDocuments(tmp_path)) for _ in range(6)]
    threads = [Thread(target=lambda one=one: added.append(one.add(feed()))) for one in books]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.id for one, _ in added}) == 1
    assert sum(is_new for _, is_new in added) == 1
    assert len(books[0].page(after="", limit=9)) == 1
    for one in books:
        one._documents.close()


class Dying:
    """A store that dies before its nth write."""

    def __init__(self, documents: EmbeddedDocuments, writes: int) -> None:
        self._documents = documents
        self._left = writes

    def put(self, kind: str, key: str, body: Mapping[str, Any], *, version: int | None = None) -> Document:
        self._spend()
        return self._documents.put(kind, key, body, version=version)

    def delete(self, kind: str, key: str, *, version: int | None = None) -> bool:
        self._spend()
        return self._documents.delete(kind, key, version=version)

    def _spend(self) -> None:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)


def dies_at_every_write(documents: EmbeddedDocuments, clock: Clock, work: Callable[[FeedBook], object]) -> int:
    """Do the work as often as it has writes, dying before each in turn; return how many it has."""
    for writes in range(20):
        try:
            work(FeedBook(Dying(documents, writes), clock=clock))
        except KeyboardInterrupt:
            continue
        return writes
    raise AssertionError("it never ended")


def test_a_death_while_a_feed_is_added_leaves_it_addable(documents: EmbeddedDocuments, clock: Clock) -> None:
    assert dies_at_every_write(documents, clock, lambda book: book.add(feed())) >= 1
    book = FeedBook(documents, clock=clock)
    (only,) = book.page(after="", limit=9)
    assert book.add(feed())[0].id == only.id
    assert {due.feed for due in book.due(limit=9) if book.follow(due)} == {only.id}


def test_a_death_while_a_feed_is_put_off_leaves_it_due(documents: EmbeddedDocuments, clock: Clock) -> None:
    for writes in range(4):
        book = FeedBook(documents, clock=clock)
        one, _ = book.add(feed(f"{URL}/{writes}"))
        later = clock() + timedelta(hours=1)
        dying = FeedBook(Dying(documents, writes), clock=clock)
        try:
            dying.update(one.id, lambda feed: replace(feed, next_at=later))  # noqa: B023
        except KeyboardInterrupt:
            assert writes < 3
        clock.pass_time(hours=2)
        assert one.id in {due.feed for due in book.due(limit=9) if book.follow(due)}, writes
        book.remove(one.id)


def test_what_is_due_comes_in_the_order_of_time(book: FeedBook, clock: Clock) -> None:
    made = [book.add(feed(f"{URL}/{n}", next_at=NOW + timedelta(minutes=n)))[0] for n in (3, 1, 2, 60)]
    clock.pass_time(minutes=10)
    assert [due.feed for due in book.due(limit=9)] == [made[1].id, made[2].id, made[0].id]
    assert {due.host for due in book.due(limit=9)} == {"almarfa.example"}


def test_a_pointer_that_leads_to_nothing_is_dropped(book: FeedBook, documents: EmbeddedDocuments, clock: Clock) -> None:
    one, _ = book.add(feed())
    book.update(one.id, lambda feed: replace(feed, next_at=NOW + timedelta(hours=1)))
    (due,) = book.due(limit=9)
    assert book.follow(due) is None
    assert book.due(limit=9) == []
    clock.pass_time(hours=1)
    (due,) = book.due(limit=9)
    assert book.follow(due) is not None
    book.update(one.id, paused)
    assert book.follow(due) is None
    book.update(one.id, lambda feed: resumed(feed, now=clock()))
    (due,) = book.due(limit=9)
    book.remove(one.id)
    assert book.follow(due) is None
    assert documents.list_documents(DUE) == []


def test_a_pointer_that_is_put_back_meanwhile_stays(book: FeedBook) -> None:
    one, _ = book.add(feed())
    book.update(one.id, paused)
    (due,) = book.due(limit=9)
    book.update(one.id, lambda feed: replace(feed, is_paused=False))
    assert book.follow(replace(due, pointer=due.pointer)) is not None
    book.update(one.id, paused)
    (seen,) = book.due(limit=9)
    stale = replace(seen, version=seen.version - 1)
    assert book.follow(stale) is None
    assert len(book.due(limit=9)) == 1


def test_pointers_that_got_lost_are_put_back(book: FeedBook, documents: EmbeddedDocuments) -> None:
    one, _ = book.add(feed())
    (due,) = book.due(limit=9)
    documents.delete(DUE, due.pointer)
    book.mend()
    assert [each.feed for each in book.due(limit=9)] == [one.id]


def test_changes_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    books = [FeedBook(EmbeddedDocuments(tmp_path)) for _ in range(4)]
    one, _ = books[0].add(feed())

    def count(book: FeedBook) -> None:
        for _ in range(10):
            book.update(one.id, lambda feed: replace(feed, counts=feed.counts.plus(seen=1)))

    threads = [Thread(target=count, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert books[0].get(one.id).counts.seen == 40
    for book in books:
        book._documents.close()


def test_a_feed_that_others_write_all_the_time(book: FeedBook, documents: EmbeddedDocuments) -> None:
    one, _ = book.add(feed())

    def overtaken(feed: Feed) -> Feed:
        documents.put(FEED, one.id, write_feed(feed))
        return replace(feed, failures=feed.failures + 1)

    waited: list[float] = []
    patient = FeedBook(documents, sleep=waited.append)
    with pytest.raises(StaleRevision, match="others wrote it"):
        patient.update(one.id, overtaken)
    assert waited[0] == 0
    assert all(0 < pause <= LONGEST_PAUSE_S for pause in waited[1:])
    assert sum(waited) > 2, "who lost every time has left the others the time to finish"


def test_a_feed_goes_with_all_that_is_known_of_its_items(book: FeedBook, documents: EmbeddedDocuments) -> None:
    one, other = book.add(feed())[0], book.add(feed(URL + "/2"))[0]
    known = {f"{number:032x}": KnownItem("d", ItemState.TAKEN) for number in range(700)}
    for each in (one, other):
        book.note(each.id, known)
    assert set(book.items(one.id)) == set(known)
    book.remove(one.id)
    assert book.items(one.id) == {}
    assert len(book.items(other.id)) == 700
    with pytest.raises(NotFound):
        book.get(one.id)
    with pytest.raises(NotFound):
        book.remove(one.id)
    assert book.find_at(URL) is None


def test_items_come_back_as_they_were_put(book: FeedBook) -> None:
    known = {"a": KnownItem("d", ItemState.WAITING, 2, NOW), "b": KnownItem("e", ItemState.GIVEN_UP, 3)}
    book.note("f1", known)
    assert {name: one.known for name, one in book.items("f1").items()} == known


def test_an_address_is_claimed_once(book: FeedBook) -> None:
    one, other = book.add(feed())[0], book.add(feed(URL + "/2"))[0]
    assert book.claim_address(URL + "/new", one.id) == one.id
    assert book.claim_address(URL + "/new", other.id) == one.id
    assert book.claim_address(other.url, one.id) == other.id
    book.remove(other.id)
    book._documents.put("feed-address", "left over", {"feed": other.id})
    assert book.claim_address(URL + "/2", one.id) == one.id
