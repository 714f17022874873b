"""Leases: of many workers and machines one does a piece of background work, and a dead one's lease runs out.

A lease is a small document that its holder writes anew while it works. Whoever wants it watches the document: when
it has stood still for as long as the lease lasts, by the watcher's own clock, the holder is dead and the lease is taken
over. No two machines' clocks are compared, so a wrong clock takes no lease from anybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from service.errors import ServiceError, StaleRevision
from service.index.documents import Document, DocumentStore

KIND = "lease"
BEATS = 4
"""How often a holder writes within the time after which others would take over."""


class LeaseLost(ServiceError):
    """Somebody else holds the lease: the work in hand must stop."""


class Lease:
    """One process's part in a lease; use it from one thread."""

    def __init__(
        self, documents: DocumentStore, name: str, *, lasts_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._documents = documents
        self._name = name
        self._lasts_s = lasts_s
        self._clock = clock
        self._holder = uuid4().hex
        self._held: Document | None = None
        self._seen: tuple[datetime | None, float] = (None, 0.0)
        self._written = 0.0

    @property
    def is_held(self) -> bool:
        """Tell whether this process holds the lease, as far as it knows."""
        return self._held is not None

    def acquire(self) -> bool:
        """Take or renew the lease; False while somebody else holds it."""
        if self._held is not None:
            try:
                self.keep()
            except LeaseLost:
                return False
            return True
        found = self._documents.get(KIND, self._name)
        if found is not None and not self._is_dead(found):
            return False
        return self._write(0 if found is None else found.version)

    def keep(self) -> None:
        """Say that the work goes on, when it is time to. Raises `LeaseLost` when it was taken over."""
        if self._held is None:
            raise LeaseLost(f"the lease {self._name} is not held")
        if self._clock() - self._written >= self._lasts_s / BEATS and not self._write(self._held.version):
            raise LeaseLost(f"the lease {self._name} was taken over")

    def release(self) -> None:
        """Give the lease back, so that the next one need not wait."""
        held, self._held = self._held, None
        if held is not None:
            try:
                self._documents.delete(KIND, self._name, version=held.version)
            except StaleRevision:
                return

    def _is_dead(self, found: Document) -> bool:
        now = self._clock()
        if found.stored_at != self._seen[0]:
            self._seen = (found.stored_at, now)
        return now - self._seen[1] >= float(found.body["lasts_s"])

    def _write(self, version: int) -> bool:
        body = {"holder": self._holder, "lasts_s": self._lasts_s}
        begun = self._clock()  # the others count from when they see it, which is later
        try:
            self._held = self._documents.put(KIND, self._name, body, version=version)
        except StaleRevision:
            self._held = None
            return False
        self._written = begun
        return True
