"""Messages that were given up, sent again when somebody asks: each has all its tries once more.

Order of a revival: the pointer, then the match, then the dead letter goes. After a crash in between, the message is
still given up, or on its way with a dead letter too many, which the next call here drops; never neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from service.errors import Conflict, NotFound
from service.index.documents import Document, DocumentStore
from service.watches.book import DEAD, DUE, MATCH, as_pending, list_under, pointer_of
from service.watches.watch import DeliveryState, Found, read_found, write_found


class DeadLetters:
    """Revives what was given up; the calls are made by whoever delivers."""

    def __init__(self, documents: DocumentStore, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._documents = documents
        self._clock = clock

    def resend(self, watch_id: str, message_id: str) -> Found:
        """Put one message on its way again.

        Raises `NotFound` for one that the watch has not, and `Conflict` for one that was not given up.
        """
        for dead in self._dead(watch_id):
            if dead.id == message_id:
                return self._revive(dead)
        found = (read_found(one.key, one.body) for one in list_under(self._documents, MATCH, watch_id))
        state = next((one.delivery.state for one in found if one.id == message_id), None)
        if state is None:
            raise NotFound(f"the watch {watch_id} has no message {message_id[:100]}")
        raise Conflict(f"the message {message_id} was not given up: it is {state}")

    def resend_all(self, watch_id: str) -> int:
        """Put all that was given up on its way again; return how many messages that are."""
        return len([self._revive(dead) for dead in list(self._dead(watch_id))])

    def _dead(self, watch_id: str) -> Iterator[Found]:
        """Iterate over what was given up and still is."""
        for document in list_under(self._documents, DEAD, watch_id):
            match = self._documents.get(MATCH, document.key)
            if match is None or _state(match) is DeliveryState.DEAD:
                yield read_found(document.key, document.body)
            else:
                self._documents.delete(DEAD, document.key)

    def _revive(self, dead: Found) -> Found:
        match = self._documents.get(MATCH, dead.key)
        fresh = replace(dead, delivery=replace(dead.delivery, attempts=0))
        found = as_pending(fresh, at=self._clock())
        self._documents.put(DUE, pointer_of(found), {"match": found.key})
        self._documents.put(MATCH, found.key, write_found(found), version=match.version if match else 0)
        self._documents.delete(DEAD, found.key)
        return found


def _state(match: Document) -> DeliveryState:
    return DeliveryState(match.body["delivery"]["state"])
