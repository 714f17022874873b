"""The SQLite file under the record: opened per process and thread, one writer at a time, durable at every commit.

Write-ahead log with synchronous=FULL: a commit returns after the log is on the disk, so that an acknowledged article
survives kill -9 and a power cut (NORMAL would lose the last commits to the latter). Measured cost on an SSD: about a
millisecond a commit, shared by all articles of one `store` call.

Connections must never be carried over a fork: SQLite forbids it. Who owns a `Database` closes it before a fork and
makes a new one in the child.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

from service.errors import IndexIncompatible, IndexUnavailable, InvalidInput

SCHEMA = 1
"""Version of embedded_record.sql, kept in `PRAGMA user_version`."""

BUSY_SECONDS = 30.0
"""How long a writer waits for another one; a transaction here takes milliseconds, a chunk of bulk ingest tenths."""

_PRAGMAS = ("synchronous = FULL", "temp_store = MEMORY", "cache_size = -16384", "mmap_size = 268435456")


class Database:
    """A pool of connections to one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._is_prepared = False
        self._idle: list[sqlite3.Connection] = []

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside one read transaction: everything read in it is of one moment."""
        with self._lend() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside one write transaction: all of it is durable at the end, or nothing happened."""
        with self._lend() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close what is open; the next use opens again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _lend(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._take()
            try:
                yield connection
            finally:
                with self._lock:
                    self._idle.append(connection)
        except UnicodeEncodeError as error:
            raise InvalidInput("the text holds a lone surrogate: it is not Unicode text") from error
        except sqlite3.Error as error:
            raise IndexUnavailable(f"the record cannot be used: {error}") from error

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if not self._is_prepared:
                self._prepare()
                self._is_prepared = True
            if self._idle:
                return self._idle.pop()
        return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _prepare(self) -> None:
        """Make the file if there is none, once, whoever comes first (switching to WAL does not wait by itself)."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                connection = self._connect()
                _create(connection)
                self._idle.append(connection)
        except OSError as error:
            raise IndexUnavailable(f"the data directory cannot be used: {error}") from error


def _create(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == SCHEMA:
        return
    if version != 0:
        raise IndexIncompatible(
            f"the record has schema {version}, this program knows {SCHEMA}: run the isnad version that wrote it"
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    for statement in files("service.index").joinpath("embedded_record.sql").read_text("utf-8").split(";\n"):
        connection.execute(statement)
    connection.execute("INSERT INTO state VALUES (1, ?, 0, '', ?)", (uuid4().hex, uuid4().hex[:12]))
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
    connection.execute("COMMIT")
