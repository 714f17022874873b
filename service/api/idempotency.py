"""Idempotency-Key: a write that is sent again gets the first answer and happens once.

Order: claim the key in the document store (one wins); do the write; keep the answer. The same key with another body is
409, the same key while the first call still runs is 409 with Retry-After. A write that failed frees its key. A process
that died in between leaves a claim that runs out; repeating the write is then safe, since the index is idempotent by
content.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ParamSpec

from flask import Response, g, request

from service.api import bounds
from service.api.json_body import read_bytes
from service.api.problems import Fault, Problem
from service.api.responses import JSON_TYPE
from service.api.state import services, state
from service.errors import ServiceError, StaleRevision
from service.index.documents import Document, DocumentStore

P = ParamSpec("P")
View = Callable[P, Response]

LOGGER = logging.getLogger("isnad.idempotency")
KIND = "idempotency"
CLAIM_LASTS = timedelta(minutes=2)
"""As long as gunicorn lets a worker be silent: a claim older than that has no living process behind it."""
PRUNE_EVERY = 200
"""Answers between two looks for old ones; a look costs a few milliseconds."""

_KEY = re.compile(rf'"?([\x21\x23-\x7e]{{1,{bounds.IDEMPOTENCY_KEY}}})"?')


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One call with a key: where its record stands, and the digest of all that it asked for."""

    record: str
    fingerprint: str


def idempotent(view: View[P]) -> View[P]:
    """Let a view run once per Idempotency-Key of a caller."""

    @functools.wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> Response:
        given = request.headers.get("Idempotency-Key")
        if given is None:
            return view(*args, **kwargs)
        attempt, documents = _read_attempt(given), services().documents
        claimed = _claim(documents, attempt)
        if isinstance(claimed, Response):
            return claimed
        try:
            response = view(*args, **kwargs)
        except BaseException:
            _release(documents, claimed)
            raise
        return _keep(documents, claimed, response)

    return once


def _read_attempt(given: str) -> _Attempt:
    key = _KEY.fullmatch(given)
    if key is None:
        fault = Fault(f"must be 1 to {bounds.IDEMPOTENCY_KEY} printable ASCII characters", header="Idempotency-Key")
        raise Problem("invalid-input", f"Idempotency-Key {fault.detail}", faults=[fault])
    caller = g.caller.key_id or ""
    asked = b"\n".join([request.method.encode(), request.path.encode(), request.query_string, read_bytes(request)])
    return _Attempt(
        record=hashlib.sha256(f"{caller}\n{key[1]}".encode()).hexdigest(),
        fingerprint=hashlib.sha256(asked).hexdigest(),
    )


def _claim(documents: DocumentStore, attempt: _Attempt) -> Document | Response:
    """Return the claim that this call now holds, or the answer of an earlier one."""
    body = {"fingerprint": attempt.fingerprint, "status": None}
    try:
        return documents.put(KIND, attempt.record, body, version=0)
    except StaleRevision:
        earlier = documents.get(KIND, attempt.record)
    if earlier is None:
        raise _still_running()
    age = datetime.now(UTC) - earlier.stored_at
    is_over = age > (
        timedelta(hours=state().settings.idempotency.keep_hours) if earlier.body["status"] else CLAIM_LASTS
    )
    if is_over:
        try:
            return documents.put(KIND, attempt.record, body, version=earlier.version)
        except StaleRevision:
            raise _still_running() from None
    if earlier.body["fingerprint"] != attempt.fingerprint:
        raise Problem(
            "conflict", "this Idempotency-Key was used for another request", faults=_faults("is used already")
        )
    if earlier.body["status"] is None:
        raise _still_running()
    headers = {**earlier.body["headers"], "Idempotency-Replayed": "true"}
    return Response(earlier.body["answer"], earlier.body["status"], headers, content_type=JSON_TYPE)


def _keep(documents: DocumentStore, claimed: Document, response: Response) -> Response:
    kept = {
        "fingerprint": claimed.body["fingerprint"],
        "status": response.status_code,
        "answer": response.get_data(as_text=True),
        "headers": {name: response.headers[name] for name in ("ETag", "Location") if name in response.headers},
    }
    try:
        documents.put(KIND, claimed.key, kept, version=claimed.version)
        if int(claimed.key[:8], 16) % PRUNE_EVERY == 0:
            documents.delete_older(KIND, datetime.now(UTC) - timedelta(hours=state().settings.idempotency.keep_hours))
    except ServiceError:
        # The write itself is done and durable; a caller who repeats it finds the article unchanged.
        LOGGER.warning("an answer could not be kept for its Idempotency-Key")
    return response


def _release(documents: DocumentStore, claimed: Document) -> None:
    try:
        documents.delete(KIND, claimed.key, version=claimed.version)
    except ServiceError:
        LOGGER.warning("an Idempotency-Key could not be freed; its claim runs out by itself")


def _still_running() -> Problem:
    return Problem("conflict", "the first request with this Idempotency-Key still runs",
                   faults=_faults("is being used"), headers={"Retry-After": "1"})  # fmt: skip


def _faults(detail: str) -> list[Fault]:
    return [Fault(detail, header="Idempotency-Key")]
