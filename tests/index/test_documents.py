"""The small-documents contract; `make_store` is parametrised so that another engine's store runs the same body."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.errors import IndexUnavailable, StaleRevision
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments

MakeStore = Callable[[], DocumentStore]


@pytest.fixture(params=["embedded"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    opened: list[DocumentStore] = []

    def make() -> DocumentStore:
        opened.append(EmbeddedDocuments(tmp_path))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def test_reads_back_what_was_written(make_store: MakeStore) -> None:
    store = make_store()
    before = datetime.now(UTC)
    written = store.put("watch", "م/1", {"ادعاء": "قُتل 11 ألفاً", "n": [1, None, 2.5]})
    assert store.get("watch", "م/1") == written
    assert (written.kind, written.key, written.version) == ("watch", "م/1", 1)
    assert written.body == {"ادعاء": "قُتل 11 ألفاً", "n": [1, None, 2.5]}
    assert before - timedelta(seconds=1) <= written.stored_at <= datetime.now(UTC)


def test_is_empty_at_first(make_store: MakeStore) -> None:
    store = make_store()
    assert store.get("watch", "a") is None
    assert store.list_documents("watch") == []
    assert store.delete("watch", "a") is False


def test_another_process_or_client_sees_it_at_once(make_store: MakeStore) -> None:
    one, other = make_store(), make_store()
    one.put("key", "a", {"x": 1})
    seen = other.get("key", "a")
    assert seen is not None
    assert seen.body == {"x": 1}


def test_many_are_read_at_once(make_store: MakeStore) -> None:
    store = make_store()
    for key in ["ب/1", "a", "b"]:
        store.put("key", key, {"key": key})
    store.put("other", "c", {})
    found = store.get_many("key", ["b", "c", "ب/1", "none", "b"])
    assert sorted(document.key for document in found) == ["b", "ب/1"]
    assert all(document == store.get("key", document.key) for document in found)
    assert store.get_many("key", []) == []


@pytest.mark.parametrize(
    ("stored_times", "version", "accepted"),
    [
        (0, None, True),
        (0, 0, True),
        (0, 1, False),
        (1, None, True),
        (1, 0, False),
        (1, 1, True),
        (2, 1, False),
        (2, 2, True),
        (2, 3, False),
    ],
)
def test_a_write_holds_to_the_version_it_names(
    make_store: MakeStore, stored_times: int, version: int | None, accepted: bool
) -> None:
    store = make_store()
    for number in range(stored_times):
        store.put("key", "a", {"n": number})
    if accepted:
        assert store.put("key", "a", {"n": "new"}, version=version).version == stored_times + 1
    else:
        before = store.get("key", "a")
        with pytest.raises(StaleRevision):
            store.put("key", "a", {"n": "new"}, version=version)
        assert store.get("key", "a") == before


def test_a_delete_holds_to_the_version_it_names(make_store: MakeStore) -> None:
    store = make_store()
    store.put("key", "a", {})
    store.put("key", "a", {})
    with pytest.raises(StaleRevision):
        store.delete("key", "a", version=1)
    assert store.delete("key", "a", version=2) is True
    assert store.get("key", "a") is None
    assert store.delete("key", "a", version=2) is False


def test_lists_one_kind_in_pages_by_key(make_store: MakeStore) -> None:
    store = make_store()
    for key in ["ب", "a", "ا", "b"]:
        store.put("key", key, {"key": key})
    store.put("other", "aa", {})
    first = store.list_documents("key", limit=3)
    assert [document.key for document in first] == ["a", "b", "ا"]
    assert [document.key for document in store.list_documents("key", after=first[-1].key, limit=3)] == ["ب"]


def test_removes_the_old_of_one_kind(make_store: MakeStore) -> None:
    store = make_store()
    store.put("record", "a", {})
    store.put("other", "a", {})
    assert store.delete_older("record", datetime.now(UTC) - timedelta(hours=1)) == 0
    assert store.delete_older("record", datetime.now(UTC) + timedelta(hours=1)) == 1
    assert store.get("record", "a") is None
    assert store.get("other", "a") is not None


def _count_up(directory: Path, times: int) -> None:
    store = EmbeddedDocuments(directory)
    done = 0
    while done < times:
        current = store.get("counter", "n")
        try:
            if current is None:
                store.put("counter", "n", {"n": 1}, version=0)
            else:
                store.put("counter", "n", {"n": current.body["n"] + 1}, version=current.version)
            done += 1
        except StaleRevision:
            continue
    store.close()


def test_no_update_is_lost_between_processes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_count_up, args=(tmp_path, 25)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    store = EmbeddedDocuments(tmp_path)
    final = store.get("counter", "n")
    store.close()
    assert final is not None
    assert (final.body, final.version) == ({"n": 75}, 75)


def test_a_directory_that_cannot_hold_files_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexUnavailable):
        EmbeddedDocuments(tmp_path / "file")
