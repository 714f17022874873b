"""/healthz, /readyz and /metrics: for those who keep the service running; the first two need no key."""

from __future__ import annotations

from flask import Blueprint, Response

import service
from service.api.auth import requires
from service.api.metrics import CONTENT_TYPE
from service.api.queues import count_waiting
from service.api.responses import answer
from service.api.state import services, state
from service.keys import Scope

health = Blueprint("health", __name__)


@health.get("/healthz")
def is_alive() -> Response:
    """Answer as long as the process lives."""
    return answer({"status": "ok", "version": service.__version__})


@health.get("/readyz")
def is_ready() -> Response:
    """Answer 200 when claims can be answered; what keeps from it is raised and becomes a 503 with the reason."""
    services().index.check_ready()
    services().documents.get("readiness", "probe")
    return answer({"status": "ready", "version": service.__version__, "versions": {"judge": services().judge.version}})


@health.get("/metrics")
@requires(Scope.ADMIN)
def show_metrics() -> Response:
    """Return the counters for Prometheus."""
    state().metrics.note_queues(count_waiting(services()))
    return Response(state().metrics.render(), content_type=CONTENT_TYPE)
