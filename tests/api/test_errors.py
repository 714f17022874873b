"""Every way a request can be wrong, in tables: the status, the kind, and the place that is named."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from service.errors import (
    Conflict,
    IndexIncompatible,
    IndexUnavailable,
    InvalidInput,
    JudgeUnavailable,
    NotFound,
    ServiceError,
    StaleRevision,
    UnreadableSource,
)
from service.services import Services
from tests.api.conftest import CLAIM, SEVEN, client_of, make_app, open_services
from tests.api.contract_client import ContractClient
from tests.api.fakes import Raising

JSON = {"Content-Type": "application/json"}
ARTICLES, CLAIMS, JUDGEMENTS = "/v1/articles", "/v1/cross-references", "/v1/judgements"
RLO, PDF, ZWNJ, ZWSP, BOM = "\u202e", "\u202c", "\u200c", "\u200b", "\ufeff"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One service for all: nothing here changes anything."""
    with open_services(tmp_path_factory.mktemp("errors")) as services:
        yield services


def kind(response: Any) -> tuple[int, str]:
    return response.status_code, response.json["type"].removeprefix("/problems/")


# --- the request cannot be read --------------------------------------------------------------------------------------

UNREADABLE = [
    (b"", "not JSON"),
    (b"{", "not JSON"),
    (b'{"claim": }', "line 1, column 11"),
    (b"{'claim': 'x'}", "not JSON"),
    (b'{"claim": "x",}', "not JSON"),
    (b'{"claim": "x"} x', "not JSON"),
    (b'{"claim": "a\nb"}', "not JSON"),
    (b'{"claim": "x', "not JSON"),
    (b'"\\"' * 200_000, "not JSON"),
    ('{"claim": "قُتل"}'.encode("cp1256"), "not UTF-8"),
    ('{"claim": "قُتل"}'.encode("utf-16"), "not UTF-8"),
    (b'{"claim": "\xff"}', "byte 11"),
    (b'{"claim": "\xed\xa0\x80"}', "not UTF-8"),
    (b'{"claim": "x", "limit": NaN}', "NaN is not JSON"),
    (b'{"claim": "x", "limit": -Infinity}', "-Infinity is not JSON"),
    (b'{"claim": "x", "limit": 1e999}', "too large"),
    (b'{"claim": "x", "limit": 0.' + b"1" * 50 + b"}", "too long"),
    (b'{"claim": "x", "limit": ' + b"9" * 5000 + b"}", "more than 40"),
    (b"[" * 100_000, "nested more than 32"),
    (b'{"a":' * 100_000, "nested more than 32"),
    (b'{"claim": "[[[[", "x": ' + b"[" * 33, "nested more than 32"),
]


@pytest.mark.parametrize(("body", "detail"), UNREADABLE, ids=range(len(UNREADABLE)))
@pytest.mark.parametrize("path", [ARTICLES, CLAIMS, JUDGEMENTS])
def test_an_unreadable_body_is_400(client: ContractClient, path: str, body: bytes, detail: str) -> None:
    response = client.post(path, data=body, headers=JSON)
    assert kind(response) == (400, "malformed-request")
    assert detail in response.json["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"claim": "أ", "claim": "ب"}', "#/claim"),
        ('{"claim": "x", "published": {"to": "2024-01-01", "to": "2024-01-01"}}', "#/published/to"),
        ('{"claim": "x", "passages": [{"text": "x"}, {"text": "x", "text": "x"}]}', "#/passages/1/text"),
        ('{"a/b~": 1, "a/b~": 2}', "#/a~1b~0"),
    ],
)
def test_a_name_twice_is_400_and_named(client: ContractClient, body: str, pointer: str) -> None:
    response = client.post(CLAIMS, data=body.encode(), headers=JSON)
    assert kind(response) == (400, "malformed-request")
    assert response.json["errors"][0]["pointer"] == pointer


def test_a_name_twice_among_very_many_is_found_at_once(client: ContractClient) -> None:
    """Searching with the square of the names kept a processor busy for nine seconds at 30,000 of them."""
    body = "{" + ",".join(f'"k{number}":0' for number in range(100_000)) + ',"z":1,"z":2}'
    begun = time.process_time()
    response = client.post(CLAIMS, data=body.encode(), headers=JSON)
    assert response.json["errors"][0]["pointer"] == "#/z"
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/jsonx"},
        {"Content-Type": "application/json; charset=windows-1256"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
def test_another_media_type_is_415(client: ContractClient, headers: dict[str, str]) -> None:
    response = client.post(CLAIMS, data=json.dumps({"claim": CLAIM}), headers=headers)
    assert kind(response) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", 'application/json; charset="UTF-8"', "APPLICATION/JSON",
     "application/ld+json"],
)  # fmt: skip
def test_json_under_its_names_is_read(services: Services, content_type: str) -> None:
    client = make_app(services).test_client()
    response = client.post(CLAIMS, data=json.dumps({"claim": CLAIM}), headers={"Content-Type": content_type})
    assert response.status_code == 200


