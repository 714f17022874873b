"""Generations: unknown schemas refused, the next one built under reads and writes, killed and run again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from service.errors import Conflict, IndexIncompatible, IndexUnavailable
from service.index.elastic import ElasticIndex
from service.index.elastic_client import Connection
from service.index.elastic_generations import schema_number
from service.index.elastic_reindex import STATE, Progress
from service.model import Filters, PassageQuery
from service.settings import ElasticsearchSettings
from tests.elastic.conftest import MakeIndex
from tests.index.articles import make_article

pytestmark = pytest.mark.elastic


def aliases(connection: Connection, prefix: str) -> dict[str, set[str]]:
    found: Mapping[str, Any] = connection.client.indices.get_alias(index=f"{prefix}-passages-*").body
    return {name: {alias.removeprefix(f"{prefix}-") for alias in entry["aliases"]} for name, entry in found.items()}


@pytest.mark.parametrize(("schema", "advice"), [(schema_number() + 1, "upgrade"), (0, "isnad reindex")])
def test_another_schema_is_refused(
    connection: Connection, prefix: str, make_index: MakeIndex, schema: int, advice: str
) -> None:
    client = connection.client
    running = make_index()
    running.store([make_article("a", "السيول.")], wait=True)
    foreign = f"{prefix}-passages-{schema}-2"
    both = {f"{prefix}-passages": {}, f"{prefix}-passages-write": {}}
    client.indices.create(index=foreign, mappings={"properties": {"outlet": {"type": "keyword"}}})
    actions = [{"remove": {"index": f"{prefix}-passages-1-1", "alias": alias}} for alias in both]
    client.indices.update_aliases(actions=[*actions, *({"add": {"index": foreign, "alias": a}} for a in both)])

    for index in (running, make_index()):  # one that has checked before the change, and one that starts after it
        with pytest.raises(IndexIncompatible, match=advice):
            index.store([make_article("b", "السيول.")])
        with pytest.raises(IndexIncompatible, match=advice):
            index.check_ready()
    with pytest.raises(IndexIncompatible, match=advice):
        make_index().search(PassageQuery("السيول"))
    assert make_index().documents.put("key", "k", {}).version == 1  # keys still work

    report = make_index().reindex()
    assert report.generation == f"{schema_number()}-3"
    assert running.check_ready() is None
    assert {hit.article.id for hit in running.search(PassageQuery("السيول")).hits} >= {"a"}


def test_an_index_of_another_make_is_refused(connection: Connection, prefix: str, make_index: MakeIndex) -> None:
    connection.client.indices.create(index=f"{prefix}-passages-old", aliases={f"{prefix}-passages": {}})
    with pytest.raises(IndexIncompatible, match="not made by this program"):
        make_index().check_ready()


def test_two_processes_may_start_at_once(make_index: MakeIndex) -> None:
    indices = [make_index() for _ in range(4)]
    threads = [threading.Thread(target=index.check_ready) for index in indices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    indices[0].store([make_article("a", "السيول.")], wait=True)
    assert indices[3].coverage(Filters()).articles == 1


def test_reads_and_writes_go_on_meanwhile(connection: Connection, prefix: str, make_index: MakeIndex) -> None:
    index = make_index()
    index.store([make_article(f"a{number:04}", f"السيول في القرية {number}.") for number in range(600)], wait=True)
    stop = threading.Event()
    written: list[int] = []
    errors: list[Exception] = []

    def keep_writing() -> None:
        writer, number = make_index(), 0
        try:
            while not stop.is_set():
                # one new, one changed, one deleted, all over the range of ids
                place = number * 37 % 600
                writer.store([make_article(f"n{number:04}", f"السيول الجديدة {number}.")])
                writer.store([make_article(f"a{place:04}", f"تحديث {number} عن السيول في القرية {place}.")])
                writer.delete(f"a{(place + 300) % 600:04}")
                written.append(number)
                number += 1
        except Exception as error:
            errors.append(error)

    def keep_reading() -> None:
        reader = make_index()
        try:
            while not stop.is_set():
                assert reader.search(PassageQuery("السيول")).hits
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=keep_writing), threading.Thread(target=keep_reading)]
    for thread in threads:
        thread.start()
    stages: list[Progress] = []
    report = make_index().reindex(progress=stages.append)
    stop.set()
    for thread in threads:
        thread.join()

    assert errors == []
    assert written
    assert report.kept == (f"{prefix}-passages-1-1",)
    assert {stage.stage for stage in stages} == {"copying", "comparing"}
    assert aliases(connection, prefix) == {
        f"{prefix}-passages-1-1": set(),
        f"{prefix}-passages-1-2": {"passages", "passages-write"},
    }
    assert_equal_to_record(index)
    assert index.drop_old_generations() == [f"{prefix}-passages-1-1"]
    assert list(aliases(connection, prefix)) == [f"{prefix}-passages-1-2"]


def assert_equal_to_record(index: ElasticIndex) -> None:
    """Compare what is searched with what is stored, article by article."""
    stored = {article.head.id: (article.head.revision, len(article.passages)) for article in index.stored_articles()}
    index.store([make_article("zz-refresh", "نص.")], wait=True)
    index.delete("zz-refresh", wait=True)
    coverage = index.coverage(Filters())
    assert (coverage.articles, coverage.passages) == (len(stored), sum(count for _, count in stored.values()))
    fields = ["id", "revision", "passage_count"]
    answer = index._connection.client.search(
        index=index._schema.alias("passages"), size=10_000, source={"includes": fields}
    )
    hits = answer["hits"]["hits"]
    rows = [[hit["_source"][field] for field in fields] for hit in hits]
    published = {article_id: (revision, count) for article_id, revision, count in rows}
    assert published == stored


def _reindex_until_killed(url: str, prefix: str, stage: str) -> None:
    def kill(progress: Progress) -> None:
        if progress.stage == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    ElasticIndex(Connection(ElasticsearchSettings(hosts=(url,))), prefix=prefix).reindex(progress=kill)


@pytest.mark.parametrize("stage", ["copying", "comparing"])
def test_killed_it_is_run_again(
    elasticsearch_url: str, connection: Connection, prefix: str, make_index: MakeIndex, stage: str
) -> None:
    index = make_index()
    articles = [make_article(f"a{number:04}", f"السيول في القرية {number}.") for number in range(1100)]
    index.store(articles, wait=True)
    process = multiprocessing.get_context("spawn").Process(
        target=_reindex_until_killed, args=(elasticsearch_url, prefix, stage)
    )
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL

    index.store([make_article("a0000", "تحديث أول السيول."), make_article("b", "السيول.")], wait=True)
    index.delete("a0001", wait=True)
    with pytest.raises(Conflict, match="another reindex"):
        make_index().reindex()
    _forget_lease(index)
    with pytest.raises(Conflict, match="run it again"):
        make_index().drop_old_generations()
    report = make_index().reindex(drop_old=True)

    assert report.generation == "1-2"
    assert report.copied == (601 if stage == "copying" else 0)  # all but the first page
    assert report.dropped == (f"{prefix}-passages-1-1",)
    assert_equal_to_record(index)


def _forget_lease(index: ElasticIndex) -> None:
    """Let the minute pass after which a silent process is taken for dead."""
    found = index.documents.get(*STATE)
    assert found is not None
    index.documents.put(*STATE, {**found.body, "renewed_at": "2000-01-01T00:00:00+00:00"}, version=found.version)


def test_what_an_older_program_wrote_meanwhile_is_found(
    connection: Connection, prefix: str, make_index: MakeIndex
) -> None:
    # An older program does not know the new index: take it off the write alias for the moment of its write.
    index = make_index()
    index.store([make_article(f"a{number}", f"السيول {number}.") for number in range(10)], wait=True)
    done: list[str] = []

    def write_as_older(progress: Progress) -> None:
        if progress.stage != "copying" or done:
            return
        new = {"index": f"{prefix}-passages-1-2", "alias": f"{prefix}-passages-write"}
        connection.client.indices.update_aliases(actions=[{"remove": new}])
        index.store([make_article("a3", "نص مختلف عن السيول."), make_article("late", "السيول.")])
        index.delete("a5")
        connection.client.indices.update_aliases(actions=[{"add": new}])
        done.append("written")

    report = make_index().reindex(progress=write_as_older)
    assert done
    assert report.mended == 3
    assert_equal_to_record(index)


def test_what_is_missing_is_never_taken_for_empty(connection: Connection, prefix: str, make_index: MakeIndex) -> None:
    index = make_index()
    index.store([make_article("a", "السيول.")], wait=True)
    connection.client.indices.delete(index=f"{prefix}-passages-1-1")
    for missing in (index, make_index()):  # the second as a web server that starts now
        with pytest.raises(IndexUnavailable):
            missing.search(PassageQuery("السيول"))
        with pytest.raises(IndexUnavailable):
            missing.store([make_article("b", "السيول.")])
        with pytest.raises(IndexUnavailable, match="isnad reindex"):
            missing.check_ready()
    assert make_index().reindex().articles >= 1
    assert "a" in {hit.article.id for hit in index.search(PassageQuery("السيول")).hits}
    make_index().check_ready()


@pytest.mark.parametrize("family", ["articles", "revisions", "documents"])
def test_a_lost_record_is_not_made_anew(
    connection: Connection, prefix: str, make_index: MakeIndex, family: str
) -> None:
    make_index().store([make_article("a", "السيول.")], wait=True)
    connection.client.indices.delete(index=f"{prefix}-{family}-1-1")
    with pytest.raises(IndexUnavailable, match="snapshot"):
        make_index().check_ready()
    with pytest.raises(IndexUnavailable):
        make_index().store([make_article("b", "السيول.")])
