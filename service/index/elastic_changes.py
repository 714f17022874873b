"""Following the record: which articles were written since, shard by shard.

Elasticsearch numbers the writes of each shard; up to the shard's global checkpoint all of them are done and none will
be taken back. So after a refresh the rows with numbers between a position and that checkpoint are complete, whichever
writer was slower, and clocks play no part. A position names the index by its uuid: another one starts at the beginning.
"""

from __future__ import annotations

import json
from typing import Any

from elasticsearch import Elasticsearch

from service.errors import IndexUnavailable
from service.index import Changes
from service.index.elastic_client import Connection
from service.index.elastic_rows import read_article
from service.index.elastic_schema import Schema

NOTHING = -1
"""The number before the first write."""


class Follower:
    """Reads of the record in the order of writing."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection = connection
        self._schema = schema

    def position(self) -> str:
        """Return the position behind everything that was acknowledged so far."""
        with self._connection.lend() as client:
            uuid, reached = self._read_checkpoints(client)
        return _write(uuid, reached)

    def changes(self, after: str, *, limit: int) -> Changes:
        """Return at most `limit` latest revisions of each shard written behind a position."""
        with self._connection.lend() as client:
            uuid, reached = self._read_checkpoints(client)
            begun = _read(after, uuid)
            behind = {shard: begun.get(shard, NOTHING) for shard in reached}
            waiting = [shard for shard, last in reached.items() if last > behind[shard]]
            if not waiting:
                # A copy that was just made the primary may know of less than the one before it did.
                return Changes((), _write(uuid, {shard: max(reached[shard], behind[shard]) for shard in reached}))
            client.indices.refresh(index=self._schema.alias("articles"))
            articles = []
            for shard in waiting:
                hits = self._read_shard(client, shard, after=behind[shard], to=reached[shard], limit=limit)
                articles += [read_article(hit["_source"]) for hit in hits]
                reached[shard] = hits[-1]["_seq_no"] if len(hits) == limit else reached[shard]
        return Changes(tuple(articles), _write(uuid, {s: max(last, behind[s]) for s, last in reached.items()}))

    def _read_shard(self, client: Elasticsearch, shard: str, *, after: int, to: int, limit: int) -> list[Any]:
        answer = client.search(
            index=self._schema.alias("articles"),
            query={"range": {"_seq_no": {"gt": after, "lte": to}}},
            sort=[{"_seq_no": "asc"}],
            size=limit,
            preference=f"_shards:{shard}",
            seq_no_primary_term=True,
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        hits: list[Any] = answer["hits"]["hits"]
        return hits

    def _read_checkpoints(self, client: Elasticsearch) -> tuple[str, dict[str, int]]:
        """Return the uuid of the index and the global checkpoint of each shard, as its primary knows it."""
        answer = client.indices.stats(index=self._schema.alias("articles"), metric="docs", level="shards")
        if not answer["indices"]:
            raise IndexUnavailable("the index of articles is not there")
        (index,) = answer["indices"].values()
        reached = {
            shard: copy["seq_no"]["global_checkpoint"]
            for shard, copies in index["shards"].items()
            for copy in copies
            if copy["routing"]["primary"]
        }
        if answer["_shards"]["failed"] or not reached:
            raise IndexUnavailable("parts of the index of articles do not answer")
        return str(index["uuid"]), reached


def _write(uuid: str, reached: dict[str, int]) -> str:
    return json.dumps({"index": uuid, "shards": reached}, sort_keys=True)


def _read(position: str, uuid: str) -> dict[str, int]:
    """Return how far each shard was read; nothing for a position of another index."""
    try:
        found = json.loads(position)
    except ValueError:
        return {}
    return found["shards"] if isinstance(found, dict) and found.get("index") == uuid else {}
