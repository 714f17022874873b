"""The book of feeds: all of them, what is known of their items, and which are due, as small documents.

- `feed`: a feed.
- `feed-address`: which feed an address belongs to, under a digest of it: nobody adds the same address twice.
- `feed-due`: a pointer to a feed that is to be polled, in the order of time. It is put before the feed says so and once
  more behind it: a death in between leaves one pointer too many (it then points to another time than the feed says, and
  is dropped), and whoever drops it a moment too early has it put back.
- `feed-item`: what is known of an item, under its feed's id. Written when its article is stored, never before. Those
  that no poll has seen for a while are forgotten.
- `feed-page`: that an article was taken from a page, with a digest of what the item said that named it, under a digest
  of the address: outlets have the same items in several feeds, and the page is fetched for the first one only.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from service.errors import NotFound, StaleRevision
from service.feeds.feed import Feed, KnownItem, name_known, read_feed_body, read_known, write_feed, write_known
from service.index.documents import Document, DocumentStore
from service.outbound.addresses import read_target
from service.pauses import pauses

FEED, ADDRESS, DUE, ITEM, PAGE_TAKEN = "feed", "feed-address", "feed-due", "feed-item", "feed-page"
PAGE = 500
TRIES, FIRST_PAUSE_S, LONGEST_PAUSE_S = 12, 0.005, 1.0
"""How often a write that others overtake is begun anew, and how long it waits: without, one of many may never win."""

Change = Callable[[Feed], Feed]


@dataclass(frozen=True, slots=True)
class Due:
    """A pointer to a feed whose time has come."""

    feed: str
    host: str
    pointer: str
    version: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of an item, and since when."""

    known: KnownItem
    written_at: datetime


