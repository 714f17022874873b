"""gunicorn, set up from our settings: the same options for `isnad serve` and for config/gunicorn.conf.py.

Threads, because a request waits for the disk and the judge releases the interpreter; each worker builds its services
after the fork; a stopping worker finishes its requests and then closes the index. gunicorn's own access log stays off:
it would write the query string, and with it claims.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from service.api.access_log import configure_logging
from service.api.problems import PROBLEM_TYPE, Problem
from service.api.state import state_of
from service.app import LOGGER, create_app
from service.errors import ServiceError
from service.settings import LoggingSettings, Settings

METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
LONGEST_REQUEST_LINE = 8190
"""gunicorn's most; a claim in GET takes six bytes for an Arabic letter, longer ones are posted."""

STOPPING_WAIT_S = 0.2
UNREADABLE = (
    (LimitRequestLine, "address-too-long", f"the request line has more than {LONGEST_REQUEST_LINE} bytes; use POST"),
    (LimitRequestHeaders, "headers-too-large", "the headers are more or longer than this service takes"),
    (ParseException, "malformed-request", "this is not HTTP as it should be"),
)
UNKNOWN = ("internal-error", "the request could not be completed; the log of the service knows more")


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """Return gunicorn's configuration."""
    server = settings.server
    host = f"[{server.host}]" if ":" in server.host and not server.host.startswith("[") else server.host
    return {
        "bind": [f"{host}:{server.port}"],
        "workers": server.workers,
        "threads": server.threads,
        "worker_class": Worker,
        "timeout": server.timeout_s,
        "graceful_timeout": server.graceful_timeout_s,
        "keepalive": 5,
        "limit_request_line": LONGEST_REQUEST_LINE,
        "accesslog": None,
        "logger_class": _logger_class(settings.logging),
        "proc_name": "isnad",
        "control_socket_disable": True,
        "on_starting": lambda _: share_metrics(),
        "post_worker_init": warm_up,
        "worker_exit": lambda _, worker: close_worker(worker),
        "child_exit": lambda _, worker: forget_worker(worker),
    }


def serve(settings: Settings) -> None:
    """Serve until told to stop (SIGTERM finishes what runs)."""
    _Server(settings).run()


def share_metrics() -> None:
    """Name the directory in which the workers count, before the first of them starts; it goes with the master."""
    if METRICS_DIRECTORY not in os.environ:
        directory = tempfile.mkdtemp(prefix="isnad-metrics-")
        os.environ[METRICS_DIRECTORY] = directory
        master = os.getpid()
        atexit.register(lambda: shutil.rmtree(directory, ignore_errors=True) if os.getpid() == master else None)


def warm_up(worker: Any) -> None:
    """Build a worker's services before its first request; what is away now is tried again by the requests."""
    try:
        state_of(worker.wsgi).services()
    except ServiceError as error:
        LOGGER.error("not ready yet", extra={"fields": {"reason": str(error)}})


def close_worker(worker: Any) -> None:
    """Close what a worker has open, after its last request."""
    if getattr(worker, "wsgi", None) is not None:
        state_of(worker.wsgi).close()


def forget_worker(worker: Any) -> None:
    """Take a dead worker's live gauges out of the shared counters."""
    from prometheus_client.multiprocess import mark_process_dead

    if METRICS_DIRECTORY in os.environ:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threaded worker, but what it cannot read is answered with a problem, and not logged word by word.

    And it closes idle connections as soon as it is told to stop: gunicorn (26.2) waits for the next event with all the
    time it has left, so that one connection kept alive makes every stop last the whole graceful timeout.
    """

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for events; when stopping, let idle connections run out and look again soon."""
        if not self.alive:
            timeout = min(timeout, STOPPING_WAIT_S)
            for connection in self.keepalived_conns:
                connection.timeout = 0.0
        super().wait_for_and_dispatch_events(timeout)

    def handle_error(self, _request: Any, client: Any, _address: Any, exc: Exception) -> None:
        """Answer a request that never reached the application."""
        slug, detail = next((answer for kind, *answer in UNREADABLE if isinstance(exc, kind)), UNKNOWN)
        LOGGER.warning("unreadable request", extra={"fields": {"reason": type(exc).__name__, "problem": slug}})
        problem, request_id = Problem(slug, detail), uuid4().hex
        body = problem.as_json(request_id=request_id).encode()
        head = (
            f"HTTP/1.1 {problem.kind.status} {HTTPStatus(problem.kind.status).phrase}\r\nConnection: close\r\n"
            f"Content-Type: {PROBLEM_TYPE}\r\nContent-Length: {len(body)}\r\nX-Request-Id: {request_id}\r\n\r\n"
        )
        with contextlib.suppress(OSError):
            client.sendall(head.encode() + body)


def _logger_class(settings: LoggingSettings) -> type[Logger]:
    class OurLogger(Logger):  # type: ignore[misc]
        """gunicorn's logger, writing lines of our form from its first one on."""

        def setup(self, cfg: Any) -> None:
            super().setup(cfg)
            configure_logging(settings)

    return OurLogger


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn without its command line."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in gunicorn_options(self._settings).items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(self._settings)
