"""Real processes that poll: killed in the middle, two at once, and a whole service beside the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.feeds.book import FeedBook
from service.feeds.edit import new_feed
from service.feeds.feed import Feed
from service.index.documents_embedded import EmbeddedDocuments
from service.index.embedded import EmbeddedIndex
from service.model import ArticleHead, Filters
from tests.api.test_server import ROOT, running
from tests.feeds.parts import OUTLETS
from tests.feeds.site import Asked, Reply, Site, item, page, serving

ITEMS = 12
PATIENCE_S = 60
SETTINGS = {
    "ISNAD_JUDGE__MODEL": "typed",
    "ISNAD_INDEX__VECTORS": "false",
    "ISNAD_OUTBOUND__ALLOW": "127.0.0.1",
    "ISNAD_FEEDS__PAUSE_S": "0",
    "ISNAD_FEEDS__LEASE_S": "2",
}

pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def poll(data: Path) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ISNAD_")}
    command = [sys.executable, "-m", "service", "feeds", "poll", "--data", str(data)]
    return subprocess.Popen(
        command, cwd=ROOT, env={**inherited, **SETTINGS}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, said
    return said


def wait_for(what: str, holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def publish(site: Site, *, slow_s: float) -> None:
    begin = datetime(2024, 3, 5, 8, 0, tzinfo=UTC)
    for number in range(ITEMS):
        site.routes[f"/a/{number}"] = Reply(page(number), headers={"Content-Type": "text/html"}, slow_s=slow_s)
    items = (item(n, f"/a/{n}", at=begin + timedelta(minutes=n)) for n in range(ITEMS))
    site.feed("".join(items), ETag='"all"')


def add(data: Path, url: str) -> Feed:
    documents = EmbeddedDocuments(data)
    feed, _ = FeedBook(documents).add(new_feed(url, OUTLETS, now=datetime.now(UTC)))
    documents.close()
    return feed


def stored(data: Path, feed_id: str) -> tuple[list[ArticleHead], Feed]:
    index, documents = EmbeddedIndex(data), EmbeddedDocuments(data)
    heads, feed = list(index.list_articles(Filters(), limit=200).heads), FeedBook(documents).get(feed_id)
    index.close()
    documents.close()
    return heads, feed


def pages(site: Site) -> dict[str, int]:
    return {path: count for path, count in site.count().items() if path.startswith("/a/")}


def test_polls_that_are_killed_lose_nothing_and_double_nothing(tmp_path: Path, site: Site) -> None:
    publish(site, slow_s=0.1)
    feed = add(tmp_path, site.url + "/rss")
    kills = 0
    for fetched in (1, 4, 7):
        process = poll(tmp_path)
        wait_for("pages to be fetched", lambda: sum(pages(site).values()) >= fetched + kills)  # noqa: B023
        time.sleep(0.03 * kills)  # now in the fetch, now in the storing
        process.send_signal(signal.SIGKILL)
        process.communicate()
        kills += 1
    half = len(stored(tmp_path, feed.id)[0])
    assert 0 < half < ITEMS
    finish(poll(tmp_path))
    heads, now = stored(tmp_path, feed.id)
    assert sorted(str(head.url) for head in heads) == sorted(f"{site.url}/a/{n}" for n in range(ITEMS))
    assert {head.revision for head in heads} == {1}
    assert set(pages(site).values()) <= {1, 2}
    assert sum(pages(site).values()) <= ITEMS + kills, "only what was under way is fetched again"
    assert (now.state, now.said.etag, now.problems) == ("ok", '"all"', ())
    assert ITEMS - kills <= now.counts.created <= ITEMS
    finish(poll(tmp_path))
    assert site.last("/rss").headers["if-none-match"] == '"all"'


def test_two_processes_that_poll_at_once_fetch_each_page_once(tmp_path: Path, site: Site) -> None:
    publish(site, slow_s=0.05)
    feed = add(tmp_path, site.url + "/rss")
    processes = [poll(tmp_path) for _ in range(2)]
    for process in processes:
        finish(process)
    assert pages(site) == {f"/a/{number}": 1 for number in range(ITEMS)}
    heads, now = stored(tmp_path, feed.id)
    assert (len(heads), now.counts.created) == (ITEMS, ITEMS)


def test_a_service_polls_with_one_of_its_workers(tmp_path: Path, site: Site) -> None:
    publish(site, slow_s=0.02)
    with running(tmp_path, **SETTINGS) as server:
        added = server.call("POST", "/v1/feeds", json={"url": site.url + "/rss", "outlet": "صحيفة المرفأ"}).json()
        path = f"/v1/feeds/{added['id']}"
        wait_for("the feed to be polled", lambda: server.call("GET", path).json()["state"] == "ok")
        assert pages(site) == {f"/a/{number}": 1 for number in range(ITEMS)}
        assert server.call("GET", path).json()["items"]["created"] == ITEMS
        asked = len(site.asked)
        assert "ok" in finish(poll(server.data)), "the command line lets the service do it"
        assert [one.path for one in site.asked[asked:]] in (["/rss"], ["/robots.txt", "/rss"])
        metrics = server.call("GET", "/metrics").text
        assert f'isnad_feed_items_total{{outcome="created"}} {ITEMS}.0' in metrics
        assert 'isnad_feed_polls_total{outcome="changed"} 1.0' in metrics
        site.routes["/rss"] = Reply("", 503)
        assert server.call("POST", f"{path}/poll").status_code == 202
        wait_for("the failure to be shown", lambda: server.call("GET", path).json()["state"] == "failing")
        assert "answered 503" in server.call("GET", path).json()["last_error"]["detail"]


def test_a_service_that_stops_in_the_middle_of_a_poll_stops_soon(tmp_path: Path, site: Site) -> None:
    publish(site, slow_s=0.05)
    waiting = {**SETTINGS, "ISNAD_FEEDS__PAUSE_S": "60"}

    def slowly(_: Asked) -> Reply:
        return Reply(page(1), headers={"Content-Type": "text/html"})

    site.routes["/a/0"] = slowly
    with running(tmp_path, **waiting) as server:
        server.call("POST", "/v1/feeds", json={"url": site.url + "/rss"})
        wait_for("the poll to begin", lambda: site.asked)
        begun = time.monotonic()
        server.process.terminate()
        assert server.process.wait(30) == 0
        assert time.monotonic() - begun < 15, "a pause is no reason to wait"
    documents = EmbeddedDocuments(server.data)
    assert documents.list_documents("lease") == []
    documents.close()
