"""Structured logs: one JSON object a line, one line a request, and never the text of a claim or an article.

So the query string is not logged (GET /v1/cross-references carries the claim there), nor are bodies, nor the message of
an unexpected exception, which may quote them; at level debug the message is shown. Nor is the query of a web address
that a field names, since keys of feeds and webhooks stand there.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from service.settings import LoggingSettings

LOGGER = logging.getLogger("isnad")
QUERY = re.compile(r"(https?://[^\s?#]+)[?#][^\s,:;]*", re.IGNORECASE)
PROBES = ("/healthz", "/readyz", "/metrics")


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time, level, event, and the record's `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_fields(record),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        return f"{at} {record.levelname:<7} {record.getMessage()} {fields}".rstrip()


def _fields(record: logging.LogRecord) -> dict[str, object]:
    fields: Mapping[str, object] = getattr(record, "fields", {})
    shown = dict(fields)
    if record.exc_info and record.exc_info[1]:
        error = record.exc_info[1]
        shown["error"] = type(error).__name__
        shown["trace"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        if LOGGER.isEnabledFor(logging.DEBUG):
            shown["message"] = str(error)
    return {name: QUERY.sub(r"\1", value) if isinstance(value, str) else value for name, value in shown.items()}


def configure_logging(settings: LoggingSettings) -> None:
    """Send the records of the service and its server to standard error in the configured form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.format == "json" else TextFormatter())
    for name in ("isnad", "gunicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(settings.level.upper())


def log_unavailable(error: Exception) -> None:
    """Log why the service could not answer a request now."""
    fields = {"request_id": g.get("request_id", ""), "route": _route(), "reason": str(error)}
    LOGGER.error("request not answered", extra={"fields": fields})


def log_failure(error: Exception) -> None:
    """Log an error with where it came from and the request it belongs to."""
    LOGGER.error(
        "request failed",
        extra={"fields": {"request_id": g.get("request_id", ""), "route": _route()}},
        exc_info=(type(error), error, error.__traceback__),
    )


def register_access_log(app: Flask) -> None:
    """Log one line for every answered request."""

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def log(response: Response) -> Response:
        caller = g.get("caller")
        fields = {
            "request_id": g.get("request_id", ""),
            "method": request.method,
            "route": _route(),
            "status": response.status_code,
            "milliseconds": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            "bytes_in": request.content_length or 0,
            "bytes_out": response.content_length or 0,
            "key": caller.key_id if caller else None,
            "address": request.remote_addr,
        }
        LOGGER.log(logging.DEBUG if _is_probe(response) else logging.INFO, "request", extra={"fields": fields})
        return response


def _is_probe(response: Response) -> bool:
    """Tell whether this is one of the calls that come every few seconds and say nothing while they succeed."""
    return _route() in PROBES and response.status_code == 200


def _route() -> str:
    """Return the pattern of the address, not the address: what is asked for stays with the asker."""
    return request.url_rule.rule if request.url_rule else "(none)"
