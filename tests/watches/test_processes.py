"""The whole service, two workers, killed in between, and a receiver that refuses or forgets three calls of ten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from service.index.documents_embedded import EmbeddedDocuments
from service.watches.watch import new_secret
from tests.api.contract_client import schema_of
from tests.api.test_server import Server, start, wait_until_ready

RECEIVER = Path(__file__).with_name("receiver.py")
CLAIM = "أسفر انهيار مبنى الميناء عن مقتل سبعة أشخاص"
TEXT = "أسفر انهيار مبنى الميناء عن مقتل سبعة أشخاص، بحسب الدفاع المدني. وصدرت النشرة رقم {} من نشرات اليوم."
ARTICLES = 40
PATIENCE_S = 120
SETTINGS = {
    "ISNAD_JUDGE__MODEL": "typed",
    "ISNAD_INDEX__VECTORS": "false",
    "ISNAD_OUTBOUND__ALLOW": "127.0.0.1",
    "ISNAD_WATCHES__FIRST_RETRY_S": "1",
    "ISNAD_WATCHES__LEASE_S": "2",
    "ISNAD_WATCHES__TIMEOUT_S": "1",
}


@contextmanager
def receiving(log: Path, secret: str, share: float) -> Iterator[str]:
    command = [sys.executable, str(RECEIVER), str(log), secret, str(share)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/hook"
        finally:
            process.kill()


@contextmanager
def killed_at_the_end(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        kill_all(server)


def workers_of(server: Server) -> list[int]:
    listed = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    return [int(pid) for pid in listed]


def kill_all(server: Server) -> None:
    """As a power cut: no process gets to do anything any more."""
    if server.process.poll() is not None:
        return
    os.kill(server.process.pid, signal.SIGSTOP)  # it would start new workers
    for pid in (*workers_of(server), server.process.pid):
        os.kill(pid, signal.SIGKILL)
    server.process.wait(10)


def messages(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []


def wait_for(what: str, holds: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


@pytest.mark.slow
def test_nothing_is_lost(tmp_path: Path) -> None:
    log, secret = tmp_path / "messages", new_secret()
    with receiving(log, secret, 0.3) as url:
        with killed_at_the_end(start(tmp_path, **SETTINGS)) as server:
            wait_until_ready(server, "/readyz")
            hook = {"url": url, "secret": secret}
            watch = server.call("POST", "/v1/watches", json={"claim": CLAIM, "webhook": hook}).json()
            ping = server.call("POST", f"/v1/watches/{watch['id']}/ping").json()
            assert ping["status"] in (204, 503), ping
            for number in range(ARTICLES // 2):
                server.call("POST", "/v1/articles", json={"id": f"n{number}", "text": TEXT.format(number)})
            wait_for("something to arrive", lambda: len(messages(log)) > 3)
            os.kill(workers_of(server)[0], signal.SIGKILL)
            for number in range(ARTICLES // 2, ARTICLES):
                server.call("POST", "/v1/articles", json={"id": f"n{number}", "text": TEXT.format(number)})
        with killed_at_the_end(start(tmp_path, **SETTINGS)) as server:
            wait_until_ready(server, "/readyz")
            server.call("POST", "/v1/articles", json={"id": "n0", "text": TEXT.format("صفر")})

            def is_done() -> bool:
                shown = server.call("GET", f"/v1/watches/{watch['id']}").json()
                states = Counter(each["delivery"]["state"] for each in shown["matches"])
                return states == {"delivered": ARTICLES + 1}

            wait_for("all to be delivered", is_done)
    told = [each for each in messages(log) if each["body"]["type"] == "watch.match"]
    for each in told:
        schema_of("WatchMessage").validate(each["body"])
    revisions = {each["id"]: _revision(each) for each in told}
    wanted = {(f"n{number}", 1) for number in range(ARTICLES)} | {("n0", 2)}
    assert sorted(revisions.values()) == sorted(wanted), "every revision has one message"


def _revision(message: dict[str, Any]) -> tuple[str, int]:
    article = message["body"]["match"]["article"]
    return article["id"], article["revision"]


@pytest.mark.slow
def test_a_stop_gives_the_leases_back(tmp_path: Path) -> None:
    with killed_at_the_end(start(tmp_path, **SETTINGS)) as server:
        wait_until_ready(server, "/readyz")
        documents = EmbeddedDocuments(server.data)
        wait_for("the leases to be taken", lambda: len(documents.list_documents("lease")) == 3)
        documents.close()
        begun = time.monotonic()
        server.process.terminate()
        assert server.process.wait(30) == 0
        assert time.monotonic() - begun < 10
    documents = EmbeddedDocuments(server.data)
    assert documents.list_documents("lease") == []
    documents.close()
