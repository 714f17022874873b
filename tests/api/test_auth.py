"""Who may call: keys, scopes, open mode, rate limits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from limits.errors import StorageError

from service.api.rate_limits import RateLimits
from service.errors import InvalidInput, NotFound, StaleRevision
from service.index.documents_embedded import EmbeddedDocuments
from service.keys import KeyRing, Scope
from service.services import Services
from service.settings import AuthSettings, LimitsSettings, Secret, ServerSettings
from tests.api.conftest import CLAIM, SEVEN, client_of, make_app, make_key, with_settings
from tests.api.fakes import FlakyOnce

BOOTSTRAP = "b" * 40


@pytest.fixture
def closed(services: Services) -> Services:
    return with_settings(services, auth=AuthSettings(mode="keys"))


CALLS: list[tuple[str, str, dict[str, Any], Scope]] = [
    ("GET", "/v1/articles", {}, Scope.READ),
    ("GET", "/v1/articles/m-1", {}, Scope.READ),
    ("GET", "/v1/outlets", {}, Scope.READ),
    ("GET", "/v1/cross-references?claim=x", {}, Scope.READ),
    ("POST", "/v1/cross-references", {"json": {"claim": CLAIM}}, Scope.READ),
    ("POST", "/v1/judgements", {"json": {"claim": CLAIM, "passages": [{"text": "نص"}]}}, Scope.READ),
    ("POST", "/v1/articles", {"json": {"text": SEVEN, "id": "m-1"}}, Scope.INGEST),
    ("DELETE", "/v1/articles/m-2", {}, Scope.INGEST),
    ("GET", "/metrics", {}, Scope.ADMIN),
]


@pytest.mark.parametrize(("method", "path", "body", "needed"), CALLS)
@pytest.mark.parametrize("held", list(Scope))
def test_a_scope_opens_its_calls_and_no_others(
    closed: Services, method: str, path: str, body: dict[str, Any], needed: Scope, held: Scope
) -> None:
    client = client_of(make_app(closed))
    response = client.open(path, method=method, headers=make_key(closed, held), **body)
    if held in (needed, Scope.ADMIN):
        assert response.status_code in (200, 201, 404)
    else:
        assert response.status_code == 403
        assert response.json["type"] == "/problems/scope-missing"
        assert f'scope="{needed}"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("method", "path", "body", "needed"), CALLS)
def test_without_a_key_nothing_is_answered(
    closed: Services, method: str, path: str, body: dict[str, Any], needed: Scope
) -> None:
    response = client_of(make_app(closed)).open(path, method=method, **body)
    assert (response.status_code, response.json["type"]) == (401, "/problems/key-needed")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/healthz", "/openapi.yaml", "/problems/conflict"])
def test_some_addresses_need_no_key(closed: Services, path: str) -> None:
    assert client_of(make_app(closed)).get(path).status_code == 200


def test_a_key_opens_by_either_header(closed: Services) -> None:
    client, bearer = client_of(make_app(closed)), make_key(closed, Scope.READ)
    key = bearer["Authorization"].removeprefix("Bearer ")
    for headers in (bearer, {"X-API-Key": key}, {"Authorization": f"bearer  {key}"}):
        assert client.get("/v1/outlets", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer isnad_000000000000_" + "x" * 43},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"X-API-Key": ""},
        {"X-API-Key": "مفتاح".encode().decode("latin-1")},
    ],
)
@pytest.mark.parametrize("mode", ["keys", "auto"])
def test_a_wrong_key_is_refused_in_open_mode_too(services: Services, headers: dict[str, str], mode: Any) -> None:
    client = client_of(make_app(with_settings(services, auth=AuthSettings(mode=mode))))
    assert client.get("/v1/outlets", headers=headers).status_code == 401


def test_a_revoked_key_is_refused_at_once_everywhere(closed: Services) -> None:
    one, other = client_of(make_app(closed)), client_of(make_app(closed))
    headers = make_key(closed, Scope.READ)
    assert one.get("/v1/outlets", headers=headers).status_code == 200
    [key] = closed.keys.all()
    closed.keys.revoke(key.id)
    assert [client.get("/v1/outlets", headers=headers).status_code for client in (one, other)] == [401, 401]


def test_the_bootstrap_key_may_do_everything(closed: Services) -> None:
    closed = replace(closed, keys=KeyRing(closed.documents, bootstrap=Secret(BOOTSTRAP)))
    client = client_of(make_app(closed))
    assert client.get("/metrics", headers={"X-API-Key": BOOTSTRAP}).status_code == 200
    assert client.get("/metrics", headers={"X-API-Key": BOOTSTRAP + "b"}).status_code == 401


# --- open mode -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "host", "headers", "status"),
    [
        ("127.0.0.1", "127.0.0.1:8000", {}, 200),
        ("127.0.0.1", "localhost", {}, 200),
        ("::1", "[::1]:8000", {}, 200),
        ("10.0.0.7", "127.0.0.1:8000", {}, 401),
        ("127.0.0.1", "news.example", {}, 401),
        ("127.0.0.1", "localhost.attacker.example:8000", {}, 401),
        ("127.0.0.1", "localhost", {"X-Forwarded-For": "10.0.0.7"}, 401),
        ("127.0.0.1", "localhost", {"Forwarded": "for=10.0.0.7"}, 401),
        ("", "localhost", {}, 401),
    ],
)
def test_open_mode_believes_only_direct_calls_on_this_machine(
    services: Services, address: str, host: str, headers: dict[str, str], status: int
) -> None:
    response = make_app(services).test_client().get(
        "/v1/outlets", headers={"Host": host, **headers}, environ_base={"REMOTE_ADDR": address}
    )  # fmt: skip
    assert response.status_code == status


@pytest.mark.parametrize(
    ("host", "mode", "status"),
    [("127.0.0.1", "auto", 200), ("127.0.0.1", "open", 200), ("127.0.0.1", "keys", 401), ("0.0.0.0", "auto", 401)],
)
def test_a_service_that_others_can_reach_asks_for_keys(services: Services, host: str, mode: Any, status: int) -> None:
    services = with_settings(services, server=ServerSettings(host=host), auth=AuthSettings(mode=mode))
    assert make_app(services).test_client().get("/v1/outlets").status_code == status


def test_open_mode_is_said_loudly(services: Services, capfd: pytest.CaptureFixture[str]) -> None:
    make_app(services)
    assert "OPEN MODE" in capfd.readouterr().err
    make_app(with_settings(services, auth=AuthSettings(mode="keys")))
    assert "OPEN MODE" not in capfd.readouterr().err


# --- rate limits -----------------------------------------------------------------------------------------------------


def test_a_key_that_calls_too_often_waits(closed: Services) -> None:
    closed = with_settings(closed, limits=LimitsSettings(read="2/minute", ingest="1/hour"))
    client, headers, other = client_of(make_app(closed)), make_key(closed, Scope.ADMIN), make_key(closed, Scope.READ)
    first = client.get("/v1/outlets", headers=headers)
    assert first.headers["RateLimit-Policy"] == '"read";q=2;w=60'
    assert re.fullmatch(r'"read";r=1;t=\d+', first.headers["RateLimit"])
    assert client.get("/v1/articles", headers=headers).status_code == 200
    refused = client.get("/v1/outlets", headers=headers)
    assert (refused.status_code, refused.json["type"]) == (429, "/problems/too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 120
    assert refused.headers["RateLimit"].startswith('"read";r=0;')
    assert client.get("/v1/outlets", headers=other).status_code == 200, "another key has its own count"
    body = {"json": {"text": SEVEN}, "headers": headers}
    assert client.post("/v1/articles", **body).headers["RateLimit-Policy"] == '"ingest";q=1;w=3600'
    assert client.post("/v1/articles", **body).status_code == 429


def test_callers_without_a_key_are_not_counted(services: Services) -> None:
    client = client_of(make_app(with_settings(services, limits=LimitsSettings(read="1/day"))))
    for _ in range(3):
        response = client.get("/v1/outlets")
        assert (response.status_code, "RateLimit" in response.headers) == (200, False)


def test_calls_pass_while_the_counters_are_away(caplog: pytest.LogCaptureFixture) -> None:
    class Away:
        def hit(self, *_: Any, **__: Any) -> bool:
            raise StorageError(OSError("connection refused"))

    limits = RateLimits(LimitsSettings())
    limits._limiter = Away()  # type: ignore[assignment]
    assert limits.count("k", Scope.READ) == (True, {})


# --- the key ring ----------------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 3, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_key_is_shown_once_and_kept_as_a_hash(services: Services) -> None:
    key, text = services.keys.create("مكتب", [Scope.READ, Scope.INGEST])
    assert re.fullmatch(rf"isnad_{key.id}_[A-Za-z0-9_-]{{43}}", text)
    document = services.documents.get("api-key", key.id)
    assert document is not None
    assert text.rpartition("_")[2] not in str(document.body)
    found = services.keys.verify(text)
    assert found is not None
    assert (found.id, found.name, found.scopes) == (key.id, "مكتب", {Scope.READ, Scope.INGEST})


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "x", lambda t: t[:-1] + "\u00e9", lambda t: t.upper()]
)
def test_a_changed_key_opens_nothing(services: Services, change: Any) -> None:
    _, text = services.keys.create("مكتب", [Scope.READ])
    assert services.keys.verify(change(text)) is None


@pytest.mark.parametrize(("name", "scopes"), [("", [Scope.READ]), (" ", [Scope.READ]), ("مكتب", [])])
def test_a_key_needs_a_name_and_a_scope(services: Services, name: str, scopes: list[Scope]) -> None:
    with pytest.raises(InvalidInput):
        services.keys.create(name, scopes)


def test_last_use_is_kept_to_the_minute(services: Services) -> None:
    clock = Clock()
    ring = KeyRing(services.documents, clock=clock)
    key, text = ring.create("مكتب", [Scope.READ])
    for seconds, used in ((0, 0), (30, 0), (60, 60), (150, 150)):
        clock.now = datetime(2024, 3, 5, 12, tzinfo=UTC) + timedelta(seconds=seconds)
        ring.verify(text)
        [kept] = ring.all()
        assert kept.used_at == datetime(2024, 3, 5, 12, tzinfo=UTC) + timedelta(seconds=used)
    assert key.used_at is None


def test_a_key_revoked_while_its_use_is_noted_is_refused(services: Services) -> None:
    key, text = services.keys.create("مكتب", [Scope.READ])

    class RevokesFirst:
        def put(self, *args: Any, **kwargs: Any) -> Any:
            services.keys.revoke(key.id)
            return services.documents.put(*args, **kwargs)

        def __getattr__(self, name: str) -> Any:
            return getattr(services.documents, name)

    assert KeyRing(RevokesFirst()).verify(text) is None  # type: ignore[arg-type]


def test_revoking_twice_and_against_another_writer_works(services: Services) -> None:
    key, _ = services.keys.create("مكتب", [Scope.READ])
    ring = KeyRing(FlakyOnce(services.documents, "put", StaleRevision("x")))
    first = ring.revoke(key.id)
    assert first.revoked_at is not None
    assert ring.revoke(key.id) == first
    with pytest.raises(NotFound):
        ring.revoke("none")


def test_lists_more_keys_than_a_page(tmp_path: Any) -> None:
    documents = EmbeddedDocuments(tmp_path)
    ring = KeyRing(documents)
    made = {ring.create(f"مفتاح {number}", [Scope.READ])[0].id for number in range(120)}
    assert {key.id for key in ring.all()} == made
    documents.close()
