"""Versions and withdrawals, in whatever order they come: the latest word of an agency on an article counts.

An older version than the one stored changes nothing. An article that was taken back is remembered, so that an older
version which is sent again does not bring it back; a later version does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from service.errors import NotFound
from service.index import PassageIndex
from service.index.documents import DocumentStore
from service.ingest.sources import Submission, Withdrawal, WithdrawnStatus
from service.model import Article

KIND = "withdrawal"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An article that was taken back; `is_removed` tells whether it was there until now."""

    id: str
    status: WithdrawnStatus
    is_removed: bool


class Withdrawals:
    """What was taken back, as small documents."""

    def __init__(self, documents: DocumentStore, index: PassageIndex) -> None:
        self._documents = documents
        self._index = index

    def take_back(self, withdrawal: Withdrawal, *, wait: bool = False) -> Withdrawn:
        """Remove an article, unless a later version of it is stored."""
        self._note(withdrawal)  # first of all, so that no older version gets in meanwhile
        is_later = self.find_later(withdrawal.id, withdrawal.at) is not None
        is_removed = not is_later and self._index.delete(withdrawal.id, wait=wait)
        return Withdrawn(withdrawal.id, withdrawal.status, is_removed)

    def settle(self, version: Submission) -> Withdrawn | Article | None:
        """Return why a version came too late: taken back since, or a later one is stored; None when it is in time."""
        if version.id is None or version.updated_at is None:
            return None
        withdrawal = self.find(version.id)
        if withdrawal and withdrawal.at >= version.updated_at:
            return Withdrawn(version.id, withdrawal.status, is_removed=False)
        return self.find_later(version.id, version.updated_at)

    def find(self, article_id: str) -> Withdrawal | None:
        """Return the latest withdrawal of an article."""
        document = self._documents.get(KIND, _key(article_id))
        if document is None:
            return None
        status = cast(WithdrawnStatus, document.body["status"])
        return Withdrawal(article_id, status, datetime.fromisoformat(document.body["at"]))

    def find_later(self, article_id: str, moment: datetime) -> Article | None:
        """Return the stored article if it was updated after that moment."""
        try:
            stored = self._index.get(article_id)
        except NotFound:
            return None
        return stored if stored.head.updated_at and stored.head.updated_at > moment else None

    def _note(self, withdrawal: Withdrawal) -> None:
        known = self.find(withdrawal.id)
        if known is None or known.at < withdrawal.at:
            body = {"id": withdrawal.id, "status": withdrawal.status, "at": withdrawal.at.isoformat()}
            self._documents.put(KIND, _key(withdrawal.id), body)


def _key(article_id: str) -> str:
    return hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()
