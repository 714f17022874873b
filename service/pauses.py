"""Pauses between tries: the more often something failed, the longer, and never two at the same time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

RETRY_BASE_S, RETRY_CAP_S = 0.1, 5.0
"""First and longest pause between tries; half of it is random, so that many writers do not come back together."""


def pauses(
    tries: int, *, base: float = RETRY_BASE_S, cap: float = RETRY_CAP_S, draw: Callable[[], float] = random.random
) -> Iterator[float]:
    """Yield the seconds to wait between `tries` tries: doubling up to `cap`, the upper half of each random."""
    for number in range(tries - 1):
        whole = min(cap, base * 2**number)
        yield whole / 2 + draw() * whole / 2
