"""Spans as JSON: code points (Python, Arabic tools) and UTF-16 units (JavaScript) side by side.

The two differ by one for every character beyond U+FFFF (emoji, mostly) before the place.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence

from service.errors import NotFound
from service.index import PassageIndex
from service.model import ArticleHead, Span

_BEYOND = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """Converts the offsets of one text; `beyond` holds the places of its characters beyond U+FFFF."""

    __slots__ = ("_beyond",)

    def __init__(self, beyond: Sequence[int]) -> None:
        self._beyond = beyond

    @classmethod
    def of(cls, text: str) -> Utf16:
        """Return the converter for a text."""
        return cls(() if text.isascii() else tuple(found.start() for found in _BEYOND.finditer(text)))

    def span(self, span: Span) -> dict[str, int]:
        """Return the span with both kinds of offsets."""
        return {
            "start": span.start,
            "end": span.end,
            "start_utf16": span.start + bisect_left(self._beyond, span.start),
            "end_utf16": span.end + bisect_left(self._beyond, span.end),
        }


class ArticleOffsets:
    """Converters for the texts of articles, kept for the last `most` revisions asked for.

    A passage's offsets index its article, which a search does not bring along. A revision's text never changes, so its
    converter is kept under id, revision and time of storage (an id can be deleted and come back with another text).
    """

    def __init__(self, index: PassageIndex, *, most: int = 20_000) -> None:
        self._index = index
        self._most = most
        self._kept: OrderedDict[tuple[object, ...], Utf16] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, head: ArticleHead) -> Utf16:
        """Return the converter for the text of one revision."""
        key = (head.id, head.revision, head.stored_at)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        converter = self._read(head)
        with self._lock:
            self._kept[key] = converter
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return converter

    def _read(self, head: ArticleHead) -> Utf16:
        try:
            return Utf16.of(self._index.get(head.id, revision=head.revision).text)
        except NotFound:
            # Deleted between the search and now: there is no text left that the offsets could index.
            return Utf16(())
