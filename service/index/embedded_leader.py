"""Leadership among the processes that share a data directory: whoever holds the lock on `writer.lock` does the work.

The system frees a dead process's lock, so that another takes over without anybody noticing the death.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class Leadership:
    """One process's part in it; use it from one thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock_file: IO[bytes] | None = None

    def take(self) -> bool:
        """Lead from now on if nobody else does; tell whether this process leads."""
        if self._lock_file is not None:
            return True
        self._directory.mkdir(parents=True, exist_ok=True)
        lock_file = (self._directory / "writer.lock").open("wb")
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock_file.close()
            return False
        self._lock_file = lock_file
        return True

    def resign(self) -> None:
        """Let the next one lead."""
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None
