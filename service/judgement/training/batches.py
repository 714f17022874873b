"""Token ids of all rows, and how they are drawn and cut into batches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

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
        width = -(-int(self.lengths[rows].max()) // BUCKET) * BUCKET
        ids = np.zeros((len(rows), width), np.int64)
        mask = np.zeros((len(rows), width), np.int64)
        for i, row in enumerate(rows):
            piece = self.ids[self.starts[row] : self.starts[row + 1]]
            ids[i, : len(piece)], mask[i, : len(piece)] = piece, 1
        return torch.from_numpy(ids).to(device, non_blocking=True), torch.from_numpy(mask).to(device, non_blocking=True)

    def rows_of(self, source: str) -> np.ndarray:
        """Return the row numbers of one source."""
        return np.flatnonzero(self.source == source)


def draw_epoch(shard: Shard, mix: dict[str, str], *, without: int | None, soft: np.ndarray | None,
               rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Return the rows of one epoch: all or a random part of each source, never the left-out fold or a dev_ source."""
    parts = []
    for name, amount in mix.items():
        rows = shard.rows_of(name)
        usable = shard.label[rows] >= 0
        if soft is not None:
            usable |= ~np.isnan(soft[rows, 0])
        if without is not None:
            usable &= shard.fold[rows] != without
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
