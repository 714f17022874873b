"""/v1/cross-references: what the outlets say of a claim."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from service.api.auth import requires
from service.api.exports import export
from service.api.fields import load_body, load_query
from service.api.json_body import read_json
from service.api.query import read_query
from service.api.schemas import CrossReferenceQuery, CrossReferenceSchema, FormatQuery
from service.api.search_filters import FILTER_LISTS, read_filters
from service.api.state import services, state
from service.claims.read import read_claim
from service.keys import Scope

cross_references = Blueprint("cross_references", __name__)


@cross_references.post("/v1/cross-references")
@requires(Scope.READ)
def answer_claim() -> Response:
    """Cross-reference the claim of the body."""
    named = load_query(FormatQuery(), read_query(request)).get("format")
    return _answer(load_body(CrossReferenceSchema(), read_json(request)), named)


@cross_references.get("/v1/cross-references")
@requires(Scope.READ)
def answer_claim_link() -> Response:
    """Cross-reference the claim of the query, so that an answer has a link."""
    asked = load_query(CrossReferenceQuery(), read_query(request, lists=FILTER_LISTS))
    return _answer(asked, asked.get("format"))


def _answer(asked: dict[str, Any], named: str | None) -> Response:
    claim = read_claim(asked["claim"], as_of=asked.get("as_of"))
    filters = read_filters(asked, services().outlets)
    found = services().cross_referencer.answer(claim, filters, asked["limit"], timeline=asked["timeline"])
    state().metrics.verdicts.labels(found.verdict).inc()
    return export(found, named)
