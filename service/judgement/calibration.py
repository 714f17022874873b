"""How far a stated confidence can be believed: reliability bins and the expected calibration error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Judgements whose confidence lies in [low, high): how many, what they promised and what they kept."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def bin_reliability(pairs: Iterable[tuple[float, bool]], *, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Sort (confidence, was right) pairs into `bins` equal ranges of confidence, empty ranges left out.

    A confidence of exactly 1 falls into the last range.
    """
    filled: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, right in pairs:
        filled[min(int(confidence * bins), bins - 1)].append((confidence, right))
    return tuple(
        ReliabilityBin(
            low=number / bins,
            high=(number + 1) / bins,
            count=len(members),
            confidence=sum(confidence for confidence, _ in members) / len(members),
            accuracy=sum(right for _, right in members) / len(members),
        )
        for number, members in enumerate(filled)
        if members
    )


def expected_calibration_error(table: Sequence[ReliabilityBin]) -> float:
    """Return the mean gap between confidence and accuracy, weighted by count (Naeini et al. 2015); 0 when empty."""
    total = sum(row.count for row in table)
    return sum(row.count * abs(row.confidence - row.accuracy) for row in table) / total if total else 0.0
