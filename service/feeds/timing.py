"""When to ask a feed again: the wish of whoever follows it, what the feed and its server ask for, and patience."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.feeds.feed import Feed

LONGEST_HINT_S = 3600
"""What a feed or its server asks for counts up to an hour: many systems say a day and publish every minute."""

LONGEST_WAIT_S = 24 * 3600
"""Between two polls of a feed that fails, and for Retry-After."""

CATCH_UP_S = 60
"""Until a feed is asked again that has more new items than one poll takes."""

ITEM_FIRST_WAIT_S = 300
ITEM_TRIES, ITEM_LASTING_TRIES = 8, 3
"""Tries of an item: with doubled waits from five minutes eight reach over a night; a page that is not there may only be
late, which two more tries find out."""

_SPREAD = 0.1
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_DOUBLINGS = 20


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between two polls of a feed that nobody has given an interval."""

    interval_s: int

    def next_at(self, feed: Feed, now: datetime, *, hint_s: int | None = None) -> datetime:
        """Return when to ask again after a poll that went well; `hint_s` is what the other side asks for."""
        wait = feed.interval_s or max(self.interval_s, min(hint_s or 0, LONGEST_HINT_S))
        return now + timedelta(seconds=wait * (1 + _SPREAD * _share(feed.id)))

    def after_failure(self, feed: Feed, now: datetime, *, failures: int, retry_after_s: int = 0) -> datetime:
        """Return when to ask again after so many failures in a row: twice as long each time, a day at most."""
        interval = feed.interval_s or self.interval_s
        wait = min(LONGEST_WAIT_S, interval * 2.0 ** min(failures, _DOUBLINGS))
        wait *= 1 + _SPREAD * _share(feed.id)
        return now + timedelta(seconds=max(wait, min(retry_after_s, LONGEST_WAIT_S)))


def item_retry_at(now: datetime, *, tries: int, is_lasting: bool, retry_after_s: int = 0) -> datetime | None:
    """Return when to try an item again after so many tries, None when it is given up."""
    if tries >= (ITEM_LASTING_TRIES if is_lasting else ITEM_TRIES):
        return None
    wait = ITEM_FIRST_WAIT_S * 2 ** (tries - 1)
    return now + timedelta(seconds=max(wait, min(retry_after_s, LONGEST_WAIT_S)))


def read_hint(headers: Mapping[str, str], pause_s: int | None) -> int | None:
    """Return for how long a server or its feed says that nothing new will be there, in seconds."""
    found = _MAX_AGE.search(headers.get("cache-control", ""))
    return max(filter(None, (pause_s, int(found[1]) if found else None)), default=None)


def _share(feed_id: str) -> float:
    """Return a number between 0 and 1 of a feed's own, so that feeds added together are not asked together."""
    return hashlib.sha256(feed_id.encode()).digest()[0] / 255
