"""What the search index has yet to take in: where the record stands, how far an index has come, what lies between."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from service.index.embedded_rows import LATEST, PASSAGE_COLUMNS
from service.model import Passage

NO_OUTLET = 0
"""The outlet number of articles whose outlet is not known."""


@dataclass(frozen=True, slots=True)
class State:
    """Where the record stands: its identity, the last change, the search index in use and the one wished for."""

    identity: str
    sequence: int
    generation: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a search index has come, and in which record."""

    identity: str
    sequence: int


@dataclass(frozen=True, slots=True)
class PendingArticle:
    """A latest revision as the search index takes it in: each passage with its key."""

    number: int
    outlet: int
    day: int | None
    title: str
    passages: tuple[tuple[int, Passage], ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """What lies between two sequence numbers: articles to (re)index, numbers of deleted ones, the new position."""

    articles: list[PendingArticle]
    deleted: list[int]
    mark: int


@dataclass(frozen=True, slots=True)
class BarePassage:
    """A passage of a latest revision as the file of vectors takes it in."""

    key: int
    title: str
    text: str
    outlet: int
    day: int | None
    language: str


def read_pending(db: sqlite3.Connection, mark: int, *, limit: int) -> Pending:
    """Return at most `limit` articles behind `mark` with the deletions up to the same point, read at one moment."""
    last = db.execute("SELECT sequence FROM state").fetchone()[0]
    rows = db.execute(
        "SELECT articles.number, articles.revision, articles.id, coalesce(outlets.number, ?), articles.day, "
        "coalesce(revisions.title, ''), revisions.text, articles.sequence "
        f"{LATEST} LEFT JOIN outlets ON outlets.id = articles.outlet "
        "WHERE articles.sequence > ? ORDER BY articles.sequence LIMIT ?",
        (NO_OUTLET, mark, limit),
    ).fetchall()
    upto = rows[-1][-1] if len(rows) == limit else last
    deleted = db.execute("SELECT number FROM deletions WHERE sequence > ? AND sequence <= ?", (mark, upto))
    return Pending([_read_pending(db, row) for row in rows], [row[0] for row in deleted], upto)


def read_passages_behind(db: sqlite3.Connection, key: int, *, limit: int) -> list[BarePassage]:
    """Return at most `limit` passages of latest revisions with larger keys than `key`, in the order of the keys.

    Keys grow in the order of commits, so nothing can appear later among those already seen.
    """
    rows = db.execute(
        "SELECT passages.key, coalesce(revisions.title, ''), revisions.text, passages.start, passages.\"end\", "
        "coalesce(outlets.number, ?), articles.day, passages.language FROM passages "
        "JOIN articles ON articles.number = passages.number AND articles.revision = passages.revision "
        "JOIN revisions ON revisions.number = passages.number AND revisions.revision = passages.revision "
        "LEFT JOIN outlets ON outlets.id = articles.outlet "
        "WHERE passages.key > ? ORDER BY passages.key LIMIT ?",
        (NO_OUTLET, key, limit),
    )
    return [
        BarePassage(key, title, text[start:end], outlet, day, language)
        for key, title, text, start, end, outlet, day, language in rows
    ]


def read_latest_keys(db: sqlite3.Connection) -> list[int]:
    """Return the keys of all passages of latest revisions."""
    rows = db.execute(
        "SELECT passages.key FROM articles JOIN passages "
        "ON passages.number = articles.number AND passages.revision = articles.revision"
    )
    return [row[0] for row in rows]


def _read_pending(db: sqlite3.Connection, row: tuple[int, int, str, int, int | None, str, str, int]) -> PendingArticle:
    number, revision, article_id, outlet, day, title, text, _ = row
    passages = tuple(
        (key, Passage(f"{article_id}:{revision}:{ordinal}", ordinal, start, end, text[start:end], language, context))
        for key, ordinal, start, end, language, context in db.execute(
            f"SELECT key, {PASSAGE_COLUMNS} FROM passages WHERE number = ? AND revision = ? ORDER BY ordinal",
            (number, revision),
        )
    )
    return PendingArticle(number, outlet, day, title, passages)
