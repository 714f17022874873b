"""Feeds over the real embedded engine, intake and sockets, with a clock of our own and no pause between requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from service.feeds.book import FeedBook
from service.feeds.edit import new_feed
from service.feeds.feed import Feed
from service.feeds.fetch import Guest, Limits
from service.feeds.pacing import HostPauses, Pausing
from service.feeds.poll import Poller, Wishes
from service.feeds.record import Record
from service.feeds.rounds import Rounds
from service.feeds.take import ItemTaker, Take
from service.feeds.timing import Rhythm
from service.index import PassageIndex
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import KnownOutlet, Outlets
from service.model import ArticleHead, Filters
from service.outbound.addresses import read_allowed
from service.outbound.http import OutboundClient
from tests.feeds.site import Site

OUTLETS = Outlets([KnownOutlet("almarfa", "صحيفة المرفأ", aliases=("المرفأ",), domains=("almarfa.example",))])
HERE = OutboundClient(read_allowed("127.0.0.1"))


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime(2024, 3, 5, 13, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Parts:
    """All parts of one process."""

    book: FeedBook
    index: PassageIndex
    rounds: Rounds
    clock: Clock
    site: Site
    observed: Counter[tuple[str, str]]
    shown: list[tuple[str, int, int]]

    def add(self, path: str = "/rss", **fields: Any) -> Feed:
        url = path if "://" in path else self.site.url + path
        return self.book.add(new_feed(url, OUTLETS, now=self.clock(), **fields))[0]

    def poll(self, feed: Feed) -> Feed:
        """Poll a feed now, whenever it is due, and return it as it then is."""
        self.book.update(feed.id, lambda one: one)
        self.book.ask(feed.id)
        self.rounds.work(lambda: None)
        self.clock.pass_time(seconds=1)
        return self.book.get(feed.id)

    def articles(self) -> list[ArticleHead]:
        return list(self.index.list_articles(Filters(), cursor=None, limit=200).heads)


def make_parts(
    index: PassageIndex,
    documents: DocumentStore,
    site: Site,
    *,
    clock: Clock | None = None,
    client: OutboundClient = HERE,
    items: int = 50,
    fetch_pages: bool = True,
    timeout_s: float = 5.0,
    most_bytes: int = 1024 * 1024,
    take: Take | None = None,
    pause_s: float = 0.0,
) -> Parts:
    """Return the parts over any engine."""
    clock = clock or Clock()
    book, pausing, keep = FeedBook(documents, clock=clock), Pausing(), timedelta(days=30)
    observed: Counter[tuple[str, str]] = Counter()
    shown: list[tuple[str, int, int]] = []
    pauses = HostPauses(pause_s, pausing.wait)
    guest = Guest(client, pauses, Limits(timeout_s, most_bytes), agent="Isnad/test (+desk@example.org)", clock=clock)
    taker = ItemTaker(guest, take or Intake(index, OUTLETS, clock=clock).take, fetch_pages=fetch_pages)

    def observe(what: str, outcome: str) -> None:
        observed[what, outcome] += 1

    record = Record(book, OUTLETS, Rhythm(900), observe=observe, clock=clock)
    poller = Poller(
        book, guest, taker, record, Wishes(items, keep), progress=lambda *told: shown.append(told), clock=clock
    )
    rounds = Rounds(book, poller, pausing, keep=keep, clock=clock)
    return Parts(book, index, rounds, clock, site, observed, shown)


@contextmanager
def opened(directory: Path, site: Site, **wishes: Any) -> Iterator[Parts]:
    """Open the parts over the embedded engine in a directory."""
    index, documents = EmbeddedIndex(directory), EmbeddedDocuments(directory)
    yield make_parts(index, documents, site, **wishes)
    index.close()
    documents.close()
