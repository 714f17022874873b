"""Prometheus counters of one app, added up over gunicorn's processes.

With PROMETHEUS_MULTIPROC_DIR set (config/gunicorn.conf.py does it before the workers start) every process counts into
files of that directory, and whichever worker is asked adds all of them up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

from flask import Flask, Response, g, request

from service.stages import Stage

CONTENT_TYPE = "text/plain; version=1.0.0; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """What is counted, by labels with few values each."""

    def __init__(self) -> None:
        # The library decides at its import whether it counts into files, so it is imported when the variable is set.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = CollectorRegistry()
        self.requests = Counter(
            "isnad_requests", "Answered requests", ["method", "route", "status"], registry=self._registry
        )
        self.seconds = Histogram(
            "isnad_request_seconds", "Time to answer", ["method", "route"], buckets=SECONDS, registry=self._registry
        )
        self.articles = Counter("isnad_articles", "Articles taken in", ["outcome", "role"], registry=self._registry)
        self.verdicts = Counter("isnad_cross_references", "Claims answered", ["verdict"], registry=self._registry)
        self.flags = Counter("isnad_judgements", "Passages judged on request", ["flag"], registry=self._registry)
        self.feed_polls = Counter("isnad_feed_polls", "Polls of feeds", ["outcome"], registry=self._registry)
        self.feed_items = Counter(
            "isnad_feed_items", "What items of feeds became", ["outcome"], registry=self._registry
        )
        self.stages = Histogram(
            "isnad_stage_seconds", "Time of a stage of answers", ["stage"], buckets=SECONDS, registry=self._registry
        )
        self.queues = Gauge(
            "isnad_queue_length",
            "What waits to be done in the background",
            ["queue"],
            registry=self._registry,
            multiprocess_mode="mostrecent",
        )

    def count_feed(self, what: str, outcome: str) -> None:
        """Count how a "poll" of a feed ended, or what became of an "item" of one."""
        (self.feed_polls if what == "poll" else self.feed_items).labels(outcome).inc()

    def observe_stage(self, stage: Stage, seconds: float, /) -> None:
        """Count how long a stage of answers took."""
        self.stages.labels(stage).observe(seconds)

    def note_queues(self, lengths: Mapping[str, int]) -> None:
        """Take how much waits now; what is not known keeps its last value."""
        for name, length in lengths.items():
            self.queues.labels(name).set(length)

    def render(self) -> bytes:
        """Return all counters in the text format, of all processes where there are several."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            return generate_latest(self._registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return generate_latest(everybody)


def register_metrics(app: Flask, metrics: Metrics) -> None:
    """Count every answered request of `app`."""

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "(none)"
        metrics.requests.labels(request.method, route, str(response.status_code)).inc()
        metrics.seconds.labels(request.method, route).observe(time.perf_counter() - g.started)
        return response
