"""Rounds: several feeds at once, never two of one host, and an end that leaves nothing half done."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

import pytest

from service.background import Stopped
from service.outbound.addresses import read_allowed
from service.outbound.http import Answer, OutboundClient
from tests.feeds.conftest import MakeParts
from tests.feeds.site import Asked, Reply, Site, item, page, rss

EVERYWHERE = OutboundClient(read_allowed("127.0.0.1"), resolve=lambda *_: ["127.0.0.1"])


class Crowd:
    """A route that takes a while, and counts how many are inside at once, altogether and by host."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()
        self.most = self.most_of_a_host = 0

    def __call__(self, asked: Asked) -> Reply:
        host = asked.headers["host"]
        with self._lock:
            self._inside[host] += 1
            self.most = max(self.most, self._inside.total())
            self.most_of_a_host = max(self.most_of_a_host, self._inside[host])
        time.sleep(0.2)
        with self._lock:
            self._inside[host] -= 1
        return Reply(rss(""))


def test_hosts_are_asked_at_once_but_each_by_itself(make: MakeParts, site: Site) -> None:
    parts, crowd = make(client=EVERYWHERE), Crowd()
    for number in range(3):
        site.routes[f"/rss{number}"] = crowd
        for host in ("a", "b", "c", "d"):
            parts.add(f"http://{host}.example:{site.port}/rss{number}")
    assert parts.rounds.work(lambda: None)
    assert parts.observed == {("poll", "changed"): 12}
    assert crowd.most_of_a_host == 1
    assert crowd.most > 1
    assert parts.rounds.work(lambda: None) is False


def test_a_slow_host_holds_nobody(make: MakeParts, site: Site) -> None:
    parts = make(client=EVERYWHERE)
    site.routes["/slow"] = Reply(rss(""), slow_s=1.5)
    site.routes["/fast"] = Reply(rss(""))
    parts.add(f"http://slow.example:{site.port}/slow")
    fast = [parts.add(f"http://{number}.example:{site.port}/fast") for number in range(12)]
    seen: list[bool] = []

    def look() -> None:
        done = all(parts.book.get(feed.id).polled_at for feed in fast)
        seen.append(done and ("poll", "changed") in parts.observed and parts.observed["poll", "changed"] == 12)

    parts.rounds.work(look)
    assert any(seen), "the others were through before the slow one answered"


def test_the_end_comes_between_two_items(make: MakeParts, site: Site) -> None:
    parts = make()
    begun = threading.Event()

    def begin(_: Asked) -> Reply:
        begun.set()
        return Reply(page(1), headers={"Content-Type": "text/html"}, slow_s=0.7)

    site.routes["/a/1"] = site.routes["/a/2"] = begin
    site.feed(item(1, "/a/1") + item(2, "/a/2"))
    feed = parts.add()

    def stop_soon() -> None:
        if begun.is_set():
            raise Stopped

    with pytest.raises(Stopped):
        parts.rounds.work(stop_soon)
    half = parts.book.get(feed.id)
    assert (half.counts.created, half.polled_at) == (1, None), "what was begun is finished, and no more"
    assert parts.rounds.work(lambda: None), "and the rest comes at once with whoever is next"
    assert parts.book.get(feed.id).counts.seen == 2


def test_a_long_pause_is_no_reason_to_wait(make: MakeParts, site: Site) -> None:
    parts = make(pause_s=60.0)
    site.feed("")
    parts.add()
    parts.add("/other")
    begun = time.monotonic()

    def stop_soon() -> None:
        if site.asked:
            raise Stopped

    with pytest.raises(Stopped):
        parts.rounds.work(stop_soon)
    assert time.monotonic() - begun < 20


class Mistaken(OutboundClient):
    """A client with a mistake in it."""

    def request(self, *_: Any, **__: Any) -> Answer:
        raise TypeError("a mistake")


def test_a_mistake_in_a_poll_is_shown_in_its_feed(make: MakeParts) -> None:
    parts = make(client=Mistaken(read_allowed("127.0.0.1")))
    feed = parts.add()
    assert parts.rounds.work(lambda: None)
    trouble = parts.book.get(feed.id).trouble
    assert trouble is not None
    assert "a mistake of this program (TypeError)" in trouble.detail
    assert parts.rounds.work(lambda: None) is False
