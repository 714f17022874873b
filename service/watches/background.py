"""The threads behind watches: one follows the stored articles, one delivers; each works while it holds its lease.

Every worker of every machine has both, and at any time one of each works. They start when a worker has forked and stop
between two pieces of work. What goes wrong is logged and tried again: nothing that happens ends a thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from service.errors import ServiceError
from service.leases import Lease, LeaseLost
from service.outbound.http import OutboundClient
from service.watches.book import WatchBook
from service.watches.deliver import Deliverer
from service.watches.matching import Render
from service.watches.watch import Watch
from service.watches.webhook import Reply

LOGGER = logging.getLogger("isnad.watches")
SWEEP_EVERY = 3600
"""Rounds without work between two looks for what is to be forgotten."""

STOP_WAIT_S = 20.0
Work = Callable[[Callable[[], None]], bool]
"""Does the next piece and says whether there may be more; calls what it is given between steps."""


class Stopped(Exception):
    """The process ends: work in hand is left, and done again by whoever comes next."""


class LeasedThread:
    """A thread that does one kind of work while its process holds the lease for it."""

    def __init__(self, name: str, lease: Lease, work: Work, *, interval_s: float) -> None:
        self._lease = lease
        self._work = work
        self._interval_s = interval_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._trouble = ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end."""
        self._stopping.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the end of a thread that was asked to."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._try():
                self._stopping.wait(self._interval_s)
        try:
            self._lease.release()
        except ServiceError as error:
            LOGGER.debug("a lease was not given back", extra={"fields": {"reason": str(error)}})

    def _try(self) -> bool:
        """Do a piece of work; True when there may be more at once."""
        try:
            more = self._lease.acquire() and self._work(self._go_on)
        except (Stopped, LeaseLost):
            return False
        except ServiceError as error:
            self._report(str(error))
            return False
        except Exception:
            LOGGER.exception("background work failed", extra={"fields": {"thread": self._thread.name}})
            return False
        self._trouble = ""
        return more

    def _go_on(self) -> None:
        if self._stopping.is_set():
            raise Stopped
        self._lease.keep()

    def _report(self, trouble: str) -> None:
        """Log what is in the way, once for as long as it stays the same."""
        if trouble != self._trouble:
            LOGGER.warning("background work waits", extra={"fields": {"thread": self._thread.name, "reason": trouble}})
        self._trouble = trouble


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


class Background:
    """The threads of one process."""

    def __init__(self, threads: list[LeasedThread]) -> None:
        self._threads = threads

    def start(self) -> None:
        """Start them; call it after the fork."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop them between two pieces of work and give the leases back."""
        for thread in self._threads:
            thread.stop()
        for thread in self._threads:
            thread.join(STOP_WAIT_S)


class Watches:
    """All of watches in one process: the book, pings, and the background once it is started."""

    def __init__(
        self, book: WatchBook, deliverer: Deliverer, client: OutboundClient, prepare: Callable[[Render], Background]
    ) -> None:
        self.book = book
        self.client = client
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
