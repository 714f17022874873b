"""Bulk requests: every item's outcome in its place, the rejected sent again and only those. No server needed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.errors import InvalidInput
from service.index import elastic_bulk
from service.index.elastic_bulk import Operation, send_bulk


class Recorded:
    """Answers each bulk request from a script: for every id the statuses of its tries."""

    def __init__(self, statuses: dict[str, list[int]]) -> None:
        self.statuses = statuses
        self.requests: list[list[str]] = []

    def bulk(self, *, operations: list[bytes], **_: Any) -> dict[str, Any]:
        headers = [json.loads(line) for line in operations[0].split(b"\n")[::2]]
        ids = [header["index"]["_id"] for header in headers]
        self.requests.append(ids)
        return {"items": [{"index": self._item(self.statuses[one].pop(0), place)} for place, one in enumerate(ids)]}

    @staticmethod
    def _item(status: int, place: int) -> dict[str, Any]:
        if status < 300:
            return {"status": status, "_seq_no": place, "_primary_term": 1}
        return {"status": status, "error": {"type": f"error_{status}", "reason": "because"}}


def operations(*ids: str) -> list[Operation]:
    return [Operation("index", "i", one, {"text": "خبر"}) for one in ids]


def test_only_the_rejected_are_sent_again() -> None:
    server = Recorded({"a": [201], "b": [429, 503, 200], "c": [400], "d": [429, 409], "e": [201]})
    slept: list[float] = []
    outcomes = send_bulk(server, operations(*"abcde"), tries=4, sleep=slept.append)  # type: ignore[arg-type]
    assert server.requests == [list("abcde"), ["b", "d"], ["b"]]
    assert [outcome.status for outcome in outcomes] == [201, 200, 400, 409, 201]
    assert [outcome.is_done for outcome in outcomes] == [True, True, False, False, True]
    assert outcomes[2].reason == "error_400: because"
    assert outcomes[3].is_conflict
    assert len(slept) == 2
    assert slept[1] > slept[0] / 2 > 0


def test_gives_up_with_the_last_reason() -> None:
    server = Recorded({"a": [429] * 3})
    (outcome,) = send_bulk(server, operations("a"), tries=3, sleep=lambda _: None)  # type: ignore[arg-type]
    assert (outcome.status, outcome.reason) == (429, "error_429: because")
    assert len(server.requests) == 3


def test_large_batches_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(operations("a")[0].lines())
    monkeypatch.setattr(elastic_bulk, "CHUNK_BYTES", 2 * size)
    server = Recorded({one: [201] for one in "abcde"})
    outcomes = send_bulk(server, operations(*"abcde"), tries=1)  # type: ignore[arg-type]
    assert server.requests == [["a", "b"], ["c", "d"], ["e"]]
    assert len(outcomes) == 5


def test_nothing_to_send() -> None:
    assert send_bulk(Recorded({}), [], tries=1) == []  # type: ignore[arg-type]


def test_a_lone_surrogate_is_the_callers_fault() -> None:
    with pytest.raises(InvalidInput, match="surrogate"):
        Operation("index", "i", "a", {"text": "\ud83d"}).lines()
