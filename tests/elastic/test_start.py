"""Several processes start on one prefix at once: whatever comes between two requests of one, each finds all there."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from service.errors import IndexUnavailable
from service.index.elastic import ElasticIndex
from service.index.elastic_analysis import read_mapping
from service.index.elastic_client import Connection
from service.index.elastic_generations import Found
from service.index.elastic_schema import Layout
from service.model import Filters
from service.settings import ElasticsearchSettings
from tests.elastic.conftest import MakeIndex
from tests.elastic.watched import Send, WatchedConnection
from tests.index.articles import make_article

pytestmark = pytest.mark.elastic

FAMILIES = ("articles", "revisions", "documents", "passages")


class Overtaker:
    """Lets another process do something just before the request of this number."""

    def __init__(self, number: int, other: Any) -> None:
        self.sent = 0
        self._number = number
        self._other = other

    def __call__(self, send: Send, method: str, path: str) -> Any:
        if self.sent == self._number:
            self._other()
        self.sent += 1
        return send()


def watched_index(url: str, prefix: str, watch: Any) -> ElasticIndex:
    connection = WatchedConnection(ElasticsearchSettings(hosts=(url,), timeout_s=60), watch)
    return ElasticIndex(connection, prefix=prefix, layout=Layout(shards=1, replicas=0))


@pytest.mark.parametrize("does", ["starts", "starts and stores"])
def test_another_process_may_be_faster_at_any_point(
    elasticsearch_url: str, connection: Connection, prefix: str, does: str
) -> None:
    def start_overtaken(number: int) -> int:
        """Let the other be faster at the request of this number; return how many requests there were."""
        here = f"{prefix}-{number}"
        other = ElasticIndex(connection, prefix=here, layout=Layout(shards=1, replicas=0))

        def overtake() -> None:
            if does == "starts":
                other.check_ready()
            else:
                other.store([make_article("a", "السيول.")])

        overtaker = Overtaker(number, overtake)
        watched_index(elasticsearch_url, here, overtaker).check_ready()
        return overtaker.sent

    number = 0
    while start_overtaken(number) > number:
        number += 1
    assert number > 4


def test_an_index_made_by_another_is_waited_for(elasticsearch_url: str, connection: Connection, prefix: str) -> None:
    # A node that is behind its master shows an index some time after making it once more was refused.
    other = ElasticIndex(connection, prefix=prefix)
    looks: list[str] = []

    def hide_at_first(send: Send, method: str, path: str) -> Any:
        answer = send()
        if method == "GET" and f"{prefix}-articles" in path and "settings" in path and len(looks) < 3:
            looks.append(path)
            answer.body.clear()
        return answer

    other.check_ready()
    connection.client.indices.delete(index=[f"{prefix}-{family}-1-1" for family in FAMILIES[1:]])
    watched_index(elasticsearch_url, prefix, hide_at_first).check_ready()
    assert len(looks) == 3


def test_an_index_whose_parts_are_not_open_yet_is_waited_for(
    elasticsearch_url: str, connection: Connection, prefix: str, make_index: MakeIndex
) -> None:
    # What the second of two processes sees on a busy machine: the index is there, and does not answer yet.
    make_index().check_ready()
    indices, name = connection.client.indices, f"{prefix}-documents-1-1"
    indices.delete(index=name)
    indices.create(
        index=name,
        aliases={f"{prefix}-documents": {}},
        mappings=read_mapping()["indices"]["documents"],
        settings={"number_of_replicas": 0, "index.routing.allocation.require._name": "nobody"},
        wait_for_active_shards="0",
        timeout="1s",
    )
    free = {"index.routing.allocation.require._name": None}
    later = threading.Timer(1.0, lambda: indices.put_settings(index=name, settings=free))
    later.start()
    starting = Connection(ElasticsearchSettings(hosts=(elasticsearch_url,), max_retries=0))
    assert ElasticIndex(starting, prefix=prefix).documents.get("key", "a") is None
    later.join()
    starting.close()


def test_starts_by_threads_make_everything_once(elasticsearch_url: str, prefix: str) -> None:
    made: list[str] = []

    def count_makes(send: Send, method: str, path: str) -> Any:
        if method == "PUT":
            made.append(path)
        return send()

    index = watched_index(elasticsearch_url, prefix, count_makes)
    errors: list[Exception] = []

    def start() -> None:
        try:
            index.coverage(Filters())
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(made) == sorted(f"/{prefix}-{family}-1-1" for family in FAMILIES)


def test_an_alias_that_points_nowhere_is_said(connection: Connection, prefix: str, make_index: MakeIndex) -> None:
    make_index().store([make_article("a", "السيول.")])
    connection.client.indices.delete_alias(index=f"{prefix}-articles-1-1", name=f"{prefix}-articles")
    with pytest.raises(IndexUnavailable, match="points nowhere"):
        make_index().check_ready()


@pytest.mark.parametrize(
    ("name", "family", "is_there"),
    [
        ("p-articles-1-1", "articles", True),
        ("p-articles-1-12", "articles", True),
        ("p-passages-1-1", "articles", False),
        ("p-articles-articles-1-1", "articles", False),  # another prefix: p-articles
        ("p-articles-1-1-old", "articles", False),
        ("p-articles", "articles", False),
    ],
)
def test_which_indices_are_of_a_family(name: str, family: str, is_there: bool) -> None:
    found = Found("p", {name: frozenset()})
    assert [one.index for one in found.there(family)] == ([name] if is_there else [])
    assert found.behind(family) == []
