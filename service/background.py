"""Background threads: each does one kind of work while its process holds the lease for it.

Every worker of every machine has one of each kind, and at any time one of each kind works. They start when a worker has
forked and stop between two pieces of work. What goes wrong is logged and tried again: nothing that happens ends a
thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from service.errors import ServiceError
from service.leases import LeaseLost

LOGGER = logging.getLogger("isnad.background")
STOP_WAIT_S = 20.0
Work = Callable[[Callable[[], None]], bool]
"""Does the next piece and says whether there may be more; calls what it is given between steps."""


class Stopped(Exception):
    """The process ends: work in hand is left, and done again by whoever comes next."""


class Permit(Protocol):
    """What a thread needs to work: the lease for all work of its kind, or what settles which part of it is whose."""

    def acquire(self) -> bool:
        """Get or renew the permit; False while somebody else has it."""

    def keep(self) -> None:
        """Say that the work goes on. Raises `LeaseLost` when it must stop."""

    def release(self) -> None:
        """Give the permit back, so that the next one need not wait."""


class LeasedThread:
    """A thread that does one kind of work while its process holds the lease for it."""

    def __init__(self, name: str, lease: Permit, work: Work, *, interval_s: float) -> None:
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
