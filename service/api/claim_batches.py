"""/v1/cross-references/batch: up to a hundred claims in one call, judged together, answered in order.

A claim that cannot be used gets its problem in its place and spoils no other. Every claim counts as a call of the key.
What is wrong with claims is settled when they are read, so that a job only has good ones; the others wait in its frame.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request

from service.api.answer_json import cross_reference_json
from service.api.async_calls import queue_job, wants_job
from service.api.auth import requires
from service.api.claim_table import read_claim_table
from service.api.export_table import Unanswered
from service.api.exports import choose_format, export_graph, export_table
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
from service.jobs.job import AskedClaim, JobKind, Request
from service.keys import Scope
from service.model import CrossReference

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
    if wants_job(query):
        return queue_job(JobKind.BATCH, lambda: _read_batch(query))
    asked = _read_batch(query)
    claims = [read_claim(one.text, as_of=one.as_of) for one in asked.claims]
    found = services().cross_referencer.answer_many(claims, asked.filters, asked.limit, timeline=asked.timeline)
    if claims and all(isinstance(one, IndexUnavailable) for one in found):
        raise next(one for one in found if isinstance(one, IndexUnavailable))
    for one in found:
        if isinstance(one, CrossReference):
            state().metrics.verdicts.labels(one.verdict).inc()
    return show_batch(asked, found, query.get("format"))


def show_batch(asked: Request, found: Sequence[CrossReference | IndexUnavailable], named: str | None) -> Response:
    """Return the answers to a batch in the order of its claims, in the form that the caller wants."""
    refused = {one["place"]: _read_refusal(one) for one in (asked.frame or {})["refused"]}
    answers = iter([_result(*pair) for pair in zip(found, asked.claims, strict=True)])
    results = [refused[place] if place in refused else next(answers) for place in range(len(refused) + len(found))]
    form = choose_format(named)
    if form == "json":
        response = _answer_json(results)
    elif form == "jsonld":
        response = export_graph(_as_rows(results))
    else:
        response = export_table(_as_rows(results), form)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


def _read_batch(query: Mapping[str, Any]) -> Request:
    read = [_read_claim(item, place) for place, item in enumerate(_read_claims())]
    refused = [_write_refusal(place, one) for place, one in enumerate(read) if isinstance(one, Unread)]
    return Request(
        claims=tuple(one for one in read if isinstance(one, AskedClaim)),
        filters=read_filters(dict(query), services().outlets),
        limit=query["limit"],
        timeline=query["timeline"],
        frame={"refused": refused},
    )


def _read_claims() -> Sequence[Any]:
    """Return the claims of a JSON body, or of a table; the items of a list are held against their schema later."""
    if request.mimetype == "text/csv":
        return read_claim_table(read_bytes(request), charset=request.mimetype_params.get("charset", "utf-8"))
    items: list[Any] = load_body(BatchSchema(), read_json(request))["claims"]
    return items


def _read_claim(item: Any, place: int) -> AskedClaim | Unread:
    text = item.get("claim") if isinstance(item, dict) else item
    shown = text if isinstance(text, str) else ""
    try:
        _count_claim(place)
        values = load_body(ClaimSchema(), {"claim": item} if isinstance(item, str) else item)
    except Problem as problem:
        faults = [Fault(each.detail, pointer=f"/claims/{place}{each.pointer or ''}") for each in problem.faults]
        return Unread(shown, Problem(problem.kind.slug, problem.detail, faults=faults))
    claim = read_claim(values["claim"], as_of=values.get("as_of"))
    return AskedClaim(claim.text, claim.as_of)


def _count_claim(place: int) -> None:
    key_id = g.caller.key_id
    if key_id is None or place == 0:  # the first is counted with the request
        return
    allowed, headers = state().rate_limits.count(key_id, Scope.READ)
    if not allowed:
        raise Problem("too-many-requests", f"try again in {headers['Retry-After']} seconds")


def _write_refusal(place: int, one: Unread) -> dict[str, Any]:
    faults = [[fault.detail, fault.pointer] for fault in one.problem.faults]
    slug, detail = one.problem.kind.slug, one.problem.detail
    return {"place": place, "text": one.text, "slug": slug, "detail": detail, "faults": faults}


def _read_refusal(plain: Mapping[str, Any]) -> Unread:
    faults = [Fault(detail, pointer=pointer) for detail, pointer in plain["faults"]]
    return Unread(plain["text"], Problem(plain["slug"], plain["detail"], faults=faults))


def _result(found: CrossReference | IndexUnavailable, asked: AskedClaim) -> CrossReference | Unread:
    return found if isinstance(found, CrossReference) else Unread(asked.text, problem_of(found))


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


def _as_rows(results: Sequence[CrossReference | Unread]) -> list[CrossReference | Unanswered]:
    return [Unanswered(one.text, one.problem.detail) if isinstance(one, Unread) else one for one in results]
