"""Paging by cursor: the next page is a link (RFC 8288), so that a client follows and never builds addresses."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Request


def link_header(request: Request, cursor: str | None) -> dict[str, str]:
    """Return a Link header with `first`, and `next` unless this page is the last."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    links = [_link(request.path, pairs, "first")]
    if cursor is not None:
        links.append(_link(request.path, [*pairs, ("cursor", cursor)], "next"))
    return {"Link": ", ".join(links)}


def _link(path: str, pairs: list[tuple[str, str]], relation: str) -> str:
    query = f"?{urlencode(pairs, quote_via=quote)}" if pairs else ""
    return f'<{quote(path)}{query}>; rel="{relation}"'
