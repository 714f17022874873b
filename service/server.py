"""gunicorn, set up from our settings: the same options for `isnad serve` and for config/gunicorn.conf.py.

Threads, because a request waits for the disk and the judge releases the interpreter; each worker builds its services
after the fork; a stopping worker finishes its requests and then closes the index. gunicorn's own access log stays off:
it would write the query string, and with it claims.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

from gunicorn.app.base import BaseApplication

from service.api.access_log import configure_logging
from service.api.state import state_of
from service.app import LOGGER, create_app
from service.errors import ServiceError
from service.settings import Settings

METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
LONGEST_REQUEST_LINE = 8190
"""gunicorn's most; a claim in GET takes six bytes for an Arabic letter, longer ones are posted."""


def gunicorn_options(settings: Settings) -> dict[str, Any]:
    """Return gunicorn's configuration."""
    server = settings.server
    host = f"[{server.host}]" if ":" in server.host and not server.host.startswith("[") else server.host
    return {
        "bind": [f"{host}:{server.port}"],
        "workers": server.workers,
        "threads": server.threads,
        "worker_class": "gthread",
        "timeout": server.timeout_s,
        "graceful_timeout": server.graceful_timeout_s,
        "keepalive": 5,
        "limit_request_line": LONGEST_REQUEST_LINE,
        "accesslog": None,
        "proc_name": "isnad",
        "control_socket_disable": True,
        "on_starting": lambda _: prepare_master(settings),
        "post_worker_init": warm_up,
        "worker_exit": lambda _, worker: close_worker(worker),
        "child_exit": lambda _, worker: forget_worker(worker),
    }


def serve(settings: Settings) -> None:
    """Serve until told to stop (SIGTERM finishes what runs)."""
    _Server(settings).run()


def prepare_master(settings: Settings) -> None:
    """Set up what the workers inherit: our form of log lines, and the directory that their counters share."""
    configure_logging(settings.logging)
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
