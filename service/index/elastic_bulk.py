"""Bulk requests: many operations at once, each with its own outcome, the rejected ones tried again.

A bulk answer is 200 even when operations failed, so every item is read. What a busy or moving cluster rejects (429,
502, 503, 504) is sent again with growing, partly random pauses; only those operations, as the others are done. What it
refuses for good comes back to the caller with its reason.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch

from service.errors import InvalidInput
from service.index.elastic_client import BUSY, GONE
from service.pauses import pauses

CHUNK_BYTES = 8 * 1024 * 1024
"""Of one request: Elastic's advice is 5 to 15 MB; larger ones only hold more memory on both sides."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One line pair of a bulk request: `action` is index, create or delete; `options` guard it."""

    action: str
    index: str
    id: str
    document: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)

    def lines(self) -> bytes:
        """Return the operation as it is sent. Raises `InvalidInput` for what is not Unicode text."""
        header = {self.action: {"_index": self.index, "_id": self.id, **self.options}}
        lines = [header] if self.document is None else [header, self.document]
        try:
            return b"".join(
                json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n" for line in lines
            )
        except UnicodeEncodeError as error:
            raise InvalidInput("the text holds a lone surrogate: it is not Unicode text") from error


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an operation. `sequence` is the write's number in its shard, -1 when it failed."""

    status: int
    reason: str = ""
    sequence: int = -1
    term: int = 0

    @property
    def is_done(self) -> bool:
        """Tell whether it was carried out."""
        return 200 <= self.status < 300

    @property
    def is_conflict(self) -> bool:
        """Tell whether another write was first."""
        return self.status == 409


def send_bulk(
    client: Elasticsearch,
    operations: Sequence[Operation],
    *,
    tries: int,
    refresh: bool = False,
    require_alias: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Outcome]:
    """Carry out the operations and return their outcomes in order. Raises the client's errors of whole requests."""
    outcomes: list[Outcome | None] = [None] * len(operations)
    waiting = list(range(len(operations)))
    for pause in (*pauses(tries), None):
        lines = {place: operations[place].lines() for place in waiting}
        for chunk in _chunks(waiting, lines):
            answers = _send(client, b"".join(lines[place] for place in chunk), refresh, require_alias)
            for place, outcome in zip(chunk, answers, strict=True):
                outcomes[place] = outcome
        waiting = [place for place in waiting if _may_pass_later(outcomes[place])]
        if not waiting or pause is None:
            break
        sleep(pause)
    return [outcome for outcome in outcomes if outcome is not None]


def _may_pass_later(outcome: Outcome | None) -> bool:
    return outcome is None or outcome.status in (BUSY, *GONE)


def _chunks(places: Iterable[int], lines: dict[int, bytes]) -> Iterator[list[int]]:
    chunk: list[int] = []
    size = 0
    for place in places:
        if chunk and size + len(lines[place]) > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(place)
        size += len(lines[place])
    if chunk:
        yield chunk


def _send(client: Elasticsearch, body: bytes, refresh: bool, require_alias: bool) -> list[Outcome]:
    answer = client.bulk(operations=_as_sent(body), refresh=refresh, require_alias=require_alias)
    return [_read_item(next(iter(item.values()))) for item in answer["items"]]


def _as_sent(body: bytes) -> Any:
    """Return lines that are serialised already: the client passes bytes on as they are, its types do not say so."""
    return [body.rstrip(b"\n")]


def _read_item(item: dict[str, Any]) -> Outcome:
    error = item.get("error") or {}
    reason = f"{error.get('type')}: {error.get('reason')}"[:300] if error else ""
    return Outcome(item["status"], reason, item.get("_seq_no", -1), item.get("_primary_term", 0))
