"""What a feed says, whatever it is written in: itself, and its items as they stand in it."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

FULL_WORDS = 80
"""So many words make an item's own content an article; the teasers that WordPress cuts have 55."""

LONGEST_LINE = 1000
"""Characters of a title or a name that are kept."""

LONGEST_ADDRESS = 2000
"""As long as that of an article; one of megabytes would be written with every note of its feed."""

_TAG = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)?>")
_SILENT = re.compile(r"<(script|style)\b|</(script|style)\s*>|(<!--)|(-->)", re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CUT = re.compile(r"(?:…|\.\.\.)\s*[\])]?\s*\Z")


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item. `key` is the same as long as the feed speaks of the same thing, `digest` changes with what it says.

    `content` is the item's own text as HTML, `teaser` what introduces it, as plain words.
    """

    key: str
    url: str | None
    title: str | None
    author: str | None
    published_at: datetime | None
    updated_at: datetime | None
    content: str | None
    teaser: str

    @property
    def digest(self) -> str:
        """Return a short text that changes when the feed says something else of the item."""
        updated = self.updated_at.isoformat() if self.updated_at else ""
        said = "\x1f".join((self.title or "", updated, read_words(self.content or ""), self.teaser))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def is_full(self) -> bool:
        """Tell whether the content is the article and not a teaser: long enough, and not cut off."""
        words = read_words(self.content or "")
        return words.count(" ") + 1 >= FULL_WORDS and not _CUT.search(words)


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A feed that was read. `pause_s` is how long it asks to be left alone, `has_ended` that nothing comes any more.

    `items` are those that stand first when there are more than can be looked at: then `is_cut`.
    """

    title: str | None
    home: str | None
    pause_s: int | None
    items: tuple[FeedItem, ...]
    is_cut: bool = False
    has_ended: bool = False


def read_words(markup: str) -> str:
    """Return the words of some HTML, one blank between two; in time that grows with its length and no faster."""
    return " ".join(html.unescape(_TAG.sub(" ", " ".join(_heard(markup)))).split())


def _heard(markup: str) -> Iterator[str]:
    """Yield what stands outside of scripts, styles and comments; one that never ends takes the rest."""
    at, closer = 0, ""
    for found in _SILENT.finditer(markup):
        opened = "-->" if found[3] else (found[1] or "").lower()
        closed = "-->" if found[4] else (found[2] or "").lower()
        if not closer and opened:
            yield markup[at : found.start()]
            closer = opened
        elif closer and closed == closer:
            at, closer = found.end(), ""
    if not closer:
        yield markup[at:]


def read_line(text: object) -> str | None:
    """Return a title or a name in one line, None when there is none."""
    return " ".join(drop_unstorable(text).split())[:LONGEST_LINE] or None if isinstance(text, str) else None


def drop_unstorable(text: str) -> str:
    """Return text without what no store keeps: NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text)


def read_address(text: object) -> str | None:
    """Return what is a web address that an article can have, None for anything else."""
    if not isinstance(text, str) or len(text) > LONGEST_ADDRESS or not text.strip().isprintable():
        return None
    try:
        parts = urlsplit(text.strip())
        return text.strip() if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def name_item(*, given: str | None, url: str | None, title: str | None, content: str) -> str:
    """Return the key of an item: what the feed calls it, else its address, else what it says."""
    return given or url or hashlib.sha256(f"{title or ''}\x1f{content}".encode("utf-8", "surrogatepass")).hexdigest()
