"""What the embedded engine does when its files are not as it left them, and how it stores."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.errors import IndexIncompatible, IndexUnavailable, InvalidInput
from service.index.embedded import LAG_SECONDS, EmbeddedIndex
from service.index.embedded_database import Database
from service.model import Filters, PassageQuery
from tests.index.articles import make_article

FLOOD = "غمرت السيول قرى وادي الزهور."
BRIDGE = "افتتح وزير النقل جسر المنارة."


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Return the directory of an index that held two articles and was closed."""
    index = EmbeddedIndex(tmp_path / "data")
    index.store([make_article("a1", FLOOD), make_article("a2", BRIDGE)], wait=True)
    index.close()
    return tmp_path / "data"


@pytest.fixture
def open_index() -> Iterator[Callable[[Path], EmbeddedIndex]]:
    opened: list[EmbeddedIndex] = []

    def open_one(path: Path) -> EmbeddedIndex:
        opened.append(EmbeddedIndex(path))
        return opened[-1]

    yield open_one
    for index in opened:
        index.close()


def found(index: EmbeddedIndex, text: str) -> list[str]:
    return [hit.article.id for hit in index.search(PassageQuery(text)).hits]


def wait_until_ready(index: EmbeddedIndex) -> None:
    """Wait until everything stored is searchable, as a server's readiness probe would."""
    deadline = time.monotonic() + 20
    while not is_ready(index):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_ready(index: EmbeddedIndex) -> bool:
    try:
        index.check_ready()
    except IndexUnavailable:
        return False
    return True


def remove_search(directory: Path) -> None:
    shutil.rmtree(directory / "search", ignore_errors=True)  # a running server may be writing there


def remove_meta(directory: Path) -> None:
    for path in directory.glob("search/*/meta.json"):
        path.unlink()


def scribble_meta(directory: Path) -> None:
    for path in directory.glob("search/*/meta.json"):
        path.write_text("{}")


def cut_segments(directory: Path) -> None:
    for path in [*directory.glob("search/*/*.idx"), *directory.glob("search/*/*.store")]:
        path.write_bytes(path.read_bytes()[:-10])


def empty_marks(directory: Path) -> None:
    """Put a search index of another schema's fields there."""
    for path in directory.glob("search/*"):
        if path.is_dir():
            shutil.rmtree(path)
            path.mkdir()


DAMAGES = (remove_search, remove_meta, scribble_meta, cut_segments, empty_marks)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_search_index_is_made_anew(
    directory: Path, open_index: Callable[[Path], EmbeddedIndex], damage: Callable[[Path], None]
) -> None:
    damage(directory)
    index = open_index(directory)
    index.store([make_article("a3", "صوت البرلمان على القانون.")], wait=True)
    wait_until_ready(index)
    assert found(index, "السيول") == ["a1"]
    assert found(index, "البرلمان") == ["a3"]
    index.close()
    assert len(list(directory.glob("search/*/meta.json"))) == 1  # the old one is gone


@pytest.mark.parametrize("damage", [remove_search, remove_meta])
def test_files_taken_away_under_a_running_server_come_back(
    directory: Path, open_index: Callable[[Path], EmbeddedIndex], damage: Callable[[Path], None]
) -> None:
    index = open_index(directory)
    assert found(index, "السيول") == ["a1"]
    damage(directory)
    deadline = time.monotonic() + 20
    while found(index, "السيول") != ["a1"] or len(list(directory.glob("search/*/meta.json"))) != 1:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_search_index_of_an_older_backup_catches_up(
    directory: Path, tmp_path: Path, open_index: Callable[[Path], EmbeddedIndex]
) -> None:
    shutil.copytree(directory / "search", tmp_path / "old")
    index = open_index(directory)
    index.store([make_article("a1", "حصيلة جديدة للفيضان."), make_article("a3", "صوت البرلمان.")], wait=True)
    index.delete("a2", wait=True)
    index.close()
    shutil.rmtree(directory / "search", ignore_errors=True)  # a running server may be writing there
    shutil.copytree(tmp_path / "old", directory / "search")

    wait_until_caught_up(index)
    assert (found(index, "السيول"), found(index, "الفيضان"), found(index, "الجسر")) == ([], ["a1"], [])


def wait_until_caught_up(index: EmbeddedIndex) -> None:
    index.store([make_article("tick", "دقت الساعة.")], wait=True)


