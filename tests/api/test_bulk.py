"""Many articles in one request: a result for each line in order, bad ones passed over, and what stops a stream."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from service.api.exchange import BATCH_LINES, Backlog, Exchange, Outbox
from service.api.ndjson import Line, inflate, read_chunks, read_lines
from service.api.problems import Problem
from service.errors import IndexUnavailable
from service.keys import Scope
from service.services import Services
from service.settings import AuthSettings, HttpSettings, LimitsSettings
from tests.api.conftest import COLLAPSE, SEVEN, client_of, make_app, make_key, with_settings
from tests.api.contract_client import ContractClient
from tests.api.fakes import Raising

NINJS = {
    "uri": "urn:shiraa:5522",
    "type": "text",
    "headline": "فتح الميناء الشمالي",
    "language": "ar-SA",
    "versioncreated": "2024-03-07T08:00:00Z",
    "provider": {"name": "وكالة الشراع"},
    "body_text": "فُتح الميناء الشمالي أمام السفن صباح الخميس بعد يومين من الإغلاق.",
}


def article(number: int, **more: Any) -> dict[str, Any]:
    return {"id": f"b-{number}", "text": f"{SEVEN} وهذه نشرة رقم {number}.", **more}


def lines_of(*items: Any) -> bytes:
    return b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in items)


def send(client: Any, data: bytes, **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/articles/bulk", data=data, content_type="application/x-ndjson", headers=names)


def results_of(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def test_every_line_has_its_result_in_order(client: ContractClient) -> None:
    results = results_of(send(client, lines_of(article(1), article(2), article(1))))
    assert [(each["line"], each["status"]) for each in results] == [(1, 201), (2, 201), (3, 200)]
    assert [each["articles"][0]["id"] for each in results] == ["b-1", "b-2", "b-1"]
    assert client.get("/v1/articles/b-2").json["text"] == article(2)["text"]


def test_the_same_body_again_changes_nothing(client: ContractClient) -> None:
    body = lines_of(article(1), {"url": "https://alwaha.example/1", "text": COLLAPSE}, NINJS, {"text": SEVEN})
    assert [each["status"] for each in results_of(send(client, body))] == [201] * 4
    again = results_of(send(client, body))
    assert [each["articles"][0]["outcome"] for each in again] == ["unchanged"] * 4


def test_a_ninjs_item_goes_in_as_it_is(client: ContractClient) -> None:
    (result,) = results_of(send(client, lines_of(NINJS)))
    (found,) = result["articles"]
    assert (found["id"], found["outlet"]["id"], found["language"]) == ("urn:shiraa:5522", "shiraa", "ar")
    assert (found["title"], found["published_at"]) == (NINJS["headline"], NINJS["versioncreated"])


@pytest.mark.parametrize(
    ("line", "status", "pointer"),
    [
        (b"{", 400, None),
        (b"\xff\xfe", 400, None),
        (b'{"text": "x", "text": "y"}', 400, "#/text"),
        (b'{"text": NaN}', 400, None),
        (b"[" * 100, 400, None),
        (b"[]", 422, "#"),
        (b'"' + "خبر".encode() + b'"', 422, "#"),
        (b"{}", 422, "#"),
        (b'{"text": "\\ud800"}', 422, "#/text"),
        ({"text": "خبر", "pages": 3}, 422, "#/pages"),
        ({"text": "خبر", "published_at": "2024-02-30"}, 422, "#/published_at"),
        ({"text": "خبر", "html": "<p>خبر"}, 422, "#/text"),
        ({"uri": "urn:1", "type": "picture"}, 422, None),
        ({"uri": "urn:1", "body_text": 7}, 422, "#/text"),
        (b'{"text": "' + b"x" * 3000 + b'"}', 413, None),
    ],
)
def test_a_bad_line_spoils_no_other(services: Services, line: Any, status: int, pointer: str | None) -> None:
    client = client_of(make_app(with_settings(services, http=HttpSettings(max_body_bytes=2048))))
    results = results_of(send(client, lines_of(article(1), line, article(2))))
    assert [each["status"] for each in results] == [201, status, 201]
    problem = results[1]["problem"]
    assert problem["status"] == status
    assert [fault.get("pointer") for fault in problem.get("errors", [])] == ([pointer] if pointer else [])


def test_problems_of_lines_speak_the_callers_language(client: ContractClient) -> None:
    response = send(client, b"{", Accept_Language="ar", X_Request_Id="req-1")
    problem = results_of(response)[0]["problem"]
    assert (problem["title"], problem["request_id"]) == ("تعذرت قراءة الطلب", "req-1")


def test_blank_lines_count_and_are_not_answered(client: ContractClient) -> None:
    body = b"\xef\xbb\xbf" + lines_of(article(1), b"  ", b"\r", article(2)) + b"\r\n\n"
    assert [each["line"] for each in results_of(send(client, body))] == [1, 4]


@pytest.mark.parametrize("body", [b"", b"\n\n \n"])
def test_a_body_without_a_line_is_refused(client: ContractClient, body: bytes) -> None:
    assert send(client, body).status_code == 422


@pytest.mark.parametrize(
    ("kind", "encoding"),
    [("application/json", "identity"), ("text/plain", "identity"), ("application/x-ndjson; charset=cp1256", "identity"),
     ("application/x-ndjson", "br")],
)  # fmt: skip
def test_other_kinds_of_bodies_are_refused(client: ContractClient, kind: str, encoding: str) -> None:
    response = client.post(
        "/v1/articles/bulk", data=lines_of(article(1)), content_type=kind, headers={"Content-Encoding": encoding}
    )
    assert response.status_code == 415


@pytest.mark.parametrize("members", [1, 3])
def test_gzip_is_taken_off(client: ContractClient, members: int) -> None:
    lines = [lines_of(article(number)) + b"\n" for number in range(3)]
    parts = [b"".join(lines)] if members == 1 else lines
    results = results_of(send(client, b"".join(map(gzip.compress, parts)), Content_Encoding="gzip"))
    assert [each["status"] for each in results] == [201] * 3


@pytest.mark.parametrize("body", [b"not gzip", b"", gzip.compress(lines_of(article(1)))[:-9]])
def test_damaged_gzip_takes_nothing_in(client: ContractClient, body: bytes) -> None:
    assert send(client, body, Content_Encoding="gzip").status_code == 400
    assert client.get("/v1/articles").json["articles"] == []


def test_gzip_that_is_damaged_later_stops_the_stream_there(client: ContractClient) -> None:
    body = gzip.compress(lines_of(article(1)) + b"\n") + b"\x1f\x8b damaged"
    first, last = results_of(send(client, body, Content_Encoding="gzip"))
    assert (first["status"], last["line"], last["status"], last["stopped"]) == (201, 2, 400, True)


def test_a_bomb_is_stopped_by_what_it_grows_to() -> None:
    bomb = zlib.compress(b"\n" * 50_000_000, wbits=31)
    pieces = inflate([bomb], free=1_000_000)
    within = list(islice(pieces, len(bomb) * 200 // 65536))
    assert {len(piece) for piece in within} == {65536}
    with pytest.raises(Problem, match="grows to more than 200 times"):
        next(pieces)


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
def test_lines_do_not_depend_on_how_they_arrive(size: int) -> None:
    body = lines_of(article(1), b"", article(2), b"x" * 5000, article(3))
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    longest = len(json.dumps(article(1)))
    found = [(line.number, line.data) for line in read_lines(chunks, longest=longest)]
    expected = [lines_of(article(1)), lines_of(article(2)), None, lines_of(article(3))]
    assert found == list(zip((1, 3, 4, 5), expected, strict=True))
    compressed = gzip.compress(body)
    assert b"".join(inflate(compressed[at : at + size] for at in range(0, len(compressed), size))) == body


def test_a_body_that_breaks_off_says_so() -> None:
    chunks = read_chunks(io.BytesIO(b"abc"), length=5)
    assert next(chunks) == b"abc"
    with pytest.raises(Problem, match="shorter than Content-Length"):
        next(chunks)


def test_an_index_that_is_away_from_the_start_is_the_status(services: Services) -> None:
    client = client_of(make_app(services, intake=Raising(IndexUnavailable("no node answers", retry_after=9))))
    response = send(client, lines_of(article(1), article(2)))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "9")


class LeavingIntake:
    """Takes `calls` batches in, then the index is away."""

    def __init__(self, intake: Any, calls: int) -> None:
        self._intake, self._calls = intake, calls

    def take_many(self, submissions: Any, *, wait: bool = False) -> Any:
        self._calls -= 1
        if self._calls < 0:
            raise IndexUnavailable("no node answers")
        return self._intake.take_many(submissions, wait=wait)


def test_an_index_that_goes_away_stops_the_stream_and_the_rest_can_be_sent_again(services: Services) -> None:
    items = [article(number) for number in range(BATCH_LINES + 50)]
    client = client_of(make_app(services, intake=LeavingIntake(services.intake, 1)))
    results = results_of(send(client, lines_of(*items)))
    assert [each["status"] for each in results] == [201] * BATCH_LINES + [503]
    assert (results[-1]["line"], results[-1]["stopped"]) == (BATCH_LINES + 1, True)
    rest = results_of(send(client_of(make_app(services)), lines_of(*items[results[-1]["line"] - 1 :])))
    assert [each["status"] for each in rest] == [201] * 50


def test_bulk_needs_the_scope_and_counts_batches(services: Services) -> None:
    limited = with_settings(services, auth=AuthSettings(mode="keys"), limits=LimitsSettings(ingest="2/hour"))
    client = client_of(make_app(limited))
    items = [article(number) for number in range(3 * BATCH_LINES)]
    assert send(client, lines_of(*items)).status_code == 401
    assert send(client, lines_of(*items), **make_key(services, Scope.READ)).status_code == 403
    key = make_key(services, Scope.INGEST)
    results = results_of(send(client, lines_of(*items), **key))
    assert [each["status"] for each in results] == [201] * 2 * BATCH_LINES + [429] * BATCH_LINES
    assert send(client, lines_of(*items), **key).status_code == 429


def test_an_article_may_have_the_id_bulk(client: ContractClient) -> None:
    results_of(send(client, lines_of({**article(1), "id": "bulk"})))
    assert super(ContractClient, client).open("/v1/articles/bulk").json["id"] == "bulk"


def test_with_wait_claims_find_what_was_answered(client: ContractClient) -> None:
    response = client.post(
        "/v1/articles/bulk?wait=true", data=lines_of(article(1)), content_type="application/x-ndjson"
    )
    results_of(response)
    found = client.get("/v1/cross-references", query_string={"claim": "مقتل سبعة أشخاص في انهيار مبنى الميناء"})
    assert found.json["outlets"][0]["matches"][0]["article"]["id"] == "b-1"


def test_a_mistake_of_ours_stops_the_stream_without_its_words(services: Services) -> None:
    client = client_of(make_app(services, intake=Raising(RuntimeError("secret"))))
    response = send(client, lines_of(article(1)))
    assert response.status_code == 500
    assert "secret" not in response.text


def numbered(count: int) -> Iterator[Line]:
    return (Line(number, b"x" * 1000) for number in range(1, count + 1))


def test_a_caller_who_is_gone_ends_the_exchange() -> None:
    taken: list[int] = []

    def take(batch: Any) -> Iterator[bytes]:
        taken.extend(line.number for line in batch)
        return (b"%d\n" % line.number for line in batch)

    exchange = Exchange(iter(()), numbered(1_000_000), take=take, stop=lambda number, problem: b"")
    results = exchange.results()
    next(results)
    results.close()
    assert len(taken) < 20 * BATCH_LINES


def test_the_backlog_holds_little_and_the_outbox_all() -> None:
    backlog = Backlog()
    for line in numbered(2 * BATCH_LINES):
        assert backlog.put(line)
    assert len(backlog.take()) == BATCH_LINES
    backlog.stop()
    assert not backlog.put(Line(1, b""))
    outbox = Outbox()
    written = [b"%d\n" % number * 1000 for number in range(1000)]
    for data in written:
        outbox.write(data)
    outbox.close()
    assert b"".join(outbox.send()) == b"".join(written)