class FeedBook:
    """Reads and writes of the book; safe between threads, processes and machines."""

    def __init__(
        self,
        documents: DocumentStore,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._documents = documents
        self._clock, self._sleep = clock, sleep

    # --- feeds ---

    def add(self, feed: Feed) -> tuple[Feed, bool]:
        """Keep a feed; return it and True, or the feed that has this address already and False."""
        key, claim = _name_address(feed.url), {"feed": feed.id}
        try:
            self._documents.put(ADDRESS, key, claim, version=0)
        except StaleRevision:
            owner = self._owner(key) or feed.id
            existing = self.find(owner)
            if existing is not None:
                return existing, False
            feed = replace(feed, id=owner)  # left by a death, or under way: whoever writes it first has added it
        feed = replace(feed, addresses=(feed.url,))
        try:
            self._point(feed)
            self._documents.put(FEED, feed.id, write_feed(feed), version=0)
        except StaleRevision:
            return self.get(feed.id), False
        self._documents.put(ADDRESS, key, {"feed": feed.id})
        self._point(feed)
        return feed, True

    def get(self, feed_id: str) -> Feed:
        """Return a feed. Raises `NotFound`."""
        feed = self.find(feed_id)
        if feed is None:
            raise NotFound(f"there is no feed {feed_id}")
        return feed

    def find(self, feed_id: str) -> Feed | None:
        """Return a feed, None when there is none."""
        document = self._documents.get(FEED, feed_id)
        return read_feed_body(feed_id, document.body) if document else None

    def find_at(self, url: str) -> Feed | None:
        """Return the feed that has, or had, an address."""
        owner = self._owner(_name_address(url))
        return self.find(owner) if owner else None

    def page(self, *, after: str, limit: int) -> list[Feed]:
        """Return feeds in the order they were added, behind the id `after`."""
        found = self._documents.list_documents(FEED, after=after, limit=limit)
        return [read_feed_body(document.key, document.body) for document in found]

    def all(self) -> Iterator[Feed]:
        """Iterate over all feeds."""
        after = ""
        while page := self.page(after=after, limit=PAGE):
            yield from page
            after = page[-1].id

    def update(self, feed_id: str, change: Change) -> Feed:
        """Write a feed as `change` makes it from how it is now, and return it. Raises `NotFound`."""
        for pause in (0.0, *pauses(TRIES, base=FIRST_PAUSE_S, cap=LONGEST_PAUSE_S)):
            self._sleep(pause)
            document = self._documents.get(FEED, feed_id)
            if document is None:
                raise NotFound(f"there is no feed {feed_id}")
            before = read_feed_body(feed_id, document.body)
            feed = change(before)
            if feed == before:
                return feed
            moves = feed.is_active and (not before.is_active or _pointer(feed) != _pointer(before))
            if moves:
                self._point(feed)
            try:
                self._documents.put(FEED, feed_id, write_feed(feed), version=document.version)
            except StaleRevision:
                continue
            if moves:
                self._point(feed)
            return feed
        raise StaleRevision(f"feed {feed_id}: others wrote it all the time")

    def ask(self, feed_id: str) -> Feed:
        """Let a feed be polled as soon as may be. Raises `NotFound`."""
        now = self._clock()
        return self.update(feed_id, lambda feed: replace(feed, next_at=min(now, feed.next_at), asked_at=now))

    def claim_address(self, url: str, feed_id: str) -> str:
        """Note that an address belongs to a feed unless it is another's; return whose it is."""
        key = _name_address(url)
        with contextlib.suppress(StaleRevision):
            self._documents.put(ADDRESS, key, {"feed": feed_id}, version=0)
        owner = self._owner(key) or feed_id
        if owner != feed_id and self.find(owner) is None:
            self._documents.put(ADDRESS, key, {"feed": feed_id})
            return feed_id
        return owner

    def remove(self, feed_id: str) -> None:
        """Drop a feed with all that is known of its items; its articles stay. Raises `NotFound`."""
        feed = self.get(feed_id)
        if not self._documents.delete(FEED, feed_id):
            raise NotFound(f"there is no feed {feed_id}")
        for url in feed.addresses:
            self._free(_name_address(url), feed_id)
        for document in list(self._items_under(feed_id)):
            self._documents.delete(ITEM, document.key)

    # --- what is due ---

    def due(self, *, limit: int) -> list[Due]:
        """Return pointers to feeds whose time has come, those that wait longest first."""
        now = int(self._clock().timestamp() * 1000)
        found = self._documents.list_documents(DUE, limit=limit)
        come = (one for one in found if int(one.key.partition(":")[0]) <= now)
        return [Due(one.body["feed"], one.body["host"], one.key, one.version) for one in come]

    def follow(self, due: Due) -> Feed | None:
        """Return the feed that a pointer leads to; drop a pointer that leads to nothing any more."""
        feed = self.find(due.feed)
        if feed is not None and feed.is_active and _pointer(feed) == due.pointer:
            return feed
        with contextlib.suppress(StaleRevision):  # put once more in this moment: it leads somewhere again
            self._documents.delete(DUE, due.pointer, version=due.version)
        return None

    def mend(self, go_on: Callable[[], None] = lambda: None) -> None:
        """Put the pointers that are missing; `go_on` is called between feeds and raises when it must stop."""
        for feed in self.all():
            go_on()
            if feed.is_active and self._documents.get(DUE, _pointer(feed)) is None:
                self._point(feed)

    def count_waiting(self) -> int:
        """Count the feeds whose time has come, a thousand at most."""
        return len(self.due(limit=2 * PAGE))

    # --- items ---

    def items(self, feed_id: str) -> dict[str, Remembered]:
        """Return what is known of a feed's items, by their names."""
        return {
            document.key.partition(":")[2]: Remembered(read_known(document.body), document.stored_at)
            for document in self._items_under(feed_id)
        }

    def note(self, feed_id: str, known: Mapping[str, KnownItem]) -> None:
        """Keep what is known of items."""
        for name, one in known.items():
            self._documents.put(ITEM, f"{feed_id}:{name}", write_known(one))

    def forget_items(self, before: datetime) -> int:
        """Drop what was last written of items and pages before that time; return of how many items."""
        self._documents.delete_older(PAGE_TAKEN, before)
        return self._documents.delete_older(ITEM, before)

    def note_page(self, url: str, digest: str) -> None:
        """Keep that a page was taken for an item that said this."""
        self._documents.put(PAGE_TAKEN, name_known(url), {"digest": digest})

    def has_taken(self, url: str, digest: str) -> bool:
        """Tell whether a page was taken for an item that said the same."""
        document = self._documents.get(PAGE_TAKEN, name_known(url))
        return document is not None and document.body["digest"] == digest

    def _items_under(self, feed_id: str) -> Iterator[Document]:
        prefix = after = f"{feed_id}:"
        while found := self._documents.list_documents(ITEM, after=after, limit=PAGE):
            for document in found:
                if not document.key.startswith(prefix):
                    return
                yield document
            after = found[-1].key

    def _owner(self, key: str) -> str | None:
        document = self._documents.get(ADDRESS, key)
        return str(document.body["feed"]) if document else None

    def _free(self, key: str, feed_id: str) -> None:
        document = self._documents.get(ADDRESS, key)
        if document is not None and document.body["feed"] == feed_id:
            with contextlib.suppress(StaleRevision):  # somebody adds the feed anew at this moment
                self._documents.delete(ADDRESS, key, version=document.version)

    def _point(self, feed: Feed) -> None:
        host = (urlsplit(feed.url).hostname or "").lower()
        self._documents.put(DUE, _pointer(feed), {"feed": feed.id, "host": host})


def _pointer(feed: Feed) -> str:
    return f"{int(feed.next_at.timestamp() * 1000):014d}:{feed.id}"


def _name_address(url: str) -> str:
    """Return the same for addresses that differ only in how they are written."""
    target = read_target(url)
    plain = f"{target.scheme}://{target.authority}{target.path}"
    return hashlib.sha256(plain.encode()).hexdigest()
