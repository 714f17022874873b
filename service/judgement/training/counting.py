"""What a fit counts: folds that keep a group together, precision, recall and F1 of flags, the log loss."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Matrix = NDArray[np.float64]


def group_folds(groups: Labels, *, folds: int, deal: int = 0) -> Iterator[tuple[Labels, Labels]]:
    """Yield (train, test) row numbers; no group stands on both sides, and the folds are about equally large.

    The largest groups are dealt first, each to the fold with the fewest rows; equal ones in an order that `deal` draws.
    """
    names, sizes = np.unique(groups, return_counts=True)
    drawn = np.random.default_rng(deal).permutation(len(names))
    names, sizes = names[drawn], sizes[drawn]
    fold_of: dict[int, int] = {}
    filled = np.zeros(folds, np.int64)
    for place in np.argsort(-sizes, kind="stable"):
        fold = int(np.argmin(filled))
        fold_of[int(names[place])] = fold
        filled[fold] += sizes[place]
    placed = np.array([fold_of[int(group)] for group in groups])
    for fold in range(folds):
        yield np.flatnonzero(placed != fold), np.flatnonzero(placed == fold)


def precision_of(labels: Labels, flags: Labels, flag: int) -> float:
    """Return the share of the rows with a flag that carry its label; 0 when no row has it."""
    flagged = flags == flag
    return float((labels[flagged] == flag).mean()) if flagged.any() else 0.0


def recall_of(labels: Labels, flags: Labels, flag: int) -> float:
    """Return the share of the rows with a label that got its flag; 0 when no row has it."""
    return precision_of(flags, labels, flag)


def macro_f1(labels: Labels, flags: Labels, *, classes: int = 3) -> float:
    """Return the plain mean of the F1 of every flag; a flag that nobody has counts 0."""
    return sum(_f1(labels, flags, flag) for flag in range(classes)) / classes


def _f1(labels: Labels, flags: Labels, flag: int) -> float:
    either = int((labels == flag).sum() + (flags == flag).sum())
    return 2 * int(((labels == flag) & (flags == flag)).sum()) / either if either else 0.0


def log_loss(labels: Labels, predicted: Matrix) -> float:
    """Return the mean negative log of the probability that was given to the label, in nats."""
    given = predicted[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(given, 1e-12, 1.0)).mean())
