"""/v1/documents/cross-references: what the other outlets say of the claims of a whole document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from service.api import bounds
from service.api.async_calls import queue_job, wants_job
from service.api.auth import requires
from service.api.document_answers import show_document, write_frame
from service.api.document_schemas import DocumentQuery, DocumentSchema
from service.api.fields import load_body, load_query
from service.api.json_body import read_json
from service.api.problems import Fault, Problem
from service.api.query import read_query
from service.api.search_filters import read_filters
from service.api.state import services, state
from service.claims.read import read_claim
from service.documents.read import Document, from_article, read_document
from service.errors import IndexUnavailable, NotFound
from service.jobs.job import AskedClaim, JobKind, Request
from service.keys import Scope
from service.model import CrossReference

documents = Blueprint("documents", __name__)


@documents.post("/v1/documents/cross-references")
@requires(Scope.READ)
def answer_document() -> Response:
    """Cross-reference the claims of the document in the body."""
    query = load_query(DocumentQuery(), read_query(request))
    if wants_job(query):
        return queue_job(JobKind.DOCUMENT, lambda: _read_request(may_take_long=True))
    asked = _read_request(may_take_long=False)
    return show_document(asked, _answer(asked), query.get("format"))


def _answer(asked: Request) -> list[CrossReference]:
    """Return the answers, judged as one batch. Raises `IndexUnavailable`: a matrix with holes would mislead."""
    claims = [read_claim(one.text, as_of=one.as_of) for one in asked.claims]
    answers = []
    for found in services().cross_referencer.answer_many(claims, asked.filters, asked.limit, without=asked.without):
        if isinstance(found, IndexUnavailable):
            raise found
        state().metrics.verdicts.labels(found.verdict).inc()
        answers.append(found)
    return answers


def _read_request(*, may_take_long: bool) -> Request:
    values = load_body(DocumentSchema(), read_json(request))
    if not may_take_long and values["max_claims"] > bounds.WAITED_CLAIMS:
        most = f"must be at most {bounds.WAITED_CLAIMS} while you wait; ask for a job with ?async=true"
        raise _invalid("max_claims", f"{most} or Prefer: respond-async")
    document, index = _read_document(values), services().index
    reading = read_document(document, index, most=values["max_claims"], own_outlet=values["own_outlet"])
    _count_claims(len(reading.picked.picks))
    return Request(
        claims=tuple(AskedClaim(pick.claim.text, pick.claim.as_of) for pick in reading.picked.picks),
        filters=read_filters(values, services().outlets),
        limit=values["limit"],
        without=reading.without,
        frame=write_frame(reading),
    )


def _read_document(values: Mapping[str, Any]) -> Document:
    if "text" in values:
        outlet = services().outlets.resolve(values["outlet"]) if values.get("outlet") else None
        return Document(values["text"], values.get("title"), outlet, values.get("published_at"))
    try:
        document = from_article(services().index.get(values["article"]))
    except NotFound as error:
        raise _invalid("article", str(error)) from error
    if len(document.text) > bounds.DOCUMENT:
        raise _invalid("article", f"has {len(document.text)} characters; a document can have {bounds.DOCUMENT}")
    return document


def _count_claims(claims: int) -> None:
    """Count every claim as a call of the key; the first is counted with the request."""
    key_id = g.caller.key_id
    if key_id is None or claims < 2:
        return
    allowed, headers = state().rate_limits.count(key_id, Scope.READ, calls=claims - 1)
    if not allowed:
        seconds = headers["Retry-After"]
        detail = (
            f"each of the {claims} claims counts as a call; try again in {seconds} seconds or with fewer max_claims"
        )
        raise Problem("too-many-requests", detail, headers=headers)


def _invalid(name: str, detail: str) -> Problem:
    return Problem("invalid-input", f"{name} {detail}", faults=[Fault(detail, pointer=f"/{name}")])
