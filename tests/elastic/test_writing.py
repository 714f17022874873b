"""Writing: whole or not at all, in one order, whatever is lost, late, repeated or concurrent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from elastic_transport import ConnectionError as NodeUnreachable
from elasticsearch import Elasticsearch

from service.errors import IndexUnavailable
from service.index.elastic import ElasticIndex
from service.index.elastic_client import Connection, translated_errors
from service.index.elastic_intents import INTENT
from service.index.elastic_write import PartlyStored
from service.model import Filters, PassageQuery
from tests.elastic.conftest import MakeIndex
from tests.index.articles import make_article

pytestmark = pytest.mark.elastic

Meddler = Callable[[Elasticsearch, str, dict[str, Any]], Any]


class MeddledClient:
    """The real client, with a hand on its bulk requests."""

    def __init__(self, client: Elasticsearch, meddle: Meddler) -> None:
        self._client = client
        self._meddle = meddle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def bulk(self, **request: Any) -> Any:
        return self._meddle(self._client, request["operations"][0].decode(), request)


class MeddledConnection(Connection):
    """A connection whose bulk requests go through `meddle`."""

    def __init__(self, connection: Connection, meddle: Meddler) -> None:
        self.__dict__ |= connection.__dict__
        self._meddle = meddle

    @contextmanager
    def lend(self) -> Iterator[Any]:
        with translated_errors():
            yield MeddledClient(self.client, self._meddle)


def version_text(number: int, sentences: int) -> list[str]:
    return [f"نشرة الرصد رقم {number} الفقرة {place} عن السيول." for place in range(sentences)]


def test_readers_never_see_half_an_article(index: ElasticIndex, make_index: MakeIndex) -> None:
    # Each revision has another number of passages, each names its revision: any mixture or gap shows.
    lengths = [3, 17, 5, 29, 1, 11] * 3
    index.store([make_article("a", *version_text(0, lengths[0]))], wait=True)
    stop = threading.Event()

    def write() -> None:
        for number, length in enumerate(lengths[1:], start=1):
            index.store([make_article("a", *version_text(number, length))], wait=number % 3 == 0)
        stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    reader = make_index()
    while not stop.is_set():
        hits = reader.search(PassageQuery("نشرة الرصد السيول", limit=100, per_outlet=100)).hits
        revisions = {hit.article.revision for hit in hits}
        assert len(revisions) == 1
        (revision,) = revisions
        assert sorted(hit.passage.text for hit in hits) == sorted(version_text(revision - 1, lengths[revision - 1]))
        seen.add(revision)
    writer.join()
    assert len(seen) > 2


def test_many_writers_of_one_article_make_one_history(make_index: MakeIndex) -> None:
    texts = [f"الرواية رقم {number} عن انهيار الجسر." for number in range(12)]
    indices = [make_index() for _ in range(4)]

    def write(number: int) -> int:
        (stored,) = indices[number % 4].store([make_article("a", texts[number])])
        return stored.head.revision

    with ThreadPoolExecutor(4) as pool:
        revisions = list(pool.map(write, range(12)))

    index = make_index()
    assert sorted(revisions) == list(range(1, 13))
    assert [head.revision for head in index.revisions("a")] == list(range(1, 13))
    for number, revision in enumerate(revisions):
        assert index.get("a", revision=revision).text == texts[number]
    index.store([make_article("b", "خبر آخر.")], wait=True)
    (hit,) = index.search(PassageQuery("الرواية عن انهيار الجسر")).hits
    assert hit.passage.text == index.get("a").text


def test_a_write_whose_answer_was_lost_does_not_come_back_over_a_later_one(
    connection: Connection, prefix: str, make_index: MakeIndex
) -> None:
    other = make_index()
    lost: list[str] = []

    def lose_first_answer(client: Elasticsearch, lines: str, request: dict[str, Any]) -> Any:
        if f"{prefix}-articles" in lines and not lost:
            lost.append(lines)
            client.bulk(**request)  # it arrives, its answer does not, and before it is sent again ...
            other.store([make_article("a", "الرواية الثانية.")])  # ... somebody else writes
        return client.bulk(**request)

    index = ElasticIndex(MeddledConnection(connection, lose_first_answer), prefix=prefix)
    (stored,) = index.store([make_article("a", "الرواية الأولى.")], wait=True)

    assert lost
    assert (stored.outcome, stored.head.revision) == ("created", 1)
    assert index.get("a").text == "الرواية الثانية."
    assert len(index.revisions("a")) == 2
    (hit,) = index.search(PassageQuery("الرواية")).hits
    assert hit.passage.text == "الرواية الثانية."


def test_a_write_sent_twice_is_one_revision(connection: Connection, prefix: str) -> None:
    def send_twice(client: Elasticsearch, lines: str, request: dict[str, Any]) -> Any:
        client.bulk(**request)
        return client.bulk(**request)

    index = ElasticIndex(MeddledConnection(connection, send_twice), prefix=prefix)
    outcomes = [index.store([make_article("a", text)], wait=True)[0] for text in ("أول.", "ثان.", "ثالث.")]
    assert [(one.outcome, one.head.revision) for one in outcomes] == [("created", 1), ("revised", 2), ("revised", 3)]
    assert [index.get("a", revision=number).text for number in (1, 2, 3)] == ["أول.", "ثان.", "ثالث."]
    assert index.delete("a", wait=True) is True
    assert index.coverage(Filters()).articles == 0


def die_before_publishing(prefix: str) -> Meddler:
    def meddle(client: Elasticsearch, lines: str, request: dict[str, Any]) -> Any:
        if f"{prefix}-passages" in lines:
            raise NodeUnreachable("the plug was pulled")
        return client.bulk(**request)

    return meddle


@pytest.mark.parametrize("rescue", ["another writer looks", "the same article again"])
def test_what_a_dying_writer_left_is_published(
    connection: Connection, prefix: str, make_index: MakeIndex, rescue: str
) -> None:
    article = make_article("a", "غمرت السيول الوادي.")
    dying = ElasticIndex(MeddledConnection(connection, die_before_publishing(prefix)), prefix=prefix)
    with pytest.raises(IndexUnavailable):
        dying.store([article])

    index = make_index()
    assert index.search(PassageQuery("السيول")).hits == ()
    if rescue == "another writer looks":
        assert index.heal() == 0  # its writer may still be at it
        assert index.heal(older_than=timedelta(0)) == 1
        assert index.documents.list_documents(INTENT) == []
        index.store([make_article("b", "خبر.")], wait=True)
    else:
        (stored,) = index.store([article], wait=True)
        assert stored.outcome == "unchanged"
    assert [hit.article.id for hit in index.search(PassageQuery("السيول")).hits] == ["a"]


def test_a_deletion_that_died_halfway_is_finished(connection: Connection, prefix: str, make_index: MakeIndex) -> None:
    index = make_index()
    index.store([make_article("a", "غمرت السيول الوادي.")], wait=True)
    dying = ElasticIndex(MeddledConnection(connection, die_before_publishing(prefix)), prefix=prefix)
    with pytest.raises(IndexUnavailable):
        dying.delete("a")
    index.heal(older_than=timedelta(0))
    index.store([make_article("b", "خبر.")], wait=True)
    assert index.search(PassageQuery("السيول")).hits == ()


def test_a_late_publication_does_not_bring_an_old_text_back(
    connection: Connection, prefix: str, make_index: MakeIndex
) -> None:
    late: list[dict[str, Any]] = []

    def hold_back(client: Elasticsearch, lines: str, request: dict[str, Any]) -> Any:
        if f"{prefix}-passages" in lines:
            late.append(request)
            raise NodeUnreachable("stuck in a queue")
        return client.bulk(**request)

    index = make_index()
    with pytest.raises(IndexUnavailable):
        ElasticIndex(MeddledConnection(connection, hold_back), prefix=prefix).store([make_article("a", "نص قديم.")])
    index.store([make_article("a", "نص جديد.")], wait=True)
    index.delete("gone")
    connection.client.bulk(**late[0] | {"refresh": True})
    (hit,) = index.search(PassageQuery("نص")).hits
    assert hit.passage.text == "نص جديد."

    index.delete("a", wait=True)
    connection.client.bulk(**late[0] | {"refresh": True})
    assert index.search(PassageQuery("نص")).hits == ()


def test_one_bad_article_does_not_keep_the_others_out(index: ElasticIndex) -> None:
    bad = make_article("bad", "نص.", bands=("x" * 40_000,))  # longer than a term may be: refused for good
    with pytest.raises(PartlyStored, match="bad") as caught:
        index.store([make_article("a", "السيول."), bad, make_article("b", "السيول مرة أخرى.")], wait=True)
    assert {stored.head.id for stored in caught.value.stored} == {"a", "b"}
    assert [article_id for article_id, _ in caught.value.failures] == ["bad"]
    assert len(index.search(PassageQuery("السيول")).hits) == 2


def test_an_intent_is_there_only_while_writing(index: ElasticIndex) -> None:
    index.store([make_article("a", "نص.")])
    index.delete("a")
    assert index.documents.list_documents(INTENT) == []


def test_what_was_stored_before_an_outage_is_named(connection: Connection, prefix: str) -> None:
    def fail_at_b(client: Elasticsearch, lines: str, request: dict[str, Any]) -> Any:
        if "ثان" in lines:
            raise NodeUnreachable("away")
        return client.bulk(**request)

    index = ElasticIndex(MeddledConnection(connection, fail_at_b), prefix=prefix)
    # The same id twice makes three chunks of these four.
    articles = [
        make_article("a", "أول."),
        make_article("a", "ثان."),
        make_article("b", "ثان."),
        make_article("b", "آخر."),
    ]
    with pytest.raises(PartlyStored) as caught:
        index.store(articles)
    assert [stored.head.id for stored in caught.value.stored] == ["a"]
    assert [article_id for article_id, _ in caught.value.failures] == ["a", "b", "b"]
    assert caught.value.retry_after > 0
