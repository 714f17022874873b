"""A watch's matches as an Atom feed (RFC 4287), in Arabic, right to left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as Xml

from service.api.article_json import moment_json
from service.watches.watch import Found, Watch

ATOM_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACE = "http://www.w3.org/2005/Atom"
TITLES = {"agrees": "يوافق", "conflicts": "يخالف"}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_feed(watch: Watch, found: Sequence[Found], *, address: str) -> bytes:
    """Return the feed; `found` begins with what was stored last, `address` is where the feed is."""
    feed = Xml.Element("feed", {"xmlns": NAMESPACE, "xml:lang": "ar"})
    _add(feed, "id", f"urn:isnad:watch:{watch.id}")
    _add(feed, "title", watch.claim)
    _add(feed, "updated", moment_json(max((each.found_at for each in found), default=watch.created_at)))
    Xml.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": address})
    Xml.SubElement(feed, "generator", {"uri": "/openapi.yaml"}).text = "Isnad"
    for each in found:
        _add_entry(feed, each)
    text: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _add_entry(feed: Xml.Element, found: Found) -> None:
    match: dict[str, Any] = found.payload["match"]
    article = match["article"]
    outlet = article["outlet"]["name"] if article["outlet"] else None
    entry = Xml.SubElement(feed, "entry")
    _add(entry, "id", UUID(found.id).urn)
    headline = article["title"] or match["passage"]["text"]
    _add(entry, "title", f"{TITLES[match['flag']]}: " + " — ".join(part for part in (headline, outlet) if part))
    _add(entry, "updated", moment_json(found.found_at))
    if article["published_at"]:
        _add(entry, "published", article["published_at"])
    _add(Xml.SubElement(entry, "author"), "name", outlet or article["id"])
    Xml.SubElement(entry, "category", {"term": match["flag"], "label": TITLES[match["flag"]]})
    if article["url"]:
        Xml.SubElement(entry, "link", {"rel": "alternate", "href": _printable(article["url"])})
    _add(entry, "summary", "\n".join([match["passage"]["text"], *(each["note"]["ar"] for each in match["evidence"])]))


def _add(parent: Xml.Element, name: str, text: str | None) -> None:
    Xml.SubElement(parent, name).text = _printable(text or "")


def _printable(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)
