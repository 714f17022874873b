"""Delivering: calls that are due are made, several at once; what fails is tried again ever later, and then given up.

A call whose answer was lost is made again: receivers get every message at least once, and tell repeated ones by their
id. The waits double up to a limit, so that a receiver that is away for a night misses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from service.outbound.http import OutboundClient
from service.watches.book import Due, WatchBook
from service.watches.watch import Delivery, DeliveryState, Found, Watch
from service.watches.webhook import Reply, send

LOGGER = logging.getLogger("isnad.watches")
AT_ONCE = 8
BATCH = 32
LONGEST_WAIT_S = 6 * 3600
_SPREAD = 0.2
"""Waits are longer by up to this share, so that what failed together does not come again together."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long a call is tried."""

    timeout_s: float
    attempts: int
    first_wait_s: float

    def wait_s(self, attempts: int, *, seed: str) -> float:
        """Return the wait before the next try: doubled each time; `seed` is some hexadecimal number."""
        plain = min(LONGEST_WAIT_S, self.first_wait_s * 2.0 ** (attempts - 1))
        return plain * (1 + _SPREAD * int(seed[:4], 16) / 0xFFFF)


class Deliverer:
    """Makes the calls that are due; use it from one thread, under the lease."""

    def __init__(
        self,
        book: WatchBook,
        client: OutboundClient,
        patience: Patience,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._book = book
        self._client = client
        self._patience = patience
        self._clock = clock

    def work(self, still_leading: Callable[[], None]) -> bool:
        """Make the next calls that are due; False when there are none now.

        `still_leading` is called between calls and raises when it must stop.
        """
        due = self._book.due(limit=BATCH)
        stop: Exception | None = None
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as pool:
            calls = {pool.submit(self._call, one): one for one in due}
            for call in as_completed(calls):
                if not call.cancelled():  # what was called is settled in any case
                    self._book.settle(calls[call], call.result())
                stop = stop or _stop_calls(still_leading, calls)
        if stop:
            raise stop
        return bool(due)

    def ping(self, watch: Watch, message_id: str) -> Reply:
        """Send a message that says nothing, to try address and signature. The watch must have a webhook."""
        assert watch.webhook is not None
        now = self._clock()
        payload = {
            "id": message_id,
            "type": "watch.ping",
            "created_at": now.isoformat().replace("+00:00", "Z"),
            "watch": {"id": watch.id, "claim": watch.claim},
        }
        timeout_s = self._patience.timeout_s
        return send(self._client, watch.webhook, payload, message_id=message_id, now=now, timeout_s=timeout_s)

    def _call(self, due: Due) -> Found:
        """Make one call and return the match with what became of it."""
        found, watch = due.found, self._book.find(due.found.watch)
        if watch is None or watch.webhook is None or not self._book.still_stored([found]):
            return replace(found, delivery=replace(found.delivery, state=DeliveryState.NONE, next_at=None))
        reply = send(
            self._client,
            watch.webhook,
            found.payload,
            message_id=found.id,
            now=self._clock(),
            timeout_s=self._patience.timeout_s,
        )
        delivery = self._judge(found, reply)
        fields = {"watch": watch.id, "message": found.id, "attempt": delivery.attempts, "state": str(delivery.state)}
        level = logging.WARNING if delivery.state is DeliveryState.DEAD else logging.INFO
        LOGGER.log(level, "webhook called", extra={"fields": {**fields, "status": reply.status}})
        return replace(found, delivery=delivery)

    def _judge(self, found: Found, reply: Reply) -> Delivery:
        attempts, now = found.delivery.attempts + 1, self._clock()
        if reply.error is None:
            return Delivery(DeliveryState.DELIVERED, attempts, None, now, None)
        if reply.is_final or attempts >= self._patience.attempts:
            return Delivery(DeliveryState.DEAD, attempts, None, now, reply.error)
        wait_s = max(self._patience.wait_s(attempts, seed=found.id), min(reply.retry_after_s, LONGEST_WAIT_S))
        next_at = int((now.timestamp() + wait_s) * 1000)
        return Delivery(DeliveryState.PENDING, attempts, next_at, now, reply.error)


def _stop_calls(still_leading: Callable[[], None], calls: Iterable[Future[Found]]) -> Exception | None:
    """Take back the calls that were not begun when somebody else is to make them; return why."""
    try:
        still_leading()
    except Exception as why:  # whatever it is, it is raised when the calls under way are settled
        for call in calls:
            call.cancel()
        return why
    return None
