"""The bytes of a feed → what it says: RSS 0.9x to 2.0, RSS 1.0 and Atom by feedparser, JSON Feed by json_feed.

Nothing is fetched: feedparser gets a stream of bytes that are here already (a text could be taken for a file name or an
address) and resolves no outside entity. A feed that declares entities of its own is refused before: none needs one, and
nested ones turn a kilobyte into gigabytes.
"""

from __future__ import annotations

import calendar
import codecs
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
from feedparser.encodings import convert_to_utf8

from service.errors import UnreadableSource
from service.ingest.feed_items import (
    LONGEST_LINE,
    FeedDocument,
    FeedItem,
    drop_unstorable,
    name_item,
    read_address,
    read_line,
    read_words,
)
from service.ingest.json_feed import read_json_feed

MOST_ITEMS = 1000
"""Items looked at in one document; feeds have ten to some hundreds."""

REFUSED_ITEMS = 20_000
"""More are no feed but an attack on whoever reads it: 300,000 empty ones kept a processor busy for ten seconds."""

MOST_ATTRIBUTES = 500
"""Of one element. The time for reading them, and a long name of an author, grows with the square of their number."""

_AUTHORS = re.compile(
    rb"<(?:\w+:)?(?:author|creator|managingEditor|webMaster|contributor|name|email)\b[^<]*(?:<!\[CDATA\[[^<]*)?", re.I
)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 7 * 86_400, "monthly": 30 * 86_400, "yearly": 365 * 86_400}
_FEED_TYPES = r"application/(?:rss\+xml|atom\+xml|feed\+json)"
_ALTERNATE = re.compile(rf"<link\b[^<>]*?type\s*=\s*[\"']?{_FEED_TYPES}[^<>]*>", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']([^\"'>]+)", re.IGNORECASE)
_HTML = re.compile(rb"<!doctype html|<html\b", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?[^\s@<>()]+@[^\s@<>()]+")
_HEAD = 64 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)


def read_feed(body: bytes, *, url: str, content_type: str = "") -> FeedDocument:
    """Read the feed that came from `url`. Raises `UnreadableSource` that says what it is instead."""
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise UnreadableSource("the feed is empty")
    if body.lstrip(b" \t\r\n\xef\xbb\xbf")[:1] in (b"{", b"["):
        return read_json_feed(body, url=url, most=MOST_ITEMS)
    return _read_xml(_as_utf8(body, content_type), url=url)


def _as_utf8(body: bytes, content_type: str) -> bytes:
    """Return the XML in UTF-8, by what the byte order mark, the server and the XML declaration say of it."""
    marked = next((name for mark, name in _MARKS if body.startswith(mark)), None)
    told = f"application/xml; charset={marked}" if marked else content_type or "application/xml"
    text: bytes = convert_to_utf8({"content-type": told}, body, {})
    _check_shape(text)
    return text


def _check_shape(text: bytes) -> None:
    """Refuse XML that no feed is made of, and that would keep a processor busy for minutes."""
    if re.search(rb"<!ENTITY", text, re.IGNORECASE):
        raise UnreadableSource("the feed declares XML entities of its own, which is refused")
    if len(re.findall(rb"<(?:\w+:)?(?:item|entry)\b", text)) > REFUSED_ITEMS:
        raise UnreadableSource(f"the feed has more than {REFUSED_ITEMS:,} items")
    if any(tag.group().count(b"=") > MOST_ATTRIBUTES for tag in re.finditer(rb"<[^<>]*", text)):
        raise UnreadableSource(f"the feed has an element with more than {MOST_ATTRIBUTES:,} attributes")
    if any(len(name) > LONGEST_LINE for author in _AUTHORS.finditer(text) for name in author.group().split()):
        raise UnreadableSource(f"the feed has an author whose name is longer than {LONGEST_LINE:,} letters")


