"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) → what the feed says."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from service.errors import InvalidInput, UnreadableSource
from service.ingest.feed_items import (
    FeedDocument,
    FeedItem,
    drop_unstorable,
    name_item,
    read_address,
    read_line,
    read_words,
)
from service.ingest.sources import read_moment

_VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")


def read_json_feed(body: bytes, *, url: str, most: int) -> FeedDocument:
    """Read a JSON Feed that came from `url`, its first `most` items. Raises `UnreadableSource`."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"the feed is broken JSON: {error}") from error
    if not isinstance(feed, dict) or not str(feed.get("version")).startswith(_VERSIONS):
        raise UnreadableSource("JSON that is not a JSON Feed: it has no version https://jsonfeed.org/version/…")
    items = feed.get("items")
    if not isinstance(items, list):
        raise UnreadableSource("a JSON Feed without a list of items")
    read = {
        item.key: item for one in reversed(items[:most]) if isinstance(one, dict) for item in [_read_item(one, url)]
    }
    return FeedDocument(
        title=read_line(feed.get("title")),
        home=_address(feed, "home_page_url", url),
        pause_s=None,
        items=tuple(reversed(read.values())),
        is_cut=len(items) > most,
        has_ended=feed.get("expired") is True,
    )


def _read_item(item: Mapping[str, Any], base: str) -> FeedItem:
    url, title = _address(item, "url", base), read_line(item.get("title"))
    content, summary = _read_content(item), _text(item, "summary")
    given = item.get("id")
    return FeedItem(
        key=name_item(
            given=str(given).strip() if isinstance(given, str | int) else None,
            url=url,
            title=title,
            content=content or summary,
        ),
        url=url,
        title=title,
        author=_read_author(item),
        published_at=_moment(item, "date_published"),
        updated_at=_moment(item, "date_modified"),
        content=content,
        teaser=read_words(summary),
    )


def _read_content(item: Mapping[str, Any]) -> str | None:
    markup, text = _text(item, "content_html"), _text(item, "content_text")
    return markup or "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip()) or None


def _read_author(item: Mapping[str, Any]) -> str | None:
    authors = item.get("authors")
    listed = authors if isinstance(authors, list) else [item.get("author")]
    names = (read_line(one.get("name")) for one in listed if isinstance(one, dict))
    return "، ".join(filter(None, names)) or None


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return drop_unstorable(value).strip() if isinstance(value, str) else ""


def _address(item: Mapping[str, Any], name: str, base: str) -> str | None:
    value = item.get(name)
    try:
        return read_address(urljoin(base, value.strip())) if isinstance(value, str) and value.strip() else None
    except ValueError:
        return None


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    value = item.get(name)
    try:
        return read_moment(value) if isinstance(value, str) else None
    except InvalidInput:
        return None