def test_a_byte_order_mark_is_tolerated(client: ContractClient) -> None:
    body = BOM.encode() + json.dumps({"claim": CLAIM}).encode()
    assert client.post(CLAIMS, data=body, headers=JSON).status_code == 200


def test_a_body_that_is_too_large_is_413(client: ContractClient) -> None:
    body = json.dumps({"text": "ا" * (5 * 1024 * 1024)}).encode()
    assert kind(client.post(ARTICLES, data=body, headers=JSON)) == (413, "too-large")


# --- something given is not usable -----------------------------------------------------------------------------------

LONE = "\\ud800"
FIELDS = [
    (CLAIMS, "[]", "#"),
    (CLAIMS, '"x"', "#"),
    (CLAIMS, "{}", "#/claim"),
    (CLAIMS, '{"claim": null}', "#/claim"),
    (CLAIMS, '{"claim": 1}', "#/claim"),
    (CLAIMS, '{"claim": ["x"]}', "#/claim"),
    (CLAIMS, '{"claim": ""}', "#/claim"),
    (CLAIMS, '{"claim": "  \\t\\n"}', "#/claim"),
    (CLAIMS, '{"claim": "؟!… — «»"}', "#/claim"),
    (CLAIMS, f'{{"claim": "{ZWSP}{ZWNJ}{RLO}"}}', "#/claim"),
    (CLAIMS, '{"claim": "\\u064e\\u0640"}', "#/claim"),
    (CLAIMS, json.dumps({"claim": "ا" * 2001}), "#/claim"),
    (CLAIMS, f'{{"claim": "قال {LONE} أمس"}}', "#/claim"),
    (CLAIMS, '{"claim": "قال \\udc00 أمس"}', "#/claim"),
    (CLAIMS, '{"claim": "قال \\u0000 أمس"}', "#/claim"),
    (CLAIMS, f'{{"claim": "x", "{LONE}": 1}}', "#/%3F"),
    (CLAIMS, '{"claim": "x", "\\u0000": 1}', "#/%00"),
    (CLAIMS, '{"claim": "x", "claims": 1}', "#/claims"),
    (CLAIMS, '{"claim": "x", "حقل": 1}', "#/%D8%AD%D9%82%D9%84"),
    (CLAIMS, '{"claim": "x", "limit": 0}', "#/limit"),
    (CLAIMS, '{"claim": "x", "limit": 101}', "#/limit"),
    (CLAIMS, '{"claim": "x", "limit": 1.5}', "#/limit"),
    (CLAIMS, '{"claim": "x", "limit": 1.0}', "#/limit"),
    (CLAIMS, '{"claim": "x", "limit": "5"}', "#/limit"),
    (CLAIMS, '{"claim": "x", "limit": true}', "#/limit"),
    (CLAIMS, '{"claim": "x", "limit": null}', "#/limit"),
    (CLAIMS, '{"claim": "x", "as_of": "أمس"}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "as_of": "2024-02-30"}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "as_of": "20240230"}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "as_of": "٢٠٢٤-٠٢-٠١"}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "as_of": "2024-W05-1"}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "as_of": "2024-02-01T25:00:00Z"}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "as_of": "0001-01-01"}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "as_of": 20240201}', "#/as_of"),
    (CLAIMS, '{"claim": "x", "published": []}', "#/published"),
    (CLAIMS, '{"claim": "x", "published": {"until": "2024-01-01"}}', "#/published/until"),
    (CLAIMS, '{"claim": "x", "published": {"from": "2024"}}', "#/published/from"),
    (CLAIMS, '{"claim": "x", "published": {"from": "2024-02-01", "to": "2024-01-01"}}', "#/published/to"),
    (CLAIMS, '{"claim": "x", "outlets": "alwaha"}', "#/outlets"),
    (CLAIMS, '{"claim": "x", "outlets": ["alwaha", ""]}', "#/outlets/1"),
    (CLAIMS, '{"claim": "x", "outlets": ["alwaha", null]}', "#/outlets/1"),
    (CLAIMS, json.dumps({"claim": "x", "outlets": ["o"] * 101}), "#/outlets"),
    (CLAIMS, '{"claim": "x", "languages": ["arabic"]}', "#/languages/0"),
    (CLAIMS, '{"claim": "x", "languages": ["AR"]}', "#/languages/0"),
    (CLAIMS, json.dumps({"claim": "x", "languages": ["ar"] * 11}), "#/languages"),
    (JUDGEMENTS, '{"claim": "x"}', "#/passages"),
    (JUDGEMENTS, '{"claim": "x", "passages": []}', "#/passages"),
    (JUDGEMENTS, '{"claim": "x", "passages": {}}', "#/passages"),
    (JUDGEMENTS, '{"claim": "x", "passages": ["نص"]}', "#/passages/0"),
    (JUDGEMENTS, '{"claim": "x", "passages": [{"text": "نص"}, {}]}', "#/passages/1/text"),
    (JUDGEMENTS, '{"claim": "x", "passages": [{"text": "نص"}, {"text": "…"}]}', "#/passages/1/text"),
    (JUDGEMENTS, '{"claim": "x", "passages": [{"text": "نص\\u0000"}]}', "#/passages/0/text"),
    (JUDGEMENTS, '{"claim": "x", "passages": [{"text": "نص", "date": "2024-01-01"}]}', "#/passages/0/date"),
    (JUDGEMENTS, '{"claim": "x", "passages": [{"text": "نص", "published_at": "x"}]}', "#/passages/0/published_at"),
    (JUDGEMENTS, json.dumps({"claim": "x", "passages": [{"text": "ا" * 10_001}]}), "#/passages/0/text"),
    (JUDGEMENTS, json.dumps({"claim": "x", "passages": [{"text": "نص"}] * 101}), "#/passages"),
    (ARTICLES, "{}", "#"),
    (ARTICLES, '{"text": "نص", "page": "نص"}', "#/text"),
    (ARTICLES, '{"text": ""}', "#/text"),
    (ARTICLES, '{"page": "— …"}', "#/page"),
    (ARTICLES, '{"html": null}', "#/html"),
    (ARTICLES, '{"text": "نص", "body": "x"}', "#/body"),
    (ARTICLES, '{"text": "نص", "id": ""}', "#/id"),
    (ARTICLES, '{"text": "نص", "id": "a b"}', "#/id"),
    (ARTICLES, '{"text": "نص", "id": "/a"}', "#/id"),
    (ARTICLES, '{"text": "نص", "id": ".."}', "#/id"),
    (ARTICLES, '{"text": "نص", "id": "a\\n"}', "#/id"),
    (ARTICLES, '{"text": "نص", "id": 7}', "#/id"),
    (ARTICLES, json.dumps({"text": "نص", "id": "a" * 201}), "#/id"),
    (ARTICLES, '{"text": "نص", "url": "javascript:alert(1)"}', "#/url"),
    (ARTICLES, '{"text": "نص", "url": "/news/1"}', "#/url"),
    (ARTICLES, '{"text": "نص", "url": "https://"}', "#/url"),
    (ARTICLES, '{"text": "نص", "url": "https://[::1"}', "#/url"),
    (ARTICLES, '{"text": "نص", "url": "https://a.example/ x"}', "#/url"),
    (ARTICLES, '{"text": "نص", "url": "https://a.example:99999/"}', "#/url"),
    (ARTICLES, json.dumps({"text": "نص", "url": "https://a.example/" + "x" * 2000}), "#/url"),
    (ARTICLES, json.dumps({"text": "نص", "title": "ا" * 1001}), "#/title"),
    (ARTICLES, json.dumps({"text": "نص", "author": "ا" * 501}), "#/author"),
    (ARTICLES, '{"text": "نص", "outlet": " "}', "#/outlet"),
    (ARTICLES, '{"text": "نص", "outlet": {"id": "alwaha"}}', "#/outlet"),
    (ARTICLES, '{"text": "نص", "published_at": "5 مارس"}', "#/published_at"),
    (ARTICLES, '{"text": "نص", "published_at": "2024-03-05T12:00:00+99:00"}', "#/published_at"),
    (ARTICLES, '{"text": "نص", "language": "Arabic"}', "#/language"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "pointer"), FIELDS, ids=range(len(FIELDS)))
