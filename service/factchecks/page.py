"""The JSON-LD of a page: the blocks of type application/ld+json in its markup, as values.

Publishers wrap blocks in comments, put line breaks into strings and write entities; what still is no JSON is left out.
"""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

_WRAPPING = re.compile(
    r"\A\s*(?:<!--|/[/*]\s*<!\[CDATA\[|<!\[CDATA\[)(?:\s*\*/)?|(?:-->|(?:/[/*]\s*)?\]\]>(?:\s*\*/)?)\s*\Z"
)
MOST_BLOCKS = 100
DEEPEST = 64
"""Brackets inside one another; pages have about ten."""


def read_page(html: str) -> Iterator[Any]:
    """Yield the values of the JSON-LD blocks of a page, in order."""
    for text in _blocks(html):
        bare = _WRAPPING.sub("", text)
        for form in (bare, entities.unescape(bare)):
            try:
                if _depth(form) <= DEEPEST:
                    yield json.loads(form, strict=False)
                    break
            except ValueError:
                continue


def _blocks(html: str) -> list[str]:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, no_network=True)
    parser.feed(html.encode("utf-8", "replace"))
    try:
        tree = parser.close()
    except etree.XMLSyntaxError:  # nothing that could be a page
        return []
    scripts = [] if tree is None else [one for one in tree.iter("script") if _is_linked_data(one.get("type"))]
    return [script.text for script in scripts if script.text][:MOST_BLOCKS]


def _is_linked_data(kind: str | None) -> bool:
    return (kind or "").partition(";")[0].strip().lower() == "application/ld+json"


def _depth(text: str) -> int:
    """Return how deep brackets stand in one another, those in strings counted too: a bound, not a measure."""
    depth = deepest = 0
    for mark in re.findall(r"[\[{\]}]", text):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
