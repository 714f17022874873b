"""The content of a news item → its paragraphs, a line each: XHTML, NITF, HTML or plain text.

The text stays as the agency wrote it, in logical order; only the blanks of the markup are folded. Pictures with their
captions, scripts and the head and end of a NITF body are no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from service.ingest.xml import Element, fold_blanks, name_of, text_of

_BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "body.content", "bq", "block", "br", "caption", "center", "dd", "div",
    "dl", "dt", "fn", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hl1", "hl2", "hr", "html", "li", "main", "note",
    "ol", "p", "pre", "section", "table", "tbody", "tr", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_LEFT_OUT = frozenset({
    "audio", "body.end", "body.head", "button", "figure", "form", "head", "iframe", "img", "media", "nav", "noscript",
    "object", "script", "style", "svg", "template", "video",
})  # fmt: skip
_CELL_MARK = " | "


@dataclass(frozen=True, slots=True)
class Content:
    """The text of a news item, and what a NITF body's head says."""

    text: str
    title: str | None = None
    author: str | None = None
    dateline: str | None = None


def read_content(element: Element) -> Content | None:
    """Return the text of an `inlineXML` or `inlineData`, None when it holds no text that can be read."""
    kind = str(element.get("contenttype", "")).lower()
    if element.get("encoding"):  # base64 of something: no text
        return None
    if name_of(element) == "inlineXML":
        return _read_markup(element)
    if "html" in kind:
        root = etree.HTML("".join(element.itertext()), etree.HTMLParser(no_network=True, remove_comments=True))
        return None if root is None else _read_markup(root)
    return _as_content([line.rstrip() for line in "".join(element.itertext()).strip().splitlines()])


def _read_markup(root: Element) -> Content | None:
    content = _as_content(list(_read_lines(root)))
    head = next((one for one in root.iter("{*}body.head")), None)
    if content is None or head is None:
        return content
    first = {name: next(head.iter(f"{{*}}{name}"), None) for name in ("hl1", "byline", "dateline")}
    return Content(content.text, *(text_of(first[name]) for name in ("hl1", "byline", "dateline")))


def _as_content(lines: list[str]) -> Content | None:
    text = "\n".join(lines)
    return Content(text) if re.search(r"\w", text) else None


def _read_lines(root: Element) -> Iterator[str]:
    """Yield the blocks of some markup as lines, without the empty ones."""
    for line in "".join(_read_pieces(root)).split("\n"):
        folded = fold_blanks(line)
        if folded:
            yield folded


def _read_pieces(root: Element) -> Iterator[str]:
    r"""Yield the texts of some markup in their order, \n where a block begins or ends."""
    walk = etree.iterwalk(root, events=("start", "end"))
    preformatted = 0
    for event, element in walk:
        name = name_of(element).lower() if isinstance(element.tag, str) else "script"
        preformatted += (name == "pre") * (1 if event == "start" else -1)
        if event == "start" and name in _LEFT_OUT:
            walk.skip_subtree()
            continue
        if name in _BLOCKS:
            yield "\n"
        elif name in _CELLS and event == "start" and element.getprevious() is not None:
            yield _CELL_MARK
        if event == "start":
            yield _keep_lines(element.text, preformatted > 0)
        elif element is not root:
            yield _keep_lines(element.tail, preformatted > 0)


def _keep_lines(text: str | None, is_preformatted: bool) -> str:
    r"""Return a text in which only preformatted lines end with \n."""
    return (text or "") if is_preformatted else (text or "").replace("\n", " ")
