"""What an engine must not carry over into a child process, given back in time.

The writer's threads, its lock and SQLite's connections belong to one process.
"""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import Callable
from typing import Protocol, TypeVar


class Closable(Protocol):
    """Something with files and threads of its own."""

    def close(self) -> None:
        """Release them."""


Owner = TypeVar("Owner", bound=Closable)


def give_back_in_time(owner: Owner, *, begin_afresh: Callable[[Owner], None]) -> None:
    """Close `owner` before the process ends or forks, and begin afresh in a child."""
    reference = weakref.ref(owner)

    def close() -> None:
        if (alive := reference()) is not None:
            alive.close()

    def begin() -> None:
        if (alive := reference()) is not None:
            begin_afresh(alive)  # the locks may have been held by a thread that does not live here

    atexit.register(close)
    os.register_at_fork(before=close, after_in_child=begin)
