"""What feeds say, whatever they are written in."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from service.errors import UnreadableSource
from service.ingest.feed_items import FULL_WORDS, LONGEST_ADDRESS, FeedDocument, FeedItem, read_words
from service.ingest.feeds import MOST_ITEMS, read_feed

URL = "https://almarfa.example/feeds/rss.xml"
NOON = datetime(2024, 3, 5, 12, 30, tzinfo=UTC)

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
<title>صحيفة المرفأ</title><link>/</link><ttl>30</ttl>
<item><title>توسعة الميناء &amp;amp; الرصيف</title><link>../akhbar/1</link><guid isPermaLink="false">urn:n-1</guid>
<pubDate>Tue, 05 Mar 2024 14:30:00 +0200</pubDate><dc:creator>هالة المرساوي</dc:creator>
<description>بدء &lt;b&gt;الأعمال&lt;/b&gt;</description>
<content:encoded><![CDATA[<p>بدأت <a href="/x">الأعمال</a>.</p>]]></content:encoded></item>
</channel></rss>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://almarfa.example/"><title>صحيفة المرفأ</title>
<link>https://almarfa.example/</link></channel>
<item rdf:about="urn:n-1"><title>توسعة الميناء &amp; الرصيف</title><link>https://almarfa.example/akhbar/1</link>
<dc:date>2024-03-05T14:30:00+02:00</dc:date><dc:creator>هالة المرساوي</dc:creator><description>بدء الأعمال</description>
</item></rdf:RDF>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://almarfa.example/akhbar/">
<title>صحيفة المرفأ</title><link href="https://almarfa.example/"/><link rel="self" href="/feed"/>
<entry><id>urn:n-1</id><title type="html">توسعة &lt;b&gt;الميناء&lt;/b&gt; &amp;amp; الرصيف</title>
<link rel="enclosure" href="a.mp3"/><link rel="alternate" href="1"/>
<published>2024-03-05T12:30:00Z</published><updated>2024-03-05T15:00:00Z</updated>
<author><name>هالة المرساوي</name></author><summary>بدء الأعمال</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>بدأت الأعمال.</p></div></content></entry></feed>"""


def json_feed(*items: Any, **fields: Any) -> bytes:
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "صحيفة المرفأ", "items": items}
    return json.dumps({**head, "home_page_url": "/", **fields}, ensure_ascii=False).encode()


JSON = json_feed(
    {
        "id": "urn:n-1",
        "url": "/akhbar/1",
        "title": "توسعة الميناء & الرصيف",
        "content_html": "<p>بدأت الأعمال.</p>",
        "summary": "بدء الأعمال",
        "date_published": "2024-03-05T14:30:00+02:00",
        "date_modified": "2024-03-05T15:00:00Z",
        "authors": [{"name": "هالة المرساوي"}],
    }
)


def read(body: bytes | str, content_type: str = "") -> FeedDocument:
    return read_feed(body.encode() if isinstance(body, str) else body, url=URL, content_type=content_type)


def read_one(body: bytes | str) -> FeedItem:
    (item,) = read(body).items
    return item


@pytest.mark.parametrize(
    ("body", "updated", "content"),
    [
        (RSS.format(encoding="utf-8"), None, '<p>بدأت <a href="https://almarfa.example/x">الأعمال</a>.</p>'),
        (RDF, NOON, None),
        (ATOM, datetime(2024, 3, 5, 15, 0, tzinfo=UTC), "<p>بدأت الأعمال.</p>"),
        (JSON, datetime(2024, 3, 5, 15, 0, tzinfo=UTC), "<p>بدأت الأعمال.</p>"),
    ],
    ids=["RSS 2.0", "RSS 1.0", "Atom", "JSON Feed"],
)
def test_every_kind_says_the_same(body: bytes | str, updated: datetime | None, content: str | None) -> None:
    document, item = read(body), read_one(body)
    assert (document.title, document.home) == ("صحيفة المرفأ", "https://almarfa.example/")
    assert item.title == "توسعة الميناء & الرصيف"
    assert item.url == "https://almarfa.example/akhbar/1"
    assert (item.key, item.author, item.published_at) == (item.key, "هالة المرساوي", NOON)
    assert item.key == "urn:n-1"
    assert (item.updated_at, item.content, item.teaser) == (updated, content, "بدء الأعمال")


