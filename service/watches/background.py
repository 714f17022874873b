"""What of watches runs in the background: following, delivering, and now and then forgetting what is old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from service.background import Background, Work
from service.outbound.http import OutboundClient
from service.watches.book import WatchBook
from service.watches.dead_letters import DeadLetters
from service.watches.deliver import Deliverer
from service.watches.feed_tokens import FeedTokens
from service.watches.matching import Render
from service.watches.watch import Watch
from service.watches.webhook import Reply

SWEEP_EVERY = 3600
"""Rounds without work between two looks for what is to be forgotten."""


class Sweeping:
    """Work that also forgets what is old, now and then when there is nothing else to do."""

    def __init__(self, work: Work, book: WatchBook, *, keep: timedelta) -> None:
        self._work = work
        self._book = book
        self._keep = keep
        self._rounds = 0

    def __call__(self, go_on: Callable[[], None]) -> bool:
        """Do a piece of the work."""
        if self._work(go_on):
            return True
        if self._rounds % SWEEP_EVERY == 0:
            self._book.forget_older(self._keep)
        self._rounds += 1
        return False


class Watches:
    """All of watches in one process: the book, pings, and the background once it is started."""

    def __init__(
        self,
        book: WatchBook,
        deliverer: Deliverer,
        client: OutboundClient,
        prepare: Callable[[Render], Background],
        *,
        dead_letters: DeadLetters,
        feed_tokens: FeedTokens,
    ) -> None:
        self.book = book
        self.client = client
        self.dead_letters = dead_letters
        self.feed_tokens = feed_tokens
        self._deliverer = deliverer
        self._prepare = prepare
        self._background: Background | None = None

    def start(self, render: Render) -> None:
        """Follow and deliver in the background from now on; `render` writes a match as it is sent. After the fork."""
        self._background = self._prepare(render)
        self._background.start()

    def stop(self) -> None:
        """Stop the background, if it was started."""
        background, self._background = self._background, None
        if background is not None:
            background.stop()

    def ping(self, watch: Watch, message_id: str) -> Reply:
        """Call the webhook of a watch once, to try it."""
        return self._deliverer.ping(watch, message_id)