def test_a_field_that_is_not_usable_is_422_and_named(
    client: ContractClient, path: str, body: str, pointer: str
) -> None:
    response = client.post(path, data=body.encode(), headers=JSON)
    assert kind(response) == (422, "invalid-input")
    assert response.json["errors"][0]["pointer"] == pointer
    assert response.json["errors"][0]["detail"]


def test_all_faults_are_told_at_once(client: ContractClient) -> None:
    response = client.post(CLAIMS, json={"limit": 0, "as_of": "x", "y": 1})
    assert {fault["pointer"] for fault in response.json["errors"]} == {"#/claim", "#/limit", "#/as_of", "#/y"}


QUERIES = [
    (CLAIMS, "", "claim"),
    (CLAIMS, "claim=", "claim"),
    (CLAIMS, "claim=%20", "claim"),
    (CLAIMS, "claim=%E2%80%A6", "claim"),
    (CLAIMS, "claim=x%00", "claim"),
    (CLAIMS, "claim=x&claim=y", "claim"),
    (CLAIMS, "claim=x&q=y", "q"),
    (CLAIMS, "claim=x&limit=0", "limit"),
    (CLAIMS, "claim=x&limit=101", "limit"),
    (CLAIMS, "claim=x&limit=1.0", "limit"),
    (CLAIMS, "claim=x&limit=-1", "limit"),
    (CLAIMS, "claim=x&limit=%D9%A5", "limit"),
    (CLAIMS, "claim=x&limit=" + "9" * 5000, "limit"),
    (CLAIMS, "claim=x&as_of=1", "as_of"),
    (CLAIMS, "claim=x&published=2024-01-01", "published"),
    (CLAIMS, "claim=x&published_from=2024-02-01&published_to=2024-01-01", "published_to"),
    (CLAIMS, "claim=x&languages=arabic", "languages"),
    (CLAIMS, "claim=" + "x" * 2001, "claim"),
    (ARTICLES, "limit=201", "limit"),
    (ARTICLES, "page=2", "page"),
    (ARTICLES, "cursor=nonsense", "cursor"),
    (ARTICLES, "cursor=%D9%85", "cursor"),
    (ARTICLES + "/x", "revision=0", "revision"),
    (ARTICLES + "/x", "revision=x", "revision"),
    (ARTICLES + "/x", "rev=1", "rev"),
    ("/v1/outlets", "limit=1", "limit"),
    ("/v1/fact-checks", "claim=x&cursor=f0123456789abcdef01234567", "cursor"),
]  # fmt: skip


