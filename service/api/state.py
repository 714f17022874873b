"""What the views of one app share: settings at once, services on first use.

Services open files, start threads and load models; none of that may happen before gunicorn has forked, so they are
built by the first request (or the worker's start) and never by `create_app`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask, current_app

from service.api.metrics import Metrics
from service.api.offsets import ArticleOffsets
from service.api.rate_limits import RateLimits
from service.services import Services
from service.settings import Settings

EXTENSION = "isnad"


class State:
    """Settings and lazily built services of one app; safe under threads."""

    def __init__(
        self,
        settings: Settings,
        build: Callable[[], Services],
        *,
        start: Callable[[Services], None] = lambda _: None,
        metrics: Metrics | None = None,
    ) -> None:
        """Keep the settings; `start` is called with services that were just built."""
        self.settings = settings
        self._build = build
        self._start = start
        self._lock = threading.Lock()
        self._services: Services | None = None
        self._offsets: ArticleOffsets | None = None
        self.rate_limits = RateLimits(settings.limits)
        self.metrics = metrics or Metrics()

    def services(self) -> Services:
        """Return the services, built at the first call; a failure is raised and tried again at the next call."""
        if self._services is None:
            with self._lock:
                if self._services is None:
                    services = self._build()
                    self._offsets = ArticleOffsets(services.index)
                    self._start(services)
                    self._services = services
        return self._services

    def offsets(self) -> ArticleOffsets:
        """Return the converters of article offsets."""
        self.services()
        assert self._offsets is not None
        return self._offsets

    def close(self) -> None:
        """Release what was opened."""
        with self._lock:
            services, self._services = self._services, None
        if services:
            services.close()


def attach_state(app: Flask, state: State) -> None:
    """Give the views of `app` their state."""
    app.extensions[EXTENSION] = state


def state_of(app: Flask) -> State:
    """Return the state of an app."""
    state: State = app.extensions[EXTENSION]
    return state


def state() -> State:
    """Return the state of the app that answers this request."""
    return state_of(current_app)


def services() -> Services:
    """Return the services of the app that answers this request."""
    return state().services()
