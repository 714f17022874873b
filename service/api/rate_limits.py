"""How often a key may call: a sliding window per key and kind of call, told in RateLimit headers.

Headers after draft-ietf-httpapi-ratelimit-headers-10:
RateLimit-Policy `"read";q=600;w=60`, RateLimit `"read";r=599;t=60`.
Callers without a key (open mode: the operator at his own machine) are not counted. When the counters' store is away,
calls pass: a newsroom waits for an answer, not for Redis.
"""

from __future__ import annotations

import logging
import math
import time

from flask import Flask, Response, g
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from service.keys import Scope
from service.settings import LimitsSettings

LOGGER = logging.getLogger("isnad.limits")


class RateLimits:
    """The counters of one process, or of all when the storage is shared."""

    def __init__(self, settings: LimitsSettings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage_from_string(settings.storage, wrap_exceptions=True))
        self._items = {Scope.READ: parse(settings.read), Scope.INGEST: parse(settings.ingest)}

    def count(self, key_id: str, scope: Scope, *, calls: int = 1) -> tuple[bool, dict[str, str]]:
        """Count calls; return whether they may go on, and the headers that say how it stands."""
        name = scope if scope in self._items else Scope.READ
        item = self._items[name]
        try:
            allowed = self._limiter.hit(item, name, key_id, cost=calls)
            window = self._limiter.get_window_stats(item, name, key_id)
        except StorageError:
            LOGGER.exception("rate limits are not counted now")
            return True, {}
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        return allowed, _headers(name, item, window.remaining if allowed else 0, seconds)


def _headers(name: str, item: RateLimitItem, remaining: int, seconds: int) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"{name}";q={item.amount};w={item.get_expiry()}',
        "RateLimit": f'"{name}";r={remaining};t={seconds}',
        "Retry-After": str(seconds),
    }


def register_rate_limits(app: Flask) -> None:
    """Tell every counted caller how it stands."""

    @app.after_request
    def tell(response: Response) -> Response:
        for name, value in g.get("rate_limit_headers", {}).items():
            response.headers[name] = value
        return response
