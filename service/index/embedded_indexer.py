"""The background thread that brings the search index up to the record: one leader among all processes.

tantivy allows one writer. Every process runs this thread; whoever gets the lock on `writer.lock` leads, keeps the
writer open (so that merges go on in the background) and indexes everything that is pending in one commit; the others
only try the lock now and then and take over when the leader dies, since the system frees a dead process's lock. A
thread and not the searches do this work, because a search must never wait for a commit.

The leader looks for work ten times a second, so an article of any process is searchable well within a second of its
acknowledgement; a store that waits wakes its own process's thread at once.

A generation that is missing, damaged, of another record or ahead of it (a restored backup) is made anew beside the
old one, which is read until the new one is whole.
"""

from __future__ import annotations

import logging
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import tantivy

from service.errors import IndexUnavailable
from service.index.embedded_files import add_article, generation_path, read_mark, search_schema, write_mark
from service.index.embedded_leader import Leadership
from service.index.embedded_pending import Mark, State
from service.index.embedded_record import Record

LEADER_POLL = 0.1
FOLLOWER_POLL = 0.3
RETRY = 2.0
"""Seconds between looks: of the leader for work, of the others for the lock, after a failure."""

GIVE_UP = 3
"""Failures in a row after which the search index is taken for damaged and made anew."""

BATCH = 1000
"""Articles in one commit at most: about a second's work, so that bulk ingest becomes searchable as it goes."""

WRITER_HEAP = 64_000_000
"""Bytes of tantivy's write buffer (its minimum is 15 MB); a larger one makes bulk ingest no faster."""

_LOG = logging.getLogger(__name__)


class Indexer:
    """Runs the thread of one process."""

    def __init__(self, record: Record, directory: Path) -> None:
        self._record = record
        self._directory = directory
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._leadership = Leadership(directory)
        self._writer: Any = None
        self._generation = ""
        self._mark = Mark("", 0)
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name="isnad-indexer", daemon=True)
        self.failure: str | None = None
        """What went wrong at the last attempt, None when it went well."""

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Look for work now."""
        self._wake.set()

    def stop(self) -> None:
        """Finish the commit in hand, give the writer and the lock back, and end."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.is_set():
            self._wake.wait(pause)
            self._wake.clear()
            if self._stopping.is_set():
                break
            try:
                pause = self._work() if self._leadership.take() else FOLLOWER_POLL
                self.failure = None
                self._failures = 0
            except Exception as error:  # the edge of the thread: whatever it is, the next look may go well
                _LOG.exception("the search index cannot be brought up to date")
                self.failure = str(error)
                self._drop_writer()
                self._failures += 1
                pause = RETRY
        self._resign()

    def _work(self) -> float:
        """Do one commit's work; return how long to pause before the next look."""
        state = self._record.state()
        if state.wanted != state.generation:
            self._make_generation(state)
        elif not self._is_open(state) and not self._open(state):
            self._record.want_generation()
            return 0.0
        return 0.0 if self._index_pending(limit=BATCH) else LEADER_POLL

    def _is_open(self, state: State) -> bool:
        """Tell whether the writer is that of the generation in use, whose files somebody may have taken away."""
        path = generation_path(self._directory, state.generation)
        return self._generation == state.generation and (path / "meta.json").exists()

    def _open(self, state: State) -> bool:
        """Open the writer of the generation in use; False when it must be made anew."""
        self._drop_writer()
        if self._failures >= GIVE_UP:
            return False
        path = generation_path(self._directory, state.generation)
        try:
            index = tantivy.Index.open(str(path))
            mark = read_mark(index.searcher(), search_schema())
        except (ValueError, IndexUnavailable) as error:
            _LOG.warning("search index %s is made anew: %s", state.generation, error)
            return False
        if not self._record.knows(mark):
            _LOG.warning("search index %s belongs to another record: it is made anew", state.generation)
            return False
        self._use_writer(index, state.generation, mark)
        return True

    def _make_generation(self, state: State) -> None:
        """Index the record as it is now into a new generation, then let everybody read that one."""
        self._drop_writer()
        path = generation_path(self._directory, state.wanted)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        self._use_writer(tantivy.Index(search_schema(), path=str(path)), state.wanted, Mark(state.identity, 0))
        self._commit(self._mark)
        while self._mark.sequence < state.sequence:  # what comes in meanwhile is indexed after the change
            if self._stopping.is_set():
                return
            self._index_pending(limit=BATCH)
        self._record.use_generation(state.wanted)
        for other in self._directory.iterdir():
            if other.is_dir() and other != path:
                shutil.rmtree(other, ignore_errors=True)

    def _use_writer(self, index: Any, generation: str, mark: Mark) -> None:
        self._writer = index.writer(WRITER_HEAP, 1)
        self._generation = generation
        self._mark = mark

    def _index_pending(self, *, limit: int) -> bool:
        """Index what is pending in one commit; False when there was nothing."""
        pending = self._record.pending(self._mark.sequence, limit=limit)
        if pending.mark == self._mark.sequence:
            return False
        for number in pending.deleted:
            self._writer.delete_documents_by_term("article", number)
        for article in pending.articles:
            self._writer.delete_documents_by_term("article", article.number)
            add_article(self._writer, article)
        self._commit(Mark(self._mark.identity, pending.mark))
        return True

    def _commit(self, mark: Mark) -> None:
        write_mark(self._writer, mark)
        self._writer.commit()
        self._mark = mark

    def _drop_writer(self) -> None:
        self._writer = None
        self._generation = ""

    def _resign(self) -> None:
        """Let merges in hand finish, then free the lock for the next leader."""
        if self._writer is not None:
            with suppress(ValueError):
                self._writer.wait_merging_threads()
        self._drop_writer()
        self._leadership.resign()
