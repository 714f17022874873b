"""Small documents beside the articles: keys, idempotency records, later feeds, watches and jobs.

One protocol, one implementation per engine, so that a web server keeps nothing of its own. Every document has a version
that grows with each write; a writer who names the version he read loses against whoever was first (optimistic locking).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Document:
    """One stored JSON object. `version` starts at 1; `stored_at` is the time of the last write (UTC)."""

    kind: str
    key: str
    version: int
    stored_at: datetime
    body: Mapping[str, Any]


class DocumentStore(Protocol):
    """Keeps small JSON objects by kind and key; a returned write is durable and seen by every process at once.

    `kind` is a short lower-case word with hyphens, `key` at most 512 bytes. Every method may raise `IndexUnavailable`.
    """

    def get(self, kind: str, key: str) -> Document | None:
        """Return the document as it is now (a read after a write sees it), or None."""

    def get_many(self, kind: str, keys: Sequence[str]) -> list[Document]:
        """Return those of the documents that are there, as they are now, in no order, in one question to the engine."""

    def put(self, kind: str, key: str, body: Mapping[str, Any], *, version: int | None = None) -> Document:
        """Write the whole document and return it.

        `version` None writes whatever is there; 0 only when there is none yet; n only over version n. Raises
        `StaleRevision` otherwise.
        """

    def delete(self, kind: str, key: str, *, version: int | None = None) -> bool:
        """Remove the document; False when there was none. Raises `StaleRevision` when it is not at `version`."""

    def list_documents(self, kind: str, *, after: str = "", limit: int = 100) -> list[Document]:
        """Return documents of a kind with a key behind `after`, in the order of their keys (by code point)."""

    def delete_older(self, kind: str, before: datetime) -> int:
        """Remove the documents of a kind last written before that time; return how many went."""

    def close(self) -> None:
        """Release files and connections."""
