"""Bulk as it runs: gunicorn's threads, real connections that read late, break, or send slowly; memory that stays."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.api.conftest import SEVEN
from tests.api.test_server import Server, running

PATH = "/v1/articles/bulk"
LINES = {"Content-Type": "application/x-ndjson"}
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    environment = {"ISNAD_SERVER__WORKERS": "1", "ISNAD_JUDGE__MODEL": "typed", "ISNAD_INDEX__VECTORS": "false"}
    with running(tmp_path_factory.mktemp("bulk"), **environment) as server:
        yield server


def line(name: str, number: int, *, more: str = "") -> bytes:
    item = {"id": f"{name}-{number}", "text": f"{SEVEN} وهذه نشرة رقم {number} من {name}. {more}"}
    return json.dumps(item, ensure_ascii=False).encode() + b"\n"


def results_of(answer: requests.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [json.loads(each) for each in answer.content.splitlines()]


def memory_of(server: Server, what: str) -> int:
    """Return a line of /proc/…/status in MiB, of the worker that has most."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    status = [Path(f"/proc/{child}/status").read_text() for child in children]
    return max(int(text.split(f"{what}:")[1].split()[0]) for text in status) // 1024


def peak_memory(server: Server) -> int:
    return memory_of(server, "VmHWM")


def is_stored(server: Server, article_id: str) -> bool:
    return server.call("GET", f"/v1/articles/{article_id}").status_code == 200


@pytest.mark.parametrize("is_gzip", [False, True])
def test_every_line_is_taken_in(server: Server, is_gzip: bool) -> None:
    body = b"".join(line(f"all-{is_gzip}", number) for number in range(500))
    headers = {**LINES, "Content-Encoding": "gzip"} if is_gzip else LINES
    results = results_of(server.call("POST", PATH, data=gzip.compress(body) if is_gzip else body, headers=headers))
    assert [(each["line"], each["status"]) for each in results] == [(number, 201) for number in range(1, 501)]


def test_a_client_that_sends_all_before_it_reads_does_not_block(server: Server) -> None:
    """The results are three times what the buffers of a connection hold, and memory holds fewer of them."""
    name = "خ" * 5000  # comes back in the result, six times as long
    bad = json.dumps({"text": "خبر", name: 1}, ensure_ascii=False).encode() + b"\n"
    before = peak_memory(server)
    results = results_of(server.call("POST", PATH, data=bad * 700 + line("late", 1), headers=LINES))
    assert [each["status"] for each in results] == [422] * 700 + [201]
    assert len(json.dumps(results, ensure_ascii=False).encode()) > 24_000_000
    assert peak_memory(server) - before < 60


def test_results_come_while_lines_are_still_sent(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        reading = raw.makefile("rb")
        for number in (1, 2):
            data = line("slow", number) + b"\n" * 1024
            raw.sendall(b"%x\r\n%s\r\n" % (len(data), data))
            text = b""
            while not text.endswith(b"}\n\r\n"):
                text += reading.readline()
            assert b'"status":201' in text
            assert is_stored(server, f"slow-{number}")
        raw.sendall(b"0\r\n\r\n")
        assert reading.readline() == b"0\r\n"


@pytest.mark.parametrize("is_chunked", [False, True])
def test_what_was_acknowledged_before_the_connection_broke_is_stored(server: Server, is_chunked: bool) -> None:
    name = f"broken-{is_chunked}"
    data = b"".join(line(name, number) for number in range(400))
    cut = data.rindex(b"\n", 0, -200) - 30
    head = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(data)}"
    sent = b"%x\r\n%s" % (len(data), data[:cut]) if is_chunked else data[:cut]
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(f"{HEAD}{head}\r\n\r\n".encode() + sent)
        raw.settimeout(30)
        seen = b""
        while seen.count(b'"line":') < 200:
            seen += raw.recv(65536)
    acknowledged = seen.count(b"}\n")
    assert acknowledged >= 199
    assert all(is_stored(server, f"{name}-{number}") for number in range(0, acknowledged, 20))
    again = results_of(server.call("POST", PATH, data=data, headers=LINES))
    assert {each["status"] for each in again[:acknowledged]} == {200}
    assert {each["status"] for each in again} <= {200, 201}
    assert len(again) == 400


def test_half_a_line_is_never_taken(server: Server) -> None:
    whole, half = line("half", 1), b'{"id": "half-2", "text": "' + SEVEN.encode() + b'"}'
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(f"{HEAD}Content-Length: 9999\r\n\r\n".encode() + whole + half)
        raw.shutdown(socket.SHUT_WR)
        answer = raw.makefile("rb").read()
    assert b'"line":2,"status":400' in answer
    assert b'"stopped":true' in answer
    assert is_stored(server, "half-1")
    assert not is_stored(server, "half-2")


def test_a_caller_who_leaves_frees_the_thread(server: Server) -> None:
    body = b"".join(line("gone", number) for number in range(30))
    for _ in range(6):  # more than the worker has threads
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
            raw.sendall(f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-100])
    deadline = time.monotonic() + 60
    assert requests.get(f"{server.url}/healthz", timeout=60).status_code == 200
    while time.monotonic() < deadline and not is_stored(server, "gone-28"):
        time.sleep(0.2)
    assert is_stored(server, "gone-28"), "lines that had arrived whole are taken even when nobody waits for the answer"


def test_a_connection_goes_on_after_a_stream(server: Server) -> None:
    with requests.Session() as session:
        for number in range(3):
            answer = session.post(server.url + PATH, data=line("kept", number), headers=LINES, timeout=30)
            assert results_of(answer)[0]["status"] == 201
            assert session.get(f"{server.url}/v1/articles/kept-{number}", timeout=30).status_code == 200


def test_a_bomb_costs_little(server: Server) -> None:
    bomb = gzip.compress(b" " * 1_000_000_000, compresslevel=9)
    before = peak_memory(server)
    answer = server.call("POST", PATH, data=bomb, headers={**LINES, "Content-Encoding": "gzip"})
    assert answer.status_code == 413
    assert peak_memory(server) - before < 50
