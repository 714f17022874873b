"""Small documents in Elasticsearch keep the contract of tests/index/test_documents.py."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.errors import StaleRevision
from service.index.documents import DocumentStore
from service.index.elastic_client import Connection
from service.index.elastic_documents import ElasticDocuments
from service.index.elastic_schema import Schema
from tests.index import test_documents as contract

pytestmark = pytest.mark.elastic


@pytest.fixture
def make_store(connection: Connection, prefix: str) -> Callable[[], DocumentStore]:
    return lambda: ElasticDocuments(connection, Schema(connection, prefix=prefix))


def test_a_key_longer_than_an_id_may_be(make_store: Callable[[], DocumentStore]) -> None:
    store = make_store()
    key = "م" * 256
    store.put("key", key, {"x": 1}, version=0)
    found = store.get("key", key)
    assert found is not None
    assert [document.key for document in store.list_documents("key")] == [key]
    assert store.delete("key", key)


def test_no_update_is_lost_between_threads(make_store: Callable[[], DocumentStore]) -> None:
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


def test_writers_who_name_no_version_all_get_through(make_store: Callable[[], DocumentStore]) -> None:
    store = make_store()
    with ThreadPoolExecutor(4) as pool:
        versions = list(pool.map(lambda number: store.put("k", "a", {"n": number}).version, range(12)))
    assert sorted(versions) == list(range(1, 13))


# The contract's own tests run here too, over the fixture above.
globals().update(
    {
        name: test
        for name, test in vars(contract).items()
        if name.startswith("test_") and "make_store" in inspect.signature(test).parameters
    }
)
