"""The whole service as it runs: a real gunicorn with two workers, real HTTP, the real engine and judge."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from service.index.documents_embedded import EmbeddedDocuments
from service.keys import KeyRing, Scope
from tests.api.conftest import CLAIM, SEVEN
from tests.api.contract_client import schema_of

ROOT = Path(__file__).parents[2]
TWELVE = "ارتفع عدد قتلى انهيار مبنى الميناء إلى 12 قتيلاً 🕊️ فجر الثلاثاء، بحسب الدفاع المدني في المدينة."
PATIENCE_S = 60


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]
    data: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        response = requests.request(method, self.url + path, timeout=60, **more)
        assert response.status_code != 500, self.log.read_text("utf-8")[-3000:]
        return response

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(directory: Path, **environment: str) -> Server:
    port, log = free_port(), directory / "log"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ISNAD_", "PROMETHEUS_"))}
    settings = {"ISNAD_DATA": str(directory / "data"), "ISNAD_SERVER__PORT": str(port), **environment}
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py", "service.wsgi:app"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**inherited, **settings}, stderr=output, stdout=output)
    return Server(port, process, directory / "data", log)


def wait_until_ready(server: Server, path: str) -> None:
    last = "never answered"
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            response = server.call("GET", path)
            if response.status_code == 200:
                return
            last = response.text
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    pytest.fail(f"not ready: {last}\n{server.log.read_text('utf-8')[-2000:]}")


@contextmanager
def running(directory: Path, *, path: str = "/readyz", **environment: str) -> Iterator[Server]:
    server = start(directory, **environment)
    try:
        wait_until_ready(server, path)
        yield server
    finally:
        server.process.terminate()
        try:
            server.process.wait(40)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait(10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server")) as server:
        yield server


def test_an_article_goes_in_and_a_claim_is_answered(server: Server) -> None:
    for article_id, outlet, text in (("m-1", "صحيفة المرفأ", TWELVE), ("w-1", "الواحة", SEVEN)):
        body = {"id": article_id, "outlet": outlet, "text": text, "published_at": "2024-03-05T12:00:00Z"}
        assert server.call("POST", "/v1/articles?wait=true", json=body).status_code == 201
    answer = server.call("POST", "/v1/cross-references", json={"claim": CLAIM, "as_of": "2024-03-05"})
    assert answer.status_code == 200
    schema_of("CrossReference").validate(answer.json())
    matches = {
        match["article"]["id"]: match for outlet in answer.json()["outlets"] for match in outlet["matches"]
    }  # fmt: skip
    assert matches.keys() == {"m-1", "w-1"}
    # How sure the judge is has tests of its own; here it must have read both numbers and not take one for the other.
    assert matches["w-1"]["flag"] != "agrees"
    assert any(evidence["kind"] == "quantity" for evidence in matches["w-1"]["evidence"])
    assert matches["m-1"]["flag"] != "conflicts"
    passage = matches["m-1"]["passage"]
    text = server.call("GET", "/v1/articles/m-1").json()["text"]
    assert text[passage["start"] : passage["end"]] == passage["text"]
    assert any(fact["kind"] == "quantity" for fact in answer.json()["claim"]["facts"])


def test_every_worker_sees_what_was_acknowledged(server: Server) -> None:
    for number in range(5):
        text = f"{SEVEN} وهذه نشرة رقم {number} من نشرات اليوم."
        posted = server.call("POST", "/v1/articles?wait=true", json={"id": f"n-{number}", "text": text})
        assert posted.status_code == 201
        for _ in range(6):
            assert server.call("GET", f"/v1/articles/n-{number}").json()["text"] == text
            found = server.call("GET", f"/v1/cross-references?claim=نشرة رقم {number} من نشرات اليوم&limit=100")
            ids = {match["article"]["id"] for outlet in found.json()["outlets"] for match in outlet["matches"]}
            assert f"n-{number}" in ids


def test_a_judgement_alone_is_given(server: Server) -> None:
    body = {"claim": CLAIM, "passages": [{"text": SEVEN, "published_at": "2024-03-05"}, {"text": TWELVE}]}
    answer = server.call("POST", "/v1/judgements", json=body)
    schema_of("Judgements").validate(answer.json())
    assert answer.json()["judgements"][0]["flag"] != "agrees"
    assert answer.json()["judgements"][1]["flag"] != "conflicts"


def test_a_claim_can_be_typed_into_an_address_as_it_is(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(
            "GET /v1/cross-references?claim=قُتل+12 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        )
        answer = raw.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 200")
    assert '"text":"قُتل 12"' in answer


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_that_is_too_large_gets_its_answer(server: Server, is_chunked: bool) -> None:
    body = b'{"text": "' + b"x" * (8 * 1024 * 1024) + b'"}'
    data: Any = (body[at : at + 65536] for at in range(0, len(body), 65536)) if is_chunked else body
    refused = server.call("POST", "/v1/articles", data=data, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (413, "application/problem+json; charset=utf-8")


UNREADABLE = [
    (b"\x00\xff\r\n\r\n", 400),
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n", 400),
    (b"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", 400),
    (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    (b"GET /healthz HTTP/1.1\r\n" + b"".join(b"A%d: x\r\n" % n for n in range(200)) + b"\r\n", 431),
    (b"POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
     b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (b"POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
     b"Content-Length: 99\r\n\r\n{}", 400),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "status"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_hardly_http_is_a_problem_too(server: Server, sent: bytes, status: int) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        answer = raw.makefile("rb").read()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in head
    schema_of("Problem").validate(json.loads(body))


def test_the_counters_of_all_workers_are_added_up(server: Server) -> None:
    def count() -> float:
        text = server.call("GET", "/metrics").text
        name = 'isnad_requests_total{method="GET",route="/v1/outlets",status="200"} '
        return float(next((line.removeprefix(name) for line in text.splitlines() if line.startswith(name)), "0"))

    before = count()
    for _ in range(20):
        assert server.call("GET", "/v1/outlets").status_code == 200
    assert {count() for _ in range(6)} == {before + 20}
    assert 'isnad_queue_length{queue="jobs"} 0.0' in server.call("GET", "/metrics").text


def test_the_log_is_json_without_texts(server: Server) -> None:
    server.call("GET", "/v1/cross-references", params={"claim": CLAIM}, headers={"X-Request-Id": "seen-1"})
    lines = server.lines()
    assert any((line.get("request_id"), line.get("status")) == ("seen-1", 200) for line in lines)
    assert any("OPEN MODE" in line["event"] for line in lines)
    assert "الميناء" not in server.log.read_text("utf-8")


def test_keys_made_beside_the_running_service_count_at_once(tmp_path: Path) -> None:
    bootstrap = "k" * 40
    with running(tmp_path, ISNAD_AUTH__MODE="keys", ISNAD_AUTH__BOOTSTRAP_KEY=bootstrap) as server:
        assert server.call("GET", "/v1/outlets").status_code == 401
        assert server.call("GET", "/metrics", headers={"X-API-Key": bootstrap}).status_code == 200
        documents = EmbeddedDocuments(server.data)
        ring = KeyRing(documents)
        key, text = ring.create("مكتب", [Scope.READ])
        headers = {"Authorization": f"Bearer {text}"}
        assert [server.call("GET", "/v1/outlets", headers=headers).status_code for _ in range(6)] == [200] * 6
        ring.revoke(key.id)
        assert [server.call("GET", "/v1/outlets", headers=headers).status_code for _ in range(6)] == [401] * 6
        documents.close()
        assert text not in server.log.read_text("utf-8")
        assert bootstrap not in server.log.read_text("utf-8")


def test_a_write_with_a_key_happens_once_among_many(server: Server) -> None:
    body, headers = {"id": "once-1", "text": TWELVE}, {"Idempotency-Key": "once-1"}
    answers: list[requests.Response] = []

    def send() -> None:
        answers.append(server.call("POST", "/v1/articles", json=body, headers=headers))

    senders = [threading.Thread(target=send) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    firsts = [
        answer for answer in answers if answer.status_code == 201 and "Idempotency-Replayed" not in answer.headers
    ]
    assert len(firsts) == 1
    for answer in answers:
        assert answer.status_code == 409 or answer.json() == firsts[0].json()


def test_a_stopping_service_finishes_what_runs(tmp_path: Path) -> None:
    body = json.dumps({"id": "late-1", "text": TWELVE}).encode()
    with running(tmp_path) as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
            head = "POST /v1/articles?wait=true HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            raw.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:20])
            time.sleep(1)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            raw.sendall(body[20:])
            assert raw.recv(100).startswith(b"HTTP/1.1 201 ")
        assert server.process.wait(20) == 0, "an idle connection does not hold it up"
    again = tmp_path / "again"
    again.mkdir()
    with running(again, ISNAD_DATA=str(server.data)) as restarted:
        assert restarted.call("GET", "/v1/articles/late-1").json()["text"] == TWELVE


def test_while_elasticsearch_is_away_the_service_says_so_and_lives(tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    environment = {"ISNAD_INDEX__ENGINE": "elasticsearch", "ISNAD_ELASTICSEARCH__HOSTS": away}
    with running(tmp_path, path="/healthz", **environment) as server:
        for path in ("/readyz", "/v1/outlets", f"/v1/cross-references?claim={CLAIM}"):
            answer = server.call("GET", path)
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/index-unavailable"), path
            assert int(answer.headers["Retry-After"]) > 0
        assert server.call("POST", "/v1/articles", json={"text": TWELVE}).status_code == 503
        assert server.call("GET", "/healthz").status_code == 200
    assert not server.data.exists(), "nothing lies on this machine"


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"ISNAD_SERVER__PROT": "1"}, "ISNAD_SERVER__PROT: unknown"),
        (
            {"ISNAD_AUTH__MODE": "open", "ISNAD_SERVER__HOST": "0.0.0.0"},
            "auth.mode: open is for a loopback address only",
        ),
    ],
)
def test_a_bad_setting_stops_the_start(tmp_path: Path, environment: dict[str, str], named: str) -> None:
    server = start(tmp_path, **environment)
    assert server.process.wait(60) != 0
    assert named in server.log.read_text("utf-8")


def test_a_fact_check_is_seen_by_every_worker_at_once(server: Server) -> None:
    claim = "انهار جسر النخيل في مدينة الرافد صباح الأحد"
    for number in range(6):  # each through a worker of its own choice, each looked for through both
        review = {
            "@type": "ClaimReview",
            "url": f"https://mizan.example/{number}",
            "claimReviewed": claim,
            "reviewRating": "مضلل",
        }
        answer = server.call("POST", "/v1/fact-checks", json=review)
        assert answer.status_code == 201
        for _ in range(4):
            found = server.call("GET", "/v1/fact-checks", params={"claim": claim}).json()["fact_checks"]
            assert {one["url"] for one in found} == {f"https://mizan.example/{each}" for each in range(number + 1)}
    for one in found:
        assert server.call("DELETE", f"/v1/fact-checks/{one['id']}").status_code == 204
    assert server.call("GET", "/v1/fact-checks", params={"claim": claim}).json()["fact_checks"] == []
