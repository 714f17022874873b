"""What polls write down: of a feed, of its items, and when it is to be asked again.

A feed's document is written by whoever pauses it or gives it another outlet, too: every note is made over what stands
there at that moment.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from service.errors import UnreadableSource
from service.feeds.book import FeedBook, Remembered
from service.feeds.feed import (
    MOST_ADDRESSES,
    Feed,
    ItemProblem,
    ItemState,
    KnownItem,
    Moved,
    OutletSource,
    Said,
    Trouble,
    name_known,
)
from service.feeds.fetch import GONE, FetchFailed
from service.feeds.take import ItemFailed, page_of
from service.feeds.timing import Rhythm, item_retry_at
from service.ingest.feed_items import FeedDocument, FeedItem
from service.ingest.feeds import MOST_ITEMS
from service.ingest.intake import Taken
from service.ingest.outlets import Outlets
from service.model import Outlet
from service.outbound.redirects import Arrived

LOGGER = logging.getLogger("isnad.feeds")
LONGEST_NAME = 200
LONGEST_REASON = 600
Observe = Callable[[str, str], None]
"""Is told how a "poll" ended (changed, unchanged, failed) and what an "item" became (created, revised, unchanged,
failed)."""


class Record:
    """Writes how polls go into the book; safe between threads."""

    def __init__(
        self,
        book: FeedBook,
        outlets: Outlets,
        rhythm: Rhythm,
        *,
        observe: Observe = lambda _, __: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._book = book
        self._outlets = outlets
        self._rhythm = rhythm
        self._observe = observe
        self._clock = clock

    def note_document(self, feed: Feed, document: FeedDocument, arrived: Arrived, *, now: datetime) -> Feed:
        """Note what a feed says of itself, and that it has moved or ended for good."""
        outlet, source = find_outlet(feed.url, document, self._outlets)
        owner = self._book.claim_address(arrived.moved_to, feed.id) if arrived.moved_to else feed.id

        def note(one: Feed) -> Feed:
            known = replace(one, title=document.title, home=document.home, changed_at=now)
            if document.is_cut:
                detail = f"{arrived.url}: has more than {MOST_ITEMS:,} items; those behind them are not looked at"
                known = replace(known, trouble=Trouble(now, detail))
            if one.outlet_source != "given":
                known = replace(known, outlet=outlet, outlet_source=source)
            if document.has_ended:
                return _stop(known, "the feed says that it has ended", now)
            if arrived.moved_to is None or one.url != feed.url:
                return known
            if owner != feed.id:
                return _stop(known, f"moved for good to {arrived.moved_to}, which is followed as feed {owner}", now)
            addresses = (*one.addresses[: MOST_ADDRESSES - 1], arrived.moved_to)
            return replace(known, url=arrived.moved_to, moved=Moved(one.url, now), addresses=addresses)

        return self._book.update(feed.id, note)

    def note_taken(self, feed: Feed, item: FeedItem, taken: Sequence[Taken], *, before: Remembered | None) -> Feed:
        """Note that the article of an item is stored."""
        name, outcomes = name_known(item.key), Counter(str(one.stored.outcome) for one in taken)
        page = page_of(item)
        if page and taken:
            self._book.note_page(page, item.digest)
        self._book.note(feed.id, {name: KnownItem(item.digest, ItemState.TAKEN)})
        for outcome in outcomes.elements():
            self._observe("item", outcome)
        more = {"seen": int(before is None), **outcomes}
        return self._book.update(
            feed.id, lambda one: replace(one, counts=one.counts.plus(**more)).without_problem(name)
        )

    def note_known_page(self, feed: Feed, item: FeedItem) -> Feed:
        """Note that the page of a new item was taken before, for the same item of another feed."""
        self._book.note(feed.id, {name_known(item.key): KnownItem(item.digest, ItemState.TAKEN)})
        self._observe("item", "unchanged")
        return self._book.update(feed.id, lambda one: replace(one, counts=one.counts.plus(seen=1, unchanged=1)))

    def note_problem(
        self, feed: Feed, item: FeedItem, error: ItemFailed, *, before: Remembered | None
    ) -> tuple[Feed, datetime | None]:
        """Note that no article came of an item; return the feed, and when to try again."""
        name, now = name_known(item.key), self._clock()
        tries = 1 + (before.known.tries if before is not None and before.known.digest == item.digest else 0)
        retry_at = item_retry_at(now, tries=tries, is_lasting=error.is_lasting, retry_after_s=error.retry_after_s)
        state = ItemState.WAITING if retry_at else ItemState.GIVEN_UP
        self._book.note(feed.id, {name: KnownItem(item.digest, state, tries, retry_at)})
        problem = ItemProblem(name, item.url, item.title, now, str(error)[:LONGEST_REASON], tries, retry_at)
        LOGGER.info("an item came to nothing", extra={"fields": {"feed": feed.id, "reason": problem.detail}})
        more = {"seen": int(before is None), "failed": int(retry_at is None)}
        if retry_at is None:
            self._observe("item", "failed")
        noted = self._book.update(
            feed.id, lambda one: replace(one, counts=one.counts.plus(**more)).with_problem(problem)
        )
        return noted, retry_at

    def note_unchanged(self, feed: Feed, *, begun: datetime, hint_s: int | None) -> None:
        """Note that there was nothing new."""
        self._finish(feed, begun, feed.said, hint_s, [])
        self._observe("poll", "unchanged")

    def note_success(
        self, feed: Feed, *, begun: datetime, said: Said, hint_s: int | None, at_most: Sequence[datetime]
    ) -> None:
        """Note that a poll went well; `at_most` are times at which there will be something to do."""
        self._finish(feed, begun, said, hint_s, at_most)
        self._observe("poll", "changed")

    def note_failure(self, feed: Feed, error: FetchFailed | UnreadableSource, *, begun: datetime) -> None:
        """Note that a poll failed, with the reason."""
        now, reason = self._clock(), str(error)[:LONGEST_REASON]
        retry_after_s = error.retry_after_s if isinstance(error, FetchFailed) else 0
        is_gone = isinstance(error, FetchFailed) and error.status == GONE

        def note(one: Feed) -> Feed:
            failures = one.failures + 1
            failed = replace(one, polled_at=begun, failures=failures, trouble=Trouble(now, reason))
            if is_gone:
                return _stop(failed, f"{reason}: the server says that the feed is gone for good", now)
            next_at = self._rhythm.after_failure(one, now, failures=failures, retry_after_s=retry_after_s)
            return _schedule(failed, next_at, begun)

        noted = self._book.update(feed.id, note)
        self._observe("poll", "failed")
        fields = {"feed": feed.id, "url": feed.url, "reason": reason, "failures": noted.failures}
        LOGGER.warning("a feed could not be polled", extra={"fields": fields})

    def _finish(self, feed: Feed, begun: datetime, said: Said, hint_s: int | None, at_most: Sequence[datetime]) -> None:
        now = self._clock()

        def note(one: Feed) -> Feed:
            next_at = min([self._rhythm.next_at(one, now, hint_s=hint_s), *at_most])
            done = replace(one, polled_at=begun, failures=0, said=said if one.url == feed.url else Said())
            return _schedule(done, max(next_at, now), begun)

        self._book.update(feed.id, note)


def find_outlet(url: str, document: FeedDocument | None, outlets: Outlets) -> tuple[Outlet | None, OutletSource | None]:
    """Return the outlet of a feed that was added without one: by its address, else by what it calls itself."""
    addresses = (url, document.home if document else None)
    by_domain = next(filter(None, (outlets.at(one) for one in addresses if one)), None)
    if by_domain:
        return by_domain.outlet, "domain"
    title = document.title if document else None
    if not title:
        return None, None
    named = next((mention.known.outlet for mention in outlets.mentions(title)), None)
    return named or outlets.resolve(title[:LONGEST_NAME]), "feed"


def _schedule(feed: Feed, next_at: datetime, begun: datetime) -> Feed:
    """Return the feed with its next poll; one that was asked for while this one ran comes at once."""
    if feed.asked_at is not None and feed.asked_at > begun:
        return replace(feed, next_at=feed.asked_at)
    return replace(feed, next_at=next_at, asked_at=None)


def _stop(feed: Feed, why: str, now: datetime) -> Feed:
    return replace(feed, stopped=why, trouble=Trouble(now, why), polled_at=now, asked_at=None, said=Said())
