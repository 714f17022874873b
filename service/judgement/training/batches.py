"""Token ids of all rows, and how they are drawn and cut into batches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import DTypeLike
from torch import Tensor

from service.judgement.training.store import Store, name_row

BUCKET = 16  # rows are padded to a multiple of this
POOL = 50  # batches sorted by length together


class Shard:
    """The token ids of all rows, with label, source and fold."""

    def __init__(self, path: Path) -> None:
        data = np.load(path)
        self.ids, self.starts = data["ids"], data["starts"]
        self.label, self.fold = data["label"].astype(np.int64), data["fold"]
        self.source = data["sources"][data["source"]]
        self.lengths = np.diff(self.starts)

    def batch(self, rows: np.ndarray, device: str) -> tuple[Tensor, Tensor]:
        """Return padded ids and mask of the given rows."""
        ids, mask = pad([self.ids_of(row) for row in rows], np.int64, multiple=BUCKET)
        return torch.from_numpy(ids).to(device, non_blocking=True), torch.from_numpy(mask).to(device, non_blocking=True)

    def stored_batch(self, rows: np.ndarray, store: Store, device: str) -> tuple[Tensor, Tensor]:
        """Return padded stored states (rows, length, hidden) and mask of the given rows."""
        pieces = [store.read(name_row(self.ids_of(row))) for row in rows]
        states, mask = pad(pieces, np.float32, multiple=BUCKET)
        return torch.from_numpy(states).to(device), torch.from_numpy(mask).to(device)

    def stored_rows(self, store: Store) -> np.ndarray:
        """Mark the rows whose states are stored."""
        return np.array([name_row(self.ids_of(row)) in store.places for row in range(len(self.label))])

    def ids_of(self, row: int) -> np.ndarray:
        """Return the token ids of one row."""
        ids: np.ndarray = self.ids[self.starts[row] : self.starts[row + 1]]
        return ids

    def rows_of(self, source: str) -> np.ndarray:
        """Return the row numbers of one source."""
        return np.flatnonzero(self.source == source)


def pad(pieces: Sequence[np.ndarray], kind: DTypeLike, *, multiple: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return the pieces in one array (pieces, length, …), zeros behind the short ones, and the mask of what is real."""
    width = -(-max(map(len, pieces)) // multiple) * multiple
    padded = np.zeros((len(pieces), width, *pieces[0].shape[1:]), kind)
    mask = np.zeros((len(pieces), width), np.int64)
    for line, piece in enumerate(pieces):
        padded[line, : len(piece)], mask[line, : len(piece)] = piece, 1
    return padded, mask


def read_mix(text: str) -> dict[str, str]:
    """Read `source=all,source=500`. Raises ValueError for a part that is not of this form."""
    mix = dict[str, str]()
    for part in text.split(","):
        source, _, amount = part.partition("=")
        if not source or not (amount == "all" or amount.isdecimal()):
            raise ValueError(f"{part!r} in the mix is not source=all or source=rows")
        mix[source] = amount
    return mix


def draw_epoch(shard: Shard, mix: dict[str, str], *, rng: np.random.Generator, without: int | None = None,
               soft: np.ndarray | None = None, stored: np.ndarray | None = None) -> np.ndarray:  # fmt: skip
    """Return the rows of one epoch: all or a random part of each source, never the left-out fold.

    `stored` marks the rows that may be drawn, where not all may.
    """
    parts = []
    for name, amount in mix.items():
        rows = shard.rows_of(name)
        usable = shard.label[rows] >= 0
        if soft is not None:
            usable |= ~np.isnan(soft[rows, 0])
        if without is not None:
            usable &= shard.fold[rows] != without
        if stored is not None:
            usable &= stored[rows]
        rows = rows[usable]
        parts.append(rows if amount == "all" else rng.permutation(rows)[: int(amount)])
    return rng.permutation(np.concatenate(parts))


def make_batches(shard: Shard, rows: np.ndarray, size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Cut rows into batches of similar length, in random order."""
    batches = []
    for at in range(0, len(rows), size * POOL):
        pool = rows[at : at + size * POOL]
        pool = pool[np.argsort(shard.lengths[pool], kind="stable")]
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    return [batches[i] for i in rng.permutation(len(batches))]