@pytest.mark.parametrize("path", [CLAIMS + "?claim=x&limit=-1", "/v1/feeds?limit=-1", "/v1/jobs?limit=-1"])
def test_a_number_below_zero_is_a_number_out_of_range(client: ContractClient, path: str) -> None:
    assert "must be between 1 and" in client.get(path).json["detail"]


@pytest.mark.parametrize(("path", "query", "parameter"), QUERIES, ids=range(len(QUERIES)))
def test_a_parameter_that_is_not_usable_is_422_and_named(
    client: ContractClient, path: str, query: str, parameter: str
) -> None:
    response = client.get(f"{path}?{query}")
    assert kind(response) == (422, "invalid-input")
    assert response.json["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("query", ["claim=%FF", "claim=%ED%A0%80", "%FF=x", "&".join(f"a{n}=1" for n in range(300))])
def test_an_unreadable_query_is_400(client: ContractClient, query: str) -> None:
    assert kind(client.get(f"{CLAIMS}?{query}")) == (400, "malformed-request")


@pytest.mark.parametrize("method", ["post", "delete"])
def test_wait_is_true_or_false(client: ContractClient, method: str) -> None:
    path = ARTICLES if method == "post" else f"{ARTICLES}/x"
    body = {"json": {"text": SEVEN}} if method == "post" else {}
    response = getattr(client, method)(f"{path}?wait=yes", **body)
    assert (kind(response), response.json["errors"][0]["parameter"]) == ((422, "invalid-input"), "wait")


# --- what is tolerated -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claim",
    [f"قُتل{ZWNJ} 12 شخصاً", f"{RLO}قُتل 12 شخصاً{PDF}", f"قـــتل {ZWSP}12", "قتل ﻣﺎﺋﺔ ١٢ 👩‍👧", "\x07قتل 12", "a" * 2000],
)  # fmt: skip
def test_invisible_characters_and_others_are_kept_as_they_are(client: ContractClient, claim: str) -> None:
    response = client.post(CLAIMS, json={"claim": claim})
    assert response.status_code == 200
    assert response.json["claim"]["text"] == claim


