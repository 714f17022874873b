"""NewsML-G2 over HTTP: as XML, in JSON and in bulk; versions in any order, items taken back, embargoes, faults."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.services import Services
from tests.api.contract_client import ContractClient
from tests.ingest.news_messages import CONTENT_META, GUID, ITEM_META, TEXT, item, message, plain, status, version, xhtml

G2 = "application/vnd.iptc.g2.newsmessage+xml"
T1, T2, T3 = "2024-03-05T14:00:00Z", "2024-03-05T15:00:00Z", "2024-03-05T16:00:00Z"
FIRST, SECOND = "<p>أُغلق الميناء الشمالي يومين.</p>", "<p>أُغلق الميناء الشمالي ثلاثة أيام.</p>"
PACKAGE = item(guid="urn:package", name="packageItem", content="")


def send(client: ContractClient, text: str, kind: str = G2, **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/articles", data=text.encode(), content_type=kind, headers=names)


def outcomes_of(response: Any) -> list[str]:
    return [each["outcome"] for each in response.json["articles"]]


def text_of(client: ContractClient) -> str:
    return str(client.get(f"/v1/articles/{GUID}").json["text"])


@pytest.mark.parametrize(
    "kind", [G2, "application/vnd.iptc.g2.newsitem+xml", "application/xml", "text/xml; charset=utf-8"]
)
def test_a_message_is_taken_as_it_is(client: ContractClient, kind: str) -> None:
    response = send(client, message(item()), kind)
    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/articles/{GUID}"
    article = client.get(f"/v1/articles/{GUID}").json
    assert (article["text"], article["outlet"]["name"], article["language"]) == (TEXT, "وكالة الشراع", "ar")
    assert (article["published_at"], article["author"]) == ("2024-03-05T12:00:00Z", "سلمى النجار")
    assert send(client, message(item()), kind).status_code == 200


def test_many_items_in_one_message(client: ContractClient) -> None:
    other = item(guid="urn:other", content=plain("نفت الهيئة غرق سفينة."))
    response = send(client, message(PACKAGE, item(), other, status("stat:canceled", guid="urn:gone")))
    assert [each["id"] for each in response.json["articles"]] == [GUID, "urn:other"]
    assert response.json["withdrawn"] == [{"id": "urn:gone", "status": "canceled", "removed": False}]
    assert response.json["passed_over"] == [
        {"id": "urn:package", "reason": "item 1 (urn:package): a packageItem is no article"}
    ]
    assert "withdrawn" not in send(client, item()).json


def test_as_a_field_of_json(client: ContractClient) -> None:
    declared = f'<?xml version="1.0" encoding="windows-1256"?>{item()}'  # no longer true of a JSON string
    assert client.post("/v1/articles", json={"newsml": declared}).status_code == 201
    assert text_of(client) == TEXT
    refused = client.post("/v1/articles", json={"newsml": item(), "outlet": "الشراع"})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#/outlet")


def test_in_bulk_a_line_is_a_message(client: ContractClient) -> None:
    lines = [
        {"newsml": message(version(T1, FIRST), PACKAGE)},
        {"newsml": message(item(guid="urn:other"), item(guid=""))},
        {"newsml": status("stat:canceled", T2)},
        {"newsml": version(T1, FIRST)},
        {"newsml": PACKAGE},
    ]
    data = "\n".join(json.dumps(line) for line in lines)
    response = client.post("/v1/articles/bulk", data=data, content_type="application/x-ndjson")
    taken, broken, withdrawn, late, package = map(json.loads, response.text.splitlines())
    assert (taken["status"], len(taken["articles"]), len(taken["passed_over"])) == (201, 1, 1)
    assert (broken["status"], broken["problem"]["errors"][0]["xpath"]) == (422, "/newsMessage/itemSet/newsItem[2]")
    assert withdrawn["withdrawn"] == [{"id": GUID, "status": "canceled", "removed": True}]
    assert (late["status"], late["articles"], late["withdrawn"][0]["removed"]) == (200, [], False)
    assert (package["status"], package["articles"]) == (200, [])
    assert client.get("/v1/articles/urn:other").status_code == 404, "a message is taken whole or not at all"


@pytest.mark.parametrize(
    ("sent", "outcomes", "kept"),
    [
        ([(T1, FIRST), (T2, SECOND)], ["created", "revised"], SECOND),
        ([(T2, SECOND), (T1, FIRST)], ["created", "unchanged"], SECOND),
        ([(T2, SECOND), (T2, FIRST)], ["created", "revised"], FIRST),
        ([(T2, SECOND), (T2, SECOND)], ["created", "unchanged"], SECOND),
    ],
)
@pytest.mark.parametrize("is_bulk", [False, True])
def test_the_latest_version_counts_in_any_order(
    client: ContractClient, sent: list[tuple[str, str]], outcomes: list[str], kept: str, is_bulk: bool
) -> None:
    messages = [version(at, body) for at, body in sent]
    if is_bulk:
        data = "\n".join(json.dumps({"newsml": text}) for text in messages)
        response = client.post("/v1/articles/bulk", data=data, content_type="application/x-ndjson")
        found = [json.loads(line)["articles"][0]["outcome"] for line in response.text.splitlines()]
    else:
        found = [outcomes_of(send(client, text))[0] for text in messages]
    assert found == outcomes
    assert text_of(client) == kept.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize(
    ("sent", "is_there"),
    [
        ([version(T1), status("stat:canceled", T2)], False),
        ([version(T1), status("stat:withheld", T2)], False),
        ([version(T1), status("stat:canceled", T2), version(T1)], False),  # a queue that sends again
        ([version(T1), status("stat:canceled", T2), version(T2)], False),
        ([version(T1), status("stat:withheld", T2), version(T3, SECOND)], True),
        ([version(T3), status("stat:withheld", T2)], True),
        ([status("stat:canceled", T2), version(T1)], False),
        ([status("stat:withheld", T1), status("stat:canceled", T3), status("stat:withheld", T1), version(T2)], False),
    ],
)
def test_an_article_taken_back_stays_away(client: ContractClient, sent: list[str], is_there: bool) -> None:
    for text in sent:
        assert send(client, text).status_code in (200, 201)
    assert (client.get(f"/v1/articles/{GUID}").status_code == 200) == is_there


def test_ninjs_is_taken_back_in_the_same_way(client: ContractClient) -> None:
    ninjs = {"uri": "urn:n", "versioncreated": T1, "body_text": "أُغلق الميناء الشمالي."}
    assert client.post("/v1/articles", json=ninjs).status_code == 201
    gone = client.post("/v1/articles", json={"uri": "urn:n", "versioncreated": T2, "pubstatus": "canceled"})
    assert gone.json == {"articles": [], "withdrawn": [{"id": "urn:n", "status": "canceled", "removed": True}]}
    assert client.post("/v1/articles", json=ninjs).status_code == 200
    assert client.get("/v1/articles/urn:n").status_code == 404


def test_an_embargo_is_kept(client: ContractClient) -> None:
    response = send(client, item(meta=ITEM_META + "<embargoed>2199-01-01T00:00:00Z</embargoed>"))
    assert (response.status_code, response.json["type"]) == (409, "/problems/under-embargo")
    assert "2199-01-01" in response.json["detail"]


def test_every_item_at_fault_is_named(client: ContractClient) -> None:
    long = item(guid="urn:long", content_meta=f"<headline>{'طويل ' * 300}</headline>")
    response = send(client, message(item(guid=""), item(guid="urn:two words"), long, item()))
    assert response.status_code == 422
    assert [(each["xpath"], each["line"]) for each in response.json["errors"]] == [
        (f"/newsMessage/itemSet/newsItem[{number}]", 3 + number) for number in (1, 2, 3)
    ]
    details = [each["detail"] for each in response.json["errors"]]
    assert ["guid" in details[0], "id must" in details[1], "title must" in details[2]] == [True, True, True], details
    assert client.get(f"/v1/articles/{GUID}").status_code == 404


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("<newsItem", G2, 422),
        ("<rss/>", "application/xml", 422),
        (f"<!DOCTYPE x>{item()}", G2, 422),
        ("", G2, 422),
        (item(), "application/xml; charset=klingon", 422),
        (item(), "text/plain", 415),
        ('{"text": "نص"}', "application/x-ndjson", 415),
    ],
)
def test_what_is_no_message_is_refused(client: ContractClient, body: str, kind: str, expected: int) -> None:
    assert send(client, body, kind).status_code == expected


def test_in_json_the_place_is_told_twice(client: ContractClient) -> None:
    response = client.post("/v1/articles", json={"newsml": message(item(guid=""))})
    assert response.json["errors"] == [
        {
            "detail": "the item: the newsItem has no guid",
            "pointer": "#/newsml",
            "xpath": "/newsMessage/itemSet/newsItem",
            "line": 4,
        }
    ]


def test_conditions_hold_for_one_item(client: ContractClient) -> None:
    send(client, item())
    etag = client.get(f"/v1/articles/{GUID}").headers["ETag"]
    assert send(client, version(T3, SECOND), If_Match='"other"').status_code == 412
    assert send(client, version(T3, SECOND), If_Match=etag).status_code == 201
    assert send(client, message(item(), item(guid="urn:b")), If_Match=etag).status_code == 422
    keyed = {"Idempotency_Key": "m-1"}
    first, again = (send(client, item(guid="urn:k"), **keyed) for _ in range(2))
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (201, 201, "true")


def test_a_credited_agency_is_the_wire_source(client: ContractClient, services: Services) -> None:
    meta = ITEM_META.replace("وكالة الشراع", "الواحة")
    response = send(
        client, item(meta=meta, content_meta=CONTENT_META + "<creditline>وكالة الشراع</creditline>", content=xhtml())
    )
    assert response.json["articles"][0]["wire_source"] == "وكالة الشراع"
