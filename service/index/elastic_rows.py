"""Between the model and the documents of Elasticsearch: what is stored and how it comes back.

`head` and `body` are kept as they are (not indexed) and hold everything; the fields beside them are what queries look
at. Days are UTC, as filters count them; an instant without offset is taken as UTC.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from service.index.elastic_facts import read_fact_fields
from service.index.terms import write_fields
from service.model import Article, ArticleHead, Outlet, Passage, Removed

LONGEST_ID = 480
"""Bytes of an article's id that fit into `_id` (512 at most) together with a revision; longer ones are hashed."""


def row_id(article_id: str) -> str:
    """Return the `_id` under which an article is kept."""
    data = article_id.encode("utf-8")
    return article_id if len(data) <= LONGEST_ID else "sha256:" + hashlib.sha256(data).hexdigest()


def write_head(head: ArticleHead) -> dict[str, Any]:
    """Return a head as JSON."""
    return {
        "id": head.id,
        "revision": head.revision,
        "outlet": None if head.outlet is None else [head.outlet.id, head.outlet.name],
        "url": head.url,
        "title": head.title,
        "author": head.author,
        "published_at": _write_instant(head.published_at),
        "published_at_source": head.published_at_source,
        "updated_at": _write_instant(head.updated_at),
        "language": head.language,
        "wire_source": head.wire_source,
        "role": head.role,
        "source_group": head.source_group,
        "stored_at": head.stored_at.isoformat(),
    }


def read_head(row: Mapping[str, Any]) -> ArticleHead:
    """Return the head behind its JSON."""
    return ArticleHead(
        id=row["id"],
        revision=row["revision"],
        outlet=None if row["outlet"] is None else Outlet(*row["outlet"]),
        url=row["url"],
        title=row["title"],
        author=row["author"],
        published_at=_read_instant(row["published_at"]),
        published_at_source=row["published_at_source"],
        updated_at=_read_instant(row["updated_at"]),
        language=row["language"],
        wire_source=row["wire_source"],
        role=row["role"],
        source_group=row["source_group"],
        stored_at=datetime.fromisoformat(row["stored_at"]),
    )


def write_article(article: Article, *, birth: str, write: str, written: int) -> dict[str, Any]:
    """Return the document of the record.

    `birth` tells an article from a deleted one with the same id, `write` names the call that wrote this revision,
    `written` orders listings (microseconds of the epoch).
    """
    head = article.head
    return {
        "id": head.id,
        "revision": head.revision,
        "birth": birth,
        "write": write,
        "digest": article.digest,
        "url": head.url,
        "role": head.role,
        "outlet": None if head.outlet is None else head.outlet.id,
        "published_at": _utc(head.published_at),
        "written": written,
        "language": head.language,
        "passage_count": len(article.passages),
        "bands": list(article.bands),
        "head": write_head(head),
        "body": {
            "text": article.text,
            "passages": [[p.start, p.end, p.language, p.context] for p in article.passages],
            "removed": [[piece.kind, piece.text] for piece in article.removed],
            "signature": list(article.signature),
        },
    }


def superseded(row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return `_id` and document under which a revision of the record is kept once another follows it."""
    body = {**row["body"], "digest": row["digest"], "bands": row["bands"]}
    document = {key: row[key] for key in ("id", "birth", "write", "revision", "head")} | {"body": body}
    return revision_id(row["id"], row["birth"], row["revision"]), document


def revision_id(article_id: str, birth: str, revision: int) -> str:
    """Return the `_id` of a superseded revision."""
    digest = hashlib.sha256(article_id.encode("utf-8")).hexdigest()
    return f"{digest}:{birth}:{revision}"


def read_article(row: Mapping[str, Any]) -> Article:
    """Return the article behind a document of the record, current or superseded."""
    head, body = read_head(row["head"]), row["body"]
    text = body["text"]
    return Article(
        head=head,
        text=text,
        passages=tuple(
            Passage(f"{head.id}:{head.revision}:{ordinal}", ordinal, start, end, text[start:end], language, context)
            for ordinal, (start, end, language, context) in enumerate(body["passages"])
        ),
        removed=tuple(Removed(kind, piece) for kind, piece in body["removed"]),
        digest=body.get("digest", row.get("digest", "")),
        bands=tuple(body.get("bands", row.get("bands", ()))),
        signature=tuple(body["signature"]),
    )


def write_searchable(article: Article, *, facts: bool = False) -> dict[str, Any]:
    """Return the document that is searched: the article's head, and its passages nested, with their facts if asked."""
    head = article.head
    return {
        "id": head.id,
        "revision": head.revision,
        "outlet": None if head.outlet is None else head.outlet.id,
        "published_at": _utc(head.published_at),
        "language": head.language,
        "wire_group": head.source_group,
        "stored_at": _utc(head.stored_at),
        "passage_count": len(article.passages),
        "head": write_head(head),
        "passages": [
            _write_passage(passage, head, terms)
            | (read_fact_fields(passage.text, published=head.published_at) if facts else {})
            for passage, terms in zip(
                article.passages, write_fields([p.text for p in article.passages], head.title or ""), strict=True
            )
        ],
    }


def _write_passage(passage: Passage, head: ArticleHead, terms: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "ordinal": passage.ordinal,
        "start": passage.start,
        "end": passage.end,
        "language": passage.language,
        "context": passage.context,
        "text": passage.text,
        "title": head.title or "",
        **{field: terms[field] for field in ("wide", "sound", "title_sound")},  # analysed here, split at spaces there
    }
    if passage.language in ("en", "fr"):
        row[passage.language] = passage.text
    return row


def read_passage(row: Mapping[str, Any], head: ArticleHead) -> Passage:
    """Return the passage behind its nested document."""
    return Passage(
        id=f"{head.id}:{head.revision}:{row['ordinal']}",
        ordinal=row["ordinal"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        language=row["language"],
        context=row["context"],
    )


def _utc(instant: datetime | None) -> str | None:
    """Return the instant in UTC, for filters."""
    if instant is None:
        return None
    return (instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)).isoformat()


def _write_instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _read_instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
