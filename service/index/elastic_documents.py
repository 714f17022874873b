"""Small documents in Elasticsearch: the one place with optimistic locking, so that web servers keep nothing.

A document carries its own version, which callers name; a write is a compare-and-set on the sequence number of the copy
that was read. Each write carries a token of its own, and the tokens of the writes before it: when an answer was lost
and the write is sent again, a conflict with our own token there is our success, also when others have written since.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from elasticsearch import ConflictError, Elasticsearch

from service.errors import StaleRevision
from service.index.documents import Document
from service.index.elastic_client import Connection, missing_index
from service.index.elastic_schema import Schema
from service.pauses import pauses

BLIND_TRIES = 12
"""How often a write that names no version is tried against others: each try loses only when another one
won, and the pauses between them grow to some 10 s in all."""

REMEMBERED = 16
"""Tokens of writes a document carries: so many others may come between a write whose answer was lost and its repeat."""


class ElasticDocuments:
    """`DocumentStore` in the index <prefix>-documents."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection = connection
        self._schema = schema

    @property
    def _index(self) -> str:
        return self._schema.alias("documents")

    def get(self, kind: str, key: str) -> Document | None:
        """Return the document as it is now, or None."""
        self._schema.ensure_record()
        with self._connection.lend() as client:
            found = self._find(client, kind, key)
        return None if found is None else _read(found["_source"])

    def get_many(self, kind: str, keys: Sequence[str]) -> list[Document]:
        """Return those of the documents that are there, as they are now."""
        if not keys:
            return []
        self._schema.ensure_record()
        with self._connection.lend() as client:
            answer = client.mget(index=self._index, ids=[_row_id(kind, key) for key in dict.fromkeys(keys)])
        if any("error" in entry for entry in answer["docs"]):
            self._schema.forget()
            raise missing_index(self._index)
        return [_read(entry["_source"]) for entry in answer["docs"] if entry["found"]]

    def put(self, kind: str, key: str, body: Mapping[str, Any], *, version: int | None = None) -> Document:
        """Write the whole document and return it. Raises `StaleRevision` when it is not at `version`."""
        self._schema.ensure_record()
        wish = _Wish(kind, key, body, version, uuid4().hex)
        is_new = version == 0  # then looking first would only cost a request
        tried: dict[str, Any] = {}
        for pause in (0.0, *pauses(BLIND_TRIES, base=0.005)):
            time.sleep(pause)
            with self._connection.lend() as client:
                found = None if is_new else self._find(client, kind, key)
                if found is not None and wish.token in _tokens(found["_source"]):
                    return _read(tried)
                tried = _plan(found, wish)
                if self._try_put(client, found, tried):
                    return _read(tried)
            is_new = False
        raise StaleRevision(f"{kind} {key}: other writers were always first")

    def delete(self, kind: str, key: str, *, version: int | None = None) -> bool:
        """Remove the document; False when there was none. Raises `StaleRevision` when it is not at `version`."""
        self._schema.ensure_record()
        guard: dict[str, Any] = {}
        with self._connection.lend() as client:
            if version is not None:
                found = self._find(client, kind, key)
                if found is None:
                    return False
                if found["_source"]["version"] != version:
                    raise _stale(kind, key)
                guard = _guard(found)
            try:
                answer = client.options(ignore_status=404).delete(index=self._index, id=_row_id(kind, key), **guard)
            except ConflictError as error:
                if self._find(client, kind, key) is None:
                    return False  # gone meanwhile: by another's hand, or by this very request, sent before
                raise _stale(kind, key) from error
        return bool(answer.meta.status != 404)

    def list_documents(self, kind: str, *, after: str = "", limit: int = 100) -> list[Document]:
        """Return documents of a kind with a key behind `after`, in the order of their keys."""
        self._schema.ensure_record()
        with self._connection.lend() as client:
            client.indices.refresh(index=self._index)
            answer = client.search(
                index=self._index,
                query={"term": {"kind": kind}},
                sort=[{"key": "asc"}],
                search_after=[after] if after else None,
                size=limit,
                track_total_hits=False,
                allow_partial_search_results=False,
            )
        return [_read(hit["_source"]) for hit in answer["hits"]["hits"]]

    def delete_older(self, kind: str, before: datetime) -> int:
        """Remove the documents of a kind last written before that time; return how many went."""
        self._schema.ensure_record()
        with self._connection.lend() as client:
            client.indices.refresh(index=self._index)
            answer = client.delete_by_query(
                index=self._index,
                query={
                    "bool": {
                        "filter": [
                            {"term": {"kind": kind}},
                            {"range": {"stored_at": {"lt": before.astimezone(UTC).isoformat()}}},
                        ]
                    }
                },
                conflicts="proceed",  # a document written meanwhile is no longer old
            )
        return int(answer["deleted"])

    def close(self) -> None:
        """Nothing is held: the connection belongs to whoever made it."""

    def _find(self, client: Elasticsearch, kind: str, key: str) -> Mapping[str, Any] | None:
        answer = client.options(ignore_status=404).get(index=self._index, id=_row_id(kind, key))
        if "found" not in answer.body:
            self._schema.forget()
            raise missing_index(self._index)
        return answer.body if answer.body["found"] else None

    def _try_put(self, client: Elasticsearch, found: Mapping[str, Any] | None, row: Mapping[str, Any]) -> bool:
        """Write over what was found; False for a conflict: with another writer, or with this write sent before."""
        guard: dict[str, Any] = {"op_type": "create"} if found is None else _guard(found)
        row_id = _row_id(row["kind"], row["key"])
        try:
            client.index(index=self._index, id=row_id, document=row, require_alias=True, **guard)
        except ConflictError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Wish:
    """A document to be written, the version it is to be written over, and the token of this write."""

    kind: str
    key: str
    body: Mapping[str, Any]
    version: int | None
    token: str


def _plan(found: Mapping[str, Any] | None, wish: _Wish) -> dict[str, Any]:
    """Return the row to write over what was found. Raises `StaleRevision` when that is not the version wished for."""
    now = 0 if found is None else found["_source"]["version"]
    if wish.version is not None and wish.version != now:
        raise _stale(wish.kind, wish.key)
    earlier = [] if found is None else _tokens(found["_source"])
    return {
        "kind": wish.kind,
        "key": wish.key,
        "version": now + 1,
        "write": [wish.token, *earlier][:REMEMBERED],
        "stored_at": datetime.now(UTC).isoformat(),
        "body": dict(wish.body),
    }


def _tokens(row: Mapping[str, Any]) -> list[str]:
    """Return the tokens of the latest writes, the last one first; an earlier program kept only that, and no list."""
    kept = row["write"]
    return [kept] if isinstance(kept, str) else list(kept)


def _guard(found: Mapping[str, Any]) -> dict[str, Any]:
    return {"if_seq_no": found["_seq_no"], "if_primary_term": found["_primary_term"]}


def _row_id(kind: str, key: str) -> str:
    plain = f"{kind}:{key}"
    return plain if len(plain.encode()) <= 512 else f"{kind}:sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def _read(row: Mapping[str, Any]) -> Document:
    return Document(row["kind"], row["key"], row["version"], datetime.fromisoformat(row["stored_at"]), row["body"])


def _stale(kind: str, key: str) -> StaleRevision:
    return StaleRevision(f"{kind} {key}: another writer was first")