def _read_xml(body: bytes, *, url: str) -> FeedDocument:
    headers = {"content-location": url, "content-type": "application/xml; charset=utf-8"}
    found = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    if not found.version:
        raise UnreadableSource(_say_what_else(body, url))
    trouble = found.get("bozo_exception")
    if not found.entries and isinstance(trouble, Exception) and _is_broken(trouble):
        raise UnreadableSource(f"the feed is broken XML: {trouble}")
    head, is_rss = found.feed, str(found.version).startswith("rss")
    return FeedDocument(
        title=_read_text(head, "title"),
        home=read_address(head.get("link")),
        pause_s=_read_pause(head),
        items=tuple(_each_once(_read_entry(entry, is_rss=is_rss) for entry in found.entries[:MOST_ITEMS])),
        is_cut=len(found.entries) > MOST_ITEMS,
    )


def _read_entry(entry: Mapping[str, Any], *, is_rss: bool) -> FeedItem:
    url = read_address(entry.get("feedburner_origlink")) or read_address(entry.get("link"))
    title, content = _read_text(entry, "title"), _read_content(entry.get("content") or ())
    summary = drop_unstorable(str(entry.get("summary") or ""))
    published, updated = _read_moment(entry, "published"), _read_moment(entry, "updated")
    if is_rss and published is None:  # dc:date, the only date of RSS 1.0
        published = updated
    return FeedItem(
        key=name_item(given=str(entry.get("id") or "").strip(), url=url, title=title, content=content or summary),
        url=url,
        title=title,
        author=_read_author(entry),
        published_at=published,
        updated_at=updated,
        content=content,
        teaser="" if summary and summary == content else read_words(summary),
    )


def _read_content(contents: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the longest text of an item as HTML."""
    texts = [str(one.get("value") or "") for one in contents if "html" in str(one.get("type")) or len(one) == 1]
    plain = [str(one.get("value") or "") for one in contents if one.get("type") == "text/plain"]
    longest = max([*texts, *plain], key=len, default="").strip()
    return drop_unstorable(longest) or None


def _read_author(entry: Mapping[str, Any]) -> str | None:
    """Return the author's name without the mail address, which is all that RSS's `author` may be."""
    return read_line(_MAIL.sub(" ", str(entry.get("author") or "")[:LONGEST_LINE]).strip(" ()<>"))


def _read_text(entry: Mapping[str, Any], name: str) -> str | None:
    text = str(entry.get(name) or "")
    kind = entry.get(f"{name}_detail", {}).get("type", "text/html")
    return read_line(text if kind == "text/plain" else read_words(text))


def _read_moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    """Return a time of an item; one without a zone is UTC."""
    parsed = f"{name}_parsed"
    try:
        if name not in entry:  # asked for all the same, feedparser puts another date in its place
            return None
        if entry.get(parsed):
            return datetime.fromtimestamp(calendar.timegm(entry[parsed]), UTC)
        moment = parsedate_to_datetime(str(entry[name]))  # also without a zone
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_pause(head: Mapping[str, Any]) -> int | None:
    """Return what the feed asks for: minutes of `ttl`, or how often it is updated (RSS's syndication module)."""
    ttl, period = str(head.get("ttl") or ""), str(head.get("sy_updateperiod") or "").strip().lower()
    pauses = [int(ttl) * 60] if re.fullmatch(r"\d{1,6}", ttl, re.ASCII) else []
    if period in _PERIODS:
        often = str(head.get("sy_updatefrequency") or "1").strip()
        pauses.append(_PERIODS[period] // max(1, int(often) if re.fullmatch(r"\d{1,4}", often, re.ASCII) else 1))
    return max(pauses, default=None)


def _each_once(items: Iterable[FeedItem]) -> Iterator[FeedItem]:
    seen: set[str] = set()
    for item in items:
        if item.key not in seen:
            seen.add(item.key)
            yield item


def _is_broken(trouble: Exception) -> bool:
    return type(trouble).__name__ not in ("CharacterEncodingOverride", "NonXMLContentType")


def _say_what_else(body: bytes, url: str) -> str:
    """Say what came instead of a feed, and which feed a page names."""
    if not _HTML.search(body[:_HEAD]):
        return "neither RSS nor Atom nor JSON Feed"
    named = _ALTERNATE.search(body[:_HEAD].decode("utf-8", "replace"))
    href = _HREF.search(named.group()) if named else None
    return "a web page, not a feed" + (f"; the page names the feed {urljoin(url, href[1])}" if href else "")