@pytest.mark.parametrize(
    ("encoding", "content_type"),
    [
        ("utf-8", ""),
        ("windows-1256", ""),
        ("windows-1256", "application/rss+xml"),
        ("windows-1256", "text/xml"),
        ("windows-1256", "application/xml; charset=utf-8"),  # a server's default that is not so
        ("iso-8859-6", "text/html"),
        ("utf-16", "application/xml"),
    ],
)
def test_encodings(encoding: str, content_type: str) -> None:
    body = RSS.format(encoding=encoding).encode("cp1256" if encoding == "windows-1256" else encoding)
    assert read(body, content_type).items[0].author == "هالة المرساوي"


@pytest.mark.parametrize("content_type", ["", "text/xml", "text/plain", "application/octet-stream"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_nobody_names(encoding: str, content_type: str) -> None:
    body = RSS.partition("?>")[2].encode(encoding)
    if encoding == "utf-16" and content_type == "text/plain":
        content_type = "text/plain; charset=utf-8"  # the byte order mark knows better
    assert read(body, content_type).title == "صحيفة المرفأ"


@pytest.mark.parametrize(
    ("entry", "field", "value"),
    [
        ("<title>أ</title>", "url", None),
        ("<title>أ</title>", "published_at", None),
        ("<title>أ</title><pubDate>قبل ساعة</pubDate>", "published_at", None),
        ("<title>أ</title><pubDate>Tue, 05 Mar 2024 12:30:00 GMT</pubDate>", "published_at", NOON),
        ("<title>أ</title><pubDate>Tue, 5 Mar 2024 12:30:00</pubDate>", "published_at", NOON),
        ("<title>أ</title><pubDate>2024-03-05 12:30:00</pubDate>", "published_at", NOON),
        ("<guid>https://almarfa.example/g</guid>", "url", "https://almarfa.example/g"),
        ("<link>/a</link><guid isPermaLink='false'>/g</guid>", "url", "https://almarfa.example/a"),
        ("<link>javascript:alert(1)</link><title>أ</title>", "url", None),
        ("<link>file:///etc/passwd</link><title>أ</title>", "url", None),
        ("<link>ftp://almarfa.example/a</link><title>أ</title>", "url", None),
        ("<title>أ</title><author>desk@almarfa.example (هالة)</author>", "author", "هالة"),
        ("<title>أ</title><author>desk@almarfa.example</author>", "author", None),
        ("<title>  أ\n ب </title>", "title", "أ ب"),
        ("<description>نص</description>", "title", None),
        (
            "<title>أ</title><description>&lt;p&gt;نص&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;</description>",
            "teaser",
            "نص",
        ),
    ],
)
def test_items_that_say_little(entry: str, field: str, value: Any) -> None:
    item = read_one(f"<rss version='2.0'><channel><title>x</title><item>{entry}</item></channel></rss>")
    assert getattr(item, field) == value
    assert item.key


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        ({"id": 7}, "key", "7"),
        ({"url": "b"}, "url", "https://almarfa.example/feeds/b"),
        ({"url": "b"}, "key", "https://almarfa.example/feeds/b"),
        ({"url": 7, "title": "أ"}, "url", None),
        ({"url": "http://[", "title": "أ"}, "url", None),
        ({"title": "أ\u0000\nب"}, "title", "أ ب"),
        ({"title": "أ\ud800"}, "title", "أ"),
        ({"title": ["أ"]}, "title", None),
        ({"content_text": "أ <ب>\n\nج"}, "content", "<p>أ &lt;ب&gt;</p><p>ج</p>"),
        ({"content_html": 7, "title": "أ"}, "content", None),
        ({"date_published": "أمس"}, "published_at", None),
        ({"date_published": "2024-03-05"}, "published_at", datetime(2024, 3, 5, tzinfo=UTC)),
        ({"authors": [{"name": "هالة"}, {"name": "سالم"}, 7]}, "author", "هالة، سالم"),
        ({"author": {"name": "هالة"}}, "author", "هالة"),
        ({"authors": "هالة"}, "author", None),
    ],
)
def test_json_items_of_all_sorts(item: dict[str, Any], field: str, value: Any) -> None:
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item, "no item"]}).encode()
    assert getattr(read_one(body), field) == value


