"""One feed, once: ask, read, take the new items in, and note how it went and when to ask again.

What the server said (ETag, Last-Modified) is kept only when every item was worked through: as long as some wait, the
next poll must see them again. An item is known only when its article is stored; a death in between does it again, which
changes nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.errors import NotFound, ServiceError, UnreadableSource
from service.feeds.book import FeedBook, Remembered
from service.feeds.feed import Feed, Said, name_known
from service.feeds.fetch import NOT_MODIFIED, FetchFailed, Guest
from service.feeds.pacing import Interrupted
from service.feeds.plan import plan_items
from service.feeds.record import Record
from service.feeds.take import ItemFailed, ItemTaker, page_of
from service.feeds.timing import CATCH_UP_S, read_hint
from service.ingest.feed_items import FeedDocument, FeedItem
from service.ingest.feeds import read_feed
from service.ingest.intake import Taken
from service.outbound.redirects import Arrived

LOGGER = logging.getLogger("isnad.feeds")
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9,"
    " application/json;q=0.8, */*;q=0.5"
)
Progress = Callable[[str, int, int], None]
"""Is told how many items of a feed, by its id, are worked through, and of how many."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Items of one poll at most, and for how long items that left a feed are remembered."""

    items: int
    keep: timedelta


class Poller:
    """Polls feeds, one in each thread; safe between threads for different feeds."""

    def __init__(
        self,
        book: FeedBook,
        guest: Guest,
        taker: ItemTaker,
        record: Record,
        wishes: Wishes,
        *,
        progress: Progress = lambda _, __, ___: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._book = book
        self._guest = guest
        self._taker = taker
        self._record = record
        self._wishes = wishes
        self._progress = progress
        self._clock = clock

    def poll(self, feed: Feed, go_on: Callable[[], None]) -> None:
        """Poll a feed. `go_on` is called between items and raises when it must stop.

        Raises `ServiceError` when the index or the store is away: the feed is then as due as before.
        """
        begun = self._clock()
        try:
            arrived = self._guest.get(feed.url, accept=ACCEPT, headers=_ask_whether_changed(feed.said))
            go_on()
            self._work_through(feed, arrived, begun, go_on)
        except (FetchFailed, UnreadableSource) as error:
            self._record.note_failure(feed, error, begun=begun)
        except NotFound:
            return  # removed meanwhile
        except (Interrupted, ServiceError):
            raise
        except Exception as error:
            LOGGER.exception("a feed could not be polled", extra={"fields": {"feed": feed.id, "url": feed.url}})
            self._record.note_failure(feed, FetchFailed(_say_mistake(error)), begun=begun)

    def _work_through(self, feed: Feed, arrived: Arrived, begun: datetime, go_on: Callable[[], None]) -> None:
        headers, body = arrived.answer.headers, arrived.answer.body
        said = Said(headers.get("etag"), headers.get("last-modified"), hashlib.sha256(body).hexdigest()[:32])
        if arrived.answer.status == NOT_MODIFIED or said.digest == feed.said.digest:
            self._remember_all(feed, begun)
            self._record.note_unchanged(feed, begun=begun, hint_s=read_hint(headers, None))
            return
        document = _read(arrived)
        feed = self._record.note_document(feed, document, arrived, now=begun)
        later = self._take_items(feed, document, begun, go_on) if feed.is_active else None
        if later is not None:
            hint_s = read_hint(headers, document.pause_s)
            said = Said() if later else said
            self._record.note_success(feed, begun=begun, said=said, hint_s=hint_s, at_most=later)

    def _take_items(
        self, feed: Feed, document: FeedDocument, begun: datetime, go_on: Callable[[], None]
    ) -> list[datetime] | None:
        """Take the items in; return the times when some wait to be seen again, None when the feed is paused now."""
        plan = plan_items(document.items, self._book.items(feed.id), now=begun, most=self._wishes.items)
        later = plan.later
        for done, item in enumerate(plan.chosen):
            self._progress(feed.id, done, len(plan.chosen))
            go_on()
            feed, retry_at = self._take_item(feed, item, plan.known.get(name_known(item.key)))
            later += [retry_at] if retry_at else []
            if not feed.is_active:
                return None
        self._progress(feed.id, len(plan.chosen), len(plan.chosen))
        self._book.note(feed.id, plan.refreshed(begun - self._wishes.keep / 3))
        if plan.left_over:
            later.append(begun + timedelta(seconds=CATCH_UP_S))
        return later

    def _take_item(self, feed: Feed, item: FeedItem, before: Remembered | None) -> tuple[Feed, datetime | None]:
        """Take one item in and note what became of it; return the feed, and when to try the item again."""
        page = page_of(item)
        if before is None and page and self._book.has_taken(page, item.digest):
            return self._record.note_known_page(feed, item), None
        try:
            taken = self._try_take(item, feed)
        except ItemFailed as error:
            return self._record.note_problem(feed, item, error, before=before)
        return self._record.note_taken(feed, item, taken, before=before), None

    def _try_take(self, item: FeedItem, feed: Feed) -> list[Taken]:
        """Let no item that this program makes a mistake with stand before the others."""
        try:
            return self._taker.take(item, feed)
        except (ItemFailed, Interrupted, ServiceError):
            raise
        except Exception as error:
            LOGGER.exception("an item could not be taken in", extra={"fields": {"feed": feed.id, "url": item.url}})
            raise ItemFailed(_say_mistake(error), is_lasting=True) from error

    def _remember_all(self, feed: Feed, now: datetime) -> None:
        """Write anew what is known of the items of a feed that stays the same, before it is forgotten."""
        before = now - self._wishes.keep / 3
        known = self._book.items(feed.id)
        self._book.note(feed.id, {name: one.known for name, one in known.items() if one.written_at < before})


def _read(arrived: Arrived) -> FeedDocument:
    content_type = arrived.answer.headers.get("content-type", "")
    try:
        return read_feed(arrived.answer.body, url=arrived.url, content_type=content_type)
    except UnreadableSource as error:
        raise UnreadableSource(f"{arrived.url}: {error}") from error


def _say_mistake(error: Exception) -> str:
    return f"a mistake of this program ({type(error).__name__}); its log knows more"


def _ask_whether_changed(said: Said) -> dict[str, str]:
    headers = {"If-None-Match": said.etag, "If-Modified-Since": said.last_modified}
    return {name: value for name, value in headers.items() if value}
