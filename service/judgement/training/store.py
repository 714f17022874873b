"""Stored states of rows: what frozen layers make of them, written by `lower` and read by `train`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

STATE = np.float16


def name_row(ids: np.ndarray) -> str:
    """Return the name under which the states of these token ids are stored."""
    return hashlib.blake2b(np.ascontiguousarray(ids, np.uint16).tobytes(), digest_size=8).hexdigest()


class Store:
    """Stored states of rows, by name; appended to, and read through a memory map."""

    def __init__(self, folder: Path, *, hidden: int) -> None:
        self.folder, self.hidden = folder, hidden
        folder.mkdir(parents=True, exist_ok=True)
        self.places: dict[str, tuple[int, int]] = {}
        if (folder / "rows.npz").exists():
            with np.load(folder / "rows.npz") as kept:
                spans = zip(kept["starts"].tolist(), kept["lengths"].tolist(), strict=True)
                self.places = dict(zip(kept["names"].tolist(), spans, strict=True))
        self.end = max((start + length for start, length in self.places.values()), default=0)
        self._map: np.ndarray | None = None

    def add(self, names: Sequence[str], states: Sequence[np.ndarray]) -> None:
        """Append the states of rows, (tokens, hidden) each; what an interrupted call left behind is written over."""
        width = self.hidden * np.dtype(STATE).itemsize
        with (self.folder / "states.f16").open("r+b" if self.end else "wb") as out:
            out.seek(self.end * width)
            for name, values in zip(names, states, strict=True):
                out.write(np.ascontiguousarray(values, STATE).tobytes())
                self.places[name] = (self.end, len(values))
                self.end += len(values)
        part = self.folder / "rows.part.npz"
        spans = np.array([*self.places.values()], np.int64)
        np.savez(part, names=np.array([*self.places]), starts=spans[:, 0], lengths=spans[:, 1])
        part.replace(self.folder / "rows.npz")
        self._map = None

    def read(self, name: str) -> np.ndarray:
        """Return the states of a row, (tokens, hidden)."""
        if self._map is None:
            self._map = np.memmap(self.folder / "states.f16", STATE, "r", shape=(self.end, self.hidden))
        start, length = self.places[name]
        return self._map[start : start + length]
