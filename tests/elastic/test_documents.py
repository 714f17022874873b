"""Small documents in Elasticsearch keep the contract of tests/index/test_documents.py."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from service.errors import StaleRevision
from service.index.documents import DocumentStore
from service.index.elastic_client import Connection
from service.index.elastic_documents import REMEMBERED, ElasticDocuments
from service.index.elastic_schema import Schema
from service.settings import ElasticsearchSettings
from tests.elastic.watched import Send, Watch, WatchedConnection
from tests.index import test_documents as contract

pytestmark = pytest.mark.elastic

MakeStore = Callable[[], DocumentStore]


@pytest.fixture
def make_store(connection: Connection, prefix: str) -> MakeStore:
    return lambda: ElasticDocuments(connection, Schema(connection, prefix=prefix))


def test_a_key_longer_than_an_id_may_be(make_store: MakeStore) -> None:
    store = make_store()
    key = "م" * 256
    store.put("key", key, {"x": 1}, version=0)
    found = store.get("key", key)
    assert found is not None
    assert [document.key for document in store.list_documents("key")] == [key]
    assert store.delete("key", key)


def test_no_update_is_lost_between_threads(make_store: MakeStore) -> None:
    def count_up(store: DocumentStore) -> None:
        done = 0
        while done < 20:
            current = store.get("counter", "n")
            with contextlib.suppress(StaleRevision):
                number, version = (0, 0) if current is None else (current.body["n"], current.version)
                store.put("counter", "n", {"n": number + 1}, version=version)
                done += 1

    stores = [make_store() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(count_up, stores))
    final = stores[0].get("counter", "n")
    assert final is not None
    assert (final.body, final.version) == ({"n": 60}, 60)


def test_writers_who_name_no_version_all_get_through(make_store: MakeStore) -> None:
    store = make_store()
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda number: store.put("k", "a", {"n": number}).version, range(12)))
    assert sorted(versions) == list(range(1, 13))


@pytest.mark.parametrize("others", [0, 1, REMEMBERED - 1])
@pytest.mark.parametrize("version", [0, 1, None])
def test_a_write_whose_answer_was_lost_is_known_again(
    elasticsearch_url: str, prefix: str, make_store: MakeStore, others: int, version: int | None
) -> None:
    other = make_store()
    if version != 0:
        other.put("key", "a", {"n": "first"}, version=0)
    lost: list[str] = []

    def lose_answer(send: Send, method: str, path: str) -> Any:
        if method in ("PUT", "POST") and f"{prefix}-documents/" in path and not lost:
            lost.append(path)
            send()  # it arrives, its answer does not, and before it is sent again others write
            for number in range(others):
                other.put("key", "a", {"n": number})
        return send()

    written = watched_store(elasticsearch_url, prefix, lose_answer).put("key", "a", {"n": "ours"}, version=version)
    expected = 1 if version == 0 else 2
    assert lost
    assert (written.version, written.body) == (expected, {"n": "ours"})
    found = other.get("key", "a")
    assert found is not None
    assert found.version == expected + others


def test_a_deletion_whose_answer_was_lost_is_no_conflict(
    elasticsearch_url: str, prefix: str, make_store: MakeStore
) -> None:
    make_store().put("key", "a", {})

    def send_twice(send: Send, method: str, path: str) -> Any:
        if method == "DELETE":
            send()
        return send()

    store = watched_store(elasticsearch_url, prefix, send_twice)
    assert store.delete("key", "a", version=1) is False  # whose deletion it was cannot be told any more
    assert store.get("key", "a") is None


def test_a_document_of_an_earlier_program_is_written_over(
    connection: Connection, prefix: str, make_store: MakeStore
) -> None:
    store = make_store()
    written = store.put("key", "a", {"n": 1})
    row = {"kind": "key", "key": "a", "version": 1, "write": "token", "stored_at": written.stored_at, "body": {}}
    connection.client.index(index=f"{prefix}-documents", id="key:a", document=row)
    assert store.put("key", "a", {"n": 2}, version=1).version == 2


def watched_store(url: str, prefix: str, watch: Watch) -> DocumentStore:
    connection = WatchedConnection(ElasticsearchSettings(hosts=(url,), timeout_s=60), watch)
    return ElasticDocuments(connection, Schema(connection, prefix=prefix))


# The contract's own tests run here too, over the fixture above.
globals().update(
    {
        name: test
        for name, test in vars(contract).items()
        if name.startswith("test_") and "make_store" in inspect.signature(test).parameters
    }
)