def test_the_record_of_an_older_backup_gets_a_new_search_index(
    directory: Path, tmp_path: Path, open_index: Callable[[Path], EmbeddedIndex]
) -> None:
    shutil.copytree(directory, tmp_path / "backup", ignore=shutil.ignore_patterns("search"))
    index = open_index(directory)
    index.store([make_article("a1", "حصيلة جديدة للفيضان."), make_article("a3", "صوت البرلمان.")], wait=True)
    index.close()
    shutil.move(directory / "search", tmp_path / "backup" / "search")

    restored = open_index(tmp_path / "backup")
    wait_until_caught_up(restored)
    assert (found(restored, "السيول"), found(restored, "الفيضان"), found(restored, "البرلمان")) == (["a1"], [], [])


def test_the_search_index_of_another_record_is_not_taken(
    directory: Path, tmp_path: Path, open_index: Callable[[Path], EmbeddedIndex]
) -> None:
    other = open_index(tmp_path / "other")
    other.store([make_article("b1", "حريق في السوق القديم."), make_article("b2", "مؤتمر.")], wait=True)
    other.close()
    (ours,) = directory.glob("search/*-*")
    (theirs,) = (tmp_path / "other").glob("search/*-*")
    shutil.rmtree(ours)
    shutil.copytree(theirs, ours)

    index = open_index(directory)
    wait_until_caught_up(index)
    assert (found(index, "السيول"), found(index, "الحريق")) == (["a1"], [])


def test_a_record_of_another_schema_is_refused(directory: Path, open_index: Callable[[Path], EmbeddedIndex]) -> None:
    connection = sqlite3.connect(directory / "record.sqlite3")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(IndexIncompatible, match="schema 99"):
        open_index(directory).coverage(Filters())


def test_a_file_that_is_no_record_is_unavailable(tmp_path: Path, open_index: Callable[[Path], EmbeddedIndex]) -> None:
    (tmp_path / "record.sqlite3").write_text("this is not a database, whatever its name " * 100)
    with pytest.raises(IndexUnavailable, match="record"):
        open_index(tmp_path).get("a1")
    with pytest.raises(IndexUnavailable):
        open_index(tmp_path).check_ready()


def test_a_directory_that_cannot_be_is_unavailable(tmp_path: Path, open_index: Callable[[Path], EmbeddedIndex]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexUnavailable, match="directory"):
        open_index(tmp_path / "file").outlets()


def test_a_search_waits_for_nobody(directory: Path, open_index: Callable[[Path], EmbeddedIndex]) -> None:
    """With the writer's lock in other hands: answers at once, and says what it could not search once that is late."""
    with (directory / "search" / "writer.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        index = open_index(directory)
        index.store([make_article("a3", "صوت البرلمان على القانون.")])
        began = time.monotonic()
        result = index.search(PassageQuery("البرلمان والسيول"))
        assert time.monotonic() - began < 0.5
        assert ([hit.article.id for hit in result.hits], result.partial) == (["a1"], None)

        time.sleep(LAG_SECONDS)
        result = index.search(PassageQuery("البرلمان والسيول"))
        assert [hit.article.id for hit in result.hits] == ["a1"]
        assert result.partial == "1 stored articles are not yet searchable"
        assert index.coverage(Filters()).partial == result.partial
        with pytest.raises(IndexUnavailable, match="not yet searchable"):
            index.check_ready()
    wait_until_ready(index)
    assert found(index, "البرلمان") == ["a3"]


def test_an_old_revision_is_not_found_even_before_the_search_index_knows(
    directory: Path, open_index: Callable[[Path], EmbeddedIndex]
) -> None:
    with (directory / "search" / "writer.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        index = open_index(directory)
        index.store([make_article("a1", BRIDGE)])
        index.delete("a2")
        assert found(index, "السيول والجسر") == []


def test_every_commit_reaches_the_disk(directory: Path) -> None:
    database = Database(directory / "record.sqlite3")
    with database.read() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()


def test_a_failed_store_leaves_nothing(directory: Path, open_index: Callable[[Path], EmbeddedIndex]) -> None:
    index = open_index(directory)
    with pytest.raises(InvalidInput, match="surrogate"):
        index.store([make_article("fine", FLOOD), make_article("broken", "نص \ud800 مكسور")])
    assert {article.head.id for article in index.stored_articles()} == {"a1", "a2"}


def test_nul_and_astral_characters_keep_their_offsets(
    directory: Path, open_index: Callable[[Path], EmbeddedIndex]
) -> None:
    index = open_index(directory)
    article = make_article("odd", "صورة\x00 😀 أولى.", "ثم 😀\u200f صورة ثانية قرطبة.")
    index.store([article], wait=True)
    assert index.get("odd") == article
    assert index.search(PassageQuery("قرطبة")).hits[0].passage == article.passages[1]
