"""The timeline over HTTP: there unless it is not wanted, in every form that has room for it."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from service.api.export_fact_checks import FACT_CHECK_COLUMNS
from service.api.export_timeline import TIMELINE_COLUMNS
from tests.api.conftest import CLAIM, COLLAPSE, SEVEN, post_article
from tests.api.contract_client import ContractClient

EARLIER = COLLAPSE.replace("12 قتيلاً", "تسعة قتلى")


@pytest.fixture
def filled(client: ContractClient) -> ContractClient:
    """One outlet that reports seven, and one that raises its nine to twelve."""
    post_article(client, id="w-1", outlet="الواحة", text=SEVEN, published_at="2024-03-05T09:00:00Z")
    post_article(client, id="m-1", text=EARLIER)
    post_article(client, id="m-1", text=COLLAPSE, updated_at="2024-03-05T15:00:00Z", wait=True)
    return client


def ask(client: Any, **asked: Any) -> Any:
    return client.post("/v1/cross-references", json={"claim": CLAIM, **asked}).json


def test_the_whole_story(filled: ContractClient) -> None:
    timeline = ask(filled)["timeline"]
    assert [(one["outlet"]["name"], one["at"]) for one in timeline["first"]] == [("الواحة", "2024-03-05T09:00:00Z")]
    assert [(one["article"]["id"], one["flag"], one["at"]) for one in timeline["reports"]] == [
        ("w-1", "conflicts", "2024-03-05T09:00:00Z"),
        ("m-1", "agrees", "2024-03-05T12:00:00Z"),
    ]
    series = timeline["figures"][0]
    assert (series["thing"]["counted"], series["claimed"]) == (["قتيل"], True)
    assert [(one["text"], one["move"], one["article"]["revision"], one["at"]) for one in series["points"]] == [
        ("سبعة أشخاص", "first", 1, "2024-03-05T09:00:00Z"),
        ("تسعة قتلى", "update", 1, "2024-03-05T12:00:00Z"),
        ("12 قتيلاً", "update", 2, "2024-03-05T15:00:00Z"),
    ]
    (change,) = timeline["changes"]
    (word,) = change["words"]
    assert change["before"][word["before"]["start"] : word["before"]["end"]] == "تسعة قتلى"
    assert change["after"][word["after"]["start"] : word["after"]["end"]] == "12 قتيلاً"
    assert [(one["before"]["text"], one["after"]["text"], one["move"]) for one in change["figures"]] == [
        ("تسعة قتلى", "12 قتيلاً", "update")
    ]


def test_spans_index_their_sentence_in_both_units(filled: ContractClient) -> None:
    timeline = ask(filled)["timeline"]
    for point in (one for series in timeline["figures"] for one in series["points"]):
        sentence = point["sentence"]
        assert sentence[point["start"] : point["end"]] == point["text"]
        units = sentence.encode("utf-16-le")
        assert units[2 * point["start_utf16"] : 2 * point["end_utf16"]].decode("utf-16-le") == point["text"]
    (change,) = timeline["changes"]
    assert change["after"].startswith("ارتفع")


@pytest.mark.parametrize(("wanted", "is_there"), [({}, True), ({"timeline": True}, True), ({"timeline": False}, False)])
def test_who_does_not_want_it_does_not_get_it(filled: ContractClient, wanted: dict[str, bool], is_there: bool) -> None:
    assert ("timeline" in ask(filled, **wanted)) is is_there
    query = {"claim": CLAIM, **{name: str(value).lower() for name, value in wanted.items()}}
    assert ("timeline" in filled.get("/v1/cross-references", query_string=query).json) is is_there
    query.pop("claim")
    batch = filled.post("/v1/cross-references/batch", query_string=query, json={"claims": [CLAIM]}).json
    assert ("timeline" in batch["answers"][0]["cross_reference"]) is is_there


@pytest.mark.parametrize("wrong", ["true", 1, None, "yes"])
def test_only_true_and_false_are_taken(client: ContractClient, wrong: Any) -> None:
    answer = client.post("/v1/cross-references", json={"claim": CLAIM, "timeline": wrong})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "#/timeline")
    answer = client.get("/v1/cross-references", query_string={"claim": CLAIM, "timeline": "yes"})
    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (422, "timeline")


def test_a_workbook_has_a_sheet_for_it(filled: ContractClient) -> None:
    data = filled.post("/v1/cross-references?format=xlsx", json={"claim": CLAIM}).data
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Isnad", "Timeline"]
    sheet = book["Timeline"]
    assert sheet.sheet_view.rightToLeft
    heading, *rows = sheet.iter_rows(values_only=True)
    assert heading == tuple(column.heading.en for column in TIMELINE_COLUMNS)
    names = [column.name for column in TIMELINE_COLUMNS]
    shown = [dict(zip(names, row, strict=True)) for row in rows]
    assert [(row["entry"], row["figure"]) for row in shown if row["thing"] in (None, "قتيل")] == [
        ("report", None),
        ("report", None),
        ("figure", "سبعة أشخاص"),
        ("figure", "تسعة قتلى"),
        ("figure", "12 قتيلاً"),
        ("change", None),
    ]
    assert {row["claim"] for row in shown} == {CLAIM}


def test_a_workbook_without_it_has_one_sheet(filled: ContractClient) -> None:
    data = filled.post("/v1/cross-references?format=xlsx", json={"claim": CLAIM, "timeline": False}).data
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["Isnad"]


def test_a_workbook_has_a_sheet_for_fact_checks(filled: ContractClient) -> None:
    review = {"@type": "ClaimReview", "claimReviewed": f"{CLAIM} وأغلق الميناء", "reviewRating": "=1+1"}
    assert filled.post("/v1/fact-checks", json=review).status_code == 201
    data = filled.post("/v1/cross-references?format=xlsx", json={"claim": CLAIM}).data
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Isnad", "Timeline", "Fact-checks"]
    heading, *rows = book["Fact-checks"].iter_rows(values_only=True)
    assert heading == tuple(column.heading.en for column in FACT_CHECK_COLUMNS)
    assert [row[:5] for row in rows] == [(CLAIM, "related", None, f"{CLAIM} وأغلق الميناء", "=1+1")]
    assert book["Fact-checks"]["E2"].data_type == "s"
    page = filled.post("/v1/cross-references?format=jsonld", json={"claim": CLAIM}).json
    assert page["isnad:factChecks"] == ask(filled)["fact_checks"] != []


def test_annotations_carry_it(filled: ContractClient) -> None:
    page = filled.post("/v1/cross-references?format=jsonld", json={"claim": CLAIM}).json
    assert page["isnad:timeline"] == ask(filled)["timeline"]


def test_nothing_to_tell_is_an_empty_timeline(client: ContractClient) -> None:
    assert ask(client)["timeline"] == {"first": [], "reports": [], "undated": [], "figures": [], "changes": []}
