"""The embedded engine: a SQLite record and a tantivy search index in one directory, nothing to start.

File by file: embedded_database (connections) → embedded_writes, embedded_record, embedded_listing (the record) →
embedded_pending, embedded_files (what the search index holds) → embedded_indexer (who writes it) → embedded_search (who
reads it). With an embedder, the same for vectors: embedded_vectors (their file) → embedded_filler (who writes it) →
embedded_nearest (who reads it), both held by embedded_meaning → embedded_fusion (one list of both).

Several processes use one directory at once. Nothing is opened before the first call, and each process opens its own:
an index made before a fork is good in the children. A fork in the middle of work is prepared by giving the writer back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from service.errors import IndexUnavailable
from service.index import ArticlePage, Candidate, Changes
from service.index.embedded_database import Database
from service.index.embedded_files import generation_path
from service.index.embedded_filler import Vectors
from service.index.embedded_fusion import POOL, fuse, spread
from service.index.embedded_indexer import Indexer
from service.index.embedded_lifetime import give_back_in_time
from service.index.embedded_listing import count_coverage, count_outlets, list_articles
from service.index.embedded_meaning import Meaning
from service.index.embedded_nearest import Nearness
from service.index.embedded_record import Record
from service.index.embedded_search import Found, OpenedIndex, Snapshot, restrict_to, search_spread
from service.index.terms import WeightedTerm, read_terms
from service.model import (
    Article,
    ArticleHead,
    Coverage,
    Filters,
    Hit,
    OutletCount,
    PassageQuery,
    SearchResult,
    Stored,
)

LAG_SECONDS = 2.0
"""An article is promised to be searchable within a second; a search says so when one has waited twice as long."""

WAIT_SECONDS = 30.0
"""How long a store with `wait` sees no progress before it gives up (the article stays stored)."""

_WAIT_STEP = 0.005


class EmbeddedIndex:
    """A `PassageIndex` in `directory`; with an embedder, passages are also found by what they mean."""

    def __init__(self, directory: Path, *, embedder: Vectors | None = None) -> None:
        self._directory = directory
        self._embedder = embedder
        self._set_up()
        give_back_in_time(self, begin_afresh=EmbeddedIndex._set_up)

    def _set_up(self) -> None:
        self._database = Database(self._directory / "record.sqlite3")
        self._record = Record(self._database)
        self._lock = threading.RLock()
        self._indexer: Indexer | None = None
        self._opened: tuple[str, OpenedIndex] | None = None
        self._meaning: Meaning | None = None

    # --- storing ---

    def store(self, articles: Sequence[Article], *, wait: bool = False) -> list[Stored]:
        """Store each article atomically and durably; with `wait`, return only when its passages are searchable."""
        self._begin()
        stored, sequence = self._record.store(articles)
        if wait:
            self._wait_until(sequence)
        return stored

    def delete(self, article_id: str, *, wait: bool = False) -> bool:
        """Remove an article with all revisions; False when there was none."""
        self._begin()
        sequence = self._record.delete(article_id)
        if wait and sequence is not None:
            self._wait_until(sequence)
        return sequence is not None

    # --- reading the record ---

    def get(self, article_id: str, *, revision: int | None = None) -> Article:
        """Return the latest or the given revision. Raises `NotFound`."""
        return self._record.get(article_id, revision=revision)

    def revisions(self, article_id: str) -> list[ArticleHead]:
        """Return the heads of all revisions, oldest first. Raises `NotFound`."""
        return self._record.revisions(article_id)

    def get_revisions(self, wanted: Sequence[tuple[str, int]]) -> list[Article]:
        """Return the revisions, each wanted by article id and number, that are there."""
        return self._record.get_revisions(wanted)

    def find_by_url(self, url: str) -> ArticleHead | None:
        """Return the latest revision of the main article stored under `url`."""
        return self._record.find_by_url(url)

    def find_by_bands(self, bands: Sequence[str], *, limit: int = 50) -> list[Candidate]:
        """Return latest revisions that share at least one MinHash band, those that share most first."""
        return self._record.find_by_bands(bands, limit=limit)

    def list_articles(self, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> ArticlePage:
        """List latest revisions, last stored first. Raises `InvalidInput` for a bad cursor."""
        return list_articles(self._database, filters, cursor=cursor, limit=limit)

    def outlets(self) -> list[OutletCount]:
        """Return every outlet with its counts, by name."""
        return count_outlets(self._database)

    def stored_articles(self) -> Iterator[Article]:
        """Iterate over all latest revisions in the order of storing."""
        return self._record.latest_articles()

    def position(self) -> str:
        """Return the position behind everything that was stored so far."""
        state = self._record.state()
        return f"{state.identity}:{state.sequence}"

    def changes(self, after: str, *, limit: int = 50) -> Changes:
        """Return the latest revisions stored behind a position, in the order of storing."""
        state = self._record.state()
        identity, _, sequence = after.rpartition(":")
        mark = int(sequence) if identity == state.identity and sequence.isdigit() else 0
        found = self._record.articles_behind(mark if mark <= state.sequence else 0, limit=limit)
        reached = found[-1][1] if found else state.sequence
        return Changes(tuple(article for article, _ in found), f"{state.identity}:{reached}")

    # --- searching ---

    def search(self, query: PassageQuery) -> SearchResult:
        """Find passages of latest revisions, best first, at most `per_outlet` of one outlet.

        Waits for nobody: what is stored but not yet searchable for longer than `LAG_SECONDS` is said in `partial`.
        """
        self._begin()
        snapshot = self._snapshot()
        if snapshot is None:
            return SearchResult((), self._lag(0))
        return SearchResult(self._find(snapshot, query), self._lag(snapshot.mark.sequence))

    def coverage(self, filters: Filters) -> Coverage:
        """Count what a search with these filters looks through."""
        self._begin()
        snapshot = self._snapshot()
        mark = 0 if snapshot is None else snapshot.mark.sequence
        generation = f"{self._record.state().generation}.{mark}"
        return replace(count_coverage(self._database, filters, generation=generation), partial=self._lag(mark))

    def count_vectors(self) -> int:
        """Count the passages of latest revisions that are found by what they mean, too."""
        self._begin()
        meaning = self._meaning
        return 0 if meaning is None else meaning.count()

    def count_waiting(self) -> dict[str, int]:
        """Return how many articles no search finds yet, and how many passages wait for their vectors."""
        snapshot = self._snapshot()
        articles = self._record.count_pending(0 if snapshot is None else snapshot.mark.sequence)
        vectors = 0 if self._embedder is None else len(self._record.latest_keys()) - self.count_vectors()
        return {"articles": articles, "vectors": max(0, vectors)}

    def check_ready(self) -> None:
        """Return when the index can answer. Raises `IndexUnavailable` with the reason."""
        self._begin()
        snapshot = self._snapshot()
        if snapshot is None:
            raise IndexUnavailable(self._trouble() or "the search index is being made")
        if lag := self._lag(snapshot.mark.sequence):
            raise IndexUnavailable(lag)

    def rebuild(self) -> int:
        """Make the search index anew from the record; return the number of passages.

        The old one is read until the new one is whole. Whoever leads does the work; this waits for it.
        """
        self._begin()
        wanted = self._record.want_generation()
        while self._record.state().generation != wanted:
            self._nudge()
            if trouble := self._trouble():
                raise IndexUnavailable(f"the search index cannot be made: {trouble}")
        return self.coverage(Filters()).passages

    def close(self) -> None:
        """Finish the commit in hand and release files and connections; the next call opens again."""
        with self._lock:
            if self._indexer is not None:
                self._indexer.stop()
            if self._meaning is not None:
                self._meaning.stop()
            self._indexer = None
            self._opened = None
            self._meaning = None
            self._database.close()

    # --- within ---

    def _begin(self) -> None:
        """Start this process's background threads unless they run."""
        with self._lock:
            if self._indexer is None:
                self._indexer = Indexer(self._record, self._directory / "search")
                self._indexer.start()
            if self._meaning is None and self._embedder is not None:
                self._meaning = Meaning(self._record, self._directory / "vectors", self._embedder)
                self._meaning.start()

    def _find(self, snapshot: Snapshot, query: PassageQuery) -> tuple[Hit, ...]:
        filters = query.filters
        outlets = self._record.outlet_numbers(filters.outlets) if filters.outlets else None
        terms = read_terms(query)
        if not terms or outlets == []:
            return ()
        meaning = self._meaning
        nearness = None if meaning is None else meaning.measure(query.text, filters, outlets)
        words = search_spread(
            snapshot.searcher,
            terms,
            restrict_to(filters, outlets),
            limit=query.limit if nearness is None else max(query.limit, POOL),
            per_outlet=query.per_outlet,
        )
        found = words if nearness is None else self._fuse(words, terms, nearness, query)
        passages = self._record.passages([one.key for one in found])
        return tuple(Hit(*passages[one.key], score=one.score) for one in found if one.key in passages)

    def _fuse(
        self, words: Sequence[Found], terms: Sequence[WeightedTerm], nearness: Nearness, query: PassageQuery
    ) -> list[Found]:
        near = nearness.best(max(query.limit, POOL), per_outlet=query.per_outlet)
        live = self._record.live_keys([found.key for found in near])
        fused = fuse(words, [found for found in near if found.key in live], nearness=nearness, terms=terms)
        return spread(fused, limit=query.limit, per_outlet=query.per_outlet)

    def _snapshot(self) -> Snapshot | None:
        """Return the latest committed state of the generation in use, None while there is none that fits the record."""
        state = self._record.state()
        with self._lock:
            try:
                if self._opened is None or self._opened[0] != state.generation:
                    path = generation_path(self._directory / "search", state.generation)
                    self._opened = (state.generation, OpenedIndex(path))
                snapshot = self._opened[1].refresh()
            except (OSError, ValueError, IndexUnavailable):
                self._opened = None
                return None
        return snapshot if self._record.knows(snapshot.mark) else None

    def _lag(self, mark: int) -> str | None:
        since = self._record.pending_since(mark)
        if since is None or time.time() - since < LAG_SECONDS:
            return None
        trouble = self._trouble()
        because = f" ({trouble})" if trouble else ""
        return f"{self._record.count_pending(mark)} stored articles are not yet searchable{because}"

    def _trouble(self) -> str | None:
        return None if self._indexer is None else self._indexer.failure

    def _nudge(self) -> None:
        if self._indexer is not None:
            self._indexer.wake()
        time.sleep(_WAIT_STEP)

    def _wait_until(self, sequence: int) -> None:
        reached = -1
        deadline = time.monotonic() + WAIT_SECONDS
        while reached < sequence:
            snapshot = self._snapshot()
            if snapshot is not None and snapshot.mark.sequence > reached:
                reached = snapshot.mark.sequence
                deadline = time.monotonic() + WAIT_SECONDS
            elif time.monotonic() > deadline:
                raise IndexUnavailable("the article is stored, but not searchable yet")
            else:
                self._nudge()
