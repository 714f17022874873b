"""One feed polled: what becomes of its items, what is asked of servers, and what is said when something breaks."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from service.errors import IndexUnavailable
from service.feeds.edit import paused, resumed
from service.feeds.feed import FeedState
from service.feeds.take import Take
from service.outbound.addresses import read_allowed
from service.outbound.http import OutboundClient
from tests.feeds.conftest import MakeParts
from tests.feeds.parts import Parts
from tests.feeds.site import SENTENCES, Asked, Reply, Site, full_content, item, page, rss, text, title

HTML = {"Content-Type": "text/html; charset=utf-8"}


def published(hour: int) -> datetime:
    return datetime(2024, 3, 5, hour, 0, tzinfo=UTC)


# --- items become articles ---


def test_the_pages_of_items_become_articles(parts: Parts, site: Site) -> None:
    for number in (1, 2):
        site.publish(f"/a/{number}", number)
    site.feed(item(2, "/a/2", at=published(12)) + item(1, "/a/1", at=published(9)))
    feed = parts.poll(parts.add())
    newest, oldest = parts.articles()
    assert (newest.url, newest.title, newest.published_at) == (f"{site.url}/a/2", title(2), published(12))
    assert newest.published_at_source == "given"
    assert newest.outlet is not None
    assert newest.outlet.name == "صحيفة النورس"
    assert oldest.url == f"{site.url}/a/1", "stored in the order of publication"
    assert parts.index.get(newest.id).text == text(2)
    assert (feed.counts.seen, feed.counts.created, feed.counts.failed) == (2, 2, 0)
    assert (feed.state, feed.title, feed.home, feed.outlet_source) == ("ok", "صحيفة النورس", f"{site.url}/", "feed")
    assert parts.observed == {("poll", "changed"): 1, ("item", "created"): 2}
    assert parts.shown == [(feed.id, 0, 2), (feed.id, 1, 2), (feed.id, 2, 2)]


def test_nothing_is_asked_for_twice(parts: Parts, site: Site) -> None:
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1"), ETag='"one"', **{"Last-Modified": "Tue, 05 Mar 2024 10:00:00 GMT"})
    feed = parts.poll(parts.add())
    site.routes["/rss"] = Reply(status=304)
    feed = parts.poll(feed)
    assert site.last("/rss").headers["if-none-match"] == '"one"'
    assert site.last("/rss").headers["if-modified-since"] == "Tue, 05 Mar 2024 10:00:00 GMT"
    assert site.count() == {"/rss": 2, "/a/1": 1}
    assert [one.path for one in site.asked].count("/robots.txt") == 1
    assert (feed.state, feed.counts.seen) == (FeedState.OK, 1)
    assert parts.observed["poll", "unchanged"] == 1


def test_servers_learn_who_asks(parts: Parts, site: Site) -> None:
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1"))
    parts.poll(parts.add())
    assert {one.headers["user-agent"] for one in site.asked} == {"Isnad/test (+desk@example.org)"}


def test_a_feed_that_stays_the_same_without_saying_so(parts: Parts, site: Site) -> None:
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1"))
    feed = parts.poll(parts.poll(parts.add()))
    assert site.count() == {"/rss": 2, "/a/1": 1}
    assert parts.observed["poll", "unchanged"] == 1
    assert feed.said.etag is None


def test_a_changed_item_is_fetched_again(parts: Parts, site: Site) -> None:
    for number in (1, 2):
        site.publish(f"/a/{number}", number)
    site.feed(item(1, "/a/1", guid="g1") + item(2, "/a/2", guid="g2"))
    feed = parts.poll(parts.add())
    site.publish("/a/1", 1, extra="وقال الورداني لاحقاً إن الكلفة ارتفعت إلى 45 مليون دينار.")
    site.feed(item(1, "/a/1", guid="g1", teaser="ارتفاع الكلفة إلى 45 مليون دينار") + item(2, "/a/2", guid="g2"))
    feed = parts.poll(feed)
    assert site.count() == {"/rss": 2, "/a/1": 2, "/a/2": 1}
    (revised,) = (head for head in parts.articles() if head.revision == 2)
    assert revised.url == f"{site.url}/a/1"
    assert (feed.counts.seen, feed.counts.created, feed.counts.revised) == (2, 2, 1)


def test_more_items_than_one_poll_takes(make: MakeParts, site: Site) -> None:
    parts = make(items=2)
    for number in range(5):
        site.publish(f"/a/{number}", number)
    site.feed("".join(item(n, f"/a/{n}", at=published(n)) for n in range(5)), ETag='"five"')
    feed = parts.poll(parts.add())
    assert [head.title for head in parts.articles()] == [title(4), title(3)]
    assert feed.next_at - parts.clock() <= timedelta(seconds=60), "the rest comes soon"
    for _ in range(2):
        feed = parts.poll(feed)
        assert "if-none-match" not in site.last("/rss").headers, "what is left over must be seen again"
    assert feed.counts.created == 5
    assert feed.said.etag == '"five"'
    assert feed.next_at - parts.clock() > timedelta(minutes=14)


def test_an_item_of_two_feeds_is_fetched_once(parts: Parts, site: Site) -> None:
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1"))
    site.feed(item(1, "/a/1"), path="/politics")
    site.feed(item(1, "/a/1", teaser="تحديث: ملخص آخر"), path="/updated")
    feeds = [parts.poll(parts.add(path)) for path in ("/rss", "/politics", "/updated")]
    assert site.count() == {"/rss": 1, "/politics": 1, "/updated": 1, "/a/1": 2}
    assert [(feed.counts.seen, feed.counts.created, feed.counts.unchanged) for feed in feeds] == [
        (1, 1, 0),
        (1, 0, 1),
        (1, 0, 1),
    ]


def test_the_front_page_is_no_page_of_an_item(parts: Parts, site: Site) -> None:
    site.routes["/"] = Reply(page(9), headers=HTML)
    site.routes["/?p=3"] = Reply(page(3), headers=HTML)
    whole = "".join(item(n, "/", guid=f"g{n}", content=full_content(n), at=published(n)) for n in (1, 2))
    site.feed(whole + item(3, "/?p=3", at=published(3)) + item(4, "/", guid="g4"))
    feed = parts.poll(parts.add())
    assert site.count() == {"/rss": 1, "/?p=3": 1}
    assert sorted(str(head.title) for head in parts.articles()) == [title(1), title(2), title(3)]
    assert "names no page of its own" in feed.problems[0].detail


def test_an_outlet_that_was_given_stays(parts: Parts, site: Site) -> None:
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1"))
    feed = parts.poll(parts.add(outlet="المرفأ"))
    assert feed.outlet_source == "given"
    (head,) = parts.articles()
    assert head.outlet is not None
    assert head.outlet.id == "almarfa"


def test_the_time_and_author_of_an_item_without_them_come_from_its_page(parts: Parts, site: Site) -> None:
    html = page(1).replace("<head>", '<head><meta property="article:published_time" content="2024-03-05T08:30:00Z">')
    site.routes["/a/1"] = Reply(html, headers=HTML)
    site.feed(f"<item><title>{title(1)}</title><link>/a/1</link></item>")
    parts.poll(parts.add())
    (head,) = parts.articles()
    assert (head.published_at, head.published_at_source) == (datetime(2024, 3, 5, 8, 30, tzinfo=UTC), "page")


def test_a_page_in_windows_1256(parts: Parts, site: Site) -> None:
    html = page(1).replace("utf-8", "windows-1256")
    site.routes["/a/1"] = Reply(html.encode("cp1256"), headers={"Content-Type": "text/html"})
    site.feed(item(1, "/a/1"))
    parts.poll(parts.add())
    assert parts.index.get(parts.articles()[0].id).text == text(1)


def test_a_page_sent_packed(parts: Parts, site: Site) -> None:
    site.routes["/a/1"] = Reply(gzip.compress(page(1).encode()), headers={**HTML, "Content-Encoding": "gzip"})
    site.feed(item(1, "/a/1"))
    assert parts.poll(parts.add()).counts.created == 1
    assert "gzip" in site.last("/a/1").headers["accept-encoding"]


# --- the item's own text ---


@pytest.mark.parametrize(
    "reply",
    [
        Reply("gone", 404),
        Reply("busy", 503),
        Reply("<html><body><p></p></body></html>", headers=HTML),
        Reply("%PDF-1.7", headers={"Content-Type": "application/pdf"}),
        Reply(
            "<html><body><article><h1>مشاركة</h1><p>شارك عبر فيسبوك</p><p>شارك عبر تويتر</p></article></body></html>",
            headers=HTML,
        ),
        Reply("<html><body><p>للمتابعة يرجى الموافقة على ملفات الارتباط.</p></body></html>", headers=HTML),
        Reply("", 302, {"Location": "/"}),
    ],
)
def test_the_whole_text_of_an_item_stands_in_for_its_page(parts: Parts, site: Site, reply: Reply) -> None:
    site.routes["/a/1"] = reply
    site.routes["/"] = Reply(page(9), headers=HTML)
    site.feed(item(1, "/a/1", content=full_content(1)))
    feed = parts.poll(parts.add())
    (head,) = parts.articles()
    assert (head.url, head.title) == (f"{site.url}/a/1", title(1))
    stored = parts.index.get(head.id).text
    assert all(sentence in stored for sentence in SENTENCES)
    assert feed.problems == ()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("", 404), "/a/1: answered 404"),
        (Reply("", 500), "/a/1: answered 500"),
        (Reply("<html><body></body></html>", headers=HTML), "/a/1: no article text found"),
        (Reply("{}", headers={"Content-Type": "application/json"}), "/a/1: is application/json, not a web page"),
        (Reply("", 302, {"Location": "/"}), "/a/1: leads to the front page"),
        (Reply("", 302, {"Location": "http://169.254.169.254/latest/meta-data/"}), "169.254.169.254, which is not on"),
        (Reply("", 301, {"Location": "ftp://127.0.0.1/a"}), "must be an absolute http or https address"),
        (Reply("", 302, {"Location": "/a/1"}), "in a circle"),
        (Reply("x" * 3_000_000, headers=HTML), "larger than 1 MiB"),
        (Reply(gzip.compress(b"0" * 50_000_000), headers={**HTML, "Content-Encoding": "gzip"}), "once it is unpacked"),
    ],
)
def test_a_teaser_never_becomes_an_article(parts: Parts, site: Site, reply: Reply, said: str) -> None:
    site.routes["/a/1"] = reply
    site.routes["/"] = Reply(page(9), headers=HTML)
    site.feed(item(1, "/a/1", teaser="ملخص من أربع كلمات"))
    feed = parts.poll(parts.add())
    assert parts.articles() == []
    (problem,) = feed.problems
    assert said in problem.detail
    assert "the feed itself has only a teaser of 4 words" in problem.detail
    assert (problem.url, problem.title, problem.tries) == (f"{site.url}/a/1", title(1), 1)
    assert feed.state is FeedState.OK, "the feed itself is well"


def test_content_that_is_cut_off_is_a_teaser(parts: Parts, site: Site) -> None:
    site.feed(item(1, "/a/1", content=full_content(1) + "<p>[…]</p>"))
    assert parts.poll(parts.add()).counts.created == 0


def test_feeds_without_pages(make: MakeParts, site: Site) -> None:
    parts = make(fetch_pages=False)
    site.feed(item(1, "/a/1", content=full_content(1)) + item(2, "/a/2"))
    feed = parts.poll(parts.add())
    assert feed.counts.created == 1
    assert "fetch_pages" in feed.problems[0].detail
    assert site.count() == {"/rss": 1}


def test_an_item_without_a_page_has_an_id_of_its_own(parts: Parts, site: Site) -> None:
    content = f"<content:encoded><![CDATA[{full_content(1)}]]></content:encoded>"
    site.feed(f"<item><guid isPermaLink='false'>g</guid><title>{title(1)}</title>{content}</item>")
    feed = parts.poll(parts.add())
    (head,) = parts.articles()
    assert head.id.startswith(f"{feed.id}-")
    assert head.url is None


# --- items that fail are tried again, and then given up ---


def test_an_item_is_tried_again_until_it_works(parts: Parts, site: Site) -> None:
    site.routes["/a/1"] = Reply("", 503)
    site.feed(item(1, "/a/1"), ETag='"one"')
    feed = parts.poll(parts.add())
    assert feed.next_at - parts.clock() <= timedelta(minutes=5), "when the item is due again"
    feed = parts.poll(feed)
    assert site.count()["/a/1"] == 1, "not before its time"
    site.publish("/a/1", 1)
    parts.clock.pass_time(minutes=6)
    feed = parts.poll(feed)
    assert (feed.counts.seen, feed.counts.created, feed.counts.failed) == (1, 1, 0)
    assert feed.problems == ()
    assert feed.said.etag == '"one"'


@pytest.mark.parametrize(("status", "tries"), [(404, 3), (503, 8)])
def test_an_item_is_given_up_after_some_tries(parts: Parts, site: Site, status: int, tries: int) -> None:
    site.routes["/a/1"] = Reply("", status)
    site.feed(item(1, "/a/1"))
    feed = parts.add()
    for _ in range(tries + 2):
        feed = parts.poll(feed)
        parts.clock.pass_time(hours=20)
    assert site.count()["/a/1"] == tries
    assert (feed.problems[0].tries, feed.problems[0].retry_at) == (tries, None)
    assert (feed.counts.seen, feed.counts.failed) == (1, 1)
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1", teaser="ملخص جديد"))
    assert parts.poll(feed).counts.created == 1, "the feed says something else of it"


def test_a_page_that_says_when_to_come_back(parts: Parts, site: Site) -> None:
    site.routes["/a/1"] = Reply("", 429, {"Retry-After": "7200"})
    site.feed(item(1, "/a/1"))
    feed = parts.poll(parts.add())
    assert feed.problems[0].retry_at is not None
    assert feed.problems[0].retry_at - parts.clock() > timedelta(minutes=119)


@pytest.mark.parametrize(("status", "headers"), [(429, {"Retry-After": "60"}), (429, {}), (503, {"Retry-After": "60"})])
def test_a_host_that_wants_to_be_left_alone_is(parts: Parts, site: Site, status: int, headers: dict[str, str]) -> None:
    for number in range(4):
        site.publish(f"/a/{number}", number)
    site.routes["/a/1"] = Reply("", status, headers)
    site.feed("".join(item(n, f"/a/{n}", at=published(n)) for n in range(4)))
    feed = parts.poll(parts.add())
    assert site.count() == {"/rss": 1, "/a/0": 1, "/a/1": 1}
    assert "not asked for now, since" in feed.problems[0].detail
    assert feed.counts.created == 1
    parts.clock.pass_time(minutes=6)
    site.publish("/a/1", 1)
    assert parts.poll(feed).counts.created == 4


def test_a_host_that_fails_one_request_after_the_other_is_left_alone(make: MakeParts, site: Site) -> None:
    parts = make(timeout_s=0.2)
    for number in range(6):
        site.routes[f"/a/{number}"] = Reply("", slow_s=0.4) if number % 2 else Reply("", 500)
    whole = item(6, "/a/6", content=full_content(6), at=published(6))
    site.feed("".join(item(n, f"/a/{n}", at=published(n)) for n in range(6)) + whole)
    feed = parts.poll(parts.add())
    assert site.count() == {"/rss": 1, "/a/0": 1, "/a/1": 1, "/a/2": 1}
    assert "3 requests failed one after the other" in feed.problems[0].detail
    assert feed.counts.created == 1, "what stands whole in the feed needs no page"
    for number in range(6):
        site.publish(f"/a/{number}", number)
    parts.clock.pass_time(minutes=6)
    assert parts.poll(feed).counts.created == 7


def test_a_mistake_of_this_program_spoils_one_item(make: MakeParts, site: Site) -> None:
    def take(submission: object) -> list[object]:
        raise RecursionError

    parts = make(take=take)
    for number in (1, 2):
        site.publish(f"/a/{number}", number)
    site.feed(item(1, "/a/1") + item(2, "/a/2"))
    feed = parts.poll(parts.add())
    assert all(one.detail.startswith("a mistake of this program (RecursionError)") for one in feed.problems)
    assert len(feed.problems) == 2
    assert feed.state is FeedState.OK


def test_an_index_that_is_away_loses_nothing(make: MakeParts, site: Site) -> None:
    site.publish("/a/1", 1)
    site.feed(item(1, "/a/1"))
    away: Take = lambda _: (_ for _ in ()).throw(IndexUnavailable("no node answers"))  # noqa: E731
    parts = make(take=away)
    feed = parts.add()
    with pytest.raises(IndexUnavailable):
        parts.rounds.work(lambda: None)
    assert parts.rounds.work(lambda: None) is False, "its server is left alone for a while"
    again = make()
    assert again.rounds.work(lambda: None)
    assert again.book.get(feed.id).counts.created == 1


# --- feeds that break say why ---


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply("", 500), "/rss: answered 500"),
        (Reply("", 404), "/rss: answered 404"),
        (Reply("", 403), "/rss: answered 403"),
        (Reply("<html><body>صيانة</body></html>"), "/rss: a web page, not a feed"),
        (
            Reply('<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'),
            "the page names the feed http://127.0.0.1:",
        ),
        (Reply(""), "/rss: the feed is empty"),
        (Reply("<rss version='2.0'><channel><item"), "/rss: the feed is broken XML"),
        (Reply('{"version": 1}'), "not a JSON Feed"),
        (Reply("", 301, {"Location": "http://169.254.169.254/"}), "169.254.169.254, which is not on the public"),
        (Reply("", 302, {"Location": "http://[::ffff:169.254.169.254]/"}), "not on the public internet"),
        (Reply("", 302, {"Location": "http://localhost:1/"}), "cannot connect to localhost"),
        (Reply("", 302, {"Location": "/rss?"}), "/rss"),
        (Reply("", 302), "without saying where to"),
        (Reply(b"\x1f\x8b not gzip", headers={"Content-Encoding": "gzip"}), "the compressed answer is broken"),
        (Reply(gzip.compress(b" " * 90_000_000), headers={"Content-Encoding": "gzip"}), "larger than 1 MiB once"),
        (Reply("x", headers={"Content-Encoding": "br"}), "which was not asked for"),
        (Reply(" " * 2_000_000), "/rss: larger than 1 MiB"),
        (Reply("<!DOCTYPE a [<!ENTITY b 'x'>]><rss>&b;</rss>"), "declares XML entities"),
    ],
)
def test_a_feed_that_breaks_says_why(parts: Parts, site: Site, reply: Reply, said: str) -> None:
    site.routes["/rss"] = reply
    feed = parts.poll(parts.add())
    assert feed.trouble is not None
    assert said in feed.trouble.detail
    assert (feed.state, feed.failures) == (FeedState.FAILING, 1)
    assert parts.observed == {("poll", "failed"): 1}


def test_a_server_that_is_too_slow(make: MakeParts, site: Site) -> None:
    parts = make(timeout_s=0.3)
    site.routes["/rss"] = Reply(rss(""), slow_s=1.0)
    feed = parts.poll(parts.add())
    assert feed.trouble is not None
    assert "no whole answer within 0.3 s" in feed.trouble.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_only_what_is_allowed_is_called(make: MakeParts, site: Site, host: str) -> None:
    parts = make(client=OutboundClient())
    feed = parts.poll(parts.add(f"http://{host}:{site.port}/rss"))
    assert feed.trouble is not None
    assert ", which is not on the public internet" in feed.trouble.detail
    assert site.asked == []


def test_a_name_that_leads_inside_a_moment_later(make: MakeParts, site: Site) -> None:
    """The feed is fetched; for the page the same name leads to another address, which is checked anew."""
    answers = iter([["127.0.0.1"]] * 2 + [["10.0.0.7"]] * 9)
    client = OutboundClient(read_allowed("127.0.0.1"), resolve=lambda *_: next(answers))
    parts = make(client=client)
    site.feed(item(1, "/a/1"))
    feed = parts.poll(parts.add(f"http://rebinding.example:{site.port}/rss"))
    assert "leads to 10.0.0.7" in feed.problems[0].detail
    assert site.count() == {"/rss": 1}


def test_failures_are_tried_ever_more_seldom(parts: Parts, site: Site) -> None:
    site.routes["/rss"] = Reply("", 500)
    feed, waits = parts.add(), []
    for _ in range(9):
        feed = parts.poll(feed)
        waits.append((feed.next_at - parts.clock()).total_seconds() / 900)
    assert waits[0] == pytest.approx(2, rel=0.11)
    assert all(later >= earlier for earlier, later in pairwise(waits))
    assert waits[-1] == pytest.approx(96, rel=0.11), "a day"
    site.feed("")
    feed = parts.poll(feed)
    assert (feed.state, feed.failures) == (FeedState.OK, 0)
    assert feed.trouble is not None, "what went wrong last stays to be seen"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["7200", "Tue, 05 Mar 2024 15:00:00 GMT"])
def test_a_server_says_when_to_come_back(parts: Parts, site: Site, status: int, after: str) -> None:
    site.routes["/rss"] = Reply("", status, {"Retry-After": after})
    feed = parts.poll(parts.add())
    assert feed.next_at - parts.clock() == pytest.approx(timedelta(hours=2), abs=timedelta(minutes=1))
    assert feed.trouble is not None
    assert "to be asked again in 7200 s" in feed.trouble.detail


def test_a_feed_that_is_gone_stops(parts: Parts, site: Site) -> None:
    site.routes["/rss"] = Reply("", 410)
    feed = parts.poll(parts.add())
    assert feed.state is FeedState.STOPPED
    assert "gone for good" in str(feed.stopped)
    parts.clock.pass_time(days=9)
    assert parts.rounds.work(lambda: None) is False
    assert site.count() == {"/rss": 1}
    site.feed("")
    parts.book.update(feed.id, lambda one: resumed(one, now=parts.clock()))
    assert parts.rounds.work(lambda: None)
    assert parts.book.get(feed.id).state is FeedState.OK


def test_a_json_feed_that_has_ended_stops(parts: Parts, site: Site) -> None:
    site.routes["/rss"] = Reply('{"version": "https://jsonfeed.org/version/1.1", "expired": true, "items": []}')
    assert "has ended" in str(parts.poll(parts.add()).stopped)


# --- feeds that move ---


@pytest.mark.parametrize("status", [301, 308])
def test_a_feed_that_moved_for_good(parts: Parts, site: Site, status: int) -> None:
    site.routes["/rss"] = Reply("", status, {"Location": "/new/rss"})
    site.feed("", path="/new/rss", ETag='"n"')
    added = parts.add()
    feed = parts.poll(added)
    assert feed.url == f"{site.url}/new/rss"
    assert feed.moved is not None
    assert feed.moved.url == f"{site.url}/rss"
    for path in ("/rss", "/new/rss"):
        assert parts.add(path).id == added.id, "both addresses are followed already"
    parts.poll(feed)
    assert site.count() == {"/rss": 1, "/new/rss": 2}
    parts.book.remove(feed.id)
    assert parts.add("/rss").id != parts.add("/new/rss").id, "both are free again"


@pytest.mark.parametrize(
    ("statuses", "moved"), [([302], None), ([307], None), ([302, 301], None), ([301, 302], 1), ([301, 301], 2)]
)
def test_only_what_moved_for_good_is_kept(parts: Parts, site: Site, statuses: list[int], moved: int | None) -> None:
    for number, status in enumerate(statuses):
        site.routes[f"/rss{number or ''}"] = Reply("", status, {"Location": f"/rss{number + 1}"})
    site.feed("", path=f"/rss{len(statuses)}")
    feed = parts.poll(parts.add())
    assert feed.url == f"{site.url}/rss{moved or ''}"
    assert feed.state is FeedState.OK


def test_a_redirect_to_what_is_no_feed_moves_nothing(parts: Parts, site: Site) -> None:
    site.routes["/rss"] = Reply("", 301, {"Location": "/login"})
    site.routes["/login"] = Reply("<html>دخول</html>", headers=HTML)
    assert parts.poll(parts.add()).url == f"{site.url}/rss"


def test_a_feed_that_moved_to_one_that_is_followed_stops(parts: Parts, site: Site) -> None:
    site.routes["/rss"] = Reply("", 301, {"Location": "/new"})
    site.feed("", path="/new")
    old, new = parts.add("/rss"), parts.add("/new")
    assert f"which is followed as feed {new.id}" in str(parts.poll(old).stopped)


# --- what feeds and servers ask for ---


@pytest.mark.parametrize(
    ("channel", "header", "interval_s", "wait_s"),
    [
        ("", "", None, 900),
        ("", "public, max-age=1800", None, 1800),
        ("<ttl>45</ttl>", "max-age=1800", None, 2700),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", "", None, 3600),
        ("<ttl>45</ttl>", "max-age=1800", 300, 300),
    ],
)
def test_the_next_poll(
    parts: Parts, site: Site, channel: str, header: str, interval_s: int | None, wait_s: int
) -> None:
    site.routes["/rss"] = Reply(rss("", channel=channel), headers={"Cache-Control": header} if header else {})
    feed = parts.poll(parts.add(interval_s=interval_s))
    assert 0.99 * wait_s <= (feed.next_at - parts.clock()).total_seconds() <= 1.1 * wait_s


@pytest.mark.parametrize(("pause_s", "rules"), [(0.3, ""), (0.0, "User-agent: *\nCrawl-delay: 0.3\n")])
def test_pauses_between_requests_to_a_host(make: MakeParts, site: Site, pause_s: float, rules: str) -> None:
    parts = make(pause_s=pause_s)
    site.routes["/robots.txt"] = Reply(rules)
    for number in (1, 2):
        site.publish(f"/a/{number}", number)
    site.feed(item(1, "/a/1") + item(2, "/a/2"))
    for path in ("/rss", "/other"):
        parts.add(path)
    site.feed("", path="/other")
    parts.rounds.work(lambda: None)
    times = [one.at for one in site.asked if one.path != "/robots.txt"]
    assert len(times) == 4
    assert all(later - earlier >= 0.29 for earlier, later in pairwise(times))


def test_a_feed_with_too_many_items_says_so(make: MakeParts, site: Site) -> None:
    parts = make(items=1)
    site.feed("".join(f"<item><guid>{number}</guid></item>" for number in range(1001)))
    feed = parts.poll(parts.add())
    assert feed.trouble is not None
    assert "has more than 1,000 items" in feed.trouble.detail
    assert feed.state is FeedState.OK


# --- robots.txt ---


def test_what_robots_txt_forbids_is_not_fetched(parts: Parts, site: Site) -> None:
    site.routes["/robots.txt"] = Reply("User-agent: *\nDisallow: /private\n\nUser-agent: isnad\nDisallow: /a/1\n")
    site.publish("/private/2", 2)
    site.feed(item(1, "/a/1") + item(2, "/private/2"))
    feed = parts.poll(parts.add())
    assert site.count() == {"/rss": 1, "/private/2": 1}, "the group that names us counts, and no other"
    assert "robots.txt does not allow it" in feed.problems[0].detail


def test_a_feed_that_robots_txt_forbids(parts: Parts, site: Site) -> None:
    site.routes["/robots.txt"] = Reply("User-agent: *\nDisallow: /\n")
    feed = parts.poll(parts.add())
    assert feed.trouble is not None
    assert "robots.txt does not allow it" in feed.trouble.detail
    assert site.count() == {}


@pytest.mark.parametrize(("status", "is_asked"), [(404, True), (403, True), (500, False), (503, False), (429, False)])
def test_rules_that_cannot_be_had(parts: Parts, site: Site, status: int, is_asked: bool) -> None:
    site.routes["/robots.txt"] = Reply("", status)
    site.feed("")
    feed = parts.poll(parts.add())
    assert (site.count() == {"/rss": 1}) == is_asked
    assert feed.trouble is None or f"robots.txt answered {status}" in feed.trouble.detail


def test_rules_that_moved_are_followed(parts: Parts, site: Site) -> None:
    site.routes["/robots.txt"] = Reply("", 301, {"Location": "/rules"})
    site.routes["/rules"] = Reply("User-agent: *\nDisallow: /rss\n")
    feed = parts.poll(parts.add())
    assert feed.trouble is not None
    assert site.count() == {"/rules": 1}


def test_each_hop_keeps_the_rules(parts: Parts, site: Site) -> None:
    site.routes["/robots.txt"] = Reply("User-agent: *\nDisallow: /hidden\n")
    site.routes["/a/1"] = Reply("", 302, {"Location": "/hidden/1"})
    site.publish("/hidden/1", 1)
    site.feed(item(1, "/a/1"))
    feed = parts.poll(parts.add())
    assert "/hidden/1: the host's robots.txt does not allow it" in feed.problems[0].detail
    assert site.count() == {"/rss": 1, "/a/1": 1}


# --- people and polls at the same time ---


def test_a_pause_while_a_poll_runs(make: MakeParts, site: Site) -> None:
    parts = make()
    site.publish("/a/1", 1)
    feed = parts.add()

    def pause(_: Asked) -> Reply:
        parts.book.update(feed.id, lambda one: replace(paused(one), name="اسم جديد"))
        return Reply(page(2), headers=HTML)

    site.routes["/a/2"] = pause
    site.feed(item(1, "/a/1", at=published(12)) + item(2, "/a/2", at=published(9)))
    parts.rounds.work(lambda: None)
    now = parts.book.get(feed.id)
    assert (now.state, now.name, now.counts.created) == (FeedState.PAUSED, "اسم جديد", 1)
    assert site.count() == {"/rss": 1, "/a/2": 1}, "nothing is fetched behind the pause"
    parts.book.update(feed.id, lambda one: resumed(one, now=parts.clock()))
    parts.rounds.work(lambda: None)
    assert parts.book.get(feed.id).counts.created == 2


def test_a_removal_while_a_poll_runs(parts: Parts, site: Site) -> None:
    feed = parts.add()

    def remove(_: Asked) -> Reply:
        parts.book.remove(feed.id)
        return Reply(page(1), headers=HTML)

    site.routes["/a/1"] = remove
    site.feed(item(1, "/a/1", at=published(9)) + item(2, "/a/2", at=published(12)))
    parts.rounds.work(lambda: None)
    assert parts.book.find(feed.id) is None
    assert site.count() == {"/rss": 1, "/a/1": 1}


def test_a_poll_that_is_asked_for_while_one_runs_comes_too(parts: Parts, site: Site) -> None:
    feed = parts.add()
    asked: list[Asked] = []

    def ask_again(one: Asked) -> Reply:
        if not asked:
            parts.clock.pass_time(seconds=1)
            parts.book.ask(feed.id)
        asked.append(one)
        return Reply(rss(""))

    site.routes["/rss"] = ask_again
    parts.rounds.work(lambda: None)
    assert len(asked) == 2


def test_what_left_the_feed_is_forgotten_and_what_stays_is_not(make: MakeParts, site: Site) -> None:
    parts = make()
    for number in (1, 2):
        site.publish(f"/a/{number}", number)
    site.feed(item(1, "/a/1", guid="g1") + item(2, "/a/2", guid="g2"))
    feed = parts.poll(parts.add())
    assert len(parts.book.items(feed.id)) == 2
    feed = parts.poll(feed)
    before = datetime.now(UTC)
    site.feed(item(1, "/a/1", guid="g1"), ETag='"now"')
    parts.clock.now = before + timedelta(days=15)
    feed = parts.poll(feed)
    assert parts.book.forget_items(before) == 1
    assert len(parts.book.items(feed.id)) == 1
    site.routes["/rss"] = Reply(status=304)
    parts.clock.pass_time(days=15)
    seen = datetime.now(UTC)
    parts.poll(feed)
    assert parts.book.forget_items(seen) == 0, "a feed that stays the same for a month keeps its items known"
