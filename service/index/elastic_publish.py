"""Publishing: what the record holds of an article becomes one document with nested passages, in every generation.

The generations to write to are asked for after the record was written. So an index that is just being built either is
among them, or was marked for writes later than the record was read here, and then its builder's reading sees the row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch

from service.errors import IndexUnavailable
from service.index.elastic_bulk import Operation, send_bulk
from service.index.elastic_client import Connection, domain_error
from service.index.elastic_generations import Generation
from service.index.elastic_record import Record
from service.index.elastic_rows import read_article, row_id, write_searchable
from service.index.elastic_schema import Schema
from service.model import Article

EXTERNAL = {"version_type": "external"}
"""The server keeps whichever version is greater, and answers 409 to the other write."""


class Publisher:
    """Writes the documents that are searched."""

    def __init__(self, connection: Connection, schema: Schema, record: Record, *, facts: bool = False) -> None:
        self._connection = connection
        self._schema = schema
        self._record = record
        self._facts = facts

    def publish(
        self, client: Elasticsearch, articles: Sequence[tuple[Article, int]], *, wait: bool = False
    ) -> dict[str, str]:
        """Publish articles, each under its version, unless a later one is there; return what failed, by id."""
        if not articles:
            return {}
        return self.publish_to(client, self._schema.write_targets(client), articles, wait=wait)

    def publish_to(
        self,
        client: Elasticsearch,
        targets: Sequence[Generation],
        articles: Sequence[tuple[Article, int]],
        *,
        wait: bool = False,
    ) -> dict[str, str]:
        """Publish articles in the given generations."""
        operations, ids = [], []
        for article, version in articles:
            document = write_searchable(article, facts=self._facts)
            for target in targets:
                guard = EXTERNAL | {"version": version}
                operations.append(Operation("index", target.index, row_id(article.head.id), document, guard))
                ids.append(article.head.id)
        outcomes = send_bulk(client, operations, tries=self._connection.attempts, refresh=wait)
        return {
            article_id: str(domain_error(outcome.status, outcome.reason))
            for article_id, outcome in zip(ids, outcomes, strict=True)
            if not outcome.is_done and not outcome.is_conflict
        }

    def withdraw(self, client: Elasticsearch, versions: Mapping[str, int], *, wait: bool = False) -> None:
        """Remove articles from what is searched, unless a later version is there. Raises `IndexUnavailable`."""
        operations = [
            Operation("delete", target.index, row_id(article_id), None, EXTERNAL | {"version": version})
            for target in self._schema.write_targets(client)
            for article_id, version in versions.items()
        ]
        for outcome in send_bulk(client, operations, tries=self._connection.attempts, refresh=wait):
            if not outcome.is_done and outcome.status not in (404, 409):
                raise domain_error(outcome.status, outcome.reason)

    def bring_up_to_date(self, client: Elasticsearch, ids: Sequence[str], *, wait: bool = False) -> int:
        """Make what is searched equal to the record for these articles; return how many had to be written."""
        if not ids:
            return 0
        targets = self._schema.write_targets(client)
        mended = sum(self.mend(client, target, ids) for target in targets)
        if wait:  # also what another process has published and not yet refreshed
            client.indices.refresh(index=[target.index for target in targets])
        return mended

    def mend(self, client: Elasticsearch, target: Generation, ids: Sequence[str]) -> int:
        """Compare one generation with the record, article by article, and write what differs.

        The published copies are read before the record: so a copy of an article that the record does not have is
        older than that, and is removed only if nobody has published over it meanwhile (the record forgets the number
        of a deletion, so the guard is the copy that was seen).
        """
        answer = client.mget(index=target.index, ids=[row_id(one) for one in ids], source=False)
        published = {one: entry if entry.get("found") else None for one, entry in zip(ids, answer["docs"], strict=True)}
        rows = self._record.rows(client, ids, source=False)
        behind = [
            one
            for one, row in rows.items()
            if row is not None and ((entry := published[one]) is None or entry["_version"] < row.version)
        ]
        full = self._record.rows(client, behind)
        failures = self.publish_to(
            client, [target], [(read_article(row.source), row.version) for row in full.values() if row is not None]
        )
        for reason in failures.values():
            raise IndexUnavailable(reason)
        gone = [entry for one, entry in published.items() if entry is not None and rows[one] is None]
        self._remove(client, target, gone)
        return len(behind) + len(gone)

    def _remove(self, client: Elasticsearch, target: Generation, copies: Sequence[Mapping[str, Any]]) -> None:
        operations = [
            Operation(
                "delete",
                target.index,
                copy["_id"],
                options={"if_seq_no": copy["_seq_no"], "if_primary_term": copy["_primary_term"]},
            )
            for copy in copies
        ]
        send_bulk(client, operations, tries=self._connection.attempts)
