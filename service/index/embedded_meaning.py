"""Finding passages by what they mean, in one process: the embedder, the thread that fills the file, the open file."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from service.errors import ModelUnavailable
from service.index.embedded_filler import Filler, Vectors
from service.index.embedded_nearest import Nearness, OpenedVectors, VectorTable
from service.index.embedded_record import Record
from service.index.embedded_vectors import vector_path
from service.model import Filters


class Meaning:
    """What an index knows of its passages' meaning."""

    def __init__(self, record: Record, directory: Path, embedder: Vectors) -> None:
        self._record = record
        self._directory = directory
        self._embedder = embedder
        self._filler = Filler(record, directory, embedder)
        self._lock = threading.Lock()
        self._opened: OpenedVectors | None = None

    def start(self) -> None:
        """Begin to give passages their vectors."""
        self._filler.start()

    def stop(self) -> None:
        """Finish the passage in hand."""
        self._filler.stop()

    def measure(self, text: str, filters: Filters, outlets: Sequence[int] | None) -> Nearness | None:
        """Return how near passages are to a text; `outlets` are the numbers of `filters.outlets`.

        None when the model cannot be used, which the filler has logged: words alone find.
        """
        try:
            vector = self._embedder.embed_claim(text)
            return self._read().measure(vector, filters, outlets)
        except ModelUnavailable:
            return None

    def count(self) -> int:
        """Count the passages of latest revisions that have a vector."""
        try:
            table = self._read()
        except ModelUnavailable:
            return 0
        return int(np.isin(table.keys[table.is_whole], self._record.latest_keys()).sum())

    def _read(self) -> VectorTable:
        path = vector_path(self._directory, self._record.state().identity, self._embedder.version)
        with self._lock:
            if self._opened is None or self._opened.path != path:
                self._opened = OpenedVectors(path)
            return self._opened.refresh()
