"""What operators see: request ids, log lines without texts, counters, lazily built services."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from service.api.access_log import JsonFormatter, TextFormatter, configure_logging
from service.api.state import state_of
from service.app import create_app
from service.errors import IndexUnavailable
from service.services import Services
from service.settings import LoggingSettings, Settings
from tests.api.conftest import CLAIM, SEVEN, client_of, make_app, post_article
from tests.api.contract_client import ContractClient
from tests.api.fakes import Raising


def log_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("desk-7:2024/03/05", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("", False),
        ("a b", False),
        ('{"x":1}', False),
        ("رقم".encode().decode("latin-1"), False),
    ],
)
def test_a_request_id_comes_back(client: ContractClient, given: str, kept: bool) -> None:
    for path in ("/healthz", "/none", "/v1/articles/none"):
        returned = client.get(path, headers={"X-Request-Id": given}).headers["X-Request-Id"]
        assert (returned == given) is kept
        assert returned


def test_request_ids_differ(client: ContractClient) -> None:
    assert len({client.get("/healthz").headers["X-Request-Id"] for _ in range(3)}) == 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://almarfa.example/rss?key=s3cret", "https://almarfa.example/rss"),
        (
            "https://almarfa.example/أخبار?key=s3cret&page=2: answered 404; HTTPS://b.example#s3cret",
            "https://almarfa.example/أخبار: answered 404; HTTPS://b.example",
        ),
        ("why? nobody knows", "why? nobody knows"),
        (7, 7),
    ],
)
def test_the_query_of_an_address_is_not_logged(value: object, shown: object) -> None:
    record = logging.makeLogRecord({"msg": "a feed could not be polled", "fields": {"reason": value}})
    assert json.loads(JsonFormatter().format(record))["reason"] == shown
    assert "s3cret" not in TextFormatter().format(record)


def test_a_request_is_one_line_without_texts(services: Services, capfd: pytest.CaptureFixture[str]) -> None:
    client = client_of(make_app(services))
    capfd.readouterr()
    client.get(f"/v1/cross-references?claim={CLAIM}", headers={"X-Request-Id": "r-1"})
    client.post("/v1/judgements", json={"claim": CLAIM, "passages": [{"text": SEVEN}]})
    client.get("/v1/articles/سري")
    lines = log_lines(capfd.readouterr().err)
    assert [line["route"] for line in lines] == [
        "/v1/cross-references",
        "/v1/judgements",
        "/v1/articles/<path:article_id>",
    ]
    assert lines[0] | {"time": "", "milliseconds": 0, "bytes_out": 0} == {
        "time": "",
        "level": "info",
        "logger": "isnad",
        "event": "request",
        "request_id": "r-1",
        "method": "GET",
        "route": "/v1/cross-references",
        "status": 200,
        "milliseconds": 0,
        "bytes_in": 0,
        "bytes_out": 0,
        "key": None,
        "address": "127.0.0.1",
    }
    for word in ("الميناء", "سري"):
        assert word not in json.dumps(lines, ensure_ascii=False)


def test_probes_that_succeed_are_not_logged(services: Services, capfd: pytest.CaptureFixture[str]) -> None:
    broken = client_of(make_app(services, index=Raising(IndexUnavailable("no node answers"))))
    capfd.readouterr()
    for path in ("/healthz", "/metrics", "/readyz"):
        broken.get(path)
    assert [(line["event"], line["route"]) for line in log_lines(capfd.readouterr().err)] == [
        ("request not answered", "/readyz"),
        ("request", "/readyz"),
    ]


@pytest.mark.parametrize(("level", "is_shown"), [("info", False), ("debug", True)])
def test_a_bug_is_logged_with_its_place_but_not_its_words(
    services: Services, capfd: pytest.CaptureFixture[str], level: Any, is_shown: bool
) -> None:
    client = client_of(make_app(services, cross_referencer=Raising(ValueError("سر النص"))))
    configure_logging(LoggingSettings(level=level))
    capfd.readouterr()
    client.post("/v1/cross-references", json={"claim": CLAIM}, headers={"X-Request-Id": "r-2"})
    failed = next(line for line in log_lines(capfd.readouterr().err) if line["event"] == "request failed")
    assert (failed["level"], failed["request_id"], failed["error"]) == ("error", "r-2", "ValueError")
    assert any("cross_references.py" in frame for frame in failed["trace"])
    assert ("سر النص" in json.dumps(failed, ensure_ascii=False)) is is_shown


def test_lines_for_people_say_the_same() -> None:
    record = logging.LogRecord("isnad", logging.WARNING, "x.py", 1, "ready", None, None)
    record.fields = {"status": 200}
    assert TextFormatter().format(record).endswith("WARNING ready status=200")
    assert json.loads(JsonFormatter().format(record))["status"] == 200
    configure_logging(LoggingSettings(format="text", level="error"))
    [handler] = logging.getLogger("isnad").handlers
    assert isinstance(handler.formatter, TextFormatter)


def test_counters_count(client: ContractClient) -> None:
    post_article(client, id="m-1")
    post_article(client, id="m-1")
    client.post("/v1/cross-references", json={"claim": CLAIM})
    client.post("/v1/judgements", json={"claim": CLAIM, "passages": [{"text": SEVEN}, {"text": "نص"}]})
    client.get("/nowhere")
    text = client.get("/metrics").text
    for line in (
        'isnad_requests_total{method="POST",route="/v1/articles",status="201"} 1.0',
        'isnad_requests_total{method="GET",route="(none)",status="404"} 1.0',
        'isnad_articles_total{outcome="created",role="main"} 1.0',
        'isnad_articles_total{outcome="unchanged",role="main"} 1.0',
        'isnad_judgements_total{flag="conflicts"} 1.0',
        'isnad_request_seconds_count{method="POST",route="/v1/judgements"} 1.0',
    ):
        assert line in text.splitlines()
    assert "isnad_cross_references_total" in text


def test_services_are_built_on_first_use_and_closed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    app = create_app(settings)
    assert not settings.data.exists()
    assert app.test_client().get("/healthz").status_code == 200
    assert not settings.data.exists(), "health needs no services"
    assert app.test_client().get("/v1/outlets").json == {"outlets": []}
    first = state_of(app).services()
    assert first is state_of(app).services()
    state_of(app).close()
    state_of(app).close()
    assert state_of(app).services() is not first
    state_of(app).close()


def test_what_cannot_be_built_is_503_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    app = create_app(Settings(data=tmp_path / "data"))
    response = client_of(app).get("/v1/outlets")
    assert (response.status_code, response.json["type"]) == (503, "/problems/index-unavailable")
    (tmp_path / "data").unlink()
    assert app.test_client().get("/v1/outlets").status_code == 200
    state_of(app).close()


def test_answers_are_not_kept_by_shared_caches(client: ContractClient) -> None:
    response = client.get("/v1/outlets")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_readiness_needs_the_small_documents_too(services: Services) -> None:
    client = client_of(make_app(services, documents=Raising(IndexUnavailable("documents.sqlite3: disk I/O error"))))
    assert client.get("/readyz").status_code == 503
