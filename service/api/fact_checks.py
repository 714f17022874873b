"""/v1/fact-checks: what publishers and editors found of claims, as ClaimReview in and out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, g, request

from service.api.auth import requires
from service.api.exports import choose_format
from service.api.fact_check_json import fact_check_json, fact_check_match_json
from service.api.fact_check_schemas import FORMATS, EditorSchema, FactCheckQuery, FactChecksQuery, PageSchema
from service.api.fields import load_body, load_query
from service.api.idempotency import idempotent
from service.api.json_body import read_json_value
from service.api.pagination import link_header
from service.api.problems import Fault, Problem, preferred_language
from service.api.query import read_query
from service.api.responses import answer, encode
from service.api.schemas import EmptyQuery
from service.api.state import services
from service.arabic.language import detect_language
from service.claims.read import read_claim
from service.errors import InvalidInput, NotFound, UnreadableSource
from service.factchecks.book import Outcome
from service.factchecks.claim_review import ReadReview, UnusableReview, read_claim_reviews, read_sent_reviews
from service.factchecks.editor import NamedPassage, quote_passages
from service.factchecks.page import read_page
from service.factchecks.records import ID
from service.factchecks.write_claim_review import write_claim_review
from service.keys import Scope
from service.model import FactCheck, Party, Rating, Review, Work

fact_checks = Blueprint("fact_checks", __name__)
PATH = "/v1/fact-checks/<fact_check_id>"


@fact_checks.post("/v1/fact-checks")
@requires(Scope.INGEST)
@idempotent
def add_fact_checks() -> Response:
    """Take in ClaimReview, a page that has some, or an editor's own rating."""
    load_query(EmptyQuery(), read_query(request))
    found = _read_reviews(read_json_value(request))
    kept = iter(services().fact_checks.book.add([one.review for one in found if isinstance(one, ReadReview)]))
    results = [_taken(one, *next(kept)) if isinstance(one, ReadReview) else _refused(one) for one in found]
    is_new = any(result["status"] == 201 for result in results)
    return answer({"results": results}, status=201 if is_new else 200)


@fact_checks.get("/v1/fact-checks")
@requires(Scope.READ)
def list_fact_checks() -> Response:
    """List fact-checks in pages, or those on a claim."""
    query = load_query(FactChecksQuery(), read_query(request))
    if "claim" in query:
        found = services().fact_checks.relate(read_claim(query["claim"]))
        shown = [fact_check_match_json(match) for match in found[: query["limit"]]]
        return answer({"fact_checks": shown, "next_cursor": None})
    after, limit = query.get("cursor", ""), query["limit"]
    if after and not re.fullmatch(ID, after):
        raise InvalidInput("the cursor is not one that a listing gave", pointer="cursor")
    page = services().fact_checks.book.page(after=after, limit=limit + 1)
    cursor = page[limit - 1].id if len(page) > limit else None
    body = {"fact_checks": [fact_check_json(one) for one in page[:limit]], "next_cursor": cursor}
    return answer(body, headers=link_header(request, cursor))


@fact_checks.get(PATH)
@requires(Scope.READ)
def get_fact_check(fact_check_id: str) -> Response:
    """Return a fact-check, as JSON or as ClaimReview."""
    named = load_query(FactCheckQuery(), read_query(request)).get("format")
    found = services().fact_checks.book.get(_check_id(fact_check_id))
    if choose_format(named, FORMATS) == "jsonld":
        response = Response(encode(write_claim_review(found)), content_type="application/ld+json; charset=utf-8")
        response.headers["Cache-Control"] = "private, no-cache"
    else:
        response = answer(fact_check_json(found))
    response.headers["Vary"] = "Accept"
    return response


