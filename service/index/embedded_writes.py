"""Changes to the record, each inside the write transaction it is given: an article in, revised, or out.

Every change takes the next sequence number, so the order of numbers is the order of commits.
"""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import replace

from service.index.embedded_rows import (
    HEAD_COLUMNS,
    LATEST,
    publication_day,
    read_head,
    write_instant,
    write_removed,
    write_signature,
)
from service.model import Article, Stored


def store_article(db: sqlite3.Connection, article: Article) -> tuple[Stored, int]:
    """Store an article as a new one or as the next revision, or find it unchanged.

    Returns what became of it and the sequence number under which it is (or already was) to be indexed.
    """
    found = db.execute(
        f"SELECT articles.number, articles.sequence, revisions.digest {LATEST} WHERE articles.id = ?",
        (article.head.id,),
    ).fetchone()
    if found is not None and found[2] == article.digest:
        row = db.execute(f"SELECT {HEAD_COLUMNS} {LATEST} WHERE articles.number = ?", (found[0],)).fetchone()
        return Stored(read_head(row), "unchanged"), found[1]
    sequence = _next_sequence(db)
    if found is None:
        number = _create_article(db, article, sequence)
        head = replace(article.head, revision=1)
    else:
        number = found[0]
        head = replace(article.head, revision=_revise_article(db, number, article, sequence))
    _write_revision(db, number, replace(article, head=head))
    return Stored(head, "created" if found is None else "revised"), sequence


def delete_article(db: sqlite3.Connection, article_id: str) -> int | None:
    """Remove an article with all revisions; return the change's sequence number, None when there was none."""
    row = db.execute("SELECT number, revision FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return None
    number, revision = row
    _drop_bands(db, number, revision)
    for table in ("passages", "revisions", "articles"):
        db.execute(f"DELETE FROM {table} WHERE number = ?", (number,))
    sequence = _next_sequence(db)
    db.execute("INSERT INTO deletions VALUES (?, ?, ?)", (sequence, number, time.time()))
    return sequence


def _next_sequence(db: sqlite3.Connection) -> int:
    return int(db.execute("UPDATE state SET sequence = sequence + 1 RETURNING sequence").fetchone()[0])


def _create_article(db: sqlite3.Connection, article: Article, sequence: int) -> int:
    row = db.execute(
        "INSERT INTO articles (id, revision, sequence, changed_at, outlet, day, language, passages) "
        "VALUES (?, 1, ?, ?, ?, ?, ?, ?) RETURNING number",
        (article.head.id, sequence, *_change_columns(article)),
    )
    return int(row.fetchone()[0])


def _revise_article(db: sqlite3.Connection, number: int, article: Article, sequence: int) -> int:
    (revision,) = db.execute("SELECT revision FROM articles WHERE number = ?", (number,)).fetchone()
    _drop_bands(db, number, revision)
    db.execute(
        "UPDATE articles SET revision = revision + 1, sequence = ?, changed_at = ?, outlet = ?, day = ?, "
        "language = ?, passages = ? WHERE number = ?",
        (sequence, *_change_columns(article), number),
    )
    return int(revision) + 1


def _change_columns(article: Article) -> tuple[float, str | None, int | None, str, int]:
    head = article.head
    outlet = None if head.outlet is None else head.outlet.id
    return time.time(), outlet, publication_day(head.published_at), head.language, len(article.passages)


def _write_revision(db: sqlite3.Connection, number: int, article: Article) -> None:
    head = article.head
    outlet = (None, None) if head.outlet is None else (head.outlet.id, head.outlet.name)
    if head.outlet is not None:
        db.execute(
            "INSERT INTO outlets (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name", outlet
        )
    db.execute(
        f"INSERT INTO revisions VALUES (?, ?{', ?' * 18})",
        (
            number, head.revision, *outlet, head.url, head.title, head.author, write_instant(head.published_at),
            head.published_at_source, write_instant(head.updated_at), head.language, head.wire_source, head.role,
            head.source_group, write_instant(head.stored_at), article.digest, write_removed(article.removed),
            json.dumps(article.bands), write_signature(article.signature), article.text,
        ),
    )  # fmt: skip
    db.executemany(
        'INSERT INTO passages (number, revision, ordinal, start, "end", language, context) '
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(number, head.revision, p.ordinal, p.start, p.end, p.language, p.context) for p in article.passages],
    )
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in article.bands])


def _drop_bands(db: sqlite3.Connection, number: int, revision: int) -> None:
    (bands,) = db.execute(
        "SELECT bands FROM revisions WHERE number = ? AND revision = ?", (number, revision)
    ).fetchone()
    db.executemany("DELETE FROM bands WHERE band = ? AND number = ?", [(b, number) for b in json.loads(bands)])
