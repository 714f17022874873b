"""/v1/jobs over the contract client: asked for, followed, fetched in all forms, cancelled, forgotten, one's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.errors import IndexUnavailable
from service.jobs.job import Failure, JobState
from service.jobs.setup import build_jobs
from service.keys import Scope
from service.services import Services
from service.settings import AuthSettings, JobsSettings, LimitsSettings
from tests.api.conftest import CLAIM, SEVEN, client_of, make_app, make_key, post_article, with_settings
from tests.api.contract_client import ContractClient
from tests.api.test_documents import TEXT

BATCH, DOCUMENT = "/v1/cross-references/batch", "/v1/documents/cross-references"
BODIES: dict[str, dict[str, Any]] = {
    BATCH: {"claims": [CLAIM, "؟", {"claim": SEVEN, "as_of": "2024-03-05"}]},
    DOCUMENT: {"text": TEXT, "published_at": "2024-03-05"},
}


@pytest.fixture
def filled(client: ContractClient) -> ContractClient:
    post_article(client, id="m-1")
    post_article(client, id="w-1", outlet="الواحة", text=SEVEN, wait=True)
    return client


@pytest.fixture
def working(services: Services) -> Iterator[Services]:
    """The services with their worker running, as in a process that serves."""
    services.jobs.start()
    yield services
    services.jobs.stop()


def queue(client: Any, path: str = BATCH, *, headers: dict[str, str] | None = None, query: str = "?async=true") -> Any:
    response = client.post(path + query, json=BODIES[path], headers=headers or {})
    assert response.status_code == 202, response.text
    assert response.headers["Location"] == f"/v1/jobs/{response.json['id']}"
    return response


def wait_until(client: Any, job_id: str, *states: str) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        job = client.get(f"/v1/jobs/{job_id}").json
        if job["state"] in states:
            return job
        time.sleep(0.05)
    pytest.fail(f"the job is {job}")


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_ids(item) for name, item in value.items() if name != "request_id"}
    return [without_ids(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", [BATCH, DOCUMENT])
def test_the_result_is_what_the_call_would_have_answered(
    working: Services,
    filled: ContractClient,
    path: str,
) -> None:
    job = queue(filled, path).json
    done = wait_until(filled, job["id"], "done")
    assert done["progress"] == {"done": 2, "total": 2}
    assert done["result"] == f"/v1/jobs/{job['id']}/result"
    for form in ("json", "csv", "jsonld"):
        result = filled.get(f"{done['result']}?format={form}")
        waited = filled.post(f"{path}?format={form}", json=BODIES[path])
        assert result.mimetype == waited.mimetype
        if form == "csv":
            assert result.data == waited.data
        else:
            assert without_ids(result.json) == without_ids(waited.json)
    assert filled.get(f"{done['result']}?format=xlsx").status_code == 200
    accepted = filled.get(done["result"], headers={"Accept": "text/csv"})
    assert accepted.mimetype == "text/csv"


@pytest.mark.parametrize(
    ("query", "headers", "is_job"),
    [
        ("?async=true", {}, True),
        ("", {"Prefer": "respond-async"}, True),
        ("", {"Prefer": "wait=10, respond-async; x=1"}, True),
        ("?async=false", {"Prefer": "respond-async"}, False),
        ("", {"Prefer": "return=minimal"}, False),
        ("?async=false", {}, False),
    ],
)
def test_how_a_job_is_asked_for(client: ContractClient, query: str, headers: dict[str, str], is_job: bool) -> None:
    response = client.post(BATCH + query, json=BODIES[BATCH], headers=headers)
    assert response.status_code == (202 if is_job else 200)
    applied = response.headers.get("Preference-Applied")
    assert applied == ("respond-async" if is_job and "Prefer" in headers else None)


def test_what_is_wrong_is_told_at_once(client: ContractClient) -> None:
    assert client.post(f"{BATCH}?async=true", json={"claims": []}).status_code == 422
    assert client.post(f"{DOCUMENT}?async=true", json={"article": "none"}).status_code == 422
    assert client.post(f"{BATCH}?async=perhaps", json=BODIES[BATCH]).status_code == 422
    assert client.get("/v1/jobs").json["jobs"] == []


def test_a_job_that_waits_says_so(client: ContractClient) -> None:
    job = queue(client).json
    shown = client.get(f"/v1/jobs/{job['id']}")
    assert (shown.json["state"], shown.json["result"]) == ("queued", None)
    assert int(shown.headers["Retry-After"]) >= 1
    result = client.get(f"/v1/jobs/{job['id']}/result")
    assert (result.status_code, result.json["detail"]) == (409, "the job is queued: 0 of 2 claims are answered")
    assert int(result.headers["Retry-After"]) >= 1
    again = client.get(f"/v1/jobs/{job['id']}", headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("job_id", ["j00000000000000000000", "x", "j" + "a" * 600, "j%2F"])
def test_what_is_not_there(client: ContractClient, job_id: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/result")):
        assert client.open(f"/v1/jobs/{job_id}{path}", method=method).status_code == 404


def test_a_job_is_cancelled_for_good_and_then_forgotten(services: Services, client: ContractClient) -> None:
    job = queue(client).json
    path = f"/v1/jobs/{job['id']}"
    cancelled = client.delete(path)
    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    services.jobs.start()
    time.sleep(0.3)
    services.jobs.stop()
    assert client.get(path).json["state"] == "cancelled"
    assert "Retry-After" not in client.get(path).headers
    assert client.get(f"{path}/result").json["detail"] == "the job was cancelled"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404


def test_a_finished_job_is_forgotten_with_its_result(working: Services, filled: ContractClient) -> None:
    job = queue(filled, DOCUMENT).json
    wait_until(filled, job["id"], "done")
    assert filled.delete(f"/v1/jobs/{job['id']}").status_code == 204
    assert filled.get(f"/v1/jobs/{job['id']}/result").status_code == 404
    assert filled.get("/v1/jobs").json["jobs"] == []


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Failure("judge", "no model"), "judge-unavailable"),
        (Failure("index", "away"), "index-unavailable"),
        (Failure("mistake", "claim 1 cannot be answered"), "internal-error"),
    ],
)
def test_a_job_that_failed_says_why(services: Services, client: ContractClient, failure: Failure, kind: str) -> None:
    job, book = queue(client).json, services.jobs.book
    book.finish(book.get(job["id"]), JobState.FAILED, failure)
    shown = client.get(f"/v1/jobs/{job['id']}").json
    assert shown["error"]["type"] == f"/problems/{kind}"
    assert shown["error"]["detail"] == failure.detail
    result = client.get(f"/v1/jobs/{job['id']}/result")
    assert (result.status_code, result.json["detail"]) == (409, f"the job failed: {failure.detail}")


def test_jobs_are_listed_in_pages(client: ContractClient) -> None:
    made = []
    for _ in range(5):
        made.append(queue(client).json["id"])
        time.sleep(0.002)  # ids sort by the millisecond
    seen: list[str] = []
    path = "/v1/jobs?limit=2"
    while path:
        page = client.get(path)
        seen += [job["id"] for job in page.json["jobs"]]
        cursor = page.json["next_cursor"]
        path = f"/v1/jobs?limit=2&cursor={cursor}" if cursor else ""
        assert f"cursor={cursor}" in page.headers["Link"] or cursor is None
    assert seen == made[::-1]
    assert client.get("/v1/jobs?cursor=xyz").status_code == 422


def test_one_sees_ones_own_jobs_and_admins_see_all(services: Services) -> None:
    services = with_settings(services, auth=AuthSettings(mode="keys"))
    client = client_of(make_app(services))
    mine, other = make_key(services, Scope.READ), make_key(services, Scope.READ)
    admin, ingest = make_key(services, Scope.ADMIN), make_key(services, Scope.INGEST)
    job = queue(client, headers=mine).json["id"]
    queue(client, headers=other)
    seen = {name: len(client.get("/v1/jobs", headers=key).json["jobs"]) for name, key in (("m", mine), ("a", admin))}
    assert seen == {"m": 1, "a": 2}
    for method, path in (("GET", ""), ("GET", "/result"), ("DELETE", "")):
        assert client.open(f"/v1/jobs/{job}{path}", method=method, headers=other).status_code == 404
    assert client.get(f"/v1/jobs/{job}", headers=ingest).status_code == 403
    assert client.get(f"/v1/jobs/{job}", headers=admin).status_code == 200
    assert client.delete(f"/v1/jobs/{job}", headers=mine).status_code == 200


def test_the_same_call_under_a_key_is_the_same_job(client: ContractClient) -> None:
    headers = {"Idempotency-Key": "job-1"}
    first, again = queue(client, headers=headers), queue(client, headers=headers)
    assert first.json["id"] == again.json["id"]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.post(f"{BATCH}?async=true", json={"claims": [CLAIM]}, headers=headers)
    assert other.status_code == 409
    assert len(client.get("/v1/jobs").json["jobs"]) == 1


@pytest.mark.parametrize(
    ("settings", "status", "kind"),
    [
        (JobsSettings(per_key=1), 429, "too-many-requests"),
        (JobsSettings(queue=1), 503, "queue-full"),
    ],
)
def test_a_full_queue_refuses(services: Services, settings: JobsSettings, status: int, kind: str) -> None:
    bounded = with_settings(services, jobs=settings)
    jobs = build_jobs(bounded.settings, services.documents, services.cross_referencer)
    client = client_of(make_app(replace(bounded, jobs=jobs)))
    job = queue(client).json
    refused = client.post(f"{BATCH}?async=true", json=BODIES[BATCH])
    assert (refused.status_code, refused.json["type"]) == (status, f"/problems/{kind}")
    assert int(refused.headers["Retry-After"]) > 0
    client.delete(f"/v1/jobs/{job['id']}")
    queue(client)


def test_claims_of_a_job_count_as_calls(services: Services) -> None:
    limited = with_settings(services, auth=AuthSettings(mode="keys"), limits=LimitsSettings(read="2/hour"))
    client, key = client_of(make_app(limited)), make_key(services, Scope.READ)
    queue(client, headers=key)
    assert client.get("/v1/jobs", headers=key).status_code == 429


def test_when_the_store_is_away_a_job_is_not_accepted(services: Services) -> None:
    class Away:
        def __getattr__(self, name: str) -> Any:
            raise IndexUnavailable("no node answers")

    jobs = build_jobs(services.settings, Away(), services.cross_referencer)  # type: ignore[arg-type]
    client = client_of(make_app(services, jobs=jobs))
    assert client.post(f"{BATCH}?async=true", json=BODIES[BATCH]).status_code == 503
