"""Idempotency-Key: a write sent again happens once and gets the first answer."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.api.idempotency import PRUNE_EVERY
from service.errors import IndexUnavailable
from service.index.documents import Document
from service.ingest.sources import Handed
from service.keys import Scope
from service.services import Services
from service.settings import AuthSettings
from tests.api.conftest import SEVEN, client_of, make_app, make_key, post_article, with_settings
from tests.api.contract_client import ContractClient
from tests.api.fakes import FlakyOnce

KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
BODY = {"text": SEVEN, "id": "m-1"}


def test_the_same_write_again_gets_the_first_answer(client: ContractClient, services: Services) -> None:
    first = client.post("/v1/articles", json=BODY, headers=KEY)
    post_article(client, id="m-1")
    again = client.post("/v1/articles", json=BODY, headers=KEY)
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert "Idempotency-Replayed" not in first.headers
    assert services.index.get("m-1").head.revision == 2, "the write did not happen again"


def test_the_key_works_with_and_without_quotes(client: ContractClient) -> None:
    client.post("/v1/articles", json=BODY, headers=KEY)
    bare = {"Idempotency-Key": KEY["Idempotency-Key"].strip('"')}
    assert client.post("/v1/articles", json=BODY, headers=bare).headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(("path", "body"), [("", {**BODY, "title": "x"}), ("?wait=true", BODY)])
def test_another_request_under_the_same_key_is_409(client: ContractClient, path: str, body: dict[str, Any]) -> None:
    client.post("/v1/articles", json=BODY, headers=KEY)
    other = client.post(f"/v1/articles{path}", json=body, headers=KEY)
    assert (other.status_code, other.json["errors"][0]["header"]) == (409, "Idempotency-Key")


def test_each_caller_has_his_own_keys(services: Services) -> None:
    services = with_settings(services, auth=AuthSettings(mode="keys"))
    client = client_of(make_app(services))
    for _ in range(2):
        headers = {**KEY, **make_key(services, Scope.INGEST)}
        assert "Idempotency-Replayed" not in client.post("/v1/articles", json=BODY, headers=headers).headers


@pytest.mark.parametrize("key", ["", "a b", "مفتاح".encode().decode("latin-1"), "x" * 256, '"'])
def test_a_key_that_is_not_usable_is_422(client: ContractClient, key: str) -> None:
    response = client.post("/v1/articles", json=BODY, headers={"Idempotency-Key": key})
    assert (response.status_code, response.json["errors"][0]["header"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("body", "status"), [({"text": ""}, 422), ({"text": SEVEN, "id": "m-1", "url": "x"}, 422)]
)  # fmt: skip
def test_a_refused_write_frees_its_key(client: ContractClient, body: dict[str, Any], status: int) -> None:
    assert client.post("/v1/articles", json=body, headers=KEY).status_code == status
    assert client.post("/v1/articles", json=BODY, headers=KEY).status_code == 201


def test_a_failed_write_frees_its_key(services: Services) -> None:
    flaky = FlakyOnce(services.intake, "take_many", IndexUnavailable("away"))
    client = client_of(make_app(services, intake=flaky))
    assert client.post("/v1/articles", json=BODY, headers=KEY).status_code == 503
    assert client.post("/v1/articles", json=BODY, headers=KEY).status_code == 201


def test_while_the_first_runs_the_second_waits(services: Services) -> None:
    entered, go_on = threading.Event(), threading.Event()

    class Slow:
        def take_many(self, submissions: Iterable[Handed], *, wait: bool = False) -> Any:
            entered.set()
            assert go_on.wait(30)
            return services.intake.take_many(submissions, wait=wait)

    app = make_app(services, intake=Slow())
    answers: list[int] = []

    def send() -> None:
        answers.append(app.test_client().post("/v1/articles", json=BODY, headers=KEY).status_code)

    first = threading.Thread(target=send)
    first.start()
    assert entered.wait(30)
    second = client_of(app).post("/v1/articles", json=BODY, headers=KEY)
    go_on.set()
    first.join(30)
    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert answers == [201]
    assert client_of(app).post("/v1/articles", json=BODY, headers=KEY).headers["Idempotency-Replayed"] == "true"


class Aged:
    """Documents that seem to have been written some time ago."""

    def __init__(self, documents: Any, age: timedelta) -> None:
        self._documents, self._age = documents, age

    def get(self, kind: str, key: str) -> Document | None:
        found = self._documents.get(kind, key)
        if found is None:
            return None
        return Document(found.kind, found.key, found.version, datetime.now(UTC) - self._age, found.body)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)


@pytest.mark.parametrize(("hours", "status", "is_replayed"), [(23, 201, True), (25, 200, False)])
def test_an_answer_is_kept_for_a_day(services: Services, hours: int, status: int, is_replayed: bool) -> None:
    client_of(make_app(services)).post("/v1/articles", json=BODY, headers=KEY)
    later = client_of(make_app(services, documents=Aged(services.documents, timedelta(hours=hours))))
    response = later.post("/v1/articles", json=BODY, headers=KEY)
    assert (response.status_code, "Idempotency-Replayed" in response.headers) == (status, is_replayed)


@pytest.mark.parametrize(("minutes", "status"), [(1, 409), (3, 201)])
def test_the_claim_of_a_dead_process_runs_out(services: Services, minutes: int, status: int) -> None:
    class Dies:
        def take_many(self, submissions: Iterable[Handed], *, wait: bool = False) -> Any:
            raise SystemExit

        def close(self) -> None:
            pass

    class NeverDeletes(Aged):
        def delete(self, *_: Any, **__: Any) -> bool:
            raise IndexUnavailable("the process is gone")

    dying = make_app(services, intake=Dies(), documents=NeverDeletes(services.documents, timedelta()))
    with pytest.raises(SystemExit):
        dying.test_client().post("/v1/articles", json=BODY, headers=KEY)
    later = client_of(make_app(services, documents=Aged(services.documents, timedelta(minutes=minutes))))
    assert later.post("/v1/articles", json=BODY, headers=KEY).status_code == status


def test_a_write_counts_even_when_its_answer_cannot_be_kept(services: Services) -> None:
    class FailsToKeep(Aged):
        def put(self, kind: str, key: str, body: Any, *, version: int | None = None) -> Any:
            if version:
                raise IndexUnavailable("away")
            return self._documents.put(kind, key, body, version=version)

    client = client_of(make_app(services, documents=FailsToKeep(services.documents, timedelta())))
    assert client.post("/v1/articles", json=BODY, headers=KEY).status_code == 201


def test_old_answers_are_removed_now_and_then(services: Services) -> None:
    services.documents.put("idempotency", "old", {"fingerprint": "", "status": 201})

    class InTheFuture(Aged):
        def delete_older(self, kind: str, before: datetime) -> int:
            return int(self._documents.delete_older(kind, before + timedelta(hours=25)))

    client = client_of(make_app(services, documents=InTheFuture(services.documents, timedelta())))
    for number in range(5 * PRUNE_EVERY):
        key = f"k-{number}"
        if int(hashlib.sha256(f"\n{key}".encode()).hexdigest()[:8], 16) % PRUNE_EVERY == 0:
            break
    assert services.documents.get("idempotency", "old") is not None
    assert client.post("/v1/articles", json=BODY, headers={"Idempotency-Key": key}).status_code == 201
    assert services.documents.get("idempotency", "old") is None
