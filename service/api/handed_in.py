"""What a body or a line hands in: an article of our own, an IPTC ninjs item, or a NewsML-G2 message with its items.

A message is taken whole or not at all: when one of its items cannot be taken, the problem names every such item.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Request

from service.api.fields import load_body
from service.api.json_body import read_bytes, read_json
from service.api.problems import Fault, Problem, problem_of
from service.api.schemas import ArticleSchema, MessageSchema
from service.errors import UnreadableMessage
from service.ingest.newsml import Item, NewsItem, PassedItem, Refusal, read_newsml
from service.ingest.ninjs import is_ninjs, read_ninjs
from service.ingest.sources import CONTENT_KINDS, ContentKind, Handed, Submission, Withdrawal, read_withdrawal

XML_TYPES = ("application/xml", "text/xml")
LINES_TYPE = "application/x-ndjson"
LINES_TYPES = (LINES_TYPE, "application/ndjson")


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The articles and withdrawals of a body in their order, and the items of a message that are neither."""

    things: tuple[Handed, ...]
    passed: tuple[PassedItem, ...] = ()

    @property
    def only_id(self) -> str | None:
        """Return the id of the one thing handed in, None when there are several or it has none."""
        return self.things[0].id if len(self.things) == 1 else None


def read_request(request: Request) -> HandedIn:
    """Return what the body of a request hands in. Raises `Problem` or `InvalidInput`."""
    if request.mimetype in LINES_TYPES:
        raise Problem("unsupported-media-type", "articles one a line go to /v1/articles/bulk")
    if request.mimetype not in XML_TYPES and not request.mimetype.endswith("+xml"):
        return read_object(read_json(request))
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem("unsupported-media-type", "send the body without Content-Encoding")
    return read_message(read_bytes(request), encoding=request.mimetype_params.get("charset"))


def read_object(body: dict[str, Any]) -> HandedIn:
    """Return what a JSON object hands in. Raises `Problem` or `InvalidInput`."""
    if "newsml" in body:
        message = load_body(MessageSchema(), body)["newsml"]
        return read_message(message.encode(), encoding="utf-8", pointer="/newsml")
    if not is_ninjs(body):
        return HandedIn((read_submission(body),))
    withdrawal = read_withdrawal(body)
    return HandedIn((withdrawal or replace(read_submission(read_ninjs(body)), is_version=True),))


def read_submission(body: dict[str, Any]) -> Submission:
    """Return the article of a body. Raises a `Problem` with a pointer to every field at fault."""
    values = load_body(ArticleSchema(), body)
    kind: ContentKind = next(kind for kind in CONTENT_KINDS if kind in values)
    known = {name: value for name, value in values.items() if name not in CONTENT_KINDS}
    return Submission(content=values[kind], kind=kind, **known)


def read_message(data: bytes, *, encoding: str | None = None, pointer: str | None = None) -> HandedIn:
    """Return the items of a NewsML-G2 message; `pointer` is where it stands in a JSON body.

    Raises a `Problem` that names every item at fault.
    """
    try:
        items = read_newsml(data, now=datetime.now(UTC), encoding=encoding)
    except UnreadableMessage as error:
        raise _locate(error, pointer) from error
    read = [_read_item(item, pointer) for item in items]
    problems = [one for one in read if isinstance(one, Problem)]
    if problems:
        raise _join(problems)
    return HandedIn(
        tuple(one for one in read if isinstance(one, Submission | Withdrawal)),
        tuple(one for one in read if isinstance(one, PassedItem)),
    )


def _read_item(item: Item | Refusal, pointer: str | None) -> Handed | PassedItem | Problem:
    if isinstance(item, Withdrawal | PassedItem):
        return item
    if not isinstance(item, NewsItem):
        return _locate(item, pointer)
    try:
        return item.as_version(read_submission(item.fields))
    except Problem as problem:
        detail, place = f"{item.place}: {problem.detail}", item.place
        fault = Fault(detail, pointer=pointer, xpath=place.xpath, line=place.line)
        return Problem(problem.kind.slug, detail, faults=[fault])


def _locate(error: Refusal, pointer: str | None) -> Problem:
    """Return a problem that says where in the XML, and where the XML is."""
    xpath, line = (error.xpath, error.line) if isinstance(error, UnreadableMessage) else (None, None)
    fault = Fault(str(error), pointer=pointer, xpath=xpath, line=line)
    return Problem(problem_of(error).kind.slug, str(error), faults=[fault])


def _join(problems: list[Problem]) -> Problem:
    """Return one problem for all: of the kind of the first, with the places of all."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    faults = [fault for problem in problems for fault in problem.faults]
    return Problem(problems[0].kind.slug, problems[0].detail + more, faults=faults)
