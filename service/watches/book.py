"""The book of watches: all of them, what they found, and which calls are due, as small documents.

- `watch`: a watch, with the reading of its claim by which articles are looked through.
- `watch-edition`: one document, written with every change of the watches, so that who holds them in memory notices.
- `watch-position`: how far the stored articles have been followed.
- `watch-match`: what a watch found in one revision of an article, under a key that only these three make: found again,
  it is there already. How far its delivery has come stands in it, and nowhere else.
- `watch-due`: a pointer to a match whose delivery is due, in the order of time. It is put after the match, and a new
  one before the match says so: after a crash a pointer may be one too many (it then points to another time than the
  match says, and is dropped), never one too few.
- `watch-dead`: a match whose delivery was given up, for the list of dead letters; dead_letters.py sends it again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.claims.claim_terms import Face, read_faces, read_reading, write_reading
from service.claims.read import read_claim
from service.errors import NotFound, StaleRevision
from service.index import PassageIndex
from service.index.documents import Document, DocumentStore
from service.watches.watch import (
    DeliveryState,
    Found,
    Watch,
    read_found,
    read_watch,
    write_found,
    write_watch,
)

WATCH, EDITION, POSITION = "watch", "watch-edition", "watch-position"
MATCH, DUE, DEAD = "watch-match", "watch-due", "watch-dead"
ONE = "one"
PAGE = 500
COUNTED = 5000


@dataclass(frozen=True, slots=True)
class Kept:
    """A watch with the reading of its claim."""

    watch: Watch
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery whose time has come: the match as it stands, and the pointer that led to it."""

    found: Found
    version: int
    pointer: str


