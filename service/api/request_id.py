"""One id for one request: taken from X-Request-Id where it is usable, made otherwise, sent back, logged."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import Flask, Response, g, request

USABLE = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
"""What can go into a log line and a header as it is; anything else is replaced, not refused."""


def register_request_id(app: Flask) -> None:
    """Give every request of `app` an id."""

    @app.before_request
    def take() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if USABLE.fullmatch(given) else uuid4().hex

    @app.after_request
    def send(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id") or uuid4().hex
        return response
