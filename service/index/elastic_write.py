"""Writing: an article into the record, then its passages into what is searched.

A store goes through these steps, each one request for all articles of a chunk:

1. An *intent* with the articles' ids is put among the small documents.
2. The latest rows of the record are read. The same digest is "unchanged".
3. A row that will be superseded is copied to the revisions.
4. The new row is written by compare-and-set. Whoever loses goes back to 2.
5. The article with all its passages is published as *one* document, under an external version: the sequence number of
   step 4. One document is replaced as one, so no reader ever sees half an article; a smaller version never replaces a
   greater one, so a late or repeated write cannot bring an old text back.
6. The intent is removed.

Acknowledged is what came through step 5. A process that dies between 4 and 5 leaves its intent behind; the next writer
to look (once a minute, in any process) publishes what the record holds and removes it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import uuid4

from elasticsearch import Elasticsearch

from service.errors import IndexUnavailable, StaleRevision
from service.index.elastic_bulk import Operation, send_bulk
from service.index.elastic_client import Connection, domain_error
from service.index.elastic_intents import Intents
from service.index.elastic_publish import Publisher
from service.index.elastic_record import Clock, Record, Row
from service.index.elastic_rows import read_head, revision_id, row_id, superseded, write_article
from service.index.elastic_schema import Schema
from service.model import Article, Stored
from service.pauses import pauses

CHUNK = 250
"""Articles in one round of requests: about 2 MB, a second's work."""

ROUNDS = 12
"""How often a writer that lost reads again, over some 10 s: each loss means that another writer of the article won."""

SUPERSEDED = 0
"""The version of a write of ours that another writer has come behind: its own passages are not to be published."""


class PartlyStored(IndexUnavailable):
    """Some articles of a batch were not stored: `stored` names those that were, `failures` (id, reason) the others."""

    def __init__(self, stored: Sequence[Stored], failures: Sequence[tuple[str, str]], *, retry_after: int = 5) -> None:
        shown = "; ".join(f"{article_id}: {reason}" for article_id, reason in failures[:3])
        super().__init__(f"{len(failures)} articles were not stored ({shown})", retry_after=retry_after)
        self.stored = tuple(stored)
        self.failures = tuple(failures)


@dataclass(frozen=True, slots=True)
class Written:
    """An article that is in the record: under which version its passages are to be published."""

    article: Article
    outcome: Literal["created", "revised", "unchanged"]
    version: int

    @property
    def is_fresh(self) -> bool:
        """Tell whether its passages are to be published by who wrote it."""
        return self.outcome != "unchanged" and self.version != SUPERSEDED


@dataclass(slots=True)
class _Batch:
    """Articles on their way into the record under one token, and how far each has come."""

    articles: Mapping[str, Article]
    token: str = field(default_factory=lambda: uuid4().hex)
    written: dict[str, Written] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    lost: dict[str, tuple[Article, str]] = field(default_factory=dict)

    @property
    def waiting(self) -> dict[str, Article]:
        return {
            key: article
            for key, article in self.articles.items()
            if key not in self.written and key not in self.failures
        }


