"""Tolls: figures of what became of people, which grow while an event is told.

One rule for all: the judge, which sets a passage's toll against the claim's, and the timeline, which sets each outlet's
against those before it, call the same difference an update.
"""

from __future__ import annotations

from service.arabic.counted import kinds_by_key
from service.model import Quantity


def read_outcomes(quantity: Quantity) -> frozenset[str]:
    """Return the keys of what became of those counted: dead, wounded, missing."""
    return frozenset(key for key in quantity.counted if kinds_by_key().get(key) == "role")


def is_grown_toll(earlier: Quantity, later: Quantity) -> bool:
    """Tell whether a later figure counts the same outcome as an earlier one, and is the higher."""
    if not read_outcomes(earlier) & read_outcomes(later) or earlier.low is None or later.low is None:
        return False
    return later.low > earlier.low
