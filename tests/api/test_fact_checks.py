"""Fact-checks over HTTP: in as publishers and editors have them, out as JSON and ClaimReview, beside the answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.feeds.setup import build_feeds
from service.keys import Scope
from service.services import Services
from service.settings import AuthSettings
from service.settings.sections import FeedsSettings, OutboundSettings
from tests.api.conftest import CLAIM, COLLAPSE, OUTLETS, client_of, make_app, make_key, post_article, with_settings
from tests.api.contract_client import ContractClient
from tests.feeds.site import Reply, Site, serving

REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://mizan.example/checks/1",
    "datePublished": "2024-03-06",
    "author": {"@type": "Organization", "name": "مرصد الميزان"},
    "claimReviewed": "قُتل 12 شخصاً في انهيار مبنى الميناء القديم",
    "itemReviewed": {"@type": "Claim", "appearance": [{"@type": "CreativeWork", "url": "https://s.example/1"}]},
    "reviewRating": {"@type": "Rating", "ratingValue": 5, "bestRating": 5, "worstRating": 1, "alternateName": "صحيح"},
}
EDITORS: dict[str, Any] = {
    "claim": "قُتل 40 شخصاً في انهيار مبنى الميناء",
    "rating": {"text": "خاطئ", "value": 1, "best": 5, "worst": 1},
    "author": {"name": "مكتب التحقق"},
    "url": "https://desk.example/checks/12",
}


def add(client: Any, value: Any, status: int = 201) -> list[dict[str, Any]]:
    answer = client.post("/v1/fact-checks", json=value)
    assert answer.status_code == status, answer.json
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def test_a_publishers_review_comes_in_and_out(client: ContractClient) -> None:
    (result,) = add(client, REVIEW)
    assert (result["status"], result["outcome"], result["left_out"]) == (201, "created", [])
    kept = result["fact_check"]
    assert (kept["claim_reviewed"], kept["rating"]) == (
        REVIEW["claimReviewed"],
        {"text": "صحيح", "value": 5, "best": 5, "worst": 1},
    )
    address = f"/v1/fact-checks/{kept['id']}"
    assert client.get(address).json == kept
    for ask in ({"query_string": {"format": "jsonld"}}, {"headers": {"Accept": "application/ld+json"}}):
        answer = client.get(address, **ask)
        assert answer.mimetype == "application/ld+json"
        assert json.loads(answer.data) == result["claim_review"]
    assert result["claim_review"] == {**REVIEW, "inLanguage": "ar"}


def test_sent_again_it_is_the_same_one(client: ContractClient) -> None:
    (first,) = add(client, REVIEW)
    (again,) = add(client, REVIEW, 200)
    (changed,) = add(client, {**REVIEW, "reviewRating": {"alternateName": "مضلل"}}, 200)
    assert [one["outcome"] for one in (first, again, changed)] == ["created", "unchanged", "updated"]
    assert {one["fact_check"]["id"] for one in (first, again, changed)} == {first["fact_check"]["id"]}
    assert len(client.get("/v1/fact-checks").json["fact_checks"]) == 1


@pytest.mark.parametrize(
    "wrap",
    [
        lambda review: [review],
        lambda review: {"@graph": [{"@type": "WebPage"}, review]},
        lambda review: {
            "html": f'<p>نص</p><script type="application/ld+json">{json.dumps(review)}</script>',
            "url": "https://mizan.example/checks/1",
        },
    ],
)
def test_in_every_shape(client: ContractClient, wrap: Any) -> None:
    (result,) = add(client, wrap(REVIEW))
    assert result["fact_check"]["url"] == REVIEW["url"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def test_a_page_is_fetched_by_its_address(services: Services, site: Site) -> None:
    bare = {name: value for name, value in REVIEW.items() if name != "url"}
    page = f'<p>نص</p><script type="application/ld+json">{json.dumps(bare, ensure_ascii=False)}</script>'
    site.routes |= {
        "/check": Reply(page, headers={"Content-Type": "text/html; charset=utf-8"}),
        "/old": Reply(status=301, headers={"Location": "/check"}),
        "/empty": Reply("<p>لا شيء</p>", headers={"Content-Type": "text/html"}),
        "/picture": Reply("x", headers={"Content-Type": "image/png"}),
        "/gone": Reply(status=410),
    }
    sections = {"outbound": OutboundSettings("127.0.0.1"), "feeds": FeedsSettings(pause_s=0)}
    settings = replace(services.settings, **sections)  # type: ignore[arg-type]
    feeds = build_feeds(settings, services.documents, OUTLETS, services.intake.take)
    client = client_of(make_app(services, settings=settings, feeds=feeds))
    (result,) = add(client, {"url": f"{site.url}/old"})
    assert (result["fact_check"]["url"], result["fact_check"]["rating"]["text"]) == (f"{site.url}/check", "صحيح")
    for url in (f"{site.url}/empty", f"{site.url}/picture", f"{site.url}/gone", "http://169.254.169.254/latest"):
        answer = client.post("/v1/fact-checks", json={"url": url})
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "#/url")


def test_linked_data_under_its_own_type(client: ContractClient) -> None:
    body = json.dumps([REVIEW], ensure_ascii=False).encode()
    answer = client.post("/v1/fact-checks", data=body, content_type="application/ld+json")
    assert answer.status_code == 201


def test_a_bad_one_in_a_list_spoils_no_other(client: ContractClient) -> None:
    results = add(client, [{**REVIEW, "reviewRating": {}}, REVIEW, 7])
    assert [one["status"] for one in results] == [422, 201, 422]
    assert [one["problem"]["errors"][0]["pointer"] for one in (results[0], results[2])] == ["#/0/reviewRating", "#/2"]


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({**REVIEW, "claimReviewed": ""}, "#/claimReviewed"),
        ({**REVIEW, "reviewRating": None}, "#/reviewRating"),
        ({**EDITORS, "rating": {}}, "#/rating"),
        ({**EDITORS, "rating": {"best": 5}}, "#/rating"),
        ({**EDITORS, "rating": {"value": 7, "best": 5, "worst": 1}}, "#/rating/value"),
        ({**EDITORS, "rating": {"value": True}}, "#/rating/value"),
        ({**EDITORS, "rating": {"value": "1"}}, "#/rating/value"),
        ({**EDITORS, "rating": "خاطئ"}, "#/rating"),
        ({**EDITORS, "author": None}, "#/author"),
        ({**EDITORS, "author": {"name": " "}}, "#/author/name"),
        ({**EDITORS, "claim": "؟"}, "#/claim"),
        ({**EDITORS, "verdict": "false"}, "#/verdict"),
        ({**EDITORS, "published_at": "أمس"}, "#/published_at"),
        ({**EDITORS, "url": "javascript:alert(1)"}, "#/url"),
        ({**EDITORS, "appearances": [{}]}, "#/appearances/0"),
        ({**EDITORS, "appearances": [{"passage": "m-1:1:0", "url": "https://x.example"}]}, "#/appearances/0/passage"),
        ({**EDITORS, "appearances": [{"passage": "nobody:1:0"}]}, "#/appearances/0/passage"),
        ({**EDITORS, "citations": [{"url": "https://x.example"}, {"passage": "x"}]}, "#/citations/1/passage"),
        ({"html": "<p>لا شيء</p>"}, "#/html"),
        ({"html": '<script type="application/ld+json">{"@type":"ClaimReview"}</script>'}, "#/html/0/claimReviewed"),
        ({"html": ""}, "#/html"),
        ({"url": "ftp://x.example"}, "#/url"),
        ({"url": None}, "#"),
    ],
)
def test_what_is_wrong_is_pointed_at(client: ContractClient, value: Any, pointer: str) -> None:
    answer = client.post("/v1/fact-checks", json=value)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [one["pointer"] for one in answer.json["errors"]] == [pointer]
    assert client.get("/v1/fact-checks").json["fact_checks"] == []


@pytest.mark.parametrize("value", [[], "نص", 7, {"@type": "Person"}, {"@graph": []}])
def test_nothing_to_keep_is_said(client: ContractClient, value: Any) -> None:
    assert client.post("/v1/fact-checks", json=value).status_code == 422


def test_an_editors_rating_quotes_passages_of_an_answer(client: ContractClient) -> None:
    post_article(client, id="m-1", title="انهيار", url="https://almarfa.example/1", text=COLLAPSE, wait=True)
    found = client.post("/v1/cross-references", json={"claim": CLAIM}).json
    passage = found["outlets"][0]["matches"][0]["passage"]
    (result,) = add(client, {
        **EDITORS,
        "claimant": {"name": "حساب مجهول"},
        "claimed_at": "2024-03-05",
        "appearances": [{"url": "https://s.example/9", "published_at": "2024-03-05"}],
        "citations": [{"passage": passage["id"]}],
    })  # fmt: skip
    assert result["fact_check"]["origin"] == "editor"
    assert result["claim_review"]["citation"] == [{
        "@type": "CreativeWork",
        "url": "https://almarfa.example/1",
        "headline": "انهيار",
        "publisher": {"@type": "Organization", "name": "صحيفة المرفأ"},
        "datePublished": "2024-03-05T12:00:00+00:00",
        "text": passage["text"],
    }]  # fmt: skip
    assert result["claim_review"]["itemReviewed"]["author"] == {"@type": "Person", "name": "حساب مجهول"}
    assert result["claim_review"]["reviewRating"]["alternateName"] == "خاطئ"


def test_no_answer_makes_a_rating(client: ContractClient) -> None:
    post_article(client, id="m-1", wait=True)
    client.post("/v1/cross-references", json={"claim": CLAIM})
    assert client.get("/v1/fact-checks").json["fact_checks"] == []


def test_they_stand_beside_an_answer_and_count_for_nothing(client: ContractClient) -> None:
    post_article(client, id="m-1", wait=True)
    before = client.post("/v1/cross-references", json={"claim": CLAIM}).json
    (result,) = add(client, {**REVIEW, "claimReviewed": f"{CLAIM} وأغلق الميناء"})
    after = client.post("/v1/cross-references", json={"claim": CLAIM}).json
    assert before["fact_checks"] == []
    (shown,) = after["fact_checks"]
    assert (shown["id"], shown["relation"], shown["confidence"]) == (result["fact_check"]["id"], "related", None)
    assert (shown["rating"]["text"], shown["url"]) == ("صحيح", REVIEW["url"])
    assert shown["publisher"] == {"name": "مرصد الميزان", "url": None}
    assert {**after, "fact_checks": []} == before
    listed = client.get("/v1/fact-checks", query_string={"claim": CLAIM}).json
    assert listed == {"fact_checks": after["fact_checks"], "next_cursor": None}
    client.delete(f"/v1/fact-checks/{shown['id']}")
    assert client.post("/v1/cross-references", json={"claim": CLAIM}).json == before


def test_a_list_in_pages(client: ContractClient) -> None:
    add(client, [{**REVIEW, "url": f"https://mizan.example/checks/{number}"} for number in range(5)])
    seen: list[str] = []
    address: str | None = "/v1/fact-checks?limit=2"
    while address:
        page = client.get(address)
        seen += [one["id"] for one in page.json["fact_checks"]]
        cursor = page.json["next_cursor"]
        assert ('rel="next"' in page.headers["Link"]) is (cursor is not None)
        address = f"/v1/fact-checks?limit=2&cursor={cursor}" if cursor else None
    assert len(seen) == len(set(seen)) == 5
    assert client.get("/v1/fact-checks?cursor=x").json["errors"][0]["parameter"] == "cursor"


def test_what_is_gone_is_gone(client: ContractClient) -> None:
    (result,) = add(client, REVIEW)
    address = f"/v1/fact-checks/{result['fact_check']['id']}"
    assert client.delete(address).status_code == 204
    assert [client.open(address, method=method).status_code for method in ("GET", "DELETE")] == [404, 404]
    assert client.get("/v1/fact-checks/nothing").status_code == 404


def test_scopes(services: Services) -> None:
    client = client_of(make_app(with_settings(services, auth=AuthSettings(mode="keys"))))
    reader, writer = make_key(services, Scope.READ), make_key(services, Scope.INGEST)
    assert client.post("/v1/fact-checks", json=REVIEW).status_code == 401
    assert client.post("/v1/fact-checks", json=REVIEW, headers=reader).status_code == 403
    answer = client.post("/v1/fact-checks", json=REVIEW, headers=writer)
    address = f"/v1/fact-checks/{answer.json['results'][0]['fact_check']['id']}"
    assert [client.get(address, headers=one).status_code for one in (reader, {})] == [200, 401]
    assert client.delete(address, headers=reader).status_code == 403
    assert client.delete(address, headers=writer).status_code == 204


def test_an_idempotency_key_answers_again(client: ContractClient) -> None:
    first, again = (client.post("/v1/fact-checks", json=REVIEW, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert again.json == first.json
    assert again.headers["Idempotency-Replayed"] == "true"
