"""Feed tokens: a reader without headers reads one feed, and nothing else; and dead letters over HTTP."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.keys import Scope
from service.services import Services
from service.settings import AuthSettings, LimitsSettings
from service.watches.watch import Delivery, DeliveryState, write_found
from tests.api.conftest import CLAIM, client_of, make_app, make_key, post_article, with_settings
from tests.api.contract_client import ContractClient
from tests.api.test_watches import HOOK, following, wait_for_matches

__all__ = ["following"]  # a fixture


@pytest.fixture
def keyed(services: Services) -> ContractClient:
    """A client of a service in which everybody needs a key."""
    return client_of(make_app(with_settings(services, auth=AuthSettings(mode="keys"))))


def add_watch(client: ContractClient, key: dict[str, str], **more: Any) -> str:
    response = client.post("/v1/watches", json={"claim": CLAIM, **more}, headers=key)
    assert response.status_code == 201, response.text
    return str(response.json["id"])


def test_the_token_opens_its_feed_and_nothing_else(keyed: ContractClient, services: Services) -> None:
    key = make_key(services, Scope.INGEST)
    one, other = add_watch(keyed, key), add_watch(keyed, key)
    made = keyed.post(f"/v1/watches/{one}/feed-token", headers=key)
    feed, token = made.json["feed"], made.json["token"]
    assert made.status_code == 201
    assert keyed.get(feed).mimetype == "application/atom+xml"
    assert keyed.get(urlsplit(feed).path).status_code == 401
    assert keyed.get(f"/v1/watches/{other}/feed?token={token}").status_code == 401
    assert keyed.get(f"/v1/watches/{one}?token={token}").status_code == 401
    assert keyed.get("/v1/watches", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert token not in keyed.get(feed).text, "the feed does not tell its token"


@pytest.mark.parametrize("how", ["new", "revoked", "removed"])
def test_a_token_is_revoked_at_once(keyed: ContractClient, services: Services, how: str) -> None:
    key = make_key(services, Scope.INGEST)
    watch = add_watch(keyed, key)
    feed = keyed.post(f"/v1/watches/{watch}/feed-token", headers=key).json["feed"]
    assert keyed.get(feed).status_code == 200
    if how == "new":
        again = keyed.post(f"/v1/watches/{watch}/feed-token", headers=key).json["feed"]
        assert keyed.get(again).status_code == 200
    else:
        path = f"/v1/watches/{watch}" + ("/feed-token" if how == "revoked" else "")
        assert keyed.delete(path, headers=key).status_code == 204
        assert keyed.delete(path, headers=key).status_code == 404
    response = keyed.get(feed)
    assert (response.status_code, response.json["type"]) == (401, "/problems/key-needed")


def test_it_is_kept_as_a_hash(keyed: ContractClient, services: Services) -> None:
    key = make_key(services, Scope.INGEST)
    watch = add_watch(keyed, key)
    token = keyed.post(f"/v1/watches/{watch}/feed-token", headers=key).json["token"]
    kept = services.documents.get("watch-feed-token", watch)
    assert kept is not None
    assert token not in json.dumps(dict(kept.body))


@pytest.mark.parametrize("token", ["x", "isnadfeed_" + "x" * 43, "كلمة", "%00"])
def test_a_wrong_token_is_refused_in_open_mode_too(client: ContractClient, token: str) -> None:
    watch = add_watch(client, {})
    assert client.get(f"/v1/watches/{watch}/feed?token={token}").status_code in (401, 422)
    assert client.get(f"/v1/watches/w00000000000000000000/feed?token={token}").status_code in (401, 422)


def test_its_calls_are_counted(services: Services) -> None:
    client = client_of(make_app(with_settings(services, limits=LimitsSettings(read="2/minute"))))
    feed = client.post(f"/v1/watches/{add_watch(client, {})}/feed-token").json["feed"]
    answers = [client.get(feed) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert "RateLimit" in answers[0].headers


def test_who_may_only_read_makes_no_token(keyed: ContractClient, services: Services) -> None:
    watch = add_watch(keyed, make_key(services, Scope.INGEST))
    read = make_key(services, Scope.READ)
    assert keyed.post(f"/v1/watches/{watch}/feed-token", headers=read).status_code == 403
    assert keyed.delete(f"/v1/watches/{watch}/feed-token", headers=read).status_code == 403
    assert keyed.post(f"/v1/watches/{watch}/deliveries/resend", headers=read).status_code == 403


def test_dead_letters_are_sent_again(client: ContractClient) -> None:
    without, watch = add_watch(client, {}), add_watch(client, {}, webhook={"url": HOOK})
    assert client.post(f"/v1/watches/{without}/deliveries/resend").status_code == 409
    assert client.post(f"/v1/watches/{without}/deliveries/x/resend").status_code == 409
    everything = client.post(f"/v1/watches/{watch}/deliveries/resend")
    assert (everything.status_code, everything.json) == (202, {"resent": 0})
    for path in (f"/v1/watches/{watch}/deliveries/x/resend", "/v1/watches/w00000000000000000000/deliveries/x/resend"):
        assert client.post(path).status_code == 404


def test_a_message_that_was_given_up_is_on_its_way_again(following: Services) -> None:
    client = client_of(make_app(following))
    watch = add_watch(client, {}, webhook={"url": HOOK})
    post_article(client, id="m-1")
    message = wait_for_matches(client, watch, 1)["matches"][0]["id"]
    following.watches.stop()
    (found,) = following.watches.book.found(watch, limit=9)
    dead = replace(found, delivery=Delivery(DeliveryState.DEAD, 12, None, found.found_at, "answered 503"))
    for kind in ("watch-match", "watch-dead"):
        following.documents.put(kind, dead.key, write_found(dead))
    assert [each["id"] for each in client.get(f"/v1/watches/{watch}").json["dead_letters"]] == [message]
    again = client.post(f"/v1/watches/{watch}/deliveries/{message}/resend")
    assert (again.status_code, again.json["id"]) == (202, message)
    assert (again.json["delivery"]["state"], again.json["delivery"]["attempts"]) == ("pending", 0)
    assert client.get(f"/v1/watches/{watch}").json["dead_letters"] == []
    assert client.post(f"/v1/watches/{watch}/deliveries/{message}/resend").status_code == 409
