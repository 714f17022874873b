"""The record of the embedded engine: articles with all their revisions, passages, bands and outlets.

Every change takes the next sequence number inside its transaction, so the order of numbers is the order of commits.
The search index is made from what lies behind the number it has come to (`pending`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from service.errors import NotFound
from service.index import Candidate
from service.index.embedded_database import Database
from service.index.embedded_pending import (
    BarePassage,
    Mark,
    Pending,
    State,
    read_latest_keys,
    read_passages_behind,
    read_pending,
)
from service.index.embedded_rows import (
    HEAD_COLUMNS,
    HEAD_WIDTH,
    LATEST,
    PASSAGE_COLUMNS,
    read_article,
    read_head,
    read_passage,
    read_signature,
)
from service.index.embedded_writes import delete_article, store_article
from service.model import Article, ArticleHead, Passage, Stored

CHUNK = 200
"""Articles stored in one transaction: few enough that other writers wait for tenths of a second."""

_ARTICLE_COLUMNS = "revisions.text, revisions.digest, revisions.removed, revisions.bands, revisions.signature"


class Record:
    """Reads and writes of one record file. Every method may raise `IndexUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- writing ---

    def store(self, articles: Sequence[Article]) -> tuple[list[Stored], int]:
        """Store articles, each atomically and durably; return what became of them and the last sequence touched."""
        results: list[tuple[Stored, int]] = []
        for start in range(0, len(articles), CHUNK):
            with self._database.write() as db:
                results += [store_article(db, article) for article in articles[start : start + CHUNK]]
        return [stored for stored, _ in results], max((sequence for _, sequence in results), default=0)

    def delete(self, article_id: str) -> int | None:
        """Remove an article with all revisions; return the change's sequence number, None when there was none."""
        with self._database.write() as db:
            return delete_article(db, article_id)

    def want_generation(self) -> str:
        """Ask for a new search index; return its name."""
        name = uuid4().hex[:12]
        with self._database.write() as db:
            db.execute("UPDATE state SET wanted = ?", (name,))
        return name

    def use_generation(self, name: str) -> None:
        """Let everybody read the search index `name` from now on."""
        with self._database.write() as db:
            db.execute("UPDATE state SET generation = ?", (name,))

    # --- reading articles ---

    def get(self, article_id: str, *, revision: int | None = None) -> Article:
        """Return the latest or the given revision. Raises `NotFound`."""
        with self._database.read() as db:
            row = db.execute(
                f"SELECT {HEAD_COLUMNS}, {_ARTICLE_COLUMNS}, articles.number FROM articles JOIN revisions "
                "ON revisions.number = articles.number AND revisions.revision = coalesce(?, articles.revision) "
                "WHERE articles.id = ?",
                (revision, article_id),
            ).fetchone()
            if row is None:
                what = f"article {article_id!r}" if revision is None else f"revision {revision} of {article_id!r}"
                raise NotFound(f"there is no {what}")
            return _read_whole(db, row)

    def revisions(self, article_id: str) -> list[ArticleHead]:
        """Return the heads of all revisions, oldest first. Raises `NotFound`."""
        with self._database.read() as db:
            rows = db.execute(
                f"SELECT {HEAD_COLUMNS} FROM articles JOIN revisions USING (number) WHERE articles.id = ? "
                "ORDER BY revisions.revision",
                (article_id,),
            ).fetchall()
        if not rows:
            raise NotFound(f"there is no article {article_id!r}")
        return [read_head(row) for row in rows]

    def get_revisions(self, wanted: Sequence[tuple[str, int]]) -> list[Article]:
        """Return the revisions, each wanted by article id and number, that are there."""
        with self._database.read() as db:
            rows = db.execute(
                f"SELECT {HEAD_COLUMNS}, {_ARTICLE_COLUMNS}, articles.number FROM json_each(?) AS wanted "
                "JOIN articles ON articles.id = wanted.value ->> 0 JOIN revisions "
                "ON revisions.number = articles.number AND revisions.revision = wanted.value ->> 1",
                (json.dumps([list(one) for one in dict.fromkeys(wanted)]),),
            ).fetchall()
            return [_read_whole(db, row) for row in rows]

    def find_by_url(self, url: str) -> ArticleHead | None:
        """Return the latest revision of the main article that was last stored under `url`."""
        with self._database.read() as db:
            row = db.execute(
                f"SELECT {HEAD_COLUMNS} {LATEST} WHERE revisions.url = ? AND revisions.role = 'main' "
                "ORDER BY articles.sequence DESC LIMIT 1",
                (url,),
            ).fetchone()
        return None if row is None else read_head(row)

    def find_by_bands(self, bands: Sequence[str], *, limit: int) -> list[Candidate]:
        """Return latest revisions that share at least one band, those that share most first."""
        with self._database.read() as db:
            rows = db.execute(
                f"SELECT {HEAD_COLUMNS}, revisions.digest, revisions.signature FROM "
                "(SELECT number, count(*) AS shared FROM bands WHERE band IN (SELECT value FROM json_each(?)) "
                "GROUP BY number ORDER BY shared DESC, number LIMIT ?) AS found "
                "JOIN articles USING (number) JOIN revisions "
                "ON revisions.number = articles.number AND revisions.revision = articles.revision "
                "ORDER BY found.shared DESC, found.number",
                (json.dumps(list(bands)), limit),
            ).fetchall()
        return [Candidate(read_head(row), row[-2], read_signature(row[-1])) for row in rows]

    def latest_articles(self) -> Iterator[Article]:
        """Iterate over all latest revisions in the order of storing; articles stored meanwhile come at the end."""
        sequence = 0
        while found := self.articles_behind(sequence, limit=CHUNK):
            yield from (article for article, _ in found)
            sequence = found[-1][1]

    def articles_behind(self, mark: int, *, limit: int) -> list[tuple[Article, int]]:
        """Return at most `limit` latest revisions that changed behind `mark`, with their sequence numbers, in order."""
        with self._database.read() as db:
            rows = db.execute(
                f"SELECT {HEAD_COLUMNS}, {_ARTICLE_COLUMNS}, articles.number, articles.sequence {LATEST} "
                "WHERE articles.sequence > ? ORDER BY articles.sequence LIMIT ?",
                (mark, limit),
            ).fetchall()
            return [(_read_whole(db, row[:-1]), row[-1]) for row in rows]

    # --- reading for the search index ---

    def state(self) -> State:
        """Return where the record stands."""
        with self._database.read() as db:
            return State(*db.execute("SELECT identity, sequence, generation, wanted FROM state").fetchone())

    def knows(self, mark: Mark) -> bool:
        """Tell whether `mark` is of this record as it is: not of another one, nor of a later state of this one."""
        state = self.state()
        return mark.identity == state.identity and mark.sequence <= state.sequence

    def pending_since(self, mark: int) -> float | None:
        """Return when the first change behind `mark` was made (seconds of the epoch), None when there is none."""
        with self._database.read() as db:
            times = [
                row[0]
                for table in ("articles", "deletions")
                for row in db.execute(
                    f"SELECT changed_at FROM {table} WHERE sequence > ? ORDER BY sequence LIMIT 1", (mark,)
                )
            ]
        return min(times, default=None)

    def count_pending(self, mark: int) -> int:
        """Count the articles behind `mark`."""
        with self._database.read() as db:
            return int(db.execute("SELECT count(*) FROM articles WHERE sequence > ?", (mark,)).fetchone()[0])

    def pending(self, mark: int, *, limit: int) -> Pending:
        """Return at most `limit` articles behind `mark` with the deletions up to the same point."""
        with self._database.read() as db:
            return read_pending(db, mark, limit=limit)

    def passages_behind(self, key: int, *, limit: int) -> list[BarePassage]:
        """Return at most `limit` passages of latest revisions with larger keys than `key`, in the order of the keys."""
        with self._database.read() as db:
            return read_passages_behind(db, key, limit=limit)

    def latest_keys(self) -> list[int]:
        """Return the keys of all passages of latest revisions."""
        with self._database.read() as db:
            return read_latest_keys(db)

    def live_keys(self, keys: Sequence[int]) -> set[int]:
        """Return those of `keys` that are of latest revisions."""
        with self._database.read() as db:
            rows = db.execute(
                "SELECT key FROM passages JOIN articles USING (number, revision) "
                "WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            )
            return {row[0] for row in rows}

    def last_key(self) -> int:
        """Return the largest key that a passage was ever given."""
        with self._database.read() as db:
            row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        return 0 if row is None else int(row[0])

    def outlet_numbers(self, ids: Sequence[str]) -> list[int]:
        """Return the numbers by which the search index knows these outlets; unknown ones are left out."""
        with self._database.read() as db:
            return [
                row[0]
                for row in db.execute(
                    "SELECT number FROM outlets WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
                )
            ]

    def passages(self, keys: Sequence[int]) -> dict[int, tuple[Passage, ArticleHead]]:
        """Return the passages behind `keys` with their articles; those of deleted or old revisions are left out."""
        with self._database.read() as db:
            rows = db.execute(
                f"SELECT {HEAD_COLUMNS}, passages.key, passages.number, {_qualified(PASSAGE_COLUMNS)} FROM passages "
                "JOIN articles ON articles.number = passages.number AND articles.revision = passages.revision "
                "JOIN revisions ON revisions.number = passages.number AND revisions.revision = passages.revision "
                "WHERE passages.key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            ).fetchall()
            return _read_found(db, rows)


def _qualified(columns: str) -> str:
    return ", ".join(f"passages.{column}" for column in columns.split(", "))


def _read_found(db: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> dict[int, tuple[Passage, ArticleHead]]:
    heads: dict[int, ArticleHead] = {}
    texts: dict[int, str] = {}
    found = {}
    for row in rows:
        key, number = row[HEAD_WIDTH], row[HEAD_WIDTH + 1]
        if number not in heads:
            heads[number] = read_head(row)
            texts[number] = _text_of(db, number, heads[number].revision)
        passage = read_passage(heads[number], texts[number], row[HEAD_WIDTH + 2 :])
        found[key] = (passage, heads[number])
    return found


def _text_of(db: sqlite3.Connection, number: int, revision: int) -> str:
    row = db.execute("SELECT text FROM revisions WHERE number = ? AND revision = ?", (number, revision)).fetchone()
    return str(row[0])


def _passages_of(db: sqlite3.Connection, number: int, revision: int) -> list[tuple[Any, ...]]:
    return db.execute(
        f"SELECT {PASSAGE_COLUMNS} FROM passages WHERE number = ? AND revision = ? ORDER BY ordinal",
        (number, revision),
    ).fetchall()


def _read_whole(db: sqlite3.Connection, row: tuple[Any, ...]) -> Article:
    head = read_head(row)
    return read_article(head, row[HEAD_WIDTH:-1], _passages_of(db, row[-1], head.revision))
