"""Watches on Elasticsearch: the same parts, followed and delivered from the cluster alone."""

from __future__ import annotations

import pytest

from service.index.elastic_client import Connection
from service.watches.dead_letters import DeadLetters
from service.watches.feed_tokens import FeedTokens
from service.watches.watch import DeliveryState
from tests.elastic.conftest import MakeIndex
from tests.watches.parts import OTHER, SEVEN, TWELVE, Clock, make_parts, make_watch

pytestmark = pytest.mark.elastic


def test_what_one_machine_finds_another_delivers(make_index: MakeIndex, connection: Connection) -> None:
    clock = Clock()
    here, there = make_index(), make_index()
    one, two = make_parts(here, here.documents, clock), make_parts(there, there.documents, clock)
    one.book.add(make_watch(url="http://127.0.0.1:9/"))
    for article_id, text in (("a", TWELVE), ("c", SEVEN), ("o", OTHER)):
        one.store(article_id, text)
    two.store("a", SEVEN)
    one.follow()
    two.follow()
    found = two.book.found(make_watch().id, limit=9)
    matches = [each.payload["match"] for each in found]
    told = {(match["article"]["id"], match["article"]["revision"], match["flag"]) for match in matches}
    assert told == {("a", 2, "conflicts"), ("c", 1, "conflicts")}
    two.deliver()
    assert one.book.due(limit=9) == []
    clock.pass_seconds(13)
    one.deliver()
    states = {(each.delivery.state, each.delivery.attempts) for each in two.book.found(make_watch().id, limit=9)}
    assert states == {(DeliveryState.PENDING, 2)}
    one.book.remove(make_watch().id)
    clock.pass_seconds(100)
    two.deliver()
    assert two.book.due(limit=9) == []
    assert two.book.found(make_watch().id, limit=9) == []


def test_dead_letters_and_feed_tokens_are_seen_by_every_machine(make_index: MakeIndex, connection: Connection) -> None:
    clock = Clock()
    here, there = make_index(), make_index()
    one, two = make_parts(here, here.documents, clock), make_parts(there, there.documents, clock)
    watch = make_watch(url="http://127.0.0.1:9/")
    one.book.add(watch)
    one.store("a", TWELVE)
    one.follow()
    for _ in range(4):  # as often as the parts' patience lasts
        clock.pass_seconds(100)
        one.deliver()
    (dead,) = two.book.dead_letters(watch.id, limit=9)
    assert DeadLetters(there.documents, clock=clock).resend(watch.id, dead.id).delivery.attempts == 0
    assert one.book.dead_letters(watch.id, limit=9) == []
    one.deliver()
    states = {(each.delivery.state, each.delivery.attempts) for each in two.book.found(watch.id, limit=9)}
    assert states == {(DeliveryState.PENDING, 1)}
    token = FeedTokens(here.documents).create(watch.id)
    assert FeedTokens(there.documents).opens(watch.id, token)
    assert FeedTokens(there.documents).revoke(watch.id)
    assert not FeedTokens(here.documents).opens(watch.id, token)
