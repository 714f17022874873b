"""Watches over the real embedded engine and store, with a judge that is told what to say and a clock of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from service.api.watches import write_match
from service.index import PassageIndex
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments
from service.index.embedded import EmbeddedIndex
from service.model import Flag
from service.outbound.addresses import read_allowed
from service.outbound.http import OutboundClient
from service.watches.book import WatchBook
from service.watches.deliver import Deliverer, Patience
from service.watches.follow import Follower
from service.watches.matching import Matcher
from service.watches.watch import Watch, Webhook, new_secret
from tests.api.fakes import WordJudge
from tests.index.articles import make_article

CLAIM = "قُتل 12 شخصاً في انهيار مبنى الميناء"
TWELVE = "ارتفع عدد قتلى انهيار مبنى الميناء إلى 12 قتيلاً بعد انتشال جثتين فجر الثلاثاء."
SEVEN = "أسفر انهيار مبنى الميناء عن مقتل سبعة أشخاص وإصابة آخرين، بحسب الدفاع المدني."
OTHER = "افتتح وزير النقل جسر المنارة الجديد بعد خمس سنوات من العمل."
JUDGE = WordJudge({"12 قتيلاً": Flag.AGREES, "سبعة أشخاص": Flag.CONFLICTS})


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime(2024, 3, 11, 7, 30, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Parts:
    """All parts of one process."""

    book: WatchBook
    index: PassageIndex
    follower: Follower
    deliverer: Deliverer
    clock: Clock

    def follow(self) -> None:
        while self.follower.work(lambda: None):
            pass

    def deliver(self) -> None:
        while self.deliverer.work(lambda: None):
            pass

    def store(self, article_id: str, *sentences: str, **fields: Any) -> None:
        self.index.store([make_article(article_id, *sentences, **fields)])


Wrap = Callable[[DocumentStore], DocumentStore]


def open_parts(directory: Path, clock: Clock, *, wrap: Wrap = lambda store: store, judge: Any = JUDGE) -> Parts:
    """Return the parts over the embedded engine in a directory."""
    return make_parts(EmbeddedIndex(directory), wrap(EmbeddedDocuments(directory)), clock, judge=judge)


def make_parts(index: PassageIndex, documents: DocumentStore, clock: Clock, *, judge: Any = JUDGE) -> Parts:
    """Return the parts over any engine."""
    book = WatchBook(documents, index, clock=clock)
    follower = Follower(book, index, Matcher(judge, most=100), render=write_match, keep=timedelta(days=30), clock=clock)
    client = OutboundClient(read_allowed("127.0.0.1"))
    deliverer = Deliverer(book, client, Patience(timeout_s=5, attempts=4, first_wait_s=10), clock=clock)
    return Parts(book, index, follower, deliverer, clock)


def make_watch(number: int = 1, *, url: str | None = None, claim: str = CLAIM, **fields: Any) -> Watch:
    webhook = Webhook(url, new_secret()) if url else None
    known = {"as_of": None, "flags": (Flag.AGREES, Flag.CONFLICTS), "outlets": (), **fields}
    return Watch(f"w{number:020x}", claim, webhook=webhook, created_at=datetime(2024, 3, 11, 7, 0, tzinfo=UTC), **known)
