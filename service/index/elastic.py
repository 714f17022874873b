"""The Elasticsearch engine: articles on a cluster, so that several web servers can serve the same ones.

File by file: elastic_client (the connection) → elastic_generations, elastic_schema, elastic_analysis (indices, aliases,
analysis) → elastic_rows, elastic_facts (documents) → elastic_record, elastic_changes (the record of articles) →
elastic_bulk, elastic_publish, elastic_intents, elastic_write (articles in) → elastic_search (passages out) →
elastic_reindex (the next generation) → elastic_documents (small documents).

Nothing is sent before the first call, and nothing that matters lies on the web server's disk.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from service.errors import IndexUnavailable, InvalidInput
from service.index import ArticlePage, Candidate, Changes
from service.index.elastic_changes import Follower
from service.index.elastic_client import Connection
from service.index.elastic_documents import ElasticDocuments
from service.index.elastic_intents import INTENT_AGE, Intents
from service.index.elastic_publish import Publisher
from service.index.elastic_record import Record
from service.index.elastic_reindex import Progress, Reindexer, Report
from service.index.elastic_rows import read_head
from service.index.elastic_schema import FAMILIES, Layout, Schema
from service.index.elastic_search import Searcher, article_filters
from service.index.elastic_write import Writer
from service.model import (
    Article,
    ArticleHead,
    Coverage,
    Filters,
    OutletCount,
    PassageQuery,
    SearchResult,
    Stored,
)


class ElasticIndex:
    """A `PassageIndex` on an Elasticsearch cluster; all indices begin with `prefix`."""

    def __init__(
        self, connection: Connection, *, prefix: str = "isnad", layout: Layout | None = None, facts: bool = False
    ) -> None:
        """Keep articles under `prefix`; with `facts`, their passages' numbers, days and names become fields too."""
        self._connection = connection
        self._schema = Schema(connection, prefix=prefix, layout=layout)
        self.documents = ElasticDocuments(connection, self._schema)
        self._record = Record(connection, self._schema)
        publisher = Publisher(connection, self._schema, self._record, facts=facts)
        self._intents = Intents(connection, publisher, self.documents)
        self._writer = Writer(connection, self._schema, self._record, publisher, self._intents)
        self._follower = Follower(connection, self._schema)
        self._searcher = Searcher(connection, self._schema)
        self._reindexer = Reindexer(connection, self._schema, self._record, publisher, self.documents)

    # --- storing ---

    def store(self, articles: Sequence[Article], *, wait: bool = False) -> list[Stored]:
        """Store each article atomically and durably; with `wait`, return only when its passages are searchable.

        Raises `PartlyStored`, an `IndexUnavailable` that names what was stored, when only some were.
        """
        return self._writer.store(articles, wait=wait)

    def delete(self, article_id: str, *, wait: bool = False) -> bool:
        """Remove an article with all revisions; False when there was none."""
        return self._writer.delete(article_id, wait=wait)

    def heal(self, *, older_than: timedelta = INTENT_AGE) -> int:
        """Publish what writers that died have left behind; `store` does it by itself now and then."""
        self._schema.ensure()
        return self._intents.heal(older_than=older_than)

    # --- reading the record ---

    def get(self, article_id: str, *, revision: int | None = None) -> Article:
        """Return the latest or the given revision. Raises `NotFound`."""
        self._schema.ensure()
        return self._record.get(article_id, revision=revision)

    def revisions(self, article_id: str) -> list[ArticleHead]:
        """Return the heads of all revisions, oldest first. Raises `NotFound`."""
        self._schema.ensure()
        return self._record.revisions(article_id)

    def get_revisions(self, wanted: Sequence[tuple[str, int]]) -> list[Article]:
        """Return the revisions, each wanted by article id and number, that are there."""
        self._schema.ensure()
        return self._record.get_revisions(wanted)

    def find_by_url(self, url: str) -> ArticleHead | None:
        """Return the latest revision of the main article stored under `url`."""
        self._schema.ensure()
        return self._record.find_by_url(url)

    def find_by_bands(self, bands: Sequence[str], *, limit: int = 50) -> list[Candidate]:
        """Return latest revisions that share at least one MinHash band, those that share most first."""
        self._schema.ensure()
        return self._record.find_by_bands(bands, limit=limit)

    def list_articles(self, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> ArticlePage:
        """List latest revisions, last stored first. Raises `InvalidInput` for a bad cursor."""
        after = _read_cursor(cursor)
        self._schema.ensure()
        rows = self._record.listing(article_filters(filters), after=after, limit=limit + 1)
        shown = rows[:limit]
        more = _write_cursor(shown[-1]["written"], shown[-1]["id"]) if len(rows) > limit else None
        return ArticlePage(tuple(read_head(row["head"]) for row in shown), more)

    def outlets(self) -> list[OutletCount]:
        """Return every outlet with its counts, by name."""
        self._schema.ensure()
        return self._searcher.outlets()

    def stored_articles(self) -> Iterator[Article]:
        """Iterate over all latest revisions as they are at the start, in the order of their ids."""
        self._schema.ensure()
        return self._record.latest_articles()

    def position(self) -> str:
        """Return the position behind everything that was acknowledged so far."""
        self._schema.ensure()
        return self._follower.position()

    def changes(self, after: str, *, limit: int = 50) -> Changes:
        """Return latest revisions stored behind a position, at most `limit` of each shard."""
        self._schema.ensure()
        return self._follower.changes(after, limit=limit)

    # --- searching ---

    def search(self, query: PassageQuery) -> SearchResult:
        """Find passages of latest revisions, best first, at most `per_outlet` of one outlet."""
        self._schema.ensure()
        return self._searcher.search(query)

    def coverage(self, filters: Filters) -> Coverage:
        """Count what a search with these filters looks through."""
        self._schema.ensure()
        return self._searcher.coverage(filters)

    def check_ready(self) -> None:
        """Return when the index can answer. Raises `IndexUnavailable` with the reason."""
        with self._connection.lend() as client:
            self._schema.check(client)
            names = [self._schema.alias(family) for family in FAMILIES]
            health = client.cluster.health(index=names, level="indices", timeout="1s", master_timeout="1s").body
        red = sorted(name for name, index in health["indices"].items() if index["status"] == "red")
        if red:
            raise IndexUnavailable(f"parts of these indices are on no node: {', '.join(red)}")

    # --- generations ---

    def rebuild(self) -> int:
        """Make the search index anew from the record, drop the old one; return the number of passages."""
        return self.reindex(drop_old=True).passages

    def reindex(self, *, drop_old: bool = False, progress: Callable[[Progress], None] = lambda _: None) -> Report:
        """Build the next generation of what is searched while reads and writes go on, and change over to it.

        Killed at any point it can be run again and goes on where it was. The old generation stays until it is run
        with `drop_old`. Raises `Conflict` when another reindex is running.
        """
        return self._reindexer.run(drop_old=drop_old, progress=progress)

    def drop_old_generations(self) -> list[str]:
        """Remove the generations that nobody reads; return their names. Raises `Conflict` during a reindex."""
        return self._reindexer.drop_old()

    def close(self) -> None:
        """Close this process's connections; the next call opens new ones."""
        self._connection.close()


def _write_cursor(written: int, article_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([written, article_id]).encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> list[object] | None:
    if cursor is None:
        return None
    wrong = InvalidInput("the cursor is not one that a listing gave", pointer="cursor")
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        written, article_id = json.loads(plain)
    except (binascii.Error, ValueError, TypeError) as error:
        raise wrong from error
    if isinstance(written, bool) or not isinstance(written, int) or not isinstance(article_id, str):
        raise wrong
    if not 0 <= written < 2**63:
        raise wrong
    return [written, article_id]
