"""/v1/cross-references/batch: up to a hundred claims in one call, judged together, answered in order.

A claim that cannot be used gets its problem in its place and spoils no other. Every claim counts as a call of the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request

from service.api.answer_json import cross_reference_json
from service.api.auth import requires
from service.api.claim_table import read_claim_table
from service.api.export_table import Unanswered
from service.api.exports import TABLE_FORMATS, choose_format, export_table
from service.api.fields import load_body, load_query
from service.api.json_body import read_bytes, read_json
from service.api.problems import Fault, Problem, preferred_language, problem_of
from service.api.query import read_query
from service.api.responses import answer
from service.api.schemas import BatchQuery, BatchSchema, ClaimSchema
from service.api.search_filters import FILTER_LISTS, read_filters
from service.api.state import services, state
from service.claims.read import read_claim
from service.errors import IndexUnavailable
from service.keys import Scope
from service.model import Claim, CrossReference

claim_batches = Blueprint("claim_batches", __name__)


@dataclass(frozen=True, slots=True)
class Unread:
    """A claim of a batch that cannot be used: its text, as far as there is one, and why."""

    text: str
    problem: Problem


@claim_batches.post("/v1/cross-references/batch")
@requires(Scope.READ)
def answer_claims() -> Response:
    """Cross-reference every claim of the body."""
    query = load_query(BatchQuery(), read_query(request, lists=FILTER_LISTS))
    given = _read_claims()
    read = [_read_claim(item, place) for place, item in enumerate(given)]
    claims = [one for one in read if isinstance(one, Claim)]
    filters = read_filters(query, services().outlets)
    found = services().cross_referencer.answer_many(claims, filters, query["limit"], timeline=query["timeline"])
    if claims and all(isinstance(one, IndexUnavailable) for one in found):
        raise next(one for one in found if isinstance(one, IndexUnavailable))
    answers = iter(found)
    results = [_result(next(answers), one.text) if isinstance(one, Claim) else one for one in read]
    form = choose_format(request, query.get("format"), among=TABLE_FORMATS)
    response = _answer_json(results) if form == "json" else _answer_table(results, form)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _read_claims() -> Sequence[Any]:
    """Return the claims of a JSON body, or of a table; the items of a list are held against their schema later."""
    if request.mimetype == "text/csv":
        return read_claim_table(read_bytes(request), charset=request.mimetype_params.get("charset", "utf-8"))
    items: list[Any] = load_body(BatchSchema(), read_json(request))["claims"]
    return items


def _read_claim(item: Any, place: int) -> Claim | Unread:
    text = item.get("claim") if isinstance(item, dict) else item
    shown = text if isinstance(text, str) else ""
    try:
        _count_claim(place)
        values = load_body(ClaimSchema(), {"claim": item} if isinstance(item, str) else item)
    except Problem as problem:
        faults = [Fault(each.detail, pointer=f"/claims/{place}{each.pointer or ''}") for each in problem.faults]
        return Unread(shown, Problem(problem.kind.slug, problem.detail, faults=faults))
    return read_claim(values["claim"], as_of=values.get("as_of"))


def _count_claim(place: int) -> None:
    key_id = g.caller.key_id
    if key_id is None or place == 0:  # the first is counted with the request
        return
    allowed, headers = state().rate_limits.count(key_id, Scope.READ)
    if not allowed:
        raise Problem("too-many-requests", f"try again in {headers['Retry-After']} seconds")


def _result(found: CrossReference | IndexUnavailable, text: str) -> CrossReference | Unread:
    if isinstance(found, CrossReference):
        state().metrics.verdicts.labels(found.verdict).inc()
        return found
    return Unread(text, problem_of(found))


def _answer_json(results: Sequence[CrossReference | Unread]) -> Response:
    words = {"request_id": g.get("request_id", ""), "language": preferred_language()}
    return answer(
        {
            "answers": [
                {"status": one.problem.kind.status, "problem": one.problem.members(**words)}
                if isinstance(one, Unread)
                else {"status": 200, "cross_reference": cross_reference_json(one, state().offsets())}
                for one in results
            ]
        }
    )


def _answer_table(results: Sequence[CrossReference | Unread], form: str) -> Response:
    rows = [Unanswered(one.text, one.problem.detail) if isinstance(one, Unread) else one for one in results]
    return export_table(rows, form)
