"""What keeps a chat endpoint from costing too much: a budget of questions, and a breaker that lets it rest."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

Clock = Callable[[], float]

MINUTE_S = 60.0
FAILURES = 3
REST_S = 60.0
"""After so many failures in a row nothing is asked for so long; then one question tries again."""


class Budget:
    """So many questions in any sixty seconds; safe between threads."""

    def __init__(self, per_minute: int, *, clock: Clock = time.monotonic) -> None:
        self._per_minute, self._clock, self._lock = per_minute, clock, Lock()
        self._spent: deque[float] = deque()

    def take(self) -> bool:
        """Take one question, or return False when the minute's are spent."""
        with self._lock:
            now = self._clock()
            while self._spent and self._spent[0] <= now - MINUTE_S:
                self._spent.popleft()
            if len(self._spent) >= self._per_minute:
                return False
            self._spent.append(now)
            return True


class Breaker:
    """Open after `FAILURES` in a row, for `REST_S`; safe between threads."""

    def __init__(self, *, clock: Clock = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._failures = 0
        self._closed_from = 0.0

    def allows(self) -> bool:
        """Tell whether a question may be asked; after a rest, only one until its answer is known."""
        with self._lock:
            now = self._clock()
            if self._failures < FAILURES:
                return True
            if now < self._closed_from:
                return False
            self._closed_from = now + REST_S
            return True

    def succeeded(self) -> None:
        """Note that the endpoint answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """Note that it did not."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._closed_from = self._clock() + REST_S