def test_a_claim_of_two_thousand_characters_beyond_u_ffff_fits(client: ContractClient) -> None:
    assert client.post(CLAIMS, json={"claim": "𝒜" * 2000}).status_code == 200


# --- addresses and methods -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1", 404),
        ("GET", "/v1/articles/", 404),
        ("GET", "//v1/articles", 404),
        ("GET", "/v2/articles", 404),
        ("GET", "/static/x", 404),
        ("GET", "/problems/none", 404),
        ("POST", "/v1/outlets", 405),
        ("PUT", "/v1/articles", 405),
        ("PATCH", "/v1/articles/x", 405),
        ("DELETE", "/v1/cross-references", 405),
        ("GET", "/v1/judgements", 405),
        ("TRACE", "/v1/outlets", 405),
        ("FOO", "/v1/outlets", 405),
    ],
)
def test_what_is_not_there_is_a_problem_too(client: ContractClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    if status == 405:
        assert "OPTIONS" in response.headers["Allow"]


def test_head_is_get_without_a_body(client: ContractClient) -> None:
    head, get = client.head("/v1/outlets"), client.get("/v1/outlets")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_options_tells_the_methods(client: ContractClient) -> None:
    allowed = client.options("/v1/articles").headers["Allow"].split(", ")
    assert set(allowed) == {"GET", "HEAD", "POST", "OPTIONS"}


# --- what goes wrong inside ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status", "slug", "retry_after"),
    [
        (UnreadableSource("لا نص", pointer="/page"), 422, "unreadable-source", None),
        (InvalidInput("x", pointer="/text"), 422, "invalid-input", None),
        (InvalidInput("x"), 422, "invalid-input", None),
        (NotFound("x"), 404, "not-found", None),
        (Conflict("x"), 409, "conflict", None),
        (StaleRevision("x"), 409, "conflict", None),
        (IndexUnavailable("x", retry_after=7), 503, "index-unavailable", "7"),
        (IndexIncompatible("run isnad rebuild"), 503, "index-unavailable", "5"),
        (JudgeUnavailable("x"), 503, "judge-unavailable", "30"),
        (ServiceError("x"), 500, "internal-error", None),
        (ValueError("x"), 500, "internal-error", None),
        (RecursionError("x"), 500, "internal-error", None),
    ],
)
def test_each_domain_error_has_its_problem(
    services: Services, error: Exception, status: int, slug: str, retry_after: str | None
) -> None:
    client = client_of(make_app(services, intake=Raising(error)))
    response = client.open("/v1/articles", method="POST", json={"text": SEVEN})
    assert kind(response) == (status, slug)
    assert response.headers.get("Retry-After") == retry_after
    pointer = getattr(error, "pointer", "")
    assert [fault["pointer"] for fault in response.json.get("errors", [])] == ([f"#{pointer}"] if pointer else [])


def test_a_bug_tells_nothing_of_the_text(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    client = client_of(make_app(services, cross_referencer=Raising(ValueError("سر النص"))))
    response = client.post(CLAIMS, json={"claim": CLAIM}, headers={"X-Request-Id": "r-1"})
    assert (response.status_code, response.json["request_id"]) == (500, "r-1")
    assert "سر" not in response.text


@pytest.mark.parametrize(
    ("languages", "language", "title"),
    [
        ("ar", "ar", "في الطلب قيمة غير صالحة"),
        ("ar-SA,ar;q=0.9,en;q=0.5", "ar", "في الطلب قيمة غير صالحة"),
        ("fr,en;q=0.3", "en", "Something given is not usable"),
        ("fr", "en", "Something given is not usable"),
        ("", "en", "Something given is not usable"),
    ],
)
def test_titles_come_in_the_callers_language(client: ContractClient, languages: str, language: str, title: str) -> None:
    response = client.post(CLAIMS, json={}, headers={"Accept-Language": languages})
    assert (response.json["title"], response.headers["Content-Language"]) == (title, language)


def test_every_kind_of_problem_is_explained(client: ContractClient) -> None:
    slug = client.post(CLAIMS, json={}).json["type"]
    explained = client.get(slug).json
    assert explained == {
        "type": slug,
        "status": 422,
        "title": {"ar": "في الطلب قيمة غير صالحة", "en": "Something given is not usable"},
    }
