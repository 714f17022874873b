"""The Flask application: every concern of the edge registered once, in the order a request meets them."""

from __future__ import annotations

import logging

from flask import Flask

from service.api.access_log import configure_logging, register_access_log
from service.api.articles import articles
from service.api.bulk import bulk
from service.api.claim_batches import claim_batches
from service.api.contract import contract
from service.api.cross_references import cross_references
from service.api.documents import documents
from service.api.fact_checks import fact_checks
from service.api.feeds import feeds
from service.api.health import health
from service.api.jobs import jobs
from service.api.judgements import judgements
from service.api.metrics import Metrics, register_metrics
from service.api.outlets import outlets
from service.api.page import page
from service.api.problems import register_problems
from service.api.rate_limits import register_rate_limits
from service.api.request_id import register_request_id
from service.api.responses import register_headers
from service.api.state import State, attach_state
from service.api.watch_feeds import watch_feeds
from service.api.watches import watches, write_match
from service.services import Services
from service.settings import Settings
from service.wiring import build_services

LOGGER = logging.getLogger("isnad")
BLUEPRINTS = (
    articles,
    bulk,
    outlets,
    cross_references,
    claim_batches,
    documents,
    fact_checks,
    jobs,
    judgements,
    watches,
    watch_feeds,
    feeds,
    health,
    contract,
    page,
)


def create_app(given: Settings | Services) -> Flask:
    """Return the application for settings (services are built on first use) or for services that are there already.

    Opens no file and no connection, so that it can run before a fork.
    """
    settings = given.settings if isinstance(given, Services) else given
    app = Flask("service", static_folder=None, template_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=settings.http.max_body_bytes, PROPAGATE_EXCEPTIONS=False)
    # An address with // is not there; a redirect would lose the body of a write.
    app.url_map.merge_slashes = False
    if isinstance(given, Services):
        state = State(settings, lambda: given)
    else:  # what runs in the background belongs to a process that serves
        metrics = Metrics()
        state = State(
            settings,
            lambda: build_services(settings, observe=metrics.observe_stage),
            start=lambda made: _start(made, state),
            metrics=metrics,
        )
    attach_state(app, state)
    configure_logging(settings.logging)
    register_request_id(app)
    register_headers(app)
    register_rate_limits(app)
    register_metrics(app, state.metrics)
    register_access_log(app)
    register_problems(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _announce_mode(settings)
    return app


def _start(services: Services, state: State) -> None:
    services.start(write_match, state.metrics.count_feed)


def _announce_mode(settings: Settings) -> None:
    if settings.is_open:
        LOGGER.warning(
            "OPEN MODE: every program on this machine may read and write without an API key",
            extra={"fields": {"host": settings.server.host, "auth.mode": settings.auth.mode}},
        )
