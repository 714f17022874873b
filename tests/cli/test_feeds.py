"""isnad feeds: added, listed, shown, polled in this process, paused, removed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from service.feeds.book import FeedBook
from service.feeds.setup import LEASE
from service.index.documents_embedded import EmbeddedDocuments
from service.leases import Lease
from tests.api.contract_client import schema_of
from tests.cli.conftest import Isnad
from tests.feeds.site import Reply, Site, item, serving, title

URL = "https://almarfa.example/rss"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("ISNAD_OUTBOUND__ALLOW", "127.0.0.1")
    monkeypatch.setenv("ISNAD_FEEDS__PAUSE_S", "0")
    with serving() as site:
        yield site


def add(isnad: Isnad, data: Path, url: str = URL, *options: object) -> str:
    return isnad("feeds", "add", url, *options, "--data", data).stdout.strip()


def test_a_feed_is_added_listed_shown_and_removed(isnad: Isnad, tmp_path: Path) -> None:
    assert "there are no feeds" in isnad("feeds", "list", "--data", tmp_path).stdout
    feed_id = add(isnad, tmp_path, URL, "--outlet", "صحيفة النورس", "--name", "كل الأخبار", "--interval", 300)
    listed = isnad("feeds", "list", "--data", tmp_path).stdout
    for words in (feed_id, "new", "صحيفة النورس", URL):
        assert words in listed
    shown = isnad("feeds", "show", feed_id, "--data", tmp_path).stdout
    for words in ("صحيفة النورس (given)", "كل الأخبار", "300 s", "0 seen"):
        assert words in shown
    assert feed_id in isnad("feeds", "remove", feed_id, "--data", tmp_path).stdout
    assert "there are no feeds" in isnad("feeds", "list", "--data", tmp_path).stdout


def test_an_id_is_shown_whole_on_a_narrow_terminal(isnad: Isnad, tmp_path: Path) -> None:
    """Other commands take it; so does whoever pipes a list, which has eighty columns."""
    site = URL + "/with/a/very/long/address/that/wants/all/the/room/there/is"
    feed_id = add(isnad, tmp_path, site, "--outlet", "صحيفة النورس")
    assert feed_id in isnad("feeds", "list", "--data", tmp_path, columns=60).stdout


def test_a_feed_that_is_followed_already(isnad: Isnad, tmp_path: Path) -> None:
    feed_id = add(isnad, tmp_path)
    again = isnad("feeds", "add", URL, "--data", tmp_path)
    assert again.stdout.strip() == feed_id
    assert "followed already" in again.stderr


def test_feeds_as_json(isnad: Isnad, tmp_path: Path) -> None:
    added = json.loads(isnad("feeds", "add", URL, "--json", "--data", tmp_path).stdout)
    schema_of("ShownFeed").validate(added)
    (listed,) = map(json.loads, isnad("feeds", "list", "--json", "--data", tmp_path).stdout.splitlines())
    schema_of("FeedPage").validate({"feeds": [listed], "next_cursor": None})
    assert json.loads(isnad("feeds", "show", added["id"], "--json", "--data", tmp_path).stdout) == added


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["add", "ftp://almarfa.example/rss"], 1, "url: must be an absolute http or https address"),
        (["add", "http://127.0.0.1/rss"], 1, "127.0.0.1, which is not on the public internet"),
        (["add", URL, "--interval", 5], 2, "--interval"),
        (["add", "https://almarfa.example/" + "x" * 2000], 1, "url: must have at most 2,000 characters"),
        (["add", URL, "--outlet", " - "], 1, "outlet: must have at least one word"),
        (["add"], 2, "URL"),
        (["show", "f0"], 1, "there is no feed f0"),
        (["remove", "f0"], 1, "there is no feed f0"),
        (["pause", "f0"], 1, "there is no feed f0"),
        (["poll", "f0"], 1, "there is no feed f0"),
    ],
)
def test_feeds_that_cannot_be(isnad: Isnad, tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    assert said in isnad("feeds", *arguments, "--data", tmp_path, code=code).stderr


def test_a_poll_in_this_process(isnad: Isnad, tmp_path: Path, site: Site) -> None:
    assert "there are no feeds to poll" in isnad("feeds", "poll", "--data", tmp_path).stdout
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1") + item(2, "/a/2"))
    feed_id = add(isnad, tmp_path, site.url + "/rss")
    said = isnad("feeds", "poll", "--data", tmp_path).stdout
    assert said.startswith(f"{feed_id}  1 created, 0 revised, 0 failed, 1 to be tried again  ")
    assert title(1) in isnad("articles", "--data", tmp_path).stdout
    shown = isnad("feeds", "show", feed_id, "--data", tmp_path).stdout
    assert "answered 404; the feed itself has only a teaser of 5 words" in " ".join(shown.split())
    (polled,) = map(json.loads, isnad("feeds", "poll", feed_id, "--json", "--data", tmp_path).stdout.splitlines())
    schema_of("ShownFeed").validate(polled)
    assert site.count() == {"/rss": 2, "/a/1": 1, "/a/2": 1}


def test_a_poll_of_a_feed_that_breaks(isnad: Isnad, tmp_path: Path, site: Site) -> None:
    site.routes["/rss"] = Reply("", 500)
    site.feed("", path="/well")
    broken, well = (add(isnad, tmp_path, site.url + path) for path in ("/rss", "/well"))
    ended = isnad("feeds", "poll", "--data", tmp_path, code=3)
    assert f"failing: {site.url}/rss: answered 500" in ended.stdout
    assert ended.stderr == "", "the results have said it"
    assert site.count() == {"/rss": 1, "/well": 1}
    isnad("feeds", "pause", broken, "--data", tmp_path)
    assert "is paused" in isnad("feeds", "poll", broken, "--data", tmp_path, code=1).stderr
    assert well in isnad("feeds", "poll", "--data", tmp_path).stdout
    site.feed("")
    isnad("feeds", "resume", broken, "--data", tmp_path)
    assert "ok" in isnad("feeds", "poll", broken, "--data", tmp_path).stdout


def test_a_poll_while_another_process_polls(isnad: Isnad, tmp_path: Path, site: Site) -> None:
    """The other one holds the lease and dies: this one waits until the lease runs out, and then polls itself."""
    site.feed("")
    add(isnad, tmp_path, site.url + "/rss")
    documents = EmbeddedDocuments(tmp_path)
    assert Lease(documents, LEASE, lasts_s=1.0).acquire()
    begun = time.monotonic()
    ended = isnad("feeds", "poll", "--data", tmp_path)
    assert time.monotonic() - begun > 0.9
    assert "another process polls the feeds" in ended.stderr
    assert site.count() == {"/rss": 1}
    documents.close()


def test_a_poll_that_another_process_does(isnad: Isnad, tmp_path: Path, site: Site) -> None:
    site.feed("")
    feed_id = add(isnad, tmp_path, site.url + "/rss")
    documents = EmbeddedDocuments(tmp_path)
    lease = Lease(documents, LEASE, lasts_s=600.0)
    assert lease.acquire()

    def poll_as_asked() -> None:
        book = FeedBook(documents)
        while book.get(feed_id).asked_at is None:
            time.sleep(0.05)
        book.update(feed_id, lambda feed: replace(feed, asked_at=None, polled_at=feed.asked_at))

    other = Thread(target=poll_as_asked)
    other.start()
    assert "ok" in isnad("feeds", "poll", "--data", tmp_path).stdout
    other.join()
    assert site.asked == []
    lease.release()
    documents.close()
