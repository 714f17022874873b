"""Write intents: which articles a writer is at, put down before it begins and removed when it is done.

A process that dies between the record and the publication leaves its intent behind. Every writer looks now and then
for old ones, publishes what the record holds of their articles and removes them.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from service.errors import IndexUnavailable
from service.index.elastic_client import Connection
from service.index.elastic_documents import ElasticDocuments
from service.index.elastic_publish import Publisher

_LOG = logging.getLogger(__name__)

INTENT = "write-intent"

INTENT_AGE = timedelta(minutes=2)
"""An intent this old has been left behind: a chunk takes seconds, with every retry less than a minute."""

SWEEP_SECONDS = 60.0

_AT_ONCE = 100


class Intents:
    """Puts down what is being written, and makes up for writers that died."""

    def __init__(self, connection: Connection, publisher: Publisher, documents: ElasticDocuments) -> None:
        self._connection = connection
        self._publisher = publisher
        self._documents = documents
        self._next_sweep = 0.0

    def announce(self, ids: Sequence[str]) -> str:
        """Put down that these articles are being written; return the key of the intent."""
        key = uuid4().hex
        self._documents.put(INTENT, key, {"articles": list(ids)}, version=0)
        return key

    def settle(self, key: str) -> None:
        """Remove an intent: its articles are published."""
        self._documents.delete(INTENT, key)

    def heal(self, *, older_than: timedelta) -> int:
        """Publish what writers that died have left in the record; return how many articles were looked at."""
        looked_at = 0
        limit = datetime.now(UTC) - older_than
        for intent in self._documents.list_documents(INTENT, limit=_AT_ONCE):
            if intent.stored_at > limit:
                continue
            ids = intent.body["articles"]
            with self._connection.lend() as client:
                self._publisher.bring_up_to_date(client, ids)
            self.settle(intent.key)
            looked_at += len(ids)
        return looked_at

    def sweep_now_and_then(self) -> None:
        """Heal when it has not been done for a minute by this process."""
        if time.monotonic() < self._next_sweep:
            return
        # A random part, so that the processes of a machine do not all look at the same moment.
        self._next_sweep = time.monotonic() + SWEEP_SECONDS * (1 + random.random() / 2)
        try:
            self.heal(older_than=INTENT_AGE)
        except IndexUnavailable:  # what others left behind must not keep this writer's articles out
            _LOG.warning("what writers left behind could not be published", exc_info=True)