@fact_checks.delete(PATH)
@requires(Scope.INGEST)
def remove_fact_check(fact_check_id: str) -> Response:
    """Remove a fact-check."""
    load_query(EmptyQuery(), read_query(request))
    services().fact_checks.book.remove(_check_id(fact_check_id))
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _check_id(fact_check_id: str) -> str:
    if not re.fullmatch(ID, fact_check_id):
        raise NotFound("there is no such fact-check")
    return fact_check_id


# --- what comes in ---


def _read_reviews(value: Any) -> Sequence[ReadReview | UnusableReview]:
    """Return the reviews of a body, by its shape. Raises `Problem`, or `UnreadableSource` when there are none."""
    if isinstance(value, dict) and not value.keys() & {"@type", "@graph", "@context", "@id"}:
        if value.keys() <= {"html", "url"}:
            return _read_page(load_body(PageSchema(), value))
        return [ReadReview(_read_editor(load_body(EditorSchema(), value)))]
    found = read_sent_reviews(value)
    if not found:
        raise UnreadableSource("there is no ClaimReview in this")
    return found if isinstance(value, list) else _alone_or_usable(found)


def _read_page(values: Mapping[str, Any]) -> Sequence[ReadReview | UnusableReview]:
    url, html, pointer = values.get("url"), values.get("html"), "/html"
    if html is None:
        page = services().feeds.pages.read(values["url"], pointer="/url")
        url, html, pointer = page.url, page.html, "/url"
    found = read_claim_reviews(list(read_page(html)), page_url=url, pointer=pointer)
    if not found:
        raise UnreadableSource("there is no ClaimReview on this page", pointer=pointer)
    return _alone_or_usable(found)


def _alone_or_usable(found: Sequence[ReadReview | UnusableReview]) -> Sequence[ReadReview | UnusableReview]:
    """Return what was found. Raises `Problem` when that is one review, and unusable."""
    if len(found) == 1 and isinstance(found[0], UnusableReview):
        raise _problem(found[0])
    return found


def _read_editor(values: Mapping[str, Any]) -> Review:
    lists = [
        [_read_work(work, f"/{name}/{place}") for place, work in enumerate(values[name])]
        for name in ("appearances", "citations")
    ]
    appearances, citations = quote_passages(lists, services().index)
    return Review(
        claim=values["claim"],
        language=values.get("language") or detect_language(values["claim"]),
        rating=Rating(**{"text": None, **values["rating"]}),
        author=Party(**values["author"]),
        url=values.get("url"),
        published=values.get("published_at"),
        claimant=_party(values.get("claimant")),
        claimed=values.get("claimed_at"),
        appearances=appearances,
        citations=citations,
        origin="editor",
    )


def _read_work(values: Mapping[str, Any], pointer: str) -> Work | NamedPassage:
    if "passage" in values:
        return NamedPassage(values["passage"], f"{pointer}/passage")
    return Work(
        url=values.get("url"),
        headline=values.get("headline"),
        publisher=_party(values.get("publisher")),
        published=values.get("published_at"),
        quote=values.get("quote"),
    )


def _party(values: Mapping[str, Any] | None) -> Party | None:
    return Party(**values) if values else None


# --- what goes out ---


def _taken(read: ReadReview, kept: FactCheck, outcome: Outcome) -> dict[str, Any]:
    return {
        "status": 201 if outcome == "created" else 200,
        "outcome": outcome,
        "fact_check": fact_check_json(kept),
        "claim_review": write_claim_review(kept),
        "left_out": [{"pointer": f"#{remark.pointer}", "detail": remark.detail} for remark in read.remarks],
    }


def _refused(unusable: UnusableReview) -> dict[str, Any]:
    problem = _problem(unusable)
    words = {"request_id": g.get("request_id", ""), "language": preferred_language()}
    return {"status": problem.kind.status, "problem": problem.members(**words)}


def _problem(unusable: UnusableReview) -> Problem:
    where = unusable.pointer.rpartition("/")[2]
    fault = Fault(unusable.detail, pointer=unusable.pointer)
    return Problem("invalid-input", f"{where} {unusable.detail}", faults=[fault])
