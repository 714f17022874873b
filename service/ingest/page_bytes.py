"""The bytes of a web page → its text.

By byte order mark; else UTF-8 when they are just that, whatever anybody says (Arabic in another code never is); else as
the HTTP header or the page says; else as they look.
"""

from __future__ import annotations

import codecs
import re

from trafilatura.utils import detect_encoding

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,30})", re.IGNORECASE)
_KNOWN = re.compile(r"(?:utf-?8|utf-?16|windows-\d+|cp\d+|iso[-_]?8859[-_]\d+|us-ascii)", re.IGNORECASE)
_LATIN = re.compile(r"(?:iso[-_]?8859[-_]1|us-ascii)", re.IGNORECASE)
_HEAD = 4096


def decode_page(body: bytes, content_type: str = "") -> str:
    """Return the text of a page. `content_type` is the HTTP header; what cannot be read becomes U+FFFD."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_read_charset(body, content_type), "replace")


def _read_charset(body: bytes, content_type: str) -> str:
    found = (_CHARSET.search(text) for text in (content_type, body[:_HEAD].decode("ascii", "replace")))
    named = (one[1] for one in found if one and _KNOWN.fullmatch(one[1]))
    for name in (*named, *detect_encoding(body[:_HEAD])):
        try:
            codecs.lookup(name)
        except LookupError:
            continue
        return "windows-1252" if _LATIN.fullmatch(name) else name  # as browsers take it
    return "utf-8"
