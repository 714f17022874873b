"""/v1/articles and /v1/outlets: in, listed, read, removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from service.services import Services
from tests.api.conftest import COLLAPSE, SEVEN, post_article
from tests.api.contract_client import ContractClient

PAGE = """الرئيسية | محليات
انهيار مبنى في الميناء
نشر في: 5 مارس 2024 الساعة 09:10
قُتل سبعة أشخاص في انهيار مبنى سكني من خمسة طوابق في حي الميناء فجر الثلاثاء، بحسب الدفاع المدني.
اقرأ أيضاً: أسعار الخضار ترتفع قبل رمضان
وأفاد شهود بأن المبنى كان متصدعاً منذ أشهر وأن السكان طلبوا من البلدية إصلاحه مراراً.
شارك الخبر"""

HTML = """<html lang="ar"><head><title>نفي رسمي لإغلاق الميناء</title></head><body><article>
<h1>نفي رسمي لإغلاق الميناء</h1>
<p>نفت هيئة الموانئ صحة الأنباء التي تحدثت عن إغلاق الميناء الشمالي يوم الأربعاء أمام السفن التجارية.</p>
<p>وأكدت الهيئة أن حركة السفن تسير بصورة طبيعية وأن الأرصفة الأربعة تعمل بكامل طاقتها منذ مطلع الأسبوع.</p>
</article></body></html>"""


def test_an_article_goes_in_and_is_read_back(client: ContractClient) -> None:
    created = post_article(
        client, title="ارتفاع ضحايا المبنى", author="ليلى", url="https://almarfa.example/1", id="m-1"
    )
    assert created.status_code == 201
    assert created.headers["Location"] == "/v1/articles/m-1"
    [article] = created.json["articles"]
    assert article.pop("stored_at").endswith("Z")
    assert article == {
        "outcome": "created",
        "id": "m-1",
        "revision": 1,
        "role": "main",
        "outlet": {"id": "almarfa", "name": "صحيفة المرفأ"},
        "url": "https://almarfa.example/1",
        "title": "ارتفاع ضحايا المبنى",
        "author": "ليلى",
        "published_at": "2024-03-05T12:00:00Z",
        "published_at_source": "given",
        "updated_at": None,
        "language": "ar",
        "wire_source": None,
        "source_group": "m-1",
        "passages": article["passages"],
        "removed": [],
    }
    assert article["passages"] >= 1
    read = client.get("/v1/articles/m-1")
    assert read.json["text"] == COLLAPSE
    assert "12 قتيلاً" in read.text, "Arabic stands as it is"
    assert [each["revision"] for each in read.json["revisions"]] == [1]


@pytest.mark.parametrize(("kind", "content"), [("page", PAGE), ("html", HTML), ("text", SEVEN)])
def test_takes_every_form_of_content(client: ContractClient, kind: str, content: str) -> None:
    created = client.post("/v1/articles", json={kind: content})
    assert created.status_code == 201
    article_id = created.json["articles"][0]["id"]
    assert "الميناء" in client.get(f"/v1/articles/{article_id}").json["text"]


def test_says_what_was_taken_off_a_page(client: ContractClient) -> None:
    [article] = client.post("/v1/articles", json={"page": PAGE}).json["articles"]
    assert {"kind": "teaser", "text": "اقرأ أيضاً: أسعار الخضار ترتفع قبل رمضان"} in article["removed"]
    assert article["published_at"].startswith("2024-03-05")
    assert article["published_at_source"] in ("page", "text")


def test_the_same_again_is_unchanged_and_another_text_is_a_revision(client: ContractClient) -> None:
    post_article(client, id="m-1")
    again = post_article(client, id="m-1")
    assert (again.status_code, again.json["articles"][0]["outcome"]) == (200, "unchanged")
    assert "Location" not in again.headers
    revised = post_article(client, id="m-1", text=SEVEN)
    assert (revised.status_code, revised.json["articles"][0]["outcome"]) == (201, "revised")
    assert revised.json["articles"][0]["revision"] == 2
    assert client.get("/v1/articles/m-1").json["text"] == SEVEN
    first = client.get("/v1/articles/m-1?revision=1").json
    assert (first["text"], first["revision"]) == (COLLAPSE, 1)
    assert [each["revision"] for each in first["revisions"]] == [1, 2]


@pytest.mark.parametrize("article_id", ["خبر-٥", "a/b/c", "urn:newsml:x:20240305:1", "a?b#c%d", "é", "..a", "+1"])
def test_ids_of_all_kinds_have_an_address(client: ContractClient, article_id: str) -> None:
    created = post_article(client, id=article_id)
    assert created.status_code == 201
    read = client.get(created.headers["Location"])
    assert (read.status_code, read.json["id"]) == (200, article_id)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2024-03-05", "2024-03-05T00:00:00Z"),
        ("2024-03-05T14:30:00+02:00", "2024-03-05T14:30:00+02:00"),
        ("2024-03-05t14:30:00z", "2024-03-05T14:30:00Z"),
        ("2024-03-05 14:30", "2024-03-05T14:30:00Z"),
        ("2024-03-05T14:30:00.5-11:30", "2024-03-05T14:30:00.500000-11:30"),
    ],
)
def test_times_are_rfc_3339(client: ContractClient, given: str, shown: str) -> None:
    article = post_article(client, published_at=given).json["articles"][0]
    assert datetime.fromisoformat(article["published_at"]) == datetime.fromisoformat(shown)


def test_null_means_not_known(client: ContractClient) -> None:
    names = ["id", "url", "title", "author", "outlet", "published_at", "updated_at", "language"]
    created = client.post("/v1/articles", json={"text": SEVEN, **dict.fromkeys(names)})
    assert created.status_code == 201


def test_lists_in_pages_that_are_linked(client: ContractClient) -> None:
    for number in range(5):
        post_article(client, id=f"m-{number}", text=f"{SEVEN} والخبر رقم {number}.")
    seen: list[str] = []
    address: str | None = "/v1/articles?limit=2&outlets=almarfa"
    pages = 0
    while address:
        page = client.get(address)
        assert page.status_code == 200
        seen += [article["id"] for article in page.json["articles"]]
        links = dict(reversed(link.split("; rel=")) for link in page.headers["Link"].split(", "))  # type: ignore[arg-type]
        assert links['"first"'] == "</v1/articles?limit=2&outlets=almarfa>"
        assert ('"next"' in links) == (page.json["next_cursor"] is not None)
        address = links['"next"'].strip("<>") if '"next"' in links else None
        pages += 1
    assert (sorted(seen), pages) == ([f"m-{number}" for number in range(5)], 3)


FILTERED = [
    ("", {"m-1", "w-1", "e-1"}),
    ("outlets=almarfa", {"m-1"}),
    ("outlets=%D8%A7%D9%84%D9%85%D8%B1%D9%81%D8%A3", {"m-1"}),
    ("outlets=المرفأ", {"m-1"}),
    ("outlets=alwaha.example&outlets=almarfa", {"m-1", "w-1"}),
    ("outlets=alwaha,almarfa", {"m-1", "w-1"}),
    ("outlets=nobody", set()),
    ("languages=en", {"e-1"}),
    ("languages=en,ar", {"m-1", "w-1", "e-1"}),
    ("published_from=2024-03-06", {"w-1", "e-1"}),
    ("published_to=2024-03-05", {"m-1"}),
    ("published_from=2024-03-06&published_to=2024-03-06", {"w-1"}),
    ("outlets=&languages=", {"m-1", "w-1", "e-1"}),
]


def test_lists_by_filters(client: ContractClient) -> None:
    post_article(client, id="m-1")
    post_article(client, id="w-1", text=SEVEN, outlet="الواحة", published_at="2024-03-06T09:00:00Z")
    english = "Seven people died when a residential building collapsed near the harbour on Tuesday morning."
    post_article(client, id="e-1", text=english, outlet="Harbour Times", published_at="2024-03-07")
    for query, found in FILTERED:
        page = client.get(f"/v1/articles?{query}")
        assert {article["id"] for article in page.json["articles"]} == found, query


def test_an_article_is_removed_with_all_revisions(client: ContractClient) -> None:
    post_article(client, id="m-1")
    post_article(client, id="m-1", text=SEVEN)
    gone = client.delete("/v1/articles/m-1?wait=true")
    assert (gone.status_code, gone.data, gone.headers.get("Content-Type")) == (204, b"", None)
    assert client.get("/v1/articles/m-1").status_code == 404
    assert client.get("/v1/articles/m-1?revision=1").status_code == 404
    assert client.delete("/v1/articles/m-1").status_code == 404


def test_lists_outlets_with_what_there_is_of_them(client: ContractClient) -> None:
    assert client.get("/v1/outlets").json == {"outlets": []}
    post_article(client)
    post_article(client, text=SEVEN, outlet="alwaha.example", published_at="2024-03-07")
    outlets: list[dict[str, Any]] = client.get("/v1/outlets").json["outlets"]
    assert {"id": "alwaha", "name": "الواحة", "articles": 1, "from": "2024-03-07", "to": "2024-03-07"} in outlets
    assert [outlet["id"] for outlet in outlets] == ["alwaha", "almarfa"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/articles/none", 404),
        ("/v1/articles/m-1?revision=2", 404),
        ("/v1/articles/m-1/", 404),
        ("/v1/articles/%00", 404),
        ("/v1/articles/%FF", 404),
        ("/v1/articles//m-1", 404),
        ("/v1/articles/" + "ا" * 300, 404),
    ],
)
def test_what_is_not_there_is_said_so(client: ContractClient, path: str, status: int) -> None:
    post_article(client, id="m-1")
    assert client.get(path).status_code == status


# --- ETag, If-None-Match, If-Match -----------------------------------------------------------------------------------


def test_a_known_article_is_not_sent_again(client: ContractClient) -> None:
    post_article(client, id="m-1")
    first = client.get("/v1/articles/m-1")
    again = client.get("/v1/articles/m-1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    earlier = client.get("/v1/articles/m-1?revision=1")
    assert earlier.headers["ETag"] == first.headers["ETag"], "the same representation"
    post_article(client, id="m-1", text=SEVEN)
    changed = client.get("/v1/articles/m-1", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["revision"]) == (200, 2)
    old = client.get("/v1/articles/m-1?revision=1", headers={"If-None-Match": first.headers["ETag"]})
    assert old.status_code == 200, "its list of revisions has grown"


def test_the_tag_of_an_id_that_came_back_is_another(client: ContractClient) -> None:
    post_article(client, id="m-1")
    tag = client.get("/v1/articles/m-1").headers["ETag"]
    client.delete("/v1/articles/m-1")
    post_article(client, id="m-1", text=SEVEN)
    assert client.get("/v1/articles/m-1", headers={"If-None-Match": tag}).status_code == 200


def test_writes_only_over_what_was_seen(client: ContractClient, services: Services) -> None:
    post_article(client, id="m-1")
    seen = {"If-Match": client.get("/v1/articles/m-1").headers["ETag"]}
    body = {"id": "m-1", "text": SEVEN}
    assert client.post("/v1/articles", json=body, headers=seen).status_code == 201
    stale = client.post("/v1/articles", json={**body, "text": f"{SEVEN} أمس."}, headers=seen)
    assert (stale.status_code, stale.json["type"]) == (412, "/problems/precondition-failed")
    assert client.delete("/v1/articles/m-1", headers=seen).status_code == 412
    assert services.index.get("m-1").text == SEVEN
    assert client.delete("/v1/articles/m-1", headers={"If-Match": "*"}).status_code == 204
    assert client.delete("/v1/articles/m-1", headers={"If-Match": "*"}).status_code == 412


def test_if_match_needs_to_know_the_article(client: ContractClient) -> None:
    refused = client.post("/v1/articles", json={"text": SEVEN}, headers={"If-Match": '"x"'})
    assert refused.status_code == 422
    assert refused.json["errors"][0]["header"] == "If-Match"
