"""Away, slow or incomplete: said as it is, never an empty answer, and back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from service.errors import IndexUnavailable
from service.index.elastic import ElasticIndex
from service.index.elastic_client import Connection
from service.index.elastic_search import partial_reason
from service.model import Filters, PassageQuery
from service.settings import ElasticsearchSettings
from tests.elastic.cable import Cable
from tests.elastic.conftest import MakeIndex
from tests.index.articles import make_article

pytestmark = pytest.mark.elastic


@pytest.fixture
def cable(elasticsearch_url: str) -> Iterator[Cable]:
    cable = Cable(elasticsearch_url)
    yield cable
    cable.cut()


def test_away_and_back_without_a_restart(cable: Cable, prefix: str) -> None:
    connection = Connection(ElasticsearchSettings(hosts=(cable.url,), timeout_s=30, max_retries=1))
    index = ElasticIndex(connection, prefix=prefix)
    index.store([make_article("a", "السيول.")], wait=True)
    calls: list[Callable[[], object]] = [
        lambda: index.search(PassageQuery("السيول")),
        lambda: index.store([make_article("b", "السيول.")]),
        lambda: index.delete("a"),
        lambda: index.get("a"),
        lambda: index.revisions("a"),
        lambda: index.find_by_url("https://a.example"),
        lambda: index.find_by_bands(["x"]),
        lambda: index.list_articles(Filters()),
        lambda: index.coverage(Filters()),
        lambda: index.outlets(),
        lambda: list(index.stored_articles()),
        lambda: index.rebuild(),
        lambda: index.check_ready(),
        lambda: index.documents.get("key", "a"),
        lambda: index.documents.put("key", "a", {}),
    ]
    cable.cut()
    for call in calls:
        with pytest.raises(IndexUnavailable, match="no node") as caught:
            call()
        assert 1 <= caught.value.retry_after <= 60
    cable.mend()
    _until_answered(index.check_ready)
    assert [hit.article.id for hit in index.search(PassageQuery("السيول")).hits] == ["a"]
    assert index.get("a").text == "السيول."
    connection.close()


def _until_answered(call: Callable[[], object], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            call()
        except IndexUnavailable:
            assert time.monotonic() < deadline, "it did not come back by itself"
            time.sleep(0.2)
        else:
            return


def test_one_of_several_nodes_away_is_not_noticed(cable: Cable, elasticsearch_url: str, prefix: str) -> None:
    connection = Connection(ElasticsearchSettings(hosts=(cable.url, elasticsearch_url)))
    index = ElasticIndex(connection, prefix=prefix)
    index.store([make_article("a", "السيول.")], wait=True)
    cable.cut()
    for number in range(6):
        assert index.search(PassageQuery("السيول")).hits
        index.store([make_article(f"n{number}", "السيول.")])
    connection.close()
    cable.mend()


def test_a_missing_part_is_said(connection: Connection, prefix: str, make_index: MakeIndex) -> None:
    index = make_index()
    index.store([make_article("a", "السيول.")], wait=True)
    assert index.search(PassageQuery("السيول")).partial is None
    # A second index behind the read alias whose one part no node may hold: what a lost node without copies leaves.
    connection.client.indices.create(
        index=f"{prefix}-passages-1-7",
        aliases={f"{prefix}-passages": {}},
        settings={"number_of_replicas": 0, "index.routing.allocation.require._name": "nobody"},
        mappings={"properties": {"outlet": {"type": "keyword"}, "published_at": {"type": "date"}}},
        wait_for_active_shards="0",
        timeout="1s",
    )
    result = index.search(PassageQuery("السيول"))
    assert [hit.article.id for hit in result.hits] == ["a"]
    assert result.partial is not None
    assert "did not answer" in result.partial
    coverage = index.coverage(Filters())
    assert coverage.articles == 1
    assert coverage.partial == result.partial
    with pytest.raises(IndexUnavailable, match="passages-1-7"):
        index.check_ready()
    # Lists that other work rests on are never cut short.
    connection.client.indices.delete(index=f"{prefix}-passages-1-1")
    with pytest.raises(IndexUnavailable):
        index.search(PassageQuery("السيول"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"timed_out": False, "_shards": {"total": 3, "failed": 0}}, None),
        ({"timed_out": True, "_shards": {"total": 3, "failed": 0}}, "ran out of time"),
        (
            {
                "timed_out": False,
                "_shards": {"total": 3, "failed": 1, "failures": [{"reason": {"type": "circuit_breaking_exception"}}]},
            },
            "1 of 3 parts of the index did not answer (circuit_breaking_exception)",
        ),
    ],
)
def test_why_an_answer_is_partial(answer: dict[str, object], said: str | None) -> None:
    reason = partial_reason(answer)
    assert (reason is None) if said is None else (reason is not None and said in reason)
