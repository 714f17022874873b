"""/v1/watches over the contract client: made, listed, read, tried, followed as a feed, removed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from service.api.watches import write_match
from service.keys import Scope
from service.services import Services
from tests.api.conftest import CLAIM, SEVEN, client_of, make_app, make_key, post_article
from tests.api.contract_client import ContractClient

ATOM = {"a": "http://www.w3.org/2005/Atom"}
HOOK = "https://cms.example/hooks/isnad"


@pytest.fixture
def following(services: Services) -> Iterator[Services]:
    """The services with their background running, as in a process that serves."""
    services.watches.start(write_match)
    yield services
    services.watches.stop()


def add(client: ContractClient, **fields: Any) -> Any:
    response = client.post("/v1/watches", json={"claim": CLAIM, **fields})
    assert response.status_code == 201, response.text
    assert response.headers["Location"] == f"/v1/watches/{response.json['id']}"
    return response.json


def wait_for_matches(client: ContractClient, watch_id: str, count: int) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        watch = client.get(f"/v1/watches/{watch_id}").json
        if len(watch["matches"]) >= count:
            return watch
        time.sleep(0.05)
    pytest.fail("nothing was found")


def test_a_watch_is_kept_as_it_was_wished(client: ContractClient) -> None:
    watch = add(
        client,
        flags=["conflicts"],
        outlets=["المرفأ", "almarfa.example", "غير معروف"],
        as_of="2024-03-05",
        webhook={"url": HOOK},
    )
    assert watch["webhook"]["secret"].startswith("whsec_")
    assert (watch["flags"], watch["as_of"]) == (["conflicts"], "2024-03-05")
    assert [outlet["name"] for outlet in watch["outlets"]] == ["صحيفة المرفأ", "غير معروف"]
    shown = client.get(f"/v1/watches/{watch['id']}").json
    assert shown["webhook"] == {"url": HOOK}, "the secret is not shown again"
    assert (shown["matches"], shown["dead_letters"]) == ([], [])


def test_a_secret_of_ones_own_is_taken(client: ContractClient) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert add(client, webhook={"url": HOOK, "secret": secret})["webhook"]["secret"] == secret


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/claim"),
        ({"claim": "…"}, "#/claim"),
        ({"claim": CLAIM, "flags": []}, "#/flags"),
        ({"claim": CLAIM, "flags": ["mentions"]}, "#/flags/0"),
        ({"claim": CLAIM, "webhook": {}}, "#/webhook/url"),
        ({"claim": CLAIM, "webhook": {"url": "ftp://cms.example/"}}, "#/webhook/url"),
        ({"claim": CLAIM, "webhook": {"url": "https://me:pw@cms.example/"}}, "#/webhook/url"),
        ({"claim": CLAIM, "webhook": {"url": "http://127.0.0.1:8000/"}}, "#/webhook/url"),
        ({"claim": CLAIM, "webhook": {"url": "http://[::ffff:10.0.0.1]/"}}, "#/webhook/url"),
        ({"claim": CLAIM, "webhook": {"url": "http://169.254.169.254/latest"}}, "#/webhook/url"),
        ({"claim": CLAIM, "webhook": {"url": HOOK, "secret": "كلمة"}}, "#/webhook/secret"),
        ({"claim": CLAIM, "webhook": {"url": HOOK, "secret": "whsec_AAAA"}}, "#/webhook/secret"),
        ({"claim": CLAIM, "more": 1}, "#/more"),
    ],
)
def test_what_cannot_be_watched_is_refused(client: ContractClient, body: Any, pointer: str) -> None:
    response = client.post("/v1/watches", json=body)
    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == pointer


def test_watches_are_listed_in_pages(client: ContractClient) -> None:
    made = [add(client, claim=f"{CLAIM} {number}")["id"] for number in range(5)]
    seen: list[str] = []
    path = "/v1/watches?limit=2"
    while path:
        page = client.get(path)
        seen += [watch["id"] for watch in page.json["watches"]]
        cursor = page.json["next_cursor"]
        path = f"/v1/watches?limit=2&cursor={cursor}" if cursor else ""
        assert f"cursor={cursor}" in page.headers["Link"] or cursor is None
    assert seen == made
    assert client.get("/v1/watches?cursor=xyz").status_code == 422


@pytest.mark.parametrize("watch_id", ["w00000000000000000000", "x", "w" + "a" * 600, "w%2F"])
def test_what_is_not_there(client: ContractClient, watch_id: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/ping"), ("GET", "/feed")):
        assert client.open(f"/v1/watches/{watch_id}{path}", method=method).status_code == 404


def test_a_watch_is_removed(client: ContractClient) -> None:
    watch = add(client)
    assert client.delete(f"/v1/watches/{watch['id']}").status_code == 204
    assert client.get(f"/v1/watches/{watch['id']}").status_code == 404
    assert client.get("/v1/watches").json["watches"] == []


def test_scopes(services: Services) -> None:
    client = client_of(make_app(services))
    read, ingest = make_key(services, Scope.READ), make_key(services, Scope.INGEST)
    assert client.post("/v1/watches", json={"claim": CLAIM}, headers=read).status_code == 403
    made = client.post("/v1/watches", json={"claim": CLAIM}, headers=ingest).json
    assert client.get(made["feed"], headers=read).status_code == 200
    assert client.get(made["feed"], headers=ingest).status_code == 403
    assert client.post(f"/v1/watches/{made['id']}/ping", headers=read).status_code == 403
    assert client.delete(f"/v1/watches/{made['id']}", headers=read).status_code == 403


def test_a_ping_says_how_it_went(client: ContractClient) -> None:
    without = add(client)
    assert client.post(f"/v1/watches/{without['id']}/ping").status_code == 409
    watch = add(client, webhook={"url": "http://localhost:8000/hook"})
    answer = client.post(f"/v1/watches/{watch['id']}/ping").json
    assert (answer["taken"], answer["status"]) == (False, None)
    assert "not on the public internet" in answer["error"]


def test_articles_that_come_in_are_shown_and_fed(following: Services) -> None:
    client = client_of(make_app(following))
    post_article(client, id="before")
    watch = add(client)
    assert client.get(watch["feed"]).status_code == 200
    post_article(client, id="m-1", title="انهيار\x0bمبنى", url="https://almarfa.example/1?a=1&b=2")
    post_article(client, id="w-1", text=SEVEN, outlet="الواحة")
    post_article(client, id="m-1", title="انهيار مبنى")
    shown = wait_for_matches(client, watch["id"], 2)
    flags = {each["match"]["article"]["id"]: each["match"]["flag"] for each in shown["matches"]}
    assert flags == {"m-1": "agrees", "w-1": "conflicts"}
    assert {each["delivery"]["state"] for each in shown["matches"]} == {"none"}
    feed = client.get(watch["feed"])
    assert feed.mimetype == "application/atom+xml"
    root = Xml.fromstring(feed.data)
    assert root.findtext("a:title", namespaces=ATOM) == CLAIM
    entries = root.findall("a:entry", ATOM)
    assert [entry.find("a:category", ATOM).attrib["term"] for entry in entries] == ["conflicts", "agrees"]  # type: ignore[union-attr]
    assert entries[1].find("a:link", ATOM).attrib["href"] == "https://almarfa.example/1?a=1&b=2"  # type: ignore[union-attr]
    assert "12 قتيلاً" in str(entries[1].findtext("a:summary", namespaces=ATOM))
    for each in (root, *entries):
        assert all(each.findtext(f"a:{name}", namespaces=ATOM) for name in ("id", "title", "updated"))
    assert len({entry.findtext("a:id", namespaces=ATOM) for entry in entries}) == 2
    again = client.get(watch["feed"], headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304
