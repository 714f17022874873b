"""XML of others, read so that it can do nothing but be read.

No entity is expanded, no document type is taken, nothing is fetched, and libxml2's own limits hold (256 levels, 10 MB a
text, no amplification).
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from service.errors import UnreadableMessage

Element = Any
"""An lxml element; lxml brings no types."""

_XML_BLANKS = re.compile("[ \t\r\n]+")


def parse_xml(data: bytes, *, encoding: str | None = None) -> Element:
    """Return the root of a document; `encoding` goes before what the document says of itself.

    Comments and processing instructions are left out. Raises `UnreadableMessage` with the line.
    """
    try:
        root = etree.fromstring(data, _make_parser(encoding))
    except etree.XMLSyntaxError as error:
        raise UnreadableMessage(f"not well-formed XML: {error.msg}", line=error.lineno) from error
    except LookupError as error:
        raise UnreadableMessage(f"no such encoding: {encoding}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableMessage("a document type declaration is not taken", line=1)
    return root


def _make_parser(encoding: str | None) -> Any:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def name_of(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(etree.QName(element).localname)


def path_of(element: Element) -> str:
    """Return where an element stands: /newsMessage/itemSet/newsItem[2]."""
    steps: list[str] = []
    while element is not None:
        parent = element.getparent()
        alike = [] if parent is None else [one for one in parent if one.tag == element.tag]
        place = f"[{alike.index(element) + 1}]" if len(alike) > 1 else ""
        steps.append(name_of(element) + place)
        element = parent
    return "/" + "/".join(reversed(steps))


def text_of(element: Element | None) -> str | None:
    """Return the text in an element with single blanks, None when there is none."""
    return None if element is None else fold_blanks("".join(element.itertext())) or None


def fold_blanks(text: str) -> str:
    """Return a text with single blanks for runs of XML's blanks; others, such as no-break spaces, stay."""
    return _XML_BLANKS.sub(" ", text).strip(" ")
