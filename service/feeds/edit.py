"""What people change of a feed: adding it, its interval, its outlet, pausing and starting it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from service.errors import CallRefused, Conflict, InvalidInput
from service.feeds.feed import Feed, new_feed_id
from service.feeds.record import find_outlet
from service.ingest.feed_items import FeedDocument
from service.ingest.intake import LONGEST_URL
from service.ingest.outlets import Outlets, words_of
from service.outbound.http import OutboundClient

SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S = 60, 7 * 24 * 3600


def check_address(url: str, client: OutboundClient) -> None:
    """Refuse an address that will never be called; names are only looked up when they are. Raises `InvalidInput`."""
    if len(url) > LONGEST_URL:
        raise InvalidInput(f"url: must have at most {LONGEST_URL:,} characters", pointer="/url")
    try:
        client.check(url)
    except (CallRefused, InvalidInput) as error:
        raise InvalidInput(f"url: {error}", pointer="/url") from error


def new_feed(
    url: str,
    outlets: Outlets,
    *,
    now: datetime,
    outlet: str | None = None,
    name: str | None = None,
    interval_s: int | None = None,
) -> Feed:
    """Return a feed that is to be polled at once."""
    feed = Feed(id=new_feed_id(now), url=url, created_at=now, next_at=now, name=name, interval_s=interval_s)
    return with_outlet(feed, outlet, outlets)


def with_outlet(feed: Feed, name: str | None, outlets: Outlets) -> Feed:
    """Return a feed whose articles are of the outlet of that name; None goes by its domain or its own title."""
    if name is not None:
        if not words_of(name):
            raise InvalidInput("outlet: must have at least one word", pointer="/outlet")
        return replace(feed, outlet=outlets.resolve(name), outlet_source="given")
    known = FeedDocument(title=feed.title, home=feed.home, pause_s=None, items=())
    outlet, source = find_outlet(feed.url, known, outlets)
    return replace(feed, outlet=outlet, outlet_source=source)


def with_interval(feed: Feed, interval_s: int | None, *, now: datetime) -> Feed:
    """Return a feed with another interval; a shorter one counts from now on."""
    soon = now + timedelta(seconds=interval_s) if interval_s else feed.next_at
    return replace(feed, interval_s=interval_s, next_at=min(feed.next_at, soon))


def paused(feed: Feed) -> Feed:
    """Return a feed that is left alone until it is resumed."""
    return replace(feed, is_paused=True, asked_at=None)


def resumed(feed: Feed, *, now: datetime) -> Feed:
    """Return a feed that is polled again, from now on, also after its server had stopped it."""
    if feed.is_active:
        return feed
    return replace(feed, is_paused=False, stopped=None, failures=0, next_at=now)


def check_active(feed: Feed) -> None:
    """Refuse to poll a feed that is paused or stopped. Raises `Conflict`."""
    if feed.is_paused:
        raise Conflict(f"the feed {feed.id} is paused")
    if feed.stopped is not None:
        raise Conflict(f"the feed {feed.id} is stopped: {feed.stopped}")
