"""Reading the file of vectors: how near every passage is to a claim, by one exact pass over all rows.

A pass over 222,000 rows takes 12 ms of one core with numpy alone. A graph index (HNSW) would be faster beyond a million
passages, but is approximate, does not filter exactly, cannot be shared by several processes as it grows and must be
rebuilt after a crash; at that size Elasticsearch is the engine to use. A library of 8-bit kernels (simsimd) needs 3 ms
and would be one more compiled dependency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.index.embedded_search import Found
from service.index.embedded_vectors import NO_FILE, ROW, Rows, are_whole, map_rows, read_stamp
from service.model import Filters

_CHUNK = 2048
"""Rows widened to 32 bits at once: they stay in the processor's cache."""

NOT_LOOKED_AT = -2.0
"""In the place of the cosine of a passage that does not fit the filters."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near each passage with a vector is to one claim: the cosine, or `NOT_LOOKED_AT`."""

    keys: NDArray[np.int64]
    outlets: NDArray[np.int32]
    cosines: NDArray[np.float32]

    def of(self, keys: Sequence[int]) -> list[float | None]:
        """Return the cosines of passages, None for those without a vector."""
        if not len(self.keys):
            return [None] * len(keys)
        places = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        return [
            float(self.cosines[place]) if self.keys[place] == key else None
            for place, key in zip(places, keys, strict=True)
        ]

    def best(self, limit: int, *, per_outlet: int) -> list[Found]:
        """Return the nearest passages, at most `limit` and at most `per_outlet` of one outlet, nearest first."""
        left = np.flatnonzero(self.cosines > NOT_LOOKED_AT)
        taken: list[int] = []
        counts: dict[int, int] = {}
        while len(taken) < limit and len(left):
            wanted = min(len(left), max(4 * limit, 64))
            cosines = self.cosines[left]
            top = left[cosines >= np.partition(cosines, -wanted)[-wanted]]  # with all that are as near as the last
            for place in top[np.lexsort((self.keys[top], -self.cosines[top]))]:
                outlet = int(self.outlets[place])
                if len(taken) < limit and counts.get(outlet, 0) < per_outlet:
                    counts[outlet] = counts.get(outlet, 0) + 1
                    taken.append(int(place))
            full = [outlet for outlet, count in counts.items() if count >= per_outlet]
            left = np.setdiff1d(left, top, assume_unique=True)
            left = left[~np.isin(self.outlets[left], full)]
        return [Found(int(self.keys[p]), int(self.outlets[p]), float(self.cosines[p])) for p in taken]


@dataclass(frozen=True, slots=True)
class VectorTable:
    """The rows of the file at one moment, with what is looked at of every row taken out of it."""

    rows: Rows
    is_whole: NDArray[np.bool_]
    keys: NDArray[np.int64]
    outlets: NDArray[np.int32]
    days: NDArray[np.int32]
    steps: NDArray[np.float32]
    languages: NDArray[np.bytes_]

    def measure(self, vector: NDArray[np.float32], filters: Filters, outlets: Sequence[int] | None) -> Nearness:
        """Compare a unit vector with all passages that fit; `outlets` are the numbers of `filters.outlets`."""
        fits = self._fits(filters, outlets)
        cosines = np.full(len(self.rows), NOT_LOOKED_AT, np.float32)
        for start in range(0, len(self.rows), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            if fits[chunk].any():
                # Not `@`: the threads of its library wait spinning for cores that others use, at ten times the cost.
                cosines[chunk] = np.vecdot(self.rows["vector"][chunk].astype(np.float32), vector)
        cosines *= self.steps
        cosines[~fits] = NOT_LOOKED_AT
        return Nearness(self.keys, self.outlets, cosines)

    def _fits(self, filters: Filters, outlets: Sequence[int] | None) -> NDArray[np.bool_]:
        fits = self.is_whole.copy()
        if outlets is not None:
            fits &= np.isin(self.outlets, outlets)
        if filters.languages:
            fits &= np.isin(self.languages, [language.encode("ascii", "replace") for language in filters.languages])
        if filters.published_from is not None or filters.published_to is not None:
            first = 0 if filters.published_from is None else filters.published_from.toordinal()
            last = 2**31 - 1 if filters.published_to is None else filters.published_to.toordinal()
            fits &= (self.days >= first) & (self.days <= last)
        return fits


class OpenedVectors:
    """One file of vectors, opened for reading; not safe between threads, but the tables it gives are."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp = NO_FILE
        self._table = _make_table(np.zeros(0, ROW), np.zeros(0, np.bool_))

    def refresh(self) -> VectorTable:
        """Return the rows as they are now: with what was appended, or of a file put in the place of this one."""
        if read_stamp(self.path) != self._stamp:
            rows, stamp = map_rows(self.path)
            known = self._table.is_whole if stamp[0] == self._stamp[0] else self._table.is_whole[:0]
            self._table = _make_table(rows, np.concatenate([known, are_whole(rows[len(known) :])]))
            self._stamp = stamp
        return self._table


def _make_table(rows: Rows, is_whole: NDArray[np.bool_]) -> VectorTable:
    columns = (np.array(rows[name]) for name in ("key", "outlet", "day", "step", "language"))
    return VectorTable(rows, is_whole, *columns)
