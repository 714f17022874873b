"""Hosts whose pages are left alone for a while: they asked for it, or they fail one request after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FAILURES = 3
"""In a row: behind them the other pages of a host are not asked for now, or a feed of fifty would wait fifty times."""

REST_S = 300
LONGEST_REST_S = 24 * 3600
MOST_HOSTS = 2000


@dataclass(frozen=True, slots=True)
class _Host:
    failures: int = 0
    until: datetime | None = None
    why: str = ""


class Resting:
    """Remembers how hosts answer; safe between threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def find(self, host: str) -> tuple[int, str] | None:
        """Return for how many seconds a host is still left alone, and why; None when it is not."""
        with self._lock:
            one = self._hosts.get(host)
        left = (one.until - self._clock()).total_seconds() if one is not None and one.until else 0
        return (int(left) + 1, one.why) if one is not None and left > 0 else None

    def note_success(self, host: str) -> None:
        """Take note of an answer that was one."""
        with self._lock:
            self._hosts.pop(host, None)

    def note_failure(self, host: str, why: str, *, wish_s: int | None = None) -> None:
        """Take note of a request that failed; `wish_s` is for how long the host wants to be left alone, if it does."""
        with self._lock:
            if len(self._hosts) >= MOST_HOSTS:
                self._hosts.pop(next(iter(self._hosts)))
            one = self._hosts.get(host, _Host())
            one = replace(one, failures=one.failures + 1)
            if wish_s is not None:
                one = self._rest(one, wish_s, why)
            elif one.failures >= FAILURES:
                one = self._rest(
                    one, REST_S, f"{one.failures} requests failed one after the other, the last one: {why}"
                )
            self._hosts[host] = one

    def _rest(self, one: _Host, seconds: int, why: str) -> _Host:
        return replace(one, until=self._clock() + timedelta(seconds=min(seconds, LONGEST_REST_S)), why=why)
