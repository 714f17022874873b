"""The record in Elasticsearch: the latest revision of every article in one document, older ones kept beside it.

The latest document is replaced by compare-and-set on its sequence number, so of two writers one is first and the other
reads again: revisions have one order, decided by the server. That sequence number then is the version under which the
article's passages are published (see elastic_write): it only grows, also over a deletion.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from service.errors import NotFound
from service.index import Candidate
from service.index.elastic_client import Connection, missing_index
from service.index.elastic_rows import read_article, read_head, revision_id, row_id
from service.index.elastic_schema import Schema
from service.model import Article, ArticleHead

PAGE = 500
"""Articles read at a time when all are read: about 3 MB."""

_KEEP_ALIVE = "5m"


@dataclass(frozen=True, slots=True)
class Row:
    """A document of the record with its place in the order of writes."""

    source: Mapping[str, Any]
    sequence: int
    term: int

    @property
    def version(self) -> int:
        """The version under which the passages of this row are published; external versions start at 1 here."""
        return self.sequence + 1

    @property
    def guard(self) -> dict[str, int]:
        """What makes a write fail when the row is no longer the latest."""
        return {"if_seq_no": self.sequence, "if_primary_term": self.term}


class Record:
    """Reads of the record. Every method may raise `IndexUnavailable`."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection = connection
        self._schema = schema

    def get(self, article_id: str, *, revision: int | None = None) -> Article:
        """Return the latest or the given revision, as it is now. Raises `NotFound`."""
        with self._connection.lend() as client:
            row = self.rows(client, [article_id])[article_id]
            if row is None:
                raise NotFound(f"there is no article {article_id!r}")
            if revision is None or revision == row.source["revision"]:
                return read_article(row.source)
            old = self._old_revision(client, row.source, revision)
        if old is None:
            raise NotFound(f"there is no revision {revision} of {article_id!r}")
        return read_article(old)

    def revisions(self, article_id: str) -> list[ArticleHead]:
        """Return the heads of all revisions, oldest first. Raises `NotFound`."""
        with self._connection.lend() as client:
            row = self.rows(client, [article_id])[article_id]
            if row is None:
                raise NotFound(f"there is no article {article_id!r}")
            numbers = range(1, row.source["revision"])
            older = self._old_revisions(client, row.source, numbers, source=["head"])
        return [read_head(source["head"]) for source in (*older, row.source)]

    def get_revisions(self, wanted: Sequence[tuple[str, int]]) -> list[Article]:
        """Return the revisions, each wanted by article id and number, that are there: latest rows, then older ones."""
        with self._connection.lend() as client:
            rows = self.rows(client, list(dict.fromkeys(article_id for article_id, _ in wanted)))
            found: list[Mapping[str, Any]] = []
            older: list[str] = []
            for article_id, revision in dict.fromkeys(wanted):
                row = rows[article_id]
                if row is not None and revision == row.source["revision"]:
                    found.append(row.source)
                elif row is not None and 0 < revision < row.source["revision"]:
                    older.append(revision_id(article_id, row.source["birth"], revision))
            found += self._superseded(client, older)
        return [read_article(source) for source in found]

    def find_by_url(self, url: str) -> ArticleHead | None:
        """Return the latest revision of the main article that was last stored under `url`."""
        query = {"bool": {"filter": [{"term": {"url": url}}, {"term": {"role": "main"}}]}}
        with self._connection.lend() as client:
            hits = self._search(client, query=query, sort=[{"written": "desc"}], size=1, source=["head"])
        return read_head(hits[0]["_source"]["head"]) if hits else None

    def find_by_bands(self, bands: Sequence[str], *, limit: int) -> list[Candidate]:
        """Return latest revisions that share at least one band, those that share most first."""
        if not bands:
            return []
        shared = [{"constant_score": {"filter": {"term": {"bands": band}}}} for band in dict.fromkeys(bands)]
        with self._connection.lend() as client:
            hits = self._search(
                client,
                query={"bool": {"should": shared}},
                sort=["_score", {"written": "asc"}],
                size=limit,
                source=["head", "digest", "body.signature"],
            )
        return [
            Candidate(read_head(row["head"]), row["digest"], tuple(row["body"]["signature"]))
            for row in (hit["_source"] for hit in hits)
        ]

    def listing(
        self, conditions: list[dict[str, Any]], *, after: list[object] | None, limit: int
    ) -> list[Mapping[str, Any]]:
        """Return rows (id, written, head) that fit, last written first, behind `after`."""
        with self._connection.lend() as client:
            hits = self._search(
                client,
                query={"bool": {"filter": conditions}},
                sort=[{"written": "desc"}, {"id": "asc"}],
                search_after=after,
                size=limit,
                source=["id", "written", "head"],
            )
        return [hit["_source"] for hit in hits]

    def latest_articles(self) -> Iterator[Article]:
        """Iterate over all latest revisions as they are at the start, in the order of their ids."""
        for rows in self.pages():
            yield from (read_article(row.source) for row in rows)

    def pages(self, *, after: str = "", source: bool | list[str] = True) -> Iterator[list[Row]]:
        """Iterate over all rows with an id behind `after`, in the order of ids, as they are at the start.

        With `source` as a list of fields only those are read.
        """
        with self._connection.lend() as client:
            client.indices.refresh(index=self._schema.alias("articles"))
            pit = client.open_point_in_time(index=self._schema.alias("articles"), keep_alive=_KEEP_ALIVE)["id"]
        try:
            while True:
                with self._connection.lend() as client:
                    answer = client.search(
                        pit={"id": pit, "keep_alive": _KEEP_ALIVE},
                        sort=[{"id": "asc"}],
                        search_after=[after] if after else None,
                        size=PAGE,
                        source=source if isinstance(source, bool) else {"includes": source},
                        seq_no_primary_term=True,
                        track_total_hits=False,
                        allow_partial_search_results=False,
                    )
                pit = answer["pit_id"]
                hits = answer["hits"]["hits"]
                if not hits:
                    return
                yield [Row(hit["_source"], hit["_seq_no"], hit["_primary_term"]) for hit in hits]
                after = hits[-1]["sort"][0]
        finally:
            with self._connection.lend() as client:
                client.close_point_in_time(id=pit)

    def rows(
        self, client: Elasticsearch, ids: Sequence[str], *, source: bool | list[str] = True
    ) -> dict[str, Row | None]:
        """Return the latest rows of articles as they are now, refreshed or not; None where there is none."""
        if not ids:
            return {}
        found: dict[str, Row | None] = {}
        for start in range(0, len(ids), PAGE):
            part = ids[start : start + PAGE]
            answer = client.mget(index=self._schema.alias("articles"), ids=[row_id(one) for one in part], source=source)
            for article_id, entry in zip(part, answer["docs"], strict=True):
                found[article_id] = self._read_entry(entry)
        return found

    def wrote(self, client: Elasticsearch, article_id: str, birth: str, revision: int) -> str | None:
        """Return the token of the write that made a superseded revision, None when there is no such revision."""
        answer = client.mget(
            index=self._schema.alias("revisions"), ids=[revision_id(article_id, birth, revision)], source=["write"]
        )
        entry = answer["docs"][0]
        return str(entry["_source"]["write"]) if entry.get("found") else None

    def _read_entry(self, entry: Mapping[str, Any]) -> Row | None:
        if "error" in entry:
            self._schema.forget()
            raise missing_index(str(entry["error"].get("reason")))
        return Row(entry.get("_source", {}), entry["_seq_no"], entry["_primary_term"]) if entry["found"] else None

    def _old_revision(
        self, client: Elasticsearch, latest: Mapping[str, Any], revision: int
    ) -> Mapping[str, Any] | None:
        found = self._old_revisions(client, latest, [revision]) if 0 < revision < latest["revision"] else []
        return found[0] if found else None

    def _old_revisions(
        self,
        client: Elasticsearch,
        latest: Mapping[str, Any],
        numbers: Sequence[int],
        *,
        source: bool | list[str] = True,
    ) -> list[Mapping[str, Any]]:
        ids = [revision_id(latest["id"], latest["birth"], number) for number in numbers]
        return self._superseded(client, ids, source=source)

    def _superseded(
        self, client: Elasticsearch, ids: Sequence[str], *, source: bool | list[str] = True
    ) -> list[Mapping[str, Any]]:
        """Return the documents of superseded revisions that are there, in the order of their ids."""
        found: list[Mapping[str, Any]] = []
        for start in range(0, len(ids), PAGE):
            part = ids[start : start + PAGE]
            answer = client.mget(index=self._schema.alias("revisions"), ids=part, source=source)
            found += [entry["_source"] for entry in answer["docs"] if entry.get("found")]
        return found

    def _search(self, client: Elasticsearch, **what: Any) -> list[Any]:
        """Search the record with everything that was acknowledged in it."""
        index = self._schema.alias("articles")
        client.indices.refresh(index=index)
        answer = client.search(index=index, track_total_hits=False, allow_partial_search_results=False, **what)
        hits: list[Any] = answer["hits"]["hits"]
        return hits


class Clock:
    """Microseconds of the epoch that never repeat within a process: the order in which listings show articles."""

    def __init__(self) -> None:
        self._last = 0

    def tick(self) -> int:
        """Return the time now, later than the last one."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return self._last
