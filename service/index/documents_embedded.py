"""Small documents of the embedded engine: one SQLite file in the data directory, shared by all processes.

A file of its own, because the record of articles has one schema owner and can be copied or rebuilt without touching
keys. Writes take SQLite's write lock for one statement; `synchronous=FULL` makes a returned write survive power loss.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.errors import IndexUnavailable, StaleRevision
from service.index.documents import Document

BUSY_TIMEOUT_S = 10
"""How long a writer waits for another process; a write takes about a millisecond."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    stored_at TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
COLUMNS = "kind, key, version, stored_at, body"


class EmbeddedDocuments:
    """`DocumentStore` in `directory`/documents.sqlite3; safe under threads and several processes."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "documents.sqlite3"
        self._lock = threading.Lock()
        with _as_unavailable(self._file):
            directory.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                self._file, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute(SCHEMA)

    def get(self, kind: str, key: str) -> Document | None:
        """Return the document as it is now, or None."""
        rows = self._run(f"SELECT {COLUMNS} FROM documents WHERE kind = ? AND key = ?", (kind, key))
        return _document(rows[0]) if rows else None

    def get_many(self, kind: str, keys: Sequence[str]) -> list[Document]:
        """Return those of the documents that are there."""
        wanted = "SELECT value FROM json_each(?)"
        statement = f"SELECT {COLUMNS} FROM documents WHERE kind = ? AND key IN ({wanted})"
        return [_document(row) for row in self._run(statement, (kind, json.dumps(list(keys))))]

    def put(self, kind: str, key: str, body: Mapping[str, Any], *, version: int | None = None) -> Document:
        """Write the whole document and return it. Raises `StaleRevision` when it is not at `version`."""
        text, now = json.dumps(body, ensure_ascii=False), datetime.now(UTC).isoformat()
        if version is None:
            rows = self._run(
                "INSERT INTO documents VALUES (?, ?, 1, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET"
                f" version = version + 1, stored_at = excluded.stored_at, body = excluded.body RETURNING {COLUMNS}",
                (kind, key, now, text),
            )
        elif version == 0:
            rows = self._run(
                f"INSERT INTO documents VALUES (?, ?, 1, ?, ?) ON CONFLICT DO NOTHING RETURNING {COLUMNS}",
                (kind, key, now, text),
            )
        else:
            rows = self._run(
                "UPDATE documents SET version = version + 1, stored_at = ?, body = ?"
                f" WHERE kind = ? AND key = ? AND version = ? RETURNING {COLUMNS}",
                (now, text, kind, key, version),
            )
        if not rows:
            raise StaleRevision(f"{kind} {key}: another writer was first")
        return _document(rows[0])

    def delete(self, kind: str, key: str, *, version: int | None = None) -> bool:
        """Remove the document; False when there was none. Raises `StaleRevision` when it is not at `version`."""
        gone = self._run(
            "DELETE FROM documents WHERE kind = ? AND key = ? AND (? IS NULL OR version = ?) RETURNING key",
            (kind, key, version, version),
        )
        if not gone and version is not None and self.get(kind, key):
            raise StaleRevision(f"{kind} {key}: another writer was first")
        return bool(gone)

    def list_documents(self, kind: str, *, after: str = "", limit: int = 100) -> list[Document]:
        """Return documents of a kind with a key behind `after`, in the order of their keys."""
        rows = self._run(
            f"SELECT {COLUMNS} FROM documents WHERE kind = ? AND key > ? ORDER BY key LIMIT ?", (kind, after, limit)
        )
        return [_document(row) for row in rows]

    def delete_older(self, kind: str, before: datetime) -> int:
        """Remove the documents of a kind last written before that time; return how many went."""
        limit = before.astimezone(UTC).isoformat()
        return len(self._run("DELETE FROM documents WHERE kind = ? AND stored_at < ? RETURNING key", (kind, limit)))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _run(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        with self._lock, _as_unavailable(self._file):
            return self._connection.execute(statement, values).fetchall()


@contextmanager
def _as_unavailable(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise IndexUnavailable(f"{file.name}: {error}") from error


def _document(row: tuple[str, str, int, str, str]) -> Document:
    kind, key, version, stored_at, body = row
    return Document(kind, key, version, datetime.fromisoformat(stored_at), json.loads(body))
