"""The one shape of a success: JSON in UTF-8 as it is, and the headers that every answer carries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response

JSON_TYPE = "application/json; charset=utf-8"
"""JSON is UTF-8 without saying so, but Windows PowerShell reads Latin-1 unless told."""


def answer(body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return `body` as a JSON response that no shared cache keeps."""
    response = Response(encode(body), status, content_type=JSON_TYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.extend(dict(headers or {}))
    return response


def no_content() -> Response:
    """Return the answer of what has nothing to say but that it was done."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def encode(body: Any) -> str:
    """Return JSON with Arabic letters as they are and without spaces."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def register_headers(app: Flask) -> None:
    """Add what keeps browsers from guessing, to every response of `app`."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response
