"""/v1/articles/bulk: many articles in one request, an answer line for each, while they are still being sent.

Every batch is stored before its results are written, so a result that arrived means that its articles are kept. The
rest can be sent again: the same article under the same id or address changes nothing.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, g, request

from service.api import bounds
from service.api.article_json import outcomes_json
from service.api.articles import count_taken, read_wait
from service.api.auth import requires
from service.api.exchange import Exchange
from service.api.handed_in import LINES_TYPE, LINES_TYPES, HandedIn, read_object
from service.api.json_body import parse_object
from service.api.ndjson import Line, inflate, read_chunks, read_lines
from service.api.problems import Problem, preferred_language, problem_of
from service.api.responses import encode
from service.api.state import State, state
from service.errors import InvalidInput
from service.ingest.intake import Outcome
from service.keys import Scope

LOGGER = logging.getLogger("isnad.bulk")

bulk = Blueprint("bulk", __name__)


@bulk.post("/v1/articles/bulk")
@requires(Scope.INGEST)
def take_articles() -> Response:
    """Take an article a line and answer every line, in order, as soon as its articles are stored."""
    wait = read_wait()
    decode = _read_encoding()
    state().services()
    answers = Answers(state(), wait=wait)
    request.max_content_length = bounds.BULK_BODY
    body = read_chunks(request.stream, length=request.content_length)
    lines = read_lines(decode(body), longest=answers.longest)
    exchange = Exchange(body, lines, take=answers.take, stop=answers.stop)
    results = answers.count(exchange.results())
    first = next(results, b"")
    if not answers.lines:
        # Nothing was answered yet, so the status can still say what is wrong.
        for _ in results:
            pass
        raise exchange.problem or Problem("invalid-input", "the body holds no line")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(_chain(first, results), content_type=f"{LINES_TYPE}; charset=utf-8", headers=headers)


class Answers:
    """Takes the batches of one request in and words the result of every line."""

    def __init__(self, state: State, *, wait: bool) -> None:
        self._state, self._wait = state, wait
        self._words = {"request_id": g.get("request_id", ""), "language": preferred_language()}
        self._key_id = g.caller.key_id
        self._counts: Counter[str] = Counter()
        self._batches = 0
        self._started = time.monotonic()
        self.longest = state.settings.http.max_body_bytes

    @property
    def lines(self) -> int:
        """Return how many lines were answered."""
        return self._counts["lines"]

    def take(self, batch: Sequence[Line]) -> Iterator[bytes]:
        """Store the articles of a batch and yield the results of its lines in order.

        A batch counts as one call of the key; one too many is answered with 429, line by line.
        """
        refused = self._count_batch()
        read = [refused or self._read(line) for line in batch]
        wanted = [thing for one in read if isinstance(one, HandedIn) for thing in one.things]
        outcomes = self._state.services().intake.take_many(wanted, wait=self._wait)
        for line, one in zip(batch, read, strict=True):
            result = self._refusal(one) if isinstance(one, Problem) else self._result(one, outcomes)
            self._counts["lines"] += 1
            yield _encode_line({"line": line.number, **result})

    def stop(self, number: int, problem: Problem) -> bytes:
        """Return the last result of a stream that ends before its body: nothing from this line on was taken."""
        return _encode_line({"line": number, **self._refusal(problem), "stopped": True})

    def count(self, results: Iterator[bytes]) -> Generator[bytes, None, None]:
        """Pass results on, and log what became of the lines when the last one is sent or the caller is gone."""
        try:
            yield from results
        finally:
            milliseconds = round((time.monotonic() - self._started) * 1000, 1)
            fields = {"request_id": self._words["request_id"], "key": self._key_id, "milliseconds": milliseconds}
            LOGGER.info("bulk", extra={"fields": {**fields, **self._counts}})

    def _count_batch(self) -> Problem | None:
        self._batches += 1
        if self._key_id is None or self._batches == 1:  # the first is counted with the request
            return None
        allowed, headers = self._state.rate_limits.count(self._key_id, Scope.INGEST)
        return None if allowed else Problem("too-many-requests", f"try again in {headers['Retry-After']} seconds")

    def _read(self, line: Line) -> HandedIn | Problem:
        if line.data is None:
            return Problem("too-large", f"the line is longer than the {self.longest} bytes that one article may have")
        try:
            return read_object(parse_object(line.data))
        except Problem as problem:
            return problem
        except InvalidInput as error:
            return problem_of(error)

    def _result(self, handed: HandedIn, outcomes: Iterator[Outcome]) -> dict[str, Any]:
        """Take the outcomes of a line off those of its batch, and word them."""
        of_line = [next(outcomes) for _ in handed.things]
        taken = count_taken(of_line, self._state.metrics)
        self._counts.update(each.stored.outcome for each in taken)
        for outcome in of_line:
            if outcome.error:
                return self._refusal(problem_of(outcome.error))
        is_new = any(each.stored.outcome != "unchanged" for each in taken)
        return {"status": 201 if is_new else 200, **outcomes_json(of_line, handed.passed)}

    def _refusal(self, problem: Problem) -> dict[str, Any]:
        self._counts["refused"] += 1
        return {"status": problem.kind.status, "problem": problem.members(**self._words)}


def _read_encoding() -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    """Hold the kind of body; return what takes its encoding off."""
    if request.mimetype not in LINES_TYPES:
        raise Problem("unsupported-media-type", f"send Content-Type: {LINES_TYPE}, one article a line")
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", "JSON is sent in UTF-8 only")
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        return inflate
    if encoding != "identity":
        raise Problem("unsupported-media-type", "send the body as it is or with Content-Encoding: gzip")
    return iter


def _encode_line(result: dict[str, Any]) -> bytes:
    return f"{encode(result)}\n".encode()


def _chain(first: bytes, rest: Generator[bytes, None, None]) -> Iterator[bytes]:
    # Not itertools.chain: a server closes what it iterates over, and the exchange must hear of it.
    try:
        yield first
        yield from rest
    finally:
        rest.close()
