"""Many claims in one call: the answers of single calls, in order, judged together; what is bad stays by itself."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from service.api import bounds
from service.api.export_sheets import write_csv
from service.api.export_table import Unanswered
from service.claims.crossref import CrossReferencer
from service.errors import IndexUnavailable, JudgeUnavailable
from service.keys import Scope
from service.services import Services
from service.settings import AuthSettings, LimitsSettings
from tests.api.conftest import CLAIM, SEVEN, client_of, make_app, make_key, post_article, with_settings
from tests.api.contract_client import ContractClient
from tests.api.fakes import FlakyOnce, Raising

PATH = "/v1/cross-references/batch"
OTHER = "وقع انهيار مبنى في مدينة الميناء أمس"


@pytest.fixture
def filled(client: ContractClient) -> ContractClient:
    post_article(client, id="m-1")
    post_article(client, id="w-1", outlet="الواحة", text=SEVEN, wait=True)
    return client


def ask(client: Any, *claims: Any, query: str = "", **headers: str) -> Any:
    return client.post(PATH + query, json={"claims": list(claims)}, headers=headers)


def ask_csv(client: Any, text: str | bytes, *, query: str = "", kind: str = "text/csv") -> Any:
    return client.post(PATH + query, data=text.encode() if isinstance(text, str) else text, content_type=kind)


def test_answers_are_those_of_single_calls_in_order(filled: ContractClient) -> None:
    claims = [{"claim": CLAIM}, {"claim": OTHER, "as_of": "2024-03-06"}, {"claim": "لا أحد يذكر هذا"}, {"claim": CLAIM}]
    answers = ask(filled, *claims).json["answers"]
    assert [each["status"] for each in answers] == [200] * 4
    for asked, each in zip(claims, answers, strict=True):
        assert each["cross_reference"] == filled.post("/v1/cross-references", json=asked).json


def test_filters_are_for_all_claims(filled: ContractClient) -> None:
    query = "?outlets=alwaha&limit=1&published_from=2024-03-01"
    for each in ask(filled, CLAIM, OTHER, query=query).json["answers"]:
        found = each["cross_reference"]
        assert [outlet["outlet"]["id"] for outlet in found["outlets"]] == ["alwaha"]
        assert found["coverage"]["articles"] == 1


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        ("", "#/claims/1/claim"),
        ("؟!", "#/claims/1/claim"),
        ("خ" * 2001, "#/claims/1/claim"),
        (7, "#/claims/1"),
        (None, "#/claims/1"),
        ([], "#/claims/1"),
        ({}, "#/claims/1/claim"),
        ({"claim": CLAIM, "as_of": "2024-02-30"}, "#/claims/1/as_of"),
        ({"claim": CLAIM, "limit": 3}, "#/claims/1/limit"),
    ],
)
def test_a_bad_claim_spoils_no_other(filled: ContractClient, bad: Any, pointer: str) -> None:
    answers = ask(filled, CLAIM, bad, OTHER).json["answers"]
    assert [each["status"] for each in answers] == [200, 422, 200]
    assert [fault["pointer"] for fault in answers[1]["problem"]["errors"]] == [pointer]


@pytest.mark.parametrize("count", [0, bounds.CLAIMS + 1])
def test_a_batch_has_1_to_100_claims(client: ContractClient, count: int) -> None:
    assert ask(client, *[CLAIM] * count).status_code == 422
    assert ask_csv(client, "claim\n" + f"{CLAIM}\n" * count).status_code == 422


class CountingJudge:
    """Judges many claims at once and counts how often it is asked."""

    def __init__(self, judge: Any) -> None:
        self._judge, self.calls, self.version = judge, 0, judge.version

    def judge(self, claim: Any, passages: Any) -> Any:
        raise AssertionError("asked claim by claim")

    def judge_many(self, asked: Any) -> Any:
        self.calls += 1
        return [self._judge.judge(claim, passages) for claim, passages in asked]


def test_the_judge_is_asked_once(services: Services, filled: ContractClient) -> None:
    judge = CountingJudge(services.judge)
    client = client_of(make_app(services, cross_referencer=CrossReferencer(services.index, judge)))
    answers = ask(client, CLAIM, OTHER, CLAIM).json["answers"]
    assert judge.calls == 1
    assert answers == ask(filled, CLAIM, OTHER, CLAIM).json["answers"]


@pytest.mark.parametrize(
    "table",
    [
        f"claim,as_of\n{CLAIM},\n{OTHER},2024-03-06\n",
        f"\ufeffclaim;as_of\r\n{CLAIM};\r\n{OTHER};2024-03-06\r\n",
        f"as_of\tnumber\tClaim \n\t1\t{CLAIM}\n\t\t\n2024-03-06\t2\t{OTHER}",
        f'الادعاء,بتاريخ,ملاحظات\n"{CLAIM}",,"سطر\nثان"\n{OTHER},2024-03-06\n',
    ],
)
def test_a_table_is_read_as_spreadsheets_save_it(filled: ContractClient, table: str) -> None:
    expected = ask(filled, CLAIM, {"claim": OTHER, "as_of": "2024-03-06"})
    assert ask_csv(filled, table).json == expected.json


@pytest.mark.parametrize(
    ("table", "kind", "status"),
    [
        (CLAIM.encode("cp1256", "replace"), "text/csv", 400),
        (b'claim\n"x', "text/csv", 400),
        (b"claim\n" + b"x" * 140_000, "text/csv", 400),
        (b"", "text/csv", 422),
        (b"claim\n", "text/csv", 422),
        (f"statement\n{CLAIM}\n".encode(), "text/csv", 422),
        (b"claim\na\0b\n", "text/csv", 422),
        (b"claim\nx\n", "text/csv; charset=windows-1256", 415),
        (b"claim\nx\n", "text/plain", 415),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(client: ContractClient, table: bytes, kind: str, status: int) -> None:
    assert ask_csv(client, table, kind=kind).status_code == status


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_answers_come_as_one_table(filled: ContractClient, form: str) -> None:
    response = ask(filled, CLAIM, "؟", OTHER, query=f"?format={form}")
    assert response.headers["Content-Disposition"] == f'attachment; filename="isnad.{form}"'
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
        assert list(dict.fromkeys(row["claim"] for row in rows)) == [CLAIM, "؟", OTHER]
        assert [row["problem"] for row in rows if row["problem"]] == ["claim must have at least one word"]


def test_json_ld_has_a_page_for_each_claim(filled: ContractClient) -> None:
    graph = ask(filled, CLAIM, "؟", OTHER, query="?format=jsonld").json["@graph"]
    assert [node["type"] for node in graph] == ["AnnotationPage", "isnad:Unanswered", "AnnotationPage"]
    alone = filled.post("/v1/cross-references?format=jsonld", json={"claim": CLAIM}).json
    assert {"@context": alone["@context"], **graph[0]} == alone
    assert graph[1]["isnad:problem"] == "claim must have at least one word"


def test_what_was_exported_can_be_asked_again(filled: ContractClient) -> None:
    claims = ["=12 قتيلاً في انهيار مبنى الميناء", CLAIM]
    again = ask_csv(filled, ask(filled, *claims, query="?format=csv&limit=1").data)
    asked = [each["cross_reference"]["claim"]["text"] for each in again.json["answers"]]
    assert asked == claims
    assert b'"\'=1"' in write_csv([Unanswered("=1", "")])


def test_a_search_that_fails_stands_in_its_place(services: Services, filled: ContractClient) -> None:
    index = FlakyOnce(services.index, "search", IndexUnavailable("no node answers"))
    client = client_of(make_app(services, cross_referencer=CrossReferencer(index, services.judge)))
    answers = ask(client, CLAIM, OTHER).json["answers"]
    assert [each["status"] for each in answers] == [503, 200]


@pytest.mark.parametrize("error", [IndexUnavailable("no node answers"), JudgeUnavailable("no model")])
def test_when_nothing_can_be_answered_the_call_says_so(services: Services, error: Exception) -> None:
    parts = (
        (Raising(error), services.judge) if isinstance(error, IndexUnavailable) else (services.index, Raising(error))
    )
    post_article(client_of(make_app(services)), wait=True)
    client = client_of(make_app(services, cross_referencer=CrossReferencer(*parts)))
    assert ask(client, CLAIM, OTHER).status_code == 503


def test_every_claim_counts_as_a_call(services: Services) -> None:
    limited = with_settings(services, auth=AuthSettings(mode="keys"), limits=LimitsSettings(read="2/hour"))
    client, key = client_of(make_app(limited)), make_key(services, Scope.READ)
    assert ask(client, CLAIM).status_code == 401
    answers = ask(client, CLAIM, OTHER, CLAIM, **key).json["answers"]
    assert [each["status"] for each in answers] == [200, 200, 429]
    assert ask(client, CLAIM, **key).status_code == 429
