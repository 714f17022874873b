"""The next generation of what is searched, built from the record while reads and writes go on.

1. A lease among the small documents makes sure that one process does it; it also holds how far the work has come.
2. The new index is made, marked `building` in its name's alias set only by the write alias: from now on every writer
   reaches it (a writer asks for its targets after it has written the record, see elastic_publish).
3. Every article of the record is copied, in the order of ids; versions keep a copy from replacing a later write.
4. Every article is compared, version by version, in both directions, until a whole round finds no difference.
5. Readers and writers change over in one action on the aliases.
6. Every article is compared once more: a program of another schema does not write to an index it does not know, so
   what such a program stored up to the change is found here.

Killed at any point it can be run again: steps 2 to 4 go on at the last id that was copied, and step 6 is made up for.
The old generation stays as it was at the change until it is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Literal
from uuid import uuid4

from elasticsearch import Elasticsearch

from service.errors import Conflict, IndexUnavailable, StaleRevision
from service.index.documents import Document
from service.index.elastic_client import Connection
from service.index.elastic_documents import ElasticDocuments
from service.index.elastic_generations import Generation, schema_number
from service.index.elastic_publish import Publisher
from service.index.elastic_record import PAGE, Record
from service.index.elastic_rows import read_article
from service.index.elastic_schema import Schema

STATE = ("reindex", "state")

LEASE = timedelta(seconds=60)
"""A process that has not renewed its lease for so long is taken for dead; it is renewed with every page."""

COMPARE_ROUNDS = 3
"""Rounds of comparing at most: one makes equal, one more finds nothing unless articles are being written."""

HEALTH_SECONDS = 600
"""How long the copies of a new index may take to arrive on their nodes."""

Stage = Literal["copying", "comparing", "changed", "done"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: articles done of about `total` in this stage (comparing goes over them from both sides)."""

    stage: Stage
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a reindex did. Counts are of the new generation when all was compared."""

    generation: str
    articles: int
    passages: int
    copied: int
    mended: int
    seconds: float
    kept: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """What is kept between runs."""

    index: str = ""
    stage: Stage = "done"
    position: str = ""
    owner: str = ""
    renewed_at: str = ""

    @property
    def is_held(self) -> bool:
        return bool(self.owner) and datetime.now(UTC) - datetime.fromisoformat(self.renewed_at) < LEASE


class _Lease:
    """The state, written only by the process that holds it. Raises `Conflict` when another one does."""

    def __init__(self, documents: ElasticDocuments) -> None:
        self._documents = documents
        self._owner = uuid4().hex
        found = documents.get(*STATE)
        self.state = _State(**found.body) if found else _State()
        if self.state.is_held:
            raise Conflict(f"another reindex is running (it was last heard of at {self.state.renewed_at})")
        self._version = found.version if found else 0
        self.save()

    def save(self, **changes: str) -> None:
        """Write the state, changed, and renew the lease."""
        self.state = replace(self.state, owner=self._owner, renewed_at=datetime.now(UTC).isoformat(), **changes)  # type: ignore[arg-type]
        self._version = self._put().version

    def release(self) -> None:
        """Give the lease back; the state stays."""
        self.state = replace(self.state, owner="")
        self._put()

    def _put(self) -> Document:
        try:
            return self._documents.put(*STATE, asdict(self.state), version=self._version)
        except StaleRevision as error:
            raise Conflict("another process has taken the reindex over") from error


class Reindexer:
    """Builds generations and drops them."""

    def __init__(
        self,
        connection: Connection,
        schema: Schema,
        record: Record,
        publisher: Publisher,
        documents: ElasticDocuments,
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._record = record
        self._publisher = publisher
        self._documents = documents

    def run(self, *, drop_old: bool, progress: Callable[[Progress], None]) -> Report:
        """Build the next generation and change over to it; go on with an unfinished one."""
        started = time.monotonic()
        self._schema.ensure_record()
        lease = _Lease(self._documents)
        try:
            target = self._prepare(lease)
            copied = self._copy(lease, target, progress)
            mended = self._compare_until_equal(lease, target, progress)
            articles, passages = self._count(target)
            self._change_over(lease, target)
            mended += self._compare_until_equal(lease, target, progress)
            dropped = self._drop(target) if drop_old else []
            lease.save(stage="done", position="")
        finally:
            lease.release()
        with self._connection.lend() as client:
            kept = [one.index for one in self._schema.generations(client, "passages") if one != target]
        seconds = time.monotonic() - started
        return Report(target.name, articles, passages, copied, mended, seconds, tuple(kept), tuple(dropped))

    def drop_old(self) -> list[str]:
        """Remove every generation but the one that is read; return their names."""
        lease = _Lease(self._documents)
        try:
            if lease.state.stage != "done":
                raise Conflict("a reindex was begun and not finished: run it again first")
            with self._connection.lend() as client:
                current = self._schema.behind(client, self._schema.alias("passages"))
            return self._drop(current[-1])
        finally:
            lease.release()

    # --- the steps ---

    def _prepare(self, lease: _Lease) -> Generation:
        """Return the index to build: the unfinished one when it is of this schema, else a new one."""
        with self._connection.lend() as client:
            all_generations = self._schema.generations(client, "passages")
            unfinished = [one for one in all_generations if one.index == lease.state.index]
            if lease.state.stage != "done" and unfinished and unfinished[0].schema == schema_number():
                return unfinished[0]
            number = max((one.number for one in all_generations), default=0) + 1
            index = self._schema.create(
                client,
                "passages",
                number,
                aliases=(self._schema.write_alias,),
                # Copies and refreshes come at the end: they would slow the copying down to a half.
                refresh_interval="-1",
                auto_expand_replicas="false",
            )
        lease.save(index=index, stage="copying", position="")
        return Generation(schema_number(), number, index)

    def _copy(self, lease: _Lease, target: Generation, progress: Callable[[Progress], None]) -> int:
        if lease.state.stage != "copying":
            return 0
        total, copied = self._count_record(), 0
        for rows in self._record.pages(after=lease.state.position):
            articles = [(read_article(row.source), row.version) for row in rows]
            with self._connection.lend() as client:
                failures = self._publisher.publish_to(client, [target], articles)
            for article_id, reason in failures.items():
                raise IndexUnavailable(f"{article_id}: {reason}")
            copied += len(rows)
            lease.save(position=rows[-1].source["id"])
            progress(Progress("copying", copied, total))
        lease.save(stage="comparing")
        return copied

    def _compare_until_equal(self, lease: _Lease, target: Generation, progress: Callable[[Progress], None]) -> int:
        """Compare and mend in rounds until one finds nothing; return how many articles were mended.

        One round makes everything equal that was written before it; a mend that fails raises. Under steady writing a
        round also sees articles between their record and their publication, so the rounds are counted.
        """
        mended = 0
        for _ in range(COMPARE_ROUNDS):
            found = self._compare(lease, target, progress)
            mended += found
            if not found:
                break
        return mended

    def _compare(self, lease: _Lease, target: Generation, progress: Callable[[Progress], None]) -> int:
        total, done, mended = 2 * self._count_record(), 0, 0
        for ids in chain(self._ids_of_record(), self._ids_of(target)):
            with self._connection.lend() as client:
                mended += self._publisher.mend(client, target, ids)
            done += len(ids)
            lease.save()
            progress(Progress("comparing", done, total))
        return mended

    def _ids_of_record(self) -> Iterator[list[str]]:
        for rows in self._record.pages(source=["id"]):
            yield [row.source["id"] for row in rows]

    def _ids_of(self, target: Generation) -> Iterator[list[str]]:
        """Iterate over the ids that are published: those that the record has no more are to be found too."""
        after: str | None = None
        with self._connection.lend() as client:
            client.indices.refresh(index=target.index)
        while True:
            with self._connection.lend() as client:
                hits = client.search(
                    index=target.index,
                    sort=[{"id": "asc"}],
                    search_after=None if after is None else [after],
                    size=PAGE,
                    source={"includes": ["id"]},
                    track_total_hits=False,
                    allow_partial_search_results=False,
                )["hits"]["hits"]
            if not hits:
                return
            yield [hit["_source"]["id"] for hit in hits]
            after = hits[-1]["sort"][0]

    def _change_over(self, lease: _Lease, target: Generation) -> None:
        """Give the new index its copies, wait for them, and let readers and writers change in one action."""
        if lease.state.stage == "changed":
            return
        with self._connection.lend() as client:
            self._schema.finish(client, target.index)
            self._wait_for_copies(client, lease, target)
            self._schema.change_over(client, target)
        lease.save(stage="changed")

    def _wait_for_copies(self, client: Elasticsearch, lease: _Lease, target: Generation) -> None:
        for _ in range(HEALTH_SECONDS // 5):
            health = client.options(ignore_status=408).cluster.health(
                index=target.index, wait_for_status="green", timeout="5s"
            )
            lease.save()
            if not health["timed_out"]:
                return
        raise IndexUnavailable(f"{target.index} does not get its copies: is a node missing?")

    def _drop(self, current: Generation) -> list[str]:
        with self._connection.lend() as client:
            old = [one.index for one in self._schema.generations(client, "passages") if one != current]
            if old:
                client.indices.delete(index=old)
        return old

    def _count(self, target: Generation) -> tuple[int, int]:
        """Return the articles and passages of the new generation."""
        with self._connection.lend() as client:
            client.indices.refresh(index=target.index)
            answer = client.search(
                index=target.index,
                size=0,
                track_total_hits=True,
                allow_partial_search_results=False,
                aggs={"passages": {"sum": {"field": "passage_count"}}},
            )
        return answer["hits"]["total"]["value"], int(answer["aggregations"]["passages"]["value"])

    def _count_record(self) -> int:
        with self._connection.lend() as client:
            client.indices.refresh(index=self._schema.alias("articles"))
            return int(client.count(index=self._schema.alias("articles"))["count"])
