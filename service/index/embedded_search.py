"""Searching: one generation opened for reading, and hits spread over outlets.

An opened index is a snapshot; `refresh` looks at the file that a commit replaces (one stat) and reloads only when it
has changed, so a search sees what any process has committed and waits for nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from service.index.embedded_files import read_mark, search_schema
from service.index.embedded_pending import Mark
from service.index.terms import WeightedTerm
from service.model import Filters

OVERFETCH = 3
"""How many times `limit` is fetched in a round: the best passages of one outlet often follow one another, and only
`per_outlet` of them are taken; what one round does not fill, the next one does."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found: its key in the record, its outlet's number, the score."""

    key: int
    outlet: int
    score: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One committed state of a search index, and how far it had come."""

    searcher: Any
    mark: Mark


class OpenedIndex:
    """One generation of the search index, opened for reading. Raises ValueError (tantivy's) when it is damaged."""

    def __init__(self, path: Path) -> None:
        self._meta = path / "meta.json"
        self._schema = search_schema()
        self._stamp = self._read_stamp()
        self._index = tantivy.Index.open(str(path))
        self._index.config_reader("manual")
        self._snapshot = self._take_snapshot()

    def refresh(self) -> Snapshot:
        """Return the latest committed state."""
        stamp = self._read_stamp()
        if stamp != self._stamp:
            self._snapshot = self._take_snapshot()
            self._stamp = stamp
        return self._snapshot

    def _take_snapshot(self) -> Snapshot:
        self._index.reload()
        searcher = self._index.searcher()
        return Snapshot(searcher, read_mark(searcher, self._schema))

    def _read_stamp(self) -> tuple[int, int, int]:
        status = self._meta.stat()
        return status.st_ino, status.st_mtime_ns, status.st_size


def search_spread(
    searcher: Any, terms: Sequence[WeightedTerm], restriction: Sequence[Any], *, limit: int, per_outlet: int
) -> list[Found]:
    """Return the best passages, at most `limit` and at most `per_outlet` of one outlet, best first.

    More than `limit` are fetched and capped; when the capping leaves too few, the outlets that are full are taken out
    of the query and it goes on behind what the others already gave. Scores do not depend on that restriction, so the
    result is the same as of fetching everything.
    """
    schema = search_schema()
    wanted = _score_query(schema, terms)
    taken: list[Found] = []
    counts: Counter[int] = Counter()
    while True:
        full = [outlet for outlet, count in counts.items() if count >= per_outlet]
        skip = sum(count for outlet, count in counts.items() if count < per_outlet)
        batch = _fetch(searcher, _restrict(wanted, [*restriction, *_without(schema, full)]), skip, limit)
        for found in batch:
            if len(taken) < limit and counts[found.outlet] < per_outlet:
                counts[found.outlet] += 1
                taken.append(found)
        if len(taken) >= limit or len(batch) < limit * OVERFETCH:
            return sorted(taken, key=lambda found: (-found.score, found.key))


def restrict_to(filters: Filters, outlets: Sequence[int] | None) -> list[Any]:
    """Return the queries that passages must also fit; `outlets` are the numbers of `filters.outlets`."""
    schema = search_schema()
    restriction = []
    if outlets is not None:
        restriction.append((tantivy.Occur.Must, _unscored(tantivy.Query.term_set_query(schema, "outlet", outlets))))
    if filters.languages:
        languages = tantivy.Query.term_set_query(schema, "language", filters.languages)
        restriction.append((tantivy.Occur.Must, _unscored(languages)))
    if filters.published_from is not None or filters.published_to is not None:
        first = 0 if filters.published_from is None else filters.published_from.toordinal()
        last = 2**31 if filters.published_to is None else filters.published_to.toordinal()
        days = tantivy.Query.range_query(schema, "day", tantivy.FieldType.Integer, first, last)
        restriction.append((tantivy.Occur.Must, _unscored(days)))
    return restriction


def _score_query(schema: Any, terms: Sequence[WeightedTerm]) -> Any:
    scored = [
        (
            tantivy.Occur.Should,
            tantivy.Query.boost_query(tantivy.Query.term_query(schema, t.field, t.text, "freq"), t.weight),
        )
        for t in terms
    ]
    return tantivy.Query.boolean_query(scored)


def _restrict(wanted: Any, restriction: Sequence[Any]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, wanted), *restriction])


def _without(schema: Any, outlets: Sequence[int]) -> list[Any]:
    if not outlets:
        return []
    return [(tantivy.Occur.MustNot, tantivy.Query.term_set_query(schema, "outlet", outlets))]


def _unscored(query: Any) -> Any:
    return tantivy.Query.const_score_query(query, 0.0)


def _fetch(searcher: Any, query: Any, skip: int, limit: int) -> list[Found]:
    hits = searcher.search(query, limit * OVERFETCH, count=False, offset=skip).hits
    addresses = [address for _, address in hits]
    keys = searcher.fast_field_values("key", addresses)
    outlets = searcher.fast_field_values("outlet", addresses)
    return [Found(key, outlet, score) for (score, _), key, outlet in zip(hits, keys, outlets, strict=True)]
