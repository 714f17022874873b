"""The work of the one who holds the lease: feeds that are due are polled, several at once, never two of one host."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta

from service.errors import ServiceError
from service.feeds.book import Due, FeedBook
from service.feeds.pacing import Interrupted, Pausing
from service.feeds.poll import Poller

LOGGER = logging.getLogger("isnad.feeds")
AT_ONCE = 8
LOOK_EVERY_S = 0.5
SEEN_AHEAD = 500
"""Due feeds that are looked at, for finding some of hosts that are free."""

SWEEP_EVERY_S = 3600.0
LEFT_ALONE_S = 300.0
"""After a mistake of ours, a feed is not asked again for so long: its server must not pay for it."""


class Rounds:
    """Polls what is due; use it from one thread, under the lease."""

    def __init__(
        self,
        book: FeedBook,
        poller: Poller,
        pausing: Pausing,
        *,
        keep: timedelta,
        only: frozenset[str] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`only` names the feeds that are polled, None for all."""
        self._book = book
        self._poller = poller
        self._pausing = pausing
        self._keep = keep
        self._only = only
        self._clock = clock
        self._seconds = seconds
        self._swept: float | None = None
        self._left_alone: dict[str, float] = {}

    def work(self, still_leading: Callable[[], None]) -> bool:
        """Poll what is due until nothing is any more; False when nothing was.

        `still_leading` is called all the while and raises when it must stop. Raises `ServiceError` when the store or
        the index is away: the feeds that were under way come again.
        """
        self._pausing.resume()
        running: dict[Future[None], Due] = {}
        has_worked = False
        self._sweep(still_leading)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="feed") as pool:
            try:
                while self._start(pool, running) or running:
                    has_worked = True
                    wait(running, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
                    for done in [call for call in running if call.done()]:
                        self._settle(running.pop(done), done)
                    still_leading()
                    self._sweep(still_leading)
            except BaseException:
                self._pausing.stop()
                raise
        return has_worked

    def _start(self, pool: ThreadPoolExecutor, running: dict[Future[None], Due]) -> bool:
        """Begin with feeds that are due, as many as there is room for; tell whether any was begun."""
        busy = {due.host for due in running.values()}
        room, now = AT_ONCE - len(running), self._seconds()
        if not room:
            return False
        begun = 0
        for due in self._book.due(limit=SEEN_AHEAD):
            if begun == room:
                break
            is_wanted = self._only is None or due.feed in self._only
            if due.host in busy or not is_wanted or self._left_alone.get(due.feed, now) > now:
                continue
            feed = self._book.follow(due)
            if feed is not None:
                busy.add(due.host)
                running[pool.submit(self._poller.poll, feed, self._pausing.check)] = due
                begun += 1
        return begun > 0

    def _settle(self, due: Due, done: Future[None]) -> None:
        error = done.exception()
        if error is None or isinstance(error, Interrupted):
            return
        now = self._seconds()
        self._left_alone = {feed: until for feed, until in self._left_alone.items() if until > now}
        self._left_alone[due.feed] = now + LEFT_ALONE_S
        if isinstance(error, ServiceError):
            raise error
        LOGGER.error("a feed could not be polled", exc_info=error, extra={"fields": {"feed": due.feed}})

    def _sweep(self, still_leading: Callable[[], None]) -> None:
        """Now and then forget items that left their feeds, and put back pointers that got lost."""
        now = self._seconds()
        if self._swept is None or now - self._swept >= SWEEP_EVERY_S:
            self._book.forget_items(self._clock() - self._keep)
            self._book.mend(still_leading)
            self._swept = now