@pytest.mark.parametrize(
    ("channel", "pause_s"),
    [
        ("", None),
        ("<ttl>60</ttl>", 3600),
        ("<ttl>soon</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 900),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 86_400),
        ("<sy:updatePeriod>sometimes</sy:updatePeriod>", None),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone(channel: str, pause_s: int | None) -> None:
    head = "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>x</title>"
    assert read(f"{head}{channel}<item><title>أ</title></item></channel></rss>").pause_s == pause_s


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the feed is empty"),
        (b"\xef\xbb\xbf \n", "the feed is empty"),
        (b"<rss version='2.0'><channel><title>a", "broken XML"),
        (b"<rss version='2.0'><channel></wrong>", "broken XML"),
        (b"plain words", "neither RSS nor Atom nor JSON Feed"),
        (b"<!doctype html><p>", "a web page, not a feed"),
        (b"<html><link rel=alternate type='application/atom+xml' href='/atom'>", "https://almarfa.example/atom"),
        (b"{", "broken JSON"),
        (b"[" * 100_000, "broken JSON"),
        (b"[]", "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "without a list of items"),
        (b"\xff\xfe\x00", "neither RSS"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, said: str) -> None:
    with pytest.raises(UnreadableSource, match=said):
        read(body)


def test_a_broken_feed_gives_what_is_before_the_break() -> None:
    assert read_one("<rss version='2.0'><channel><title>x</title><item><title>أ</title></item><item").title == "أ"


BOMB = (
    '<?xml version="1.0"{}?><!DOCTYPE rss [<!ENTITY a "{}">'
    + "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><rss version='2.0'><channel><title>&i;</title></channel></rss>"
)


@pytest.mark.parametrize(
    "body",
    [
        BOMB.format("", "خبر " * 10).encode(),
        BOMB.format("", "خبر " * 10).encode("utf-16"),
        BOMB.format(' encoding="utf-7"', "x").encode(),
        b"<!-- <a> -->" + BOMB.partition("?>")[2].encode(),
        b"<!doctype rss [<!entity a 'x'>]><rss version='2.0'><channel/></rss>",
        b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><title>&x;</title></channel></rss>",
        b"<!DOCTYPE r [<!ENTITY % p SYSTEM 'http://10.0.0.1/'>%p;]><rss version='2.0'><channel/></rss>",
    ],
)
def test_entities_of_a_feeds_own_are_refused(body: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(UnreadableSource):
        read(body)
    assert time.process_time() - begun < 1.0


def test_a_document_type_without_entities_is_none_of_our_business() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://10.0.0.1/rss.dtd">'
    assert read(f"{doctype}<rss version='0.91'><channel><title>x</title><item><title>أ</title></item></channel></rss>")


def test_a_name_of_a_file_is_no_feed() -> None:
    """feedparser opens what looks like a path."""
    with pytest.raises(UnreadableSource, match="neither RSS"):
        read(b"/etc/hostname")


def test_very_many_items() -> None:
    head = "<rss version='2.0'><channel><title>x</title>"
    many = "".join(f"<item><guid>{number}</guid></item>" for number in range(MOST_ITEMS + 5))
    document = read(f"{head}{many}</channel></rss>")
    assert (len(document.items), document.is_cut) == (MOST_ITEMS, True)
    begun = time.process_time()
    with pytest.raises(UnreadableSource, match="more than 20,000 items"):
        read(head + "<item>" * 300_000)
    assert time.process_time() - begun < 2.0


@pytest.mark.parametrize(
    "channel",
    [
        "<item><author>" + "a" * 300_000 + "</author></item>",
        "<item><x:creator><![CDATA[" + "a" * 300_000 + "]]></x:creator></item>",
        "<item " + " ".join(f"a{number}='x'" for number in range(30_000)) + "/>",
        "<item><description><![CDATA[" + "<script " * 40_000 + "]]></description></item>",
        "<item><description><![CDATA[" + "<!--" * 70_000 + "]]></description></item>",
        "<item><description><![CDATA[" + "<" * 300_000 + "]]></description></item>",
        "<item><description>" + "&" * 300_000,
    ],
)
def test_what_would_keep_a_processor_busy(channel: str) -> None:
    """Each took minutes with a careless expression somewhere."""
    begun = time.process_time()
    try:
        digests = {item.digest for item in read(f"<rss version='2.0'><channel><title>x</title>{channel}").items}
    except UnreadableSource:
        digests = set()
    assert len(digests) <= 1
    assert time.process_time() - begun < 5.0


def test_an_item_that_stands_twice_counts_once() -> None:
    twice = "<item><guid isPermaLink='false'>g</guid><title>أ</title></item>" * 2
    assert len(read(f"<rss version='2.0'><channel><title>x</title>{twice}</channel></rss>").items) == 1
    first, second = {"id": "g", "title": "أ"}, {"id": "g", "title": "ب"}
    assert read_one(json_feed(first, second)).title == "أ"


@pytest.mark.parametrize(
    ("content", "is_full"),
    [
        (None, False),
        ("<p>كلمة</p>", False),
        ("<p>" + "كلمة " * FULL_WORDS + "</p>", True),
        ("<p>" + "كلمة " * (FULL_WORDS - 1) + "</p>", False),
        ("<p>" + "كلمة " * FULL_WORDS + "[…]</p>", False),
        ("<p>" + "كلمة " * FULL_WORDS + "...</p>", False),
        ("<script>" + "x " * FULL_WORDS + "</script><!-- " + "x " * FULL_WORDS + "-->", False),
    ],
)
def test_whole_texts_and_teasers(content: str | None, is_full: bool) -> None:
    assert FeedItem("g", None, None, None, None, None, content, "").is_full is is_full


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("", ""),
        ("<p>أ</p><p>ب</p>", "أ ب"),
        ("أ &lt; ب &amp; ج", "أ < ب & ج"),
        ("أ<script>x</script>ب", "أ ب"),
        ("أ<SCRIPT src='x'>var a = '<p>';</Script >ب", "أ ب"),
        ("أ<style>p {}</style>ب<!-- لا <p>يظهر</p> -->ج", "أ ب ج"),
        ("أ<script><!-- </script>ب", "أ ب"),
        ("أ<!-- <script> -->ب", "أ ب"),
        ("أ<script>لا ينتهي", "أ"),
        ("أ --> ب </script> ج", "أ --> ب ج"),
        ("3 < 4 و5 > 4", "3 < 4 و5 > 4"),
    ],
)
def test_the_words_of_markup(markup: str, words: str) -> None:
    assert read_words(markup) == words


@pytest.mark.parametrize("field", ["title", "updated_at", "content", "teaser"])
def test_the_digest_tells_what_changed(field: str) -> None:
    before = FeedItem("g", "https://a.example/1", "أ", "هالة", NOON, NOON, "<p>نص</p>", "ملخص")
    values: dict[str, Any] = {"updated_at": datetime(2024, 3, 6, tzinfo=UTC), "content": "<p>نص آخر</p>"}
    after = FeedItem(**{**{name: getattr(before, name) for name in before.__slots__}, field: values.get(field, "آخر")})
    assert before.digest != after.digest


def test_markup_alone_changes_no_digest() -> None:
    one, two = (FeedItem("g", None, "أ", None, None, None, text, "") for text in ("<p>نص</p>", '<p class="a">نص</p>\n'))
    assert one.digest == two.digest


@pytest.mark.parametrize("form", ["rss", "json"])
def test_an_address_of_megabytes_is_none(form: str) -> None:
    """It would be kept with the feed, and written with every note of it."""
    url = "https://almarfa.example/" + "x" * LONGEST_ADDRESS
    item = f"<item><guid isPermaLink='false'>g</guid><link>{url}</link></item>"
    rss = f"<rss version='2.0'><channel><link>{url}</link>{item}</channel></rss>"
    body = rss.encode() if form == "rss" else json_feed({"id": "g", "url": url}, home_page_url=url)
    document = read_feed(body, url=URL)
    assert (document.home, document.items[0].url, document.items[0].key) == (None, None, "g")
