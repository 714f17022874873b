"""Whole documents over the contract client: claims with spans and reasons, a matrix of the others, all forms."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from service.api import bounds
from service.claims.crossref import CrossReferencer
from service.errors import IndexUnavailable
from service.keys import Scope
from service.services import Services
from service.settings import AuthSettings, LimitsSettings
from tests.api.conftest import SEVEN, client_of, make_app, make_key, post_article, with_settings
from tests.api.contract_client import ContractClient
from tests.api.fakes import FlakyOnce

PATH = "/v1/documents/cross-references"
TOLL = "ارتفع عدد قتلى انهيار مبنى الميناء إلى 12 قتيلاً 🕊️ بعد انتشال جثتين فجر الثلاثاء."
MISSING = "وقالت فرق الإنقاذ إن البحث مستمر عن ثلاثة مفقودين تحت أنقاض مبنى الميناء."
QUESTION = "فهل كان يمكن تجنب ما جرى في الميناء؟"
TEXT = f"انهيار مبنى\n{TOLL} {MISSING}\n{QUESTION}"
WIRE = f"{TOLL} {MISSING} وأعلنت البلدية الحداد ثلاثة أيام في المدينة وفتحت مدرستين لإيواء العائلات التي فقدت بيوتها."


@pytest.fixture
def filled(client: ContractClient) -> ContractClient:
    post_article(client, id="m-1", text=WIRE, outlet="صحيفة المرفأ")
    post_article(client, id="m-2", text=f"{TOLL} وهذا خبر آخر للصحيفة نفسها.", outlet="صحيفة المرفأ")
    post_article(client, id="c-1", text=WIRE, outlet="وكالة الشراع")
    post_article(client, id="w-1", text=SEVEN, outlet="الواحة", wait=True)
    return client


def ask(client: Any, *, query: str = "", headers: dict[str, str] | None = None, **body: Any) -> Any:
    return client.post(PATH + query, json=body, headers=headers or {})


def verdicts(answer: Any) -> list[str]:
    return [claim["summary"]["verdict"] for claim in answer["claims"]]


def test_claims_are_cut_from_the_text_with_both_offsets(filled: ContractClient) -> None:
    answer = ask(filled, text=TEXT, published_at="2024-03-05").json
    assert [claim["claim"]["text"] for claim in answer["claims"]] == [TOLL, MISSING]
    for claim in answer["claims"]:
        span = claim["span"]
        assert TEXT[span["start"] : span["end"]] == claim["claim"]["text"]
        units = TEXT.encode("utf-16-le")[2 * span["start_utf16"] : 2 * span["end_utf16"]]
        assert units.decode("utf-16-le") == claim["claim"]["text"]
        assert claim["claim"]["as_of"] == "2024-03-05"
        assert claim["score"] >= 0.5
        assert claim["reasons"][0]["note"]["ar"]
    assert answer["document"]["sentences"] == 3
    assert answer["document"]["article"] is None
    assert answer["versions"]["claims"].startswith("worth")


def test_a_claim_is_answered_as_by_itself(filled: ContractClient) -> None:
    review = {"@type": "ClaimReview", "claimReviewed": f"{TOLL} وأغلق الميناء", "reviewRating": "صحيح"}
    assert filled.post("/v1/fact-checks", json=review).status_code == 201
    answer = ask(filled, text=f"{TOLL} {QUESTION}", published_at="2024-03-05", limit=50).json
    alone = filled.post("/v1/cross-references", json={"claim": TOLL, "as_of": "2024-03-05"}).json
    (claim,), (row,) = answer["claims"], answer["matrix"]["rows"]
    assert (claim["claim"], claim["summary"]) == (alone["claim"], alone["summary"])
    assert claim["fact_checks"] == alone["fact_checks"] != []
    assert answer["coverage"] == alone["coverage"]
    columns = [column["outlet"] for column in answer["matrix"]["outlets"]]
    cells = {cell["outlet"]["id"]: cell for cell in row if cell}
    assert cells.keys() == {outlet["outlet"]["id"] for outlet in alone["outlets"]} == {each["id"] for each in columns}
    for outlet in alone["outlets"]:
        cell = cells[outlet["outlet"]["id"]]
        assert {name: value for name, value in cell.items() if name != "confidence"} == outlet
        assert cell["confidence"] == outlet["matches"][0]["confidence"]
    assert [cell["outlet"] if cell else None for cell in row] == columns


def test_an_article_does_not_confirm_itself(filled: ContractClient) -> None:
    answer = ask(filled, article="m-1").json
    assert answer["document"]["article"] == {"id": "m-1", "revision": 1}
    assert answer["left_out"]["outlet"]["id"] == "almarfa"
    assert [copy["id"] for copy in answer["left_out"]["copies"]] == ["c-1"]
    assert [column["outlet"]["id"] for column in answer["matrix"]["outlets"]] == ["alwaha"]
    assert verdicts(answer)[0] == "contradicted"
    assert answer["summary"]["contradicted"] >= 1
    assert answer["document"]["as_of"] == "2024-03-05"


def test_the_own_outlet_is_asked_on_request_but_never_the_article(filled: ContractClient) -> None:
    answer = ask(filled, article="m-1", own_outlet=True).json
    assert answer["left_out"]["outlet"] is None
    told = {
        match["article"]["id"]
        for row in answer["matrix"]["rows"] for cell in row if cell for match in cell["matches"]
    }  # fmt: skip
    assert "m-2" in told
    assert not told & {"m-1", "c-1"}


def test_the_outlet_of_a_text_is_left_out(filled: ContractClient) -> None:
    answer = ask(filled, text=f"{TOLL} {QUESTION}", outlet="المرفأ").json
    assert "almarfa" not in [column["outlet"]["id"] for column in answer["matrix"]["outlets"]]


def test_filters_and_bounds_are_for_all_claims(filled: ContractClient) -> None:
    answer = ask(filled, text=TEXT, outlets=["alwaha"], limit=1, max_claims=1, published={"from": "2024-03-01"}).json
    assert len(answer["claims"]) == 1
    assert [column["outlet"]["id"] for column in answer["matrix"]["outlets"]] == ["alwaha"]
    assert answer["coverage"]["articles"] == 1


def test_a_text_without_a_claim_has_an_empty_matrix(filled: ContractClient) -> None:
    answer = ask(filled, text="خبر عاجل").json
    assert (answer["claims"], answer["matrix"]) == ([], {"outlets": [], "rows": []})
    assert answer["coverage"]["articles"] == 4
    for form in ("csv", "xlsx", "jsonld"):
        assert ask(filled, text="خبر عاجل", query=f"?format={form}").status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"text": TEXT, "article": "m-1"}, "#/article"),
        ({"text": "؟"}, "#/text"),
        ({"text": "خ " * (bounds.DOCUMENT // 2) + "خخ"}, "#/text"),
        ({"article": "none"}, "#/article"),
        ({"article": ""}, "#/article"),
        ({"article": "m-1", "title": "x"}, "#/title"),
        ({"article": "m-1", "published_at": "2024-03-05"}, "#/published_at"),
        ({"text": TEXT, "max_claims": 0}, "#/max_claims"),
        ({"text": TEXT, "max_claims": 101}, "#/max_claims"),
        ({"text": TEXT, "max_claims": 21}, "#/max_claims"),
        ({"text": TEXT, "own_outlet": "yes"}, "#/own_outlet"),
        ({"text": TEXT, "more": 1}, "#/more"),
    ],
)
def test_what_cannot_be_checked_is_refused(client: ContractClient, body: Any, pointer: str) -> None:
    response = ask(client, **body)
    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == pointer


def test_a_caller_who_wants_more_is_told_of_jobs(client: ContractClient) -> None:
    response = ask(client, text=TEXT, max_claims=100)
    assert "async=true" in response.json["detail"]
    assert ask(client, text=TEXT, max_claims=100, query="?async=true").status_code == 202


def test_an_article_that_is_too_long_is_refused(client: ContractClient) -> None:
    post_article(client, id="long", text="خبر جديد عن المدينة. " * 5000)
    assert "characters" in ask(client, article="long").json["detail"]


def test_every_claim_counts_as_a_call(services: Services, filled: ContractClient) -> None:
    limited = with_settings(services, auth=AuthSettings(mode="keys"), limits=LimitsSettings(read="3/hour"))
    client, key = client_of(make_app(limited)), make_key(services, Scope.READ)
    assert ask(client, text=TEXT).status_code == 401
    assert ask(client, text=TEXT, headers=key).status_code == 200
    refused = ask(client, text=TEXT, headers=key)
    assert refused.status_code == 429
    assert "each of the 2 claims" in refused.json["detail"]


def test_a_search_that_fails_fails_the_document(services: Services, filled: ContractClient) -> None:
    index = FlakyOnce(services.index, "search", IndexUnavailable("no node answers"))
    client = client_of(make_app(services, cross_referencer=CrossReferencer(index, services.judge)))
    assert ask(client, text=TEXT).status_code == 503
    assert ask(client, text=TEXT).status_code == 200


# --- forms ---


def test_csv_is_the_matrix(filled: ContractClient) -> None:
    found = ask(filled, text=TEXT).json
    response = ask(filled, text=TEXT, query="?format=csv")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert [row["claim"] for row in rows] == [TOLL, MISSING]
    for row, claim, cells in zip(rows, found["claims"], found["matrix"]["rows"], strict=True):
        assert (row["verdict"], float(row["score"])) == (claim["summary"]["verdict"], claim["score"])
        assert int(row["conflicts"]) == claim["summary"]["conflicts"]["outlets"]
        for column, cell in zip(found["matrix"]["outlets"], cells, strict=True):
            shown = row[column["outlet"]["name"]]
            assert shown == (
                f"{cell['flag']} {cell['confidence']}\n{cell['matches'][0]['passage']['text']}" if cell else ""
            )


def test_a_workbook_has_the_matrix_and_the_passages_right_to_left(filled: ContractClient) -> None:
    response = ask(filled, text=TEXT, query="?format=xlsx", headers={"Accept-Language": "ar"})
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    assert book.sheetnames == ["المصفوفة", "المقاطع"]
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)
    matrix, passages = ([*sheet.iter_rows(values_only=True)] for sheet in book.worksheets)
    assert matrix[0][1] == "الادعاء"
    assert [row[1] for row in matrix[1:]] == [TOLL, MISSING]
    assert {row[0] for row in passages[1:]} == {TOLL, MISSING}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "\u202b@x"])
def test_no_outlet_is_a_formula(client: ContractClient, name: str) -> None:
    post_article(client, id="w-1", text=SEVEN, outlet=name, wait=True)
    response = ask(client, text=f"{TOLL} {QUESTION}", query="?format=csv")
    heading = next(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    assert heading[-1].startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(ask(client, text=TOLL, query="?format=xlsx").data))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


def test_json_ld_annotates_the_document_and_the_others(filled: ContractClient) -> None:
    found = ask(filled, article="m-1").json
    graph = ask(filled, article="m-1", query="?format=jsonld").json["@graph"]
    own, *pages = graph
    text = filled.get("/v1/articles/m-1").json["text"]
    assert len(pages) == len(own["items"]) == len(found["claims"])
    for annotation, claim, page in zip(own["items"], found["claims"], pages, strict=True):
        quoted, position = annotation["target"]["selector"]
        assert text[position["start"] : position["end"]] == quoted["exact"]
        assert annotation["isnad:verdict"] == claim["summary"]["verdict"] == page["isnad:summary"]["verdict"]
        assert page["isnad:claim"]["value"] == claim["claim"]["text"]
        address = annotation["target"]["source"]["id"].removeprefix("http://localhost")
        assert filled.get(address).status_code == 200
    of_text = ask(filled, text=TEXT, query="?format=jsonld").json["@graph"][0]
    assert of_text["items"][0]["target"]["source"]["id"].startswith("urn:isnad:document:")
