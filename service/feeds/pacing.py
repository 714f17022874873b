"""One request at a time to a host, with a pause between two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MOST_HOSTS = 2000
"""Remembered at a time; those whose pause is over go first."""


class Interrupted(Exception):
    """The work is to stop now; what was begun is begun anew by whoever comes next."""


class Pausing:
    """Waits that end at once, with `Interrupted`, when the work is to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End all waits, those to come too."""
        self._stopping.set()

    def resume(self) -> None:
        """Let waits be waits again."""
        self._stopping.clear()

    def wait(self, seconds: float) -> None:
        """Wait. Raises `Interrupted`."""
        if self._stopping.wait(max(0.0, seconds)):
            raise Interrupted

    def check(self) -> None:
        """Go on. Raises `Interrupted` when the work is to stop."""
        self.wait(0)


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0


class HostPauses:
    """Gives each host's turns one after the other; safe between threads."""

    def __init__(
        self, pause_s: float, wait: Callable[[float], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._pause_s = pause_s
        self._wait = wait
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    @contextmanager
    def turn(self, host: str, *, pause_s: float = 0.0) -> Iterator[None]:
        """Hold a host for one request; `pause_s` is what the host itself asks for, the longer pause counts."""
        one = self._host(host)
        with one.lock:
            self._wait(one.free_at - self._clock())
            try:
                yield
            finally:
                one.free_at = self._clock() + max(self._pause_s, pause_s)

    def _host(self, name: str) -> _Host:
        with self._lock:
            if len(self._hosts) >= MOST_HOSTS and name not in self._hosts:
                now = self._clock()
                self._hosts = {host: one for host, one in self._hosts.items() if one.lock.locked() or one.free_at > now}
            return self._hosts.setdefault(name, _Host())