class WatchBook:
    """Reads and writes of the book; safe between threads, processes and machines."""

    def __init__(
        self,
        documents: DocumentStore,
        index: PassageIndex,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._documents = documents
        self._index = index
        self._clock = clock

    # --- watches ---

    def add(self, watch: Watch) -> None:
        """Keep a watch: every article stored after this returns is looked through for it."""
        if self._documents.get(POSITION, ONE) is None:
            with contextlib.suppress(StaleRevision):
                self._documents.put(POSITION, ONE, {"position": self._index.position()}, version=0)
        faces = read_faces(read_claim(watch.claim, as_of=watch.as_of))
        self._documents.put(WATCH, watch.id, {**write_watch(watch), "reading": write_reading(faces)}, version=0)
        self._documents.put(EDITION, ONE, {})

    def get(self, watch_id: str) -> Watch:
        """Return a watch. Raises `NotFound`."""
        watch = self.find(watch_id)
        if watch is None:
            raise NotFound(f"there is no watch {watch_id}")
        return watch

    def find(self, watch_id: str) -> Watch | None:
        """Return a watch, None when there is none."""
        document = self._documents.get(WATCH, watch_id)
        return read_watch(watch_id, document.body) if document else None

    def page(self, *, after: str, limit: int) -> list[Watch]:
        """Return watches in the order they were made, behind the id `after`."""
        found = self._documents.list_documents(WATCH, after=after, limit=limit)
        return [read_watch(document.key, document.body) for document in found]

    def remove(self, watch_id: str) -> None:
        """Drop a watch with all it found; calls that are due are not made any more. Raises `NotFound`."""
        if not self._documents.delete(WATCH, watch_id):
            raise NotFound(f"there is no watch {watch_id}")
        self._documents.put(EDITION, ONE, {})
        for kind in (MATCH, DEAD):
            for document in list(list_under(self._documents, kind, watch_id)):
                self._documents.delete(kind, document.key)

    def edition(self) -> int:
        """Return a number that changes whenever the watches do."""
        document = self._documents.get(EDITION, ONE)
        return document.version if document else 0

    def all(self) -> Iterator[Kept]:
        """Iterate over all watches with their readings."""
        after = ""
        while page := self._documents.list_documents(WATCH, after=after, limit=PAGE):
            yield from map(_read_kept, page)
            after = page[-1].key

    # --- how far the articles were followed ---

    def position(self) -> tuple[str, int] | None:
        """Return the position with the version of its document; None before the first watch."""
        document = self._documents.get(POSITION, ONE)
        return (document.body["position"], document.version) if document else None

    def move(self, position: str, *, version: int) -> None:
        """Write how far the articles were followed. Raises `StaleRevision` when somebody else has."""
        self._documents.put(POSITION, ONE, {"position": position}, version=version)

    # --- what was found ---

    def has_found(self, key: str) -> bool:
        """Tell whether this was found before and its delivery is on its way; if it is not yet, put it on its way."""
        document = self._documents.get(MATCH, key)
        if document is None:
            return False
        self._point(read_found(key, document.body))
        return True

    def note(self, found: Found) -> bool:
        """Keep what was found and put its delivery on its way; False when it was found before."""
        try:
            self._documents.put(MATCH, found.key, write_found(found), version=0)
        except StaleRevision:
            self.has_found(found.key)
            return False
        self._point(found)
        return True

    def found(self, watch_id: str, *, limit: int) -> list[Found]:
        """Return what a watch found, what was stored last first; of removed articles nothing is told any more."""
        return self.still_stored(list(self._read_under(MATCH, watch_id, limit=limit)))

    def dead_letters(self, watch_id: str, *, limit: int) -> list[Found]:
        """Return the matches whose delivery was given up, what was stored last first, without removed articles."""
        return self.still_stored(list(self._read_under(DEAD, watch_id, limit=limit)))

    def still_stored(self, found: Sequence[Found]) -> list[Found]:
        """Return those whose article was not removed meanwhile, as an agency that takes it back wants it."""
        stored = {
            (article.head.id, article.head.revision)
            for article in self._index.get_revisions([_revision_of(each) for each in found])
        }
        return [each for each in found if _revision_of(each) in stored]

    def forget_older(self, age: timedelta) -> int:
        """Drop what was found and not written to for that long; return how many."""
        before = self._clock() - age
        return sum(self._documents.delete_older(kind, before) for kind in (MATCH, DEAD))

    # --- deliveries ---

    def due(self, *, limit: int) -> list[Due]:
        """Return deliveries whose time has come, those that wait longest first; drop pointers to nothing."""
        now = int(self._clock().timestamp() * 1000)
        found: list[Due] = []
        after = ""
        while len(found) < limit and (page := self._documents.list_documents(DUE, after=after, limit=limit)):
            for pointer in page:
                if int(pointer.key.partition(":")[0]) > now:
                    return found
                due = self._follow(pointer)
                if due:
                    found.append(due)
            after = page[-1].key
        return found[:limit]

    def count_waiting(self) -> int:
        """Count the deliveries that are to be made, now or later, up to `COUNTED`."""
        return len(self._documents.list_documents(DUE, limit=COUNTED))

    def settle(self, due: Due, found: Found) -> None:
        """Write what became of a delivery: done, given up, or to be tried again at another time."""
        self._point(found)
        if found.delivery.state is DeliveryState.DEAD:
            self._documents.put(DEAD, found.key, write_found(found))
        with contextlib.suppress(StaleRevision):  # another worker took it over, and knows better
            self._documents.put(MATCH, found.key, write_found(found), version=due.version)
        self._documents.delete(DUE, due.pointer)

    def _follow(self, pointer: Document) -> Due | None:
        document = self._documents.get(MATCH, pointer.body["match"])
        if document is not None:
            found = read_found(document.key, document.body)
            if found.delivery.state is DeliveryState.PENDING and pointer_of(found) == pointer.key:
                return Due(found, document.version, pointer.key)
        self._documents.delete(DUE, pointer.key)
        return None

    def _point(self, found: Found) -> None:
        if found.delivery.state is DeliveryState.PENDING:
            self._documents.put(DUE, pointer_of(found), {"match": found.key})

    def _read_under(self, kind: str, watch_id: str, *, limit: int) -> Iterator[Found]:
        for _, document in zip(range(limit), list_under(self._documents, kind, watch_id, page=limit), strict=False):
            yield read_found(document.key, document.body)


def list_under(documents: DocumentStore, kind: str, watch_id: str, *, page: int = PAGE) -> Iterator[Document]:
    """Iterate over the documents of a kind that belong to a watch, in the order of their keys."""
    prefix = after = f"{watch_id}:"
    while found := documents.list_documents(kind, after=after, limit=page):
        for document in found:
            if not document.key.startswith(prefix):
                return
            yield document
        after = found[-1].key


def _revision_of(found: Found) -> tuple[str, int]:
    article = found.payload["match"]["article"]
    return article["id"], article["revision"]


def as_pending(found: Found, *, at: datetime) -> Found:
    """Return what was found with its first delivery due at that time."""
    return replace(
        found, delivery=replace(found.delivery, state=DeliveryState.PENDING, next_at=int(at.timestamp() * 1000))
    )


def pointer_of(found: Found) -> str:
    """Return the key of the pointer to a pending delivery."""
    return f"{found.delivery.next_at or 0:014d}:{found.id}"


def _read_kept(document: Document) -> Kept:
    watch = read_watch(document.key, document.body)
    faces = read_reading(document.body["reading"])
    return Kept(watch, read_faces(read_claim(watch.claim, as_of=watch.as_of)) if faces is None else faces)
