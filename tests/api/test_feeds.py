"""/v1/feeds over the contract client: added, listed, read, changed, polled, removed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from service.feeds.setup import build_feeds
from service.keys import Scope
from service.services import Services
from service.settings import FeedsSettings, OutboundSettings
from tests.api.conftest import OUTLETS, client_of, make_app, make_key, open_services
from tests.api.contract_client import ContractClient
from tests.feeds.site import Reply, Site, item, serving, title

URL = "https://almarfa.example/rss"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def polling(tmp_path: Path, site: Site) -> Iterator[tuple[ContractClient, Counter[tuple[str, str]]]]:
    """A client of services that poll in the background, as in a process that serves, and what was observed."""
    with open_services(tmp_path) as services:
        sections = {"outbound": OutboundSettings("127.0.0.1"), "feeds": FeedsSettings(pause_s=0)}
        settings = replace(services.settings, **sections)
        feeds = build_feeds(settings, services.documents, OUTLETS, services.intake.take)
        observed: Counter[tuple[str, str]] = Counter()
        feeds.start(lambda *seen: observed.update([seen]))
        yield client_of(make_app(services, settings=settings, feeds=feeds)), observed
        feeds.stop()


def add(client: ContractClient, url: str = URL, **fields: Any) -> Any:
    response = client.post("/v1/feeds", json={"url": url, **fields})
    assert response.status_code == 201, response.text
    assert response.headers["Location"] == f"/v1/feeds/{response.json['id']}"
    return response.json


def wait_until(client: ContractClient, feed_id: str, field: str, *values: Any) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        feed = client.get(f"/v1/feeds/{feed_id}").json
        if feed[field] in values:
            return feed
        time.sleep(0.05)
    pytest.fail(f"{field} never became {values}: {feed}")


def test_a_feed_is_kept_as_it_was_wished(client: ContractClient) -> None:
    feed = add(client, name="المرفأ - كل الأخبار", interval_s=300)
    assert (feed["url"], feed["name"], feed["interval_s"]) == (URL, "المرفأ - كل الأخبار", 300)
    assert (feed["outlet"], feed["outlet_source"]) == ({"id": "almarfa", "name": "صحيفة المرفأ"}, "domain")
    assert (feed["state"], feed["polled_at"], feed["last_error"]) == ("new", None, None)
    assert feed["items"] == {"seen": 0, "created": 0, "revised": 0, "unchanged": 0, "failed": 0}
    assert client.get(f"/v1/feeds/{feed['id']}").json == feed


def test_an_outlet_of_ones_own_wins(client: ContractClient) -> None:
    feed = add(client, outlet="الواحة")
    assert (feed["outlet"]["id"], feed["outlet_source"]) == ("alwaha", "given")


def test_the_same_address_is_the_same_feed(client: ContractClient) -> None:
    feed = add(client)
    for url in (URL, "HTTPS://ALMARFA.example:443/rss", URL + "#top"):
        again = client.post("/v1/feeds", json={"url": url, "name": "اسم آخر"})
        assert (again.status_code, again.json) == (200, feed), "and nothing is changed"
        assert again.headers["Location"] == f"/v1/feeds/{feed['id']}"
    for url in ("http://almarfa.example/rss", URL + "?section=1", URL + "/"):
        assert add(client, url)["id"] != feed["id"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/url"),
        ({"url": 7}, "#/url"),
        ({"url": ""}, "#/url"),
        ({"url": "almarfa.example/rss"}, "#/url"),
        ({"url": "ftp://almarfa.example/rss"}, "#/url"),
        ({"url": "file:///etc/passwd"}, "#/url"),
        ({"url": "https://me:pw@almarfa.example/rss"}, "#/url"),
        ({"url": "https://almarfa.example/" + "x" * 2000}, "#/url"),
        ({"url": "http://127.0.0.1:8000/rss"}, "#/url"),
        ({"url": "http://[::1]/rss"}, "#/url"),
        ({"url": "http://169.254.169.254/latest"}, "#/url"),
        ({"url": URL, "outlet": " "}, "#/outlet"),
        ({"url": URL, "outlet": "…"}, "#/outlet"),
        ({"url": URL, "name": ""}, "#/name"),
        ({"url": URL, "interval_s": 59}, "#/interval_s"),
        ({"url": URL, "interval_s": 604_801}, "#/interval_s"),
        ({"url": URL, "interval_s": "300"}, "#/interval_s"),
        ({"url": URL, "interval": 300}, "#/interval"),
    ],
)
def test_what_cannot_be_followed_is_refused(client: ContractClient, body: Any, pointer: str) -> None:
    response = client.post("/v1/feeds", json=body)
    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == pointer


def test_feeds_are_listed_in_pages(client: ContractClient) -> None:
    made = [add(client, f"{URL}/{number}")["id"] for number in range(5)]
    seen: list[str] = []
    path = "/v1/feeds?limit=2"
    while path:
        page = client.get(path)
        seen += [feed["id"] for feed in page.json["feeds"]]
        cursor = page.json["next_cursor"]
        path = f"/v1/feeds?limit=2&cursor={cursor}" if cursor else ""
        assert f"cursor={cursor}" in page.headers["Link"] or cursor is None
    assert seen == made
    assert client.get("/v1/feeds?cursor=xyz").status_code == 422


@pytest.mark.parametrize("feed_id", ["f00000000000000000000", "x", "f" + "a" * 600, "f%2F"])
def test_what_is_not_there(client: ContractClient, feed_id: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/poll")):
        assert client.open(f"/v1/feeds/{feed_id}{path}", method=method).status_code == 404
    assert client.patch(f"/v1/feeds/{feed_id}", json={"paused": True}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"paused": True}, "state", "paused"),
        ({"paused": True}, "next_poll_at", None),
        ({"paused": False}, "state", "new"),
        ({"name": "آخر الأخبار"}, "name", "آخر الأخبار"),
        ({"interval_s": 3600}, "interval_s", 3600),
        ({"outlet": "شبكة المنارة"}, "outlet_source", "given"),
    ],
)
def test_a_feed_is_changed(client: ContractClient, change: Any, field: str, value: Any) -> None:
    feed = add(client)
    changed = client.patch(f"/v1/feeds/{feed['id']}", json=change)
    assert changed.status_code == 200
    assert changed.json[field] == value
    assert client.get(f"/v1/feeds/{feed['id']}").json == changed.json


def test_null_takes_a_value_away(client: ContractClient) -> None:
    feed = add(client, outlet="الواحة", name="اسم", interval_s=300)
    null = {"outlet": None, "name": None, "interval_s": None}
    changed = client.patch(f"/v1/feeds/{feed['id']}", json=null).json
    assert (changed["name"], changed["interval_s"]) == (None, None)
    assert (changed["outlet"]["id"], changed["outlet_source"]) == ("almarfa", "domain")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#"),
        ({"paused": "yes"}, "#/paused"),
        ({"paused": None}, "#/paused"),
        ({"paused": 1}, "#/paused"),
        ({"url": URL}, "#/url"),
        ({"interval_s": 5}, "#/interval_s"),
        ({"outlet": ""}, "#/outlet"),
    ],
)
def test_changes_that_cannot_be(client: ContractClient, body: Any, pointer: str) -> None:
    response = client.patch(f"/v1/feeds/{add(client)['id']}", json=body)
    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == pointer


def test_a_paused_feed_is_not_polled(client: ContractClient) -> None:
    feed = add(client)
    assert client.post(f"/v1/feeds/{feed['id']}/poll").status_code == 202
    client.patch(f"/v1/feeds/{feed['id']}", json={"paused": True})
    refused = client.post(f"/v1/feeds/{feed['id']}/poll")
    assert (refused.status_code, refused.json["detail"]) == (409, f"the feed {feed['id']} is paused")


def test_a_feed_is_removed(client: ContractClient) -> None:
    feed = add(client)
    assert client.delete(f"/v1/feeds/{feed['id']}").status_code == 204
    assert client.get(f"/v1/feeds/{feed['id']}").status_code == 404
    assert client.get("/v1/feeds").json["feeds"] == []
    assert add(client)["id"] != feed["id"], "its address is free again"


def test_scopes(services: Services) -> None:
    client = client_of(make_app(services))
    read, ingest, admin = (make_key(services, scope) for scope in (Scope.READ, Scope.INGEST, Scope.ADMIN))
    for headers in (read, ingest):
        assert client.post("/v1/feeds", json={"url": URL}, headers=headers).status_code == 403
    path = client.post("/v1/feeds", json={"url": URL}, headers=admin).headers["Location"]
    assert client.get(path, headers=read).status_code == 200
    assert client.get("/v1/feeds", headers=ingest).status_code == 403
    for headers in (read, ingest):
        assert client.patch(path, json={"paused": True}, headers=headers).status_code == 403
        assert client.post(f"{path}/poll", headers=headers).status_code == 403
        assert client.delete(path, headers=headers).status_code == 403


def test_the_same_write_sent_twice_happens_once(client: ContractClient) -> None:
    headers = {"Idempotency-Key": "one"}
    first, second = (client.post("/v1/feeds", json={"url": URL}, headers=headers) for _ in range(2))
    assert (second.status_code, second.json["id"]) == (201, first.json["id"])
    assert second.headers["Idempotency-Replayed"] == "true"


def test_a_feed_that_is_followed_brings_articles(
    polling: tuple[ContractClient, Counter[tuple[str, str]]], site: Site
) -> None:
    client, observed = polling
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1") + item(2, "/a/2", teaser="ملخص قصير"), ETag='"one"')
    feed = wait_until(client, add(client, site.url + "/rss", outlet="المرفأ")["id"], "state", "ok")
    assert feed["items"] == {"seen": 2, "created": 1, "revised": 0, "unchanged": 0, "failed": 0}
    (article,) = client.get("/v1/articles").json["articles"]
    assert (article["url"], article["title"], article["outlet"]["id"]) == (f"{site.url}/a/1", title(1), "almarfa")
    (problem,) = feed["problems"]
    assert problem["detail"] == (f"{site.url}/a/2: answered 404; the feed itself has only a teaser of 2 words")
    assert (problem["url"], problem["tries"]) == (f"{site.url}/a/2", 1)
    assert problem["next_try_at"] is not None
    deadline = time.monotonic() + 30
    while ("poll", "changed") not in observed:  # counted when it is written down
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert observed == {("poll", "changed"): 1, ("item", "created"): 1}


def test_a_poll_now_and_a_feed_that_breaks(
    polling: tuple[ContractClient, Counter[tuple[str, str]]], site: Site
) -> None:
    client, _ = polling
    site.feed("", ETag='"one"', **{"Last-Modified": "Tue, 05 Mar 2024 10:00:00 GMT"})
    feed = wait_until(client, add(client, site.url + "/rss")["id"], "state", "ok")
    assert (feed["etag"], feed["last_modified"]) == ('"one"', "Tue, 05 Mar 2024 10:00:00 GMT")
    site.routes["/rss"] = Reply("", 503, {"Retry-After": "1800"})
    assert client.post(f"/v1/feeds/{feed['id']}/poll").status_code == 202
    feed = wait_until(client, feed["id"], "state", "failing")
    assert feed["last_error"]["detail"] == f"{site.url}/rss: answered 503, to be asked again in 1800 s"
    assert feed["failures"] == 1
    site.routes["/rss"] = Reply("", 410)
    client.post(f"/v1/feeds/{feed['id']}/poll")
    feed = wait_until(client, feed["id"], "state", "stopped")
    assert "gone for good" in feed["stopped"]
    assert feed["next_poll_at"] is None
    refused = client.post(f"/v1/feeds/{feed['id']}/poll")
    assert refused.status_code == 409
    assert "is stopped" in refused.json["detail"]
    site.feed("")
    assert client.patch(f"/v1/feeds/{feed['id']}", json={"paused": False}).json["stopped"] is None
    wait_until(client, feed["id"], "state", "ok")
