"""robots.txt as RFC 9309 reads it: what a host's rules allow, and the pause it asks for.

There is none (4xx): everything is allowed. It cannot be had (5xx, 429, no answer): nothing is, for now. Rules hold for
a day at most, as the RFC says; that they could not be had is believed for ten minutes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from service.outbound.http import Answer, CallFailed

AGENT = "Isnad"
"""The product token that rules are looked up by."""

LARGEST = 512 * 1024
"""Bytes that are read: RFC 9309 wants 500 KiB at least."""

HOLDS_S = 24 * 3600
MISSING_HOLDS_S = 600
LONGEST_DELAY_S = 60.0
"""Longer pauses are taken for a mistake: with an hour between two pages no outlet could be followed."""

MOST_HOSTS = 1000
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Rules:
    """What a host says. `why_not`: its rules cannot be had now, so that nothing may be asked for."""

    parsed: Protego | None
    why_not: str | None
    until: float

    def allows(self, url: str) -> bool:
        """Tell whether an address may be fetched."""
        return self.parsed is None or self.parsed.can_fetch(url, AGENT)

    @property
    def delay_s(self) -> float:
        """Return the pause between two requests that the host asks for."""
        delay = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return min(LONGEST_DELAY_S, max(0.0, float(delay or 0)))


class Robots:
    """The rules of hosts, each fetched once while it holds; safe between threads."""

    def __init__(self, get: Callable[[str], Answer], *, clock: Callable[[], float] = time.monotonic) -> None:
        """`get` returns the answer for an address, redirects followed. It may raise `CallFailed`."""
        self._get = get
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Rules] = {}

    def rules(self, url: str) -> Rules:
        """Return the rules of an address's host."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        with self._lock:
            rules = self._known.get(origin)
        if rules is None or rules.until <= self._clock():
            rules = self._read(f"{origin}/robots.txt")
            with self._lock:
                if len(self._known) >= MOST_HOSTS:
                    self._known.pop(next(iter(self._known)))
                self._known[origin] = rules
        return rules

    def _read(self, url: str) -> Rules:
        try:
            answer = self._get(url)
        except CallFailed as error:
            return self._missing(f"{url} cannot be had: {error}")
        if answer.status >= 500 or answer.status == _TOO_MANY or answer.status < 200:
            return self._missing(f"{url} answered {answer.status}")
        until = self._clock() + HOLDS_S
        if answer.status >= 300:
            return Rules(None, None, until)
        return Rules(Protego.parse(answer.body[:LARGEST].decode("utf-8", "replace")), None, until)

    def _missing(self, why: str) -> Rules:
        return Rules(None, why, self._clock() + MISSING_HOLDS_S)
