"""Following the stored articles: every one is looked through for the watches that were there when it was stored.

1. Read the articles behind the position, in the order in which the store took them.
2. Only then look whether the watches have changed: a watch that was there before an article was stored is seen.
3. Judge, and keep what was found; a delivery is due at once.
4. Move the position. A crash before that looks through the same articles again, and finds what was found already there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from service.errors import ServiceError
from service.index import PassageIndex
from service.model import Article
from service.watches.book import WatchBook, as_pending
from service.watches.candidates import Candidate
from service.watches.matching import Matcher, Render
from service.watches.watch import Delivery, DeliveryState, Found, Watch, name_found

T = TypeVar("T")
LOGGER = logging.getLogger("isnad.watches")
BATCH = 20
"""Articles between two positions: what a crash makes to be looked through again."""

TOLERANCE = timedelta(minutes=10)
"""How far the clocks of machines may be apart: so much older than a watch an article may look and still be newer.
Only a position that starts over (another store, a backup) leads to articles older than a watch."""

TRIES = 3
"""How often an article is tried whose judgement fails by a mistake of this program, before it is passed over."""


class Follower:
    """Looks articles through for all watches; use it from one thread, under the lease."""

    def __init__(
        self,
        book: WatchBook,
        index: PassageIndex,
        matcher: Matcher,
        *,
        render: Render,
        keep: timedelta,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._book = book
        self._index = index
        self._matcher = matcher
        self._render = render
        self._keep = keep
        self._clock = clock
        self._edition = -1
        self._failed: dict[str, int] = {}

    def work(self, still_leading: Callable[[], None]) -> bool:
        """Look through the next articles; False when there are none now.

        `still_leading` is called between pieces of work and raises when it must stop. Raises `ServiceError` when the
        store or the judge is away: the same articles come again.
        """
        stand = self._book.position()
        if stand is None:
            return False
        position, version = stand
        if self._matcher.is_idle:
            end = self._index.position()
            self._refresh()
            if self._matcher.is_idle:
                if end != position:
                    self._book.move(end, version=version)
                return False
        changes = self._index.changes(position, limit=BATCH)
        self._refresh()
        for article in changes.articles:
            self._look_through(article, still_leading)
        if changes.position != position:
            self._book.move(changes.position, version=version)
        return bool(changes.articles)

    def _refresh(self) -> None:
        edition = self._book.edition()
        if edition == self._edition:
            return
        self._matcher.hold({kept.watch.id: (kept.watch, kept.faces) for kept in self._book.all()})
        self._edition = edition

    def _look_through(self, article: Article, still_leading: Callable[[], None]) -> None:
        if article.head.stored_at < self._clock() - self._keep:
            return  # what was found so long ago is forgotten, and must not be found anew
        name = f"{article.head.id}:{article.head.revision}"
        for watch, candidate in self._try(name, lambda: list(self._matcher.candidates(article))) or ():
            still_leading()
            if article.head.stored_at >= watch.created_at - TOLERANCE:
                self._look_closely(watch, article, candidate)

    def _look_closely(self, watch: Watch, article: Article, candidate: Candidate) -> None:
        found_id, key = name_found(watch.id, article.head)
        if self._book.has_found(key):
            return
        payload = self._try(key, lambda: self._write_message(found_id, watch, article, candidate))
        if payload is not None:
            found = Found(found_id, key, watch.id, self._clock(), payload, Delivery(DeliveryState.NONE))
            self._book.note(as_pending(found, at=found.found_at) if watch.webhook else found)

    def _write_message(
        self, found_id: str, watch: Watch, article: Article, candidate: Candidate
    ) -> dict[str, Any] | None:
        """Return what is to be told of an article, None when there is nothing. Raises `JudgeUnavailable`."""
        judged = self._matcher.judge(watch, article, candidate)
        if judged is None:
            return None
        claim, match = judged
        return {
            "id": found_id,
            "type": "watch.match",
            "created_at": self._clock().isoformat().replace("+00:00", "Z"),
            "watch": {"id": watch.id, "claim": watch.claim},
            "match": self._render(claim, match, article),
        }

    def _try(self, name: str, work: Callable[[], T]) -> T | None:
        """Let a mistake of this program stop the following a few times, then pass over: others wait behind it."""
        try:
            return work()
        except ServiceError:
            raise
        except Exception:
            self._failed[name] = self._failed.get(name, 0) + 1
            LOGGER.exception("an article could not be looked through", extra={"fields": {"at": name}})
            if self._failed[name] < TRIES:
                raise
            del self._failed[name]
            return None
