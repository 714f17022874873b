"""How long the stages of an answer take: told to whoever listens, so that nothing below the edge knows of counters."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol

Stage = Literal["search", "compare", "model", "explain"]
"""Finding the passages of a claim; comparing their facts with its own; the neural model; its reasons."""


class Observe(Protocol):
    """Is told how many seconds a stage took, for one claim or for all claims that were judged together."""

    def __call__(self, stage: Stage, seconds: float, /) -> None:
        """Take note."""


def ignore(_stage: Stage, _seconds: float, /) -> None:
    """Take no note."""


@contextmanager
def timed(observe: Observe, stage: Stage) -> Iterator[None]:
    """Tell how long the block took, also when it failed."""
    started = time.perf_counter()
    try:
        yield
    finally:
        observe(stage, time.perf_counter() - started)