class Writer:
    """Stores and deletes articles."""

    def __init__(
        self, connection: Connection, schema: Schema, record: Record, publisher: Publisher, intents: Intents
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._record = record
        self._publisher = publisher
        self._intents = intents
        self._clock = Clock()

    def store(self, articles: Sequence[Article], *, wait: bool = False) -> list[Stored]:
        """Store articles, each atomically; the answer is in their order. Raises `PartlyStored` when some failed."""
        self._schema.ensure()
        self._intents.sweep_now_and_then()
        results: list[Stored] = []
        chunks = list(_chunks(articles))
        for place, chunk in enumerate(chunks):
            try:
                results += self._store_chunk(chunk, wait=wait)
            except PartlyStored as error:
                failures = [*error.failures, *_not_tried(chunks[place + 1 :])]
                raise PartlyStored((*results, *error.stored), failures) from error
            except IndexUnavailable as error:
                if not results:
                    raise
                failures = [(article.head.id, str(error)) for article in chunk]
                raise PartlyStored(results, [*failures, *_not_tried(chunks[place + 1 :])]) from error
        return results

    def delete(self, article_id: str, *, wait: bool = False) -> bool:
        """Remove an article with all revisions; False when there was none."""
        self._schema.ensure()
        intent = self._intents.announce([article_id])
        with self._connection.lend() as client:
            row, version = self._delete_row(client, article_id)
            if version:
                self._publisher.withdraw(client, {article_id: version}, wait=wait)
            else:  # nothing there, or the answer was lost that named the version
                self._publisher.bring_up_to_date(client, [article_id], wait=wait)
            if row is not None:
                self._drop_revisions(client, row)
        self._intents.settle(intent)
        return row is not None

    # --- one chunk, no id twice ---

    def _store_chunk(self, articles: Sequence[Article], *, wait: bool) -> list[Stored]:
        intent = self._intents.announce([article.head.id for article in articles])
        written, failures = self._write_record(articles)
        with self._connection.lend() as client:
            fresh = [(one.article, one.version) for one in written if one.is_fresh]
            failures |= self._publisher.publish(client, fresh, wait=wait)
            others = [one.article.head.id for one in written if not one.is_fresh]
            self._publisher.bring_up_to_date(client, others, wait=wait)
        if not failures:
            self._intents.settle(intent)
            by_id = {one.article.head.id: Stored(one.article.head, one.outcome) for one in written}
            return [by_id[article.head.id] for article in articles]
        raise PartlyStored(
            [Stored(one.article.head, one.outcome) for one in written if one.article.head.id not in failures],
            list(failures.items()),
        )

    def _write_record(self, articles: Sequence[Article]) -> tuple[list[Written], dict[str, str]]:
        """Bring articles into the record (steps 2 to 4); return those that are in, and what failed."""
        batch = _Batch({article.head.id: article for article in articles})
        for pause in (*pauses(ROUNDS, base=0.01), None):
            with self._connection.lend() as client:
                self._write_round(client, batch)
            if not batch.waiting:
                break
            if pause is None:
                raise StaleRevision(f"{next(iter(batch.waiting))}: other writers were always first")
            time.sleep(pause)
        return list(batch.written.values()), batch.failures

    def _write_round(self, client: Elasticsearch, batch: _Batch) -> None:
        """Try once; what is still waiting afterwards lost against another writer."""
        rows = self._record.rows(client, list(batch.waiting), source=["digest", "revision", "birth", "write", "head"])
        self._find_own(client, batch, rows)
        for article_id, article in batch.waiting.items():
            row = rows[article_id]
            if row is not None and row.source["digest"] == article.digest:
                stored = replace(article, head=read_head(row.source["head"]))
                batch.written[article_id] = Written(stored, "unchanged", row.version)
        waiting = batch.waiting
        latest = self._record.rows(client, [one for one in waiting if rows[one] is not None])
        self._keep_old(client, [row for row in latest.values() if row is not None])
        plans = [self._plan(article, latest.get(article_id), batch.token) for article_id, article in waiting.items()]
        outcomes = send_bulk(
            client, [operation for _, _, operation in plans], tries=self._connection.attempts, require_alias=True
        )
        for (ready, birth, _), outcome in zip(plans, outcomes, strict=True):
            if outcome.is_done:
                batch.written[ready.head.id] = Written(ready, _outcome_of(ready), outcome.sequence + 1)
            elif outcome.is_conflict:
                batch.lost[ready.head.id] = (ready, birth)
            else:
                batch.failures[ready.head.id] = str(domain_error(outcome.status, outcome.reason))

    def _find_own(self, client: Elasticsearch, batch: _Batch, rows: Mapping[str, Row | None]) -> None:
        """Recognise writes of ours whose answer was lost, even when another writer has come behind them already.

        Without this a write that was sent twice would bring its text back over a later one.
        """
        for article_id, (ready, birth) in batch.lost.items():
            row = rows.get(article_id)
            if article_id in batch.written or row is None or row.source["birth"] != birth:
                continue
            if row.source["write"] == batch.token:
                batch.written[article_id] = Written(ready, _outcome_of(ready), row.version)
            elif self._record.wrote(client, article_id, birth, ready.head.revision) == batch.token:
                batch.written[article_id] = Written(ready, _outcome_of(ready), SUPERSEDED)

    def _plan(self, article: Article, row: Row | None, token: str) -> tuple[Article, str, Operation]:
        """Return the article with its revision, its birth, and the guarded write that makes it the latest."""
        revision = 1 if row is None else row.source["revision"] + 1
        ready = _at_revision(article, revision)
        birth = token if row is None else row.source["birth"]
        document = write_article(ready, birth=birth, write=token, written=self._clock.tick())
        action, guard = ("create", {}) if row is None else ("index", row.guard)
        operation = Operation(action, self._schema.alias("articles"), row_id(article.head.id), document, guard)
        return ready, birth, operation

    def _keep_old(self, client: Elasticsearch, rows: Sequence[Row]) -> None:
        """Copy rows to the revisions before they are superseded; writing the same copy twice does no harm."""
        index = self._schema.alias("revisions")
        operations = []
        for row in rows:
            old_id, document = superseded(row.source)
            operations.append(Operation("index", index, old_id, document))
        outcomes = send_bulk(client, operations, tries=self._connection.attempts, require_alias=True)
        for outcome in outcomes:
            if not outcome.is_done:
                raise domain_error(outcome.status, outcome.reason)

    # --- deleting ---

    def _delete_row(self, client: Elasticsearch, article_id: str) -> tuple[Row | None, int]:
        """Remove the latest row; return it and the version of its deletion (0 when not known)."""
        index = self._schema.alias("articles")
        tried: Row | None = None
        for pause in (*pauses(ROUNDS, base=0.01), None):
            row = self._record.rows(client, [article_id], source=["id", "birth", "revision"])[article_id]
            if row is None:
                return tried, 0
            tried = row
            operation = Operation("delete", index, row_id(article_id), None, row.guard)
            (outcome,) = send_bulk(client, [operation], tries=self._connection.attempts, require_alias=True)
            if outcome.is_done:
                return row, outcome.sequence + 1
            if outcome.status not in (404, 409):
                raise domain_error(outcome.status, outcome.reason)
            time.sleep(pause or 0)
        raise StaleRevision(f"{article_id}: other writers were always first")

    def _drop_revisions(self, client: Elasticsearch, row: Row) -> None:
        index, source = self._schema.alias("revisions"), row.source
        operations = [
            Operation("delete", index, revision_id(source["id"], source["birth"], number))
            for number in range(1, source["revision"])
        ]
        send_bulk(client, operations, tries=self._connection.attempts)


def _not_tried(chunks: Sequence[Sequence[Article]]) -> list[tuple[str, str]]:
    return [(article.head.id, "not tried") for chunk in chunks for article in chunk]


def _outcome_of(article: Article) -> Literal["created", "revised"]:
    return "created" if article.head.revision == 1 else "revised"


def _at_revision(article: Article, revision: int) -> Article:
    head = replace(article.head, revision=revision)
    passages = tuple(replace(p, id=f"{head.id}:{revision}:{p.ordinal}") for p in article.passages)
    return replace(article, head=head, passages=passages)


def _chunks(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """Cut the batch so that no chunk holds an id twice: the second is a revision of the first."""
    chunk: dict[str, Article] = {}
    for article in articles:
        if len(chunk) == CHUNK or article.head.id in chunk:
            yield list(chunk.values())
            chunk = {}
        chunk[article.head.id] = article
    if chunk:
        yield list(chunk.values())
