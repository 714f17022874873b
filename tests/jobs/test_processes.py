"""Jobs of the whole service over real HTTP: workers killed in between, the service started anew, cancelled midway."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from service.index.documents_embedded import EmbeddedDocuments
from service.jobs.book import PIECE
from tests.api.contract_client import schema_of
from tests.api.test_server import Server, start, wait_until_ready
from tests.watches.test_processes import kill_all, killed_at_the_end, wait_for, workers_of

SETTINGS = {"ISNAD_JUDGE__MODEL": "typed", "ISNAD_INDEX__VECTORS": "false", "ISNAD_JOBS__LEASE_S": "2"}
TEXT = "أسفر انهيار مبنى الميناء عن مقتل {} أشخاص، بحسب الدفاع المدني. وصدرت النشرة رقم {} من نشرات اليوم."
CLAIMS = [f"أسفر انهيار مبنى الميناء رقم {number} عن مقتل سبعة أشخاص" for number in range(40)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with killed_at_the_end(start(tmp_path, **SETTINGS)) as server:
        fill(server)
        yield server


def fill(server: Server) -> None:
    wait_until_ready(server, "/readyz")
    for number in range(12):
        body = {"id": f"n{number}", "outlet": f"صحيفة {number % 6}", "text": TEXT.format(number, number)}
        server.call("POST", "/v1/articles?wait=true", json=body)


def queue(server: Server) -> str:
    response = server.call("POST", "/v1/cross-references/batch?async=true", json={"claims": CLAIMS})
    assert response.status_code == 202
    return str(response.headers["Location"])


def look(server: Server, job: str) -> Any:
    return server.call("GET", job).json()


def wait_for_progress(server: Server, job: str, done: int) -> None:
    wait_for(f"{done} claims", lambda: look(server, job)["progress"]["done"] >= done)


def pieces_in(data: Path) -> dict[str, tuple[int, object]]:
    documents = EmbeddedDocuments(data)
    found = documents.list_documents(PIECE, limit=1000)
    documents.close()
    return {each.key: (each.version, each.stored_at) for each in found}


def hold_to_be_whole(server: Server, job: str) -> None:
    wait_for("the end", lambda: look(server, job)["state"] == "done")
    result = server.call("GET", f"{job}/result").json()
    schema_of("BatchAnswers").validate(result)
    assert [each["cross_reference"]["claim"]["text"] for each in result["answers"]] == CLAIMS
    assert all(each["cross_reference"]["outlets"] for each in result["answers"])


@pytest.mark.slow
def test_other_workers_go_on_when_one_is_killed(server: Server) -> None:
    job = queue(server)
    for done in (4, 16):
        wait_for_progress(server, job, done)
        before = pieces_in(server.data)
        for pid in workers_of(server):  # whoever of them has it; the server starts others
            os.kill(pid, signal.SIGKILL)
        wait_until_ready(server, "/readyz")
    hold_to_be_whole(server, job)
    after = pieces_in(server.data)
    assert {key: after[key] for key in before} == before, "what was answered is not answered again"
    assert {version for version, _ in after.values()} == {1}


@pytest.mark.slow
def test_a_job_goes_on_when_the_service_is_started_anew(tmp_path: Path) -> None:
    with killed_at_the_end(start(tmp_path, **SETTINGS)) as server:
        fill(server)
        job = queue(server)
        wait_for_progress(server, job, 4)
        kill_all(server)
    before = pieces_in(server.data)
    assert 4 <= len(before) < len(CLAIMS)
    with killed_at_the_end(start(tmp_path, **SETTINGS)) as again:
        wait_until_ready(again, "/readyz")
        hold_to_be_whole(again, job)
        after = pieces_in(again.data)
        assert {key: after[key] for key in before} == before
    with killed_at_the_end(start(tmp_path, **SETTINGS)) as third:
        wait_until_ready(third, "/readyz")
        hold_to_be_whole(third, job)


@pytest.mark.slow
def test_a_job_is_cancelled_while_it_runs_and_the_next_one_is_done(server: Server) -> None:
    job = queue(server)
    wait_for_progress(server, job, 2)
    assert server.call("DELETE", job).json()["state"] == "cancelled"
    done = look(server, job)["progress"]["done"]
    hold_to_be_whole(server, queue(server))
    shown = look(server, job)
    assert (shown["state"], shown["progress"]["done"]) == ("cancelled", done)
    assert done < len(CLAIMS)
    assert all(not key.startswith(job.split("/")[-1]) for key in pieces_in(server.data))
    assert server.call("GET", f"{job}/result").status_code == 409
    assert server.call("DELETE", job).status_code == 204
    assert server.call("GET", job).status_code == 404
