"""Answers to the claims of a document as a matrix: a row for each claim, a column for each outlet.

Outlets that take a side most often stand first: those that conflict before those that agree, then by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.model import CrossReference, Flag, Outlet, OutletMatches, Verdict


@dataclass(frozen=True, slots=True)
class Column:
    """An outlet (None: not known), and how many claims it takes which side on."""

    outlet: Outlet | None
    counts: dict[Flag, int]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`rows[claim][column]` is what an outlet says of a claim, None where it says nothing."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[OutletMatches | None, ...], ...]


def build_matrix(answers: Sequence[CrossReference]) -> Matrix:
    """Return the matrix of answers in their order."""
    counts: dict[Outlet | None, Counter[Flag]] = {}
    for found in answers:
        for each in found.outlets:
            counts.setdefault(each.outlet, Counter())[each.flag] += 1
    columns = sorted((Column(outlet, {flag: n[flag] for flag in Flag}) for outlet, n in counts.items()), key=_rank)
    by_outlet = [{each.outlet: each for each in found.outlets} for found in answers]
    return Matrix(tuple(columns), tuple(tuple(row.get(column.outlet) for column in columns) for row in by_outlet))


def confidence_of(cell: OutletMatches) -> float:
    """Return the chance that the cell's flag is right: that of the passage which speaks for the outlet."""
    return float(getattr(cell.matches[0].judgement.scores, cell.flag))


def count_verdicts(answers: Sequence[CrossReference]) -> dict[Verdict, int]:
    """Return how many claims have which verdict."""
    counts = Counter(found.verdict for found in answers)
    return {verdict: counts[verdict] for verdict in Verdict}


def _rank(column: Column) -> tuple[int, int, bool, str]:
    name = column.outlet.id if column.outlet else ""
    return (-column.counts[Flag.CONFLICTS], -column.counts[Flag.AGREES], column.outlet is None, name)
