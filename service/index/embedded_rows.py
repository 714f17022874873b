"""Between the rows of the record and the words of the model: what a column holds and how it comes back.

Instants are kept as ISO 8601 text with their own offset, days as ordinals in UTC (what filters count in), tuples as
JSON, a MinHash signature as little-endian 64-bit numbers.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, date, datetime
from typing import Any

from service.model import Article, ArticleHead, Outlet, Passage, Removed

HEAD_COLUMNS = (
    "articles.id, revisions.revision, revisions.outlet_id, revisions.outlet_name, revisions.url, revisions.title, "
    "revisions.author, revisions.published_at, revisions.published_at_source, revisions.updated_at, "
    "revisions.language, revisions.wire_source, revisions.role, revisions.source_group, revisions.stored_at"
)
"""The columns `read_head` needs, in its order; every query that reads heads begins with them."""

LATEST = "FROM articles JOIN revisions ON revisions.number = articles.number AND revisions.revision = articles.revision"
"""What latest revisions are selected from."""

PASSAGE_COLUMNS = 'ordinal, start, "end", language, context'
"""The columns `read_passage` needs, in its order."""

HEAD_WIDTH = HEAD_COLUMNS.count(",") + 1


def publication_day(instant: datetime | None) -> int | None:
    """Return the day of an instant in UTC as an ordinal; an instant without offset is taken as UTC."""
    if instant is None:
        return None
    return (instant.astimezone(UTC) if instant.tzinfo else instant).date().toordinal()


def day_of(ordinal: int | None) -> date | None:
    """Return the day behind an ordinal."""
    return None if ordinal is None else date.fromordinal(ordinal)


def write_instant(instant: datetime | None) -> str | None:
    """Return the text an instant is kept as."""
    return None if instant is None else instant.isoformat()


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def write_signature(signature: tuple[int, ...]) -> bytes:
    """Return the bytes a MinHash signature is kept as."""
    return struct.pack(f"<{len(signature)}Q", *signature)


def read_signature(data: bytes) -> tuple[int, ...]:
    """Return the signature behind its bytes."""
    return struct.unpack(f"<{len(data) // 8}Q", data)


def write_removed(removed: tuple[Removed, ...]) -> str:
    """Return the JSON that removed pieces are kept as."""
    return json.dumps([[piece.kind, piece.text] for piece in removed], ensure_ascii=False)


def read_head(row: tuple[Any, ...]) -> ArticleHead:
    """Return the head behind a row that begins with `HEAD_COLUMNS`."""
    (
        article_id, revision, outlet_id, outlet_name, url, title, author, published_at, source, updated_at,
        language, wire_source, role, source_group, stored_at,
    ) = row[:HEAD_WIDTH]  # fmt: skip
    return ArticleHead(
        id=article_id,
        revision=revision,
        outlet=None if outlet_id is None else Outlet(outlet_id, outlet_name),
        url=url,
        title=title,
        author=author,
        published_at=_read_instant(published_at),
        published_at_source=source,
        updated_at=_read_instant(updated_at),
        language=language,
        wire_source=wire_source,
        role=role,
        source_group=source_group,
        stored_at=datetime.fromisoformat(stored_at),
    )


def read_passage(head: ArticleHead, text: str, row: tuple[Any, ...]) -> Passage:
    """Return the passage behind (ordinal, start, end, language, context) of an article's text."""
    ordinal, start, end, language, context = row
    return Passage(f"{head.id}:{head.revision}:{ordinal}", ordinal, start, end, text[start:end], language, context)


def read_article(head: ArticleHead, row: tuple[Any, ...], passages: list[tuple[Any, ...]]) -> Article:
    """Return the article behind its head, (text, digest, removed, bands, signature) and its passage rows."""
    text, digest, removed, bands, signature = row
    return Article(
        head=head,
        text=text,
        passages=tuple(read_passage(head, text, passage) for passage in passages),
        removed=tuple(Removed(kind, piece) for kind, piece in json.loads(removed)),
        digest=digest,
        bands=tuple(json.loads(bands)),
        signature=read_signature(signature),
    )
