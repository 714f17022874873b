"""The background thread that gives every passage its vector, one process at a time.

As with the search index, whoever gets the lock on `writer.lock` works and the others take over when it dies. Passages
are taken in the order of their keys, which is that of the commits: the last key in the file says where to go on, so
there is nothing to remember and nothing to repair after kill -9. The thread uses one core at a low priority: searches
and ingest go first, and an article is found by its words long before it has vectors (57 passages a second on a core of
its own, seven or eight articles).

Rows of deleted articles and old revisions stay in the file until there are many, then it is written anew; they are
never found, since a search looks its hits up in the record.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.errors import ModelUnavailable
from service.index.embedded_leader import Leadership
from service.index.embedded_record import Record
from service.index.embedded_vectors import (
    append_rows,
    are_whole,
    make_rows,
    map_rows,
    remove_others,
    replace_rows,
    vector_path,
)

POLL = 1.0
"""Seconds between looks, of the leader for work and of the others for the lock."""

RETRY = 30.0
"""Seconds after a failure (a full disk)."""

BATCH = 64
"""Passages appended at once: about a second's work, which is lost when the process dies."""

NICENESS = 10
"""Of the thread: the system gives it a tenth of a core that others want, and all of one that nobody wants."""

TIDY_SECONDS = 600.0
MOST_DEAD = 0.2
"""How often the leader counts rows of deleted and old passages, and the share from which the file is written anew."""

_LOG = logging.getLogger(__name__)


class Vectors(Protocol):
    """Makes unit vectors (service.neural.embedder)."""

    @property
    def version(self) -> str:
        """A name for the model: vectors of two models cannot be compared."""

    def embed_passage(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a passage."""

    def embed_claim(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a claim."""


class Filler:
    """Runs the thread of one process."""

    def __init__(self, record: Record, directory: Path, embedder: Vectors) -> None:
        self._record = record
        self._directory = directory
        self._embedder = embedder
        self._stopping = threading.Event()
        self._leadership = Leadership(directory)
        self._path: Path | None = None
        self._last = 0
        self._tidied = 0.0
        self._thread = threading.Thread(target=self._run, name="isnad-vectors", daemon=True)

    def start(self) -> None:
        """Begin to work; call it before this process stores anything.

        A record that was restored from a backup gives the keys of its later state again, to other passages: their
        vectors must be gone by then.
        """
        last_key = self._record.last_key()
        if self._leadership.take():
            for path in self._directory.glob("*.vectors"):
                _drop_later(path, last_key=last_key)
        self._thread.start()

    def stop(self) -> None:
        """Finish the passage in hand, keep what is done, give the lock back, and end."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        _yield_to_others()
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                pause = self._work() if self._leadership.take() else POLL
            except ModelUnavailable as error:
                _LOG.error("passages get no vectors: %s", error)
                break
            except Exception:  # the edge of the thread: whatever it is, the next look may go well
                _LOG.exception("passages could not be given vectors")
                self._path = None
                pause = RETRY
        self._leadership.resign()

    def _work(self) -> float:
        """Give one batch of passages their vectors; return how long to pause before the next look."""
        path = vector_path(self._directory, self._record.state().identity, self._embedder.version)
        if path != self._path or time.monotonic() - self._tidied > TIDY_SECONDS:
            self._tidy(path)
        passages = self._record.passages_behind(self._last, limit=BATCH)
        vectors: list[NDArray[np.float32]] = []
        for passage in passages:
            if self._stopping.is_set():
                break
            vectors.append(self._embedder.embed_passage(passage.text))
        if vectors:
            append_rows(path, make_rows(passages[: len(vectors)], vectors))
            self._last = passages[len(vectors) - 1].key
        return 0.0 if len(passages) == BATCH else POLL

    def _tidy(self, path: Path) -> None:
        """Make the file fit to append to: what a crash has torn goes, and dead rows if they are many."""
        remove_others(path)
        rows, (_, size) = map_rows(path)
        sound = _count_sound(rows)
        latest = self._record.latest_keys()
        is_live = np.isin(rows["key"], latest)
        if size != sound * rows.itemsize or _share_dead(is_live[:sound]) > MOST_DEAD:
            is_live[sound:] = False
            replace_rows(path, rows, is_live)
            rows, _ = map_rows(path)
        self._last = int(rows["key"][-1]) if len(rows) else 0
        self._path, self._tidied = path, time.monotonic()
        if waiting := len(latest) - int(is_live.sum()):
            _LOG.info("%d passages wait for their vectors, %d have them", waiting, len(latest) - waiting)


def _count_sound(rows: NDArray[np.void]) -> int:
    """Return how many rows from the first on can be kept: those before one that is not whole."""
    is_whole = are_whole(rows)
    return len(rows) if is_whole.all() else int(np.argmin(is_whole))


def _drop_later(path: Path, *, last_key: int) -> None:
    """Take out the rows of keys that the record has not given yet."""
    rows, _ = map_rows(path)
    if (rows["key"] > last_key).any():
        replace_rows(path, rows, rows["key"] <= last_key)


def _share_dead(is_live: NDArray[np.bool_]) -> float:
    return 1 - float(is_live.mean()) if len(is_live) else 0.0


def _yield_to_others() -> None:
    """Lower the priority of the calling thread, where threads have one of their own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
