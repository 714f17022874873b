"""All of feeds in one process: the book, and the background once it is started."""

from __future__ import annotations

from collections.abc import Callable

from service.background import Background
from service.feeds.book import FeedBook
from service.feeds.pages import PageReader
from service.feeds.poll import Progress
from service.feeds.record import Observe
from service.feeds.rounds import Rounds
from service.leases import Lease
from service.outbound.http import OutboundClient


class Feeds:
    """The feeds of a process; nothing is polled before they are started."""

    def __init__(
        self,
        book: FeedBook,
        client: OutboundClient,
        pages: PageReader,
        *,
        prepare: Callable[[Observe], Background | None],
        make_rounds: Callable[[frozenset[str], Progress], tuple[Lease, Rounds]],
    ) -> None:
        """`prepare` returns what runs in the background, None when nothing is to; `make_rounds` what polls some now."""
        self.book = book
        self.client = client
        self.pages = pages
        self.make_rounds = make_rounds
        self._prepare = prepare
        self._background: Background | None = None

    def start(self, observe: Observe) -> None:
        """Poll in the background from now on; `observe` is told what happens. After the fork."""
        self._background = self._prepare(observe)
        if self._background is not None:
            self._background.start()

    def stop(self) -> None:
        """Stop the background, if it was started."""
        background, self._background = self._background, None
        if background is not None:
            background.stop()
