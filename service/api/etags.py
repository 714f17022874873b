"""ETags of articles: read again only when changed (If-None-Match), write only what was seen (If-Match)."""

from __future__ import annotations

import hashlib

from flask import Request, Response
from werkzeug.http import quote_etag

import service
from service.api.problems import Fault, Problem
from service.errors import NotFound
from service.index import PassageIndex
from service.model import ArticleHead


def etag_of(head: ArticleHead, latest: ArticleHead) -> str:
    """Return the tag of one revision's representation, which also lists the revisions up to the latest.

    A revision never changes once stored, so its place and time in the store say all; the version of the service is in
    it because another version may show more fields.
    """
    seen = [
        service.__version__,
        *(f"{each.id}\n{each.revision}\n{each.stored_at.isoformat()}" for each in (head, latest)),
    ]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:32]


def tag_response(response: Response, request: Request, etag: str) -> Response:
    """Add the tag; the response becomes 304 when the caller has it already."""
    response.headers["ETag"] = quote_etag(etag)
    response.make_conditional(request)
    return response


def check_if_match(request: Request, index: PassageIndex, article_id: str | None) -> None:
    """Hold the article that is to be written against If-Match. Raises a 412 `Problem`."""
    if not request.headers.get("If-Match"):
        return
    if article_id is None:
        fault = Fault("is for an article that the body names by id", header="If-Match")
        raise Problem("invalid-input", "If-Match needs the id of the article", faults=[fault])
    try:
        latest = index.revisions(article_id)[-1]
    except NotFound:
        raise Problem("precondition-failed", f"there is no article {article_id}") from None
    if not request.if_match.contains(etag_of(latest, latest)):
        raise Problem("precondition-failed", f"the article {article_id} is at revision {latest.revision} now")
