"""/ and /web/…: the page for people, plain files that ask the API as any other client; no key needed to load it."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response, request

from service.errors import NotFound

page = Blueprint("page", __name__)

KINDS = {
    "index.html": "text/html",
    "page.css": "text/css",
    "page.js": "text/javascript",
    "document.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@page.get("/")
def show_page() -> Response:
    """Return the page."""
    return _file("index.html")


@page.get("/web/<name>")
def show_part(name: str) -> Response:
    """Return a file that the page needs."""
    if name not in KINDS:
        raise NotFound("there is nothing at this address")
    return _file(name)


def _file(name: str) -> Response:
    body = files("service").joinpath("web", name).read_bytes()
    response = Response(body, content_type=f"{KINDS[name]}; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
