"""HTML → the lines of its article and what its markup says of it, by trafilatura.

The text goes through the same cleaning as a scraped page afterwards: an extractor takes menus off, not a teaser between
two paragraphs. The publication time is read from the metadata that carries the time of day (Open Graph, schema.org)
before the day that trafilatura finds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import trafilatura
from trafilatura.settings import Document

from service.errors import UnreadableSource

_MOMENT_XPATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@name='pubdate' or @name='publishdate' or @name='date']/@content",
)
_UPDATED_XPATHS = (
    "//meta[@property='article:modified_time']/@content",
    "//meta[@itemprop='dateModified']/@content",
    "//*[@itemprop='dateModified']/@datetime",
)
_LINKED_MOMENT = r'"{}"\s*:\s*"([^"]+)"'


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of an HTML page, one paragraph a line, with its metadata."""

    text: str
    title: str | None = None
    author: str | None = None
    site: str | None = None
    url: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None


def extract_html(html: str, *, url: str | None = None) -> Extract:
    """Return the article of an HTML page. Raises `UnreadableSource` when there is none in it."""
    tree = trafilatura.load_html(html)
    document = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    if tree is None or not isinstance(document, Document) or not (document.text or "").strip():
        raise UnreadableSource("no article text found in the HTML", pointer="/html")
    return Extract(
        text=document.text or "",
        title=document.title or None,
        author=document.author or None,
        site=document.sitename or None,
        url=document.url or None,
        language=_read_language(tree),
        published_at=_find_moment(tree, html, _MOMENT_XPATHS, "datePublished") or _read_iso(document.date),
        updated_at=_find_moment(tree, html, _UPDATED_XPATHS, "dateModified"),
    )


def _read_language(tree: Any) -> str | None:
    found = re.match(r"[a-z]{2}", str(tree.get("lang") or "").lower())
    return found.group() if found else None


def _find_moment(tree: Any, html: str, xpaths: tuple[str, ...], linked: str) -> datetime | None:
    values: list[Any] = [value for xpath in xpaths for value in tree.xpath(xpath)]
    values += re.findall(_LINKED_MOMENT.format(linked), html)
    return next((moment for value in values if (moment := _read_iso(str(value)))), None)


def _read_iso(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
