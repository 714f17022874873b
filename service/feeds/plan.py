"""Which items of a feed a poll works on: new ones and those that say something else, the newest first, then retries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from service.feeds.book import Remembered
from service.feeds.feed import ItemState, KnownItem, name_known
from service.ingest.feed_items import FeedItem

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a poll does. `chosen` in the order of publication; `left_over` counts what the next poll must do.

    `later` are the times when items that wait are to be tried again, `known` what was known of the feed's items.
    """

    chosen: tuple[FeedItem, ...]
    left_over: int
    later: list[datetime]
    known: Mapping[str, Remembered]
    settled: tuple[str, ...]

    def refreshed(self, before: datetime) -> dict[str, KnownItem]:
        """Return what is known of items that are still in the feed and were last written before that time."""
        known = ((name, self.known[name]) for name in self.settled)
        return {name: one.known for name, one in known if one.written_at < before}


def plan_items(items: Iterable[FeedItem], known: Mapping[str, Remembered], *, now: datetime, most: int) -> Plan:
    """Return what to do with the items of a feed, `most` of them at most."""
    fresh: list[FeedItem] = []
    again: list[FeedItem] = []
    later: list[datetime] = []
    settled: list[str] = []
    for item in items:
        name = name_known(item.key)
        one = known[name].known if name in known else None
        if one is None or one.digest != item.digest:
            fresh.append(item)
        elif one.state is not ItemState.WAITING:
            settled.append(name)
        elif one.retry_at is None or one.retry_at <= now:
            again.append(item)
        else:
            later.append(one.retry_at)
    fresh.sort(key=lambda item: item.updated_at or item.published_at or _LONG_AGO, reverse=True)
    wanted = [*fresh, *again]
    return Plan(tuple(reversed(wanted[:most])), max(0, len(wanted) - most), later, known, tuple(settled))
