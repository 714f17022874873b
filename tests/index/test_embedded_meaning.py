"""Passages found by what they mean: filled in behind the words, among revisions, deletions, kills and rebuilds."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from service.index import embedded_filler
from service.index.embedded import EmbeddedIndex
from service.index.embedded_vectors import ROW, are_whole, map_rows
from service.model import Filters, PassageQuery
from tests.index.articles import DAHMA, RAFID, make_article
from tests.index.contract import IndexContract
from tests.index.meanings import Missing, WordVectors

ROOT = Path(__file__).parents[2]
QUAKE = "هزة أرضية"  # no word in common with «زلزال»


class TestContract(IndexContract):
    """What holds for words holds with vectors beside them."""

    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[EmbeddedIndex]:
        index = EmbeddedIndex(tmp_path, embedder=WordVectors())
        yield index
        index.close()


def open_index(directory: Path, embedder: WordVectors | None = None) -> EmbeddedIndex:
    return EmbeddedIndex(directory, embedder=embedder or WordVectors())


def wait_for(index: EmbeddedIndex, count: int) -> None:
    """Wait until so many live passages have vectors."""
    deadline = time.monotonic() + 60
    while (found := index.count_vectors()) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def found_by(index: EmbeddedIndex, text: str, filters: Filters | None = None, *, per_outlet: int = 10) -> list[str]:
    hits = index.search(PassageQuery(text, filters or Filters(), limit=10, per_outlet=per_outlet)).hits
    return [hit.passage.text for hit in hits]


def vector_file(directory: Path) -> Path:
    (path,) = (directory / "vectors").glob("*.vectors")
    return path


def test_a_passage_is_found_by_words_at_once_and_by_meaning_soon(tmp_path: Path) -> None:
    index = open_index(tmp_path, WordVectors(seconds=0.5))
    index.store([make_article("a", "زلزال", "ارتفعت أسعار القمح.")], wait=True)
    assert found_by(index, "زلزال")[0] == "زلزال"
    assert found_by(index, QUAKE) == []
    wait_for(index, 2)
    assert found_by(index, QUAKE) == ["زلزال"]
    index.close()


def test_filters_and_the_cap_hold_for_what_is_found_by_meaning(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.store([make_article("a", *["زلزال"] * 4, outlet=DAHMA, published="2024-03-10T09:00:00+00:00")])
    index.store([make_article("b", "earthquake", outlet=RAFID, published="2024-04-01T09:00:00+00:00", language="en")])
    index.store([make_article("c", "earthquake.", outlet=None, published=None, language="en")], wait=True)
    wait_for(index, 6)
    assert sorted(found_by(index, QUAKE)) == ["earthquake", "earthquake.", *["زلزال"] * 4]
    for filters, texts in (
        (Filters(outlets=("rafid",)), ["earthquake"]),
        (Filters(outlets=("nobody",)), []),
        (Filters(languages=("en",), outlets=("rafid", "dahma")), ["earthquake"]),
        (Filters(published_from=date(2024, 4, 1)), ["earthquake"]),
        (Filters(published_to=date(2024, 3, 31)), ["زلزال"] * 4),
    ):
        assert found_by(index, QUAKE, filters) == texts, filters
    assert found_by(index, QUAKE, per_outlet=2).count("زلزال") == 2
    index.close()


def test_old_revisions_and_deleted_articles_never_come_back(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.store([make_article("a", "زلزال"), make_article("b", "زلزال"), make_article("c", "زلزال")], wait=True)
    wait_for(index, 3)
    index.store([make_article("a", "ارتفعت أسعار القمح.")], wait=True)
    index.delete("b", wait=True)
    assert [hit.passage.id for hit in index.search(PassageQuery(QUAKE)).hits] == ["c:1:0"]
    wait_for(index, 2)
    assert [hit.passage.id for hit in index.search(PassageQuery(QUAKE)).hits] == ["c:1:0"]
    index.close()
    again = open_index(tmp_path)
    deadline = time.monotonic() + 60
    while (again.count_vectors(), _count_rows(tmp_path)) != (2, 2):  # half of the rows are dead: the file is made anew
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert [hit.passage.id for hit in again.search(PassageQuery(QUAKE)).hits] == ["c:1:0"]
    assert list(map_rows(vector_file(tmp_path))[0]["key"]) == [3, 4]
    again.close()


def test_nothing_is_embedded_twice_nor_when_it_is_old(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    index.store([make_article("a", "زلزال قديم")])
    index.store([make_article("a", "زلزال جديد"), make_article("b", "أسعار القمح")], wait=True)
    index.close()
    embedder = WordVectors()
    for count in (2, 3):
        index = open_index(tmp_path, embedder)
        index.store([make_article(f"n{count}", f"خبر رقم{count}")] if count == 3 else [], wait=True)
        wait_for(index, count)
        index.close()
    assert embedder.embedded == ["زلزال جديد", "أسعار القمح", "خبر رقم3"]


def test_another_model_starts_over(tmp_path: Path) -> None:
    index = open_index(tmp_path, WordVectors("one"))
    index.store([make_article("a", "زلزال")], wait=True)
    wait_for(index, 1)
    index.close()
    index = open_index(tmp_path, WordVectors("two"))
    wait_for(index, 1)
    assert vector_file(tmp_path).stem.endswith("-two")
    index.close()


def test_a_rebuild_keeps_the_vectors(tmp_path: Path) -> None:
    embedder = WordVectors()
    index = open_index(tmp_path, embedder)
    index.store([make_article("a", "زلزال")], wait=True)
    wait_for(index, 1)
    index.rebuild()
    assert found_by(index, QUAKE) == ["زلزال"]
    assert embedder.embedded == ["زلزال"]
    index.close()


def test_without_a_model_words_find(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    index = EmbeddedIndex(tmp_path, embedder=Missing())
    index.store([make_article("a", "زلزال")], wait=True)
    assert found_by(index, "زلزال") == ["زلزال"]
    assert found_by(index, QUAKE) == []
    assert index.count_vectors() == 0
    index.check_ready()
    index.close()
    assert "no model" in caplog.text


def test_a_restored_backup_does_not_lend_its_keys_to_other_words(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.store([make_article("a", "أسعار القمح")], wait=True)
    index.close()
    backup = (tmp_path / "record.sqlite3").read_bytes()
    index = open_index(tmp_path)
    index.store([make_article("b", "زلزال")], wait=True)
    wait_for(index, 2)
    index.close()
    (tmp_path / "record.sqlite3").write_bytes(backup)
    for left in tmp_path.glob("record.sqlite3-*"):
        left.unlink()
    index = open_index(tmp_path)
    wait_for(index, 1)
    index.store([make_article("c", "اجتماع الوزراء")], wait=True)
    wait_for(index, 2)
    assert found_by(index, QUAKE) == []
    index.close()


@pytest.mark.parametrize("torn", [0, 1, ROW.itemsize - 1, ROW.itemsize + 5])
def test_a_torn_end_is_mended(tmp_path: Path, torn: int) -> None:
    index = open_index(tmp_path)
    index.store([make_article(f"a{n}", f"زلزال رقم{n}") for n in range(5)], wait=True)
    wait_for(index, 5)
    index.close()
    path = vector_file(tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size - torn])
    embedder = WordVectors()
    index = open_index(tmp_path, embedder)
    wait_for(index, 5)
    index.close()
    rows, (_, size) = map_rows(path)
    assert list(rows["key"]) == [1, 2, 3, 4, 5]
    assert size == 5 * ROW.itemsize
    assert are_whole(rows).all()
    assert len(embedder.embedded) == -(-torn // ROW.itemsize)


def test_a_spoilt_row_takes_those_behind_it_along(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.store([make_article(f"a{n}", f"زلزال رقم{n}") for n in range(5)], wait=True)
    wait_for(index, 5)
    index.close()
    path = vector_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[2 * ROW.itemsize + 200] ^= 8
    path.write_bytes(data)
    index = open_index(tmp_path)
    wait_for(index, 5)
    index.close()
    rows, _ = map_rows(path)
    assert list(rows["key"]) == [1, 2, 3, 4, 5]
    assert are_whole(rows).all()


def test_a_failure_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_filler, "RETRY", 0.05)
    embedder = WordVectors()
    made, fails = embedder.embed_passage, [OSError("no space"), OSError("no space")]

    def embed(text: str) -> np.ndarray:  # type: ignore[type-arg]
        if fails:
            raise fails.pop()
        return made(text)

    embedder.embed_passage = embed  # type: ignore[method-assign]
    index = open_index(tmp_path, embedder)
    index.store([make_article("a", "زلزال")], wait=True)
    wait_for(index, 1)
    index.close()


# --- among processes ---


def start(directory: Path, first: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.index.vectors_worker", str(directory), str(first), str(count)]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "stored\n"
    return worker


def kill(worker: subprocess.Popen[str]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.communicate(timeout=60)


def test_killed_again_and_again_it_goes_on_where_it_was(tmp_path: Path) -> None:
    for first in (0, 300, 600):
        worker = start(tmp_path, first, 300)
        rows_before, deadline = _count_rows(tmp_path), time.monotonic() + 60
        while _count_rows(tmp_path) <= rows_before + 64:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        kill(worker)
    done = _count_rows(tmp_path)
    assert 3 * 64 < done < 1800
    embedder = WordVectors()
    index = open_index(tmp_path, embedder)
    wait_for(index, 1800)
    index.close()
    rows, _ = map_rows(vector_file(tmp_path))
    assert list(rows["key"]) == list(range(1, 1801))
    assert are_whole(rows).all()
    assert len(embedder.embedded) == 1800 - done


def test_one_process_at_a_time_works_and_the_others_see_it(tmp_path: Path) -> None:
    worker = start(tmp_path, 0, 20)
    embedder = WordVectors()
    index = open_index(tmp_path, embedder)
    wait_for(index, 40)
    assert embedder.embedded == []
    kill(worker)
    index.store([make_article("mine", "زلزال")], wait=True)
    wait_for(index, 41)
    assert embedder.embedded == ["زلزال"]
    assert "زلزال" in found_by(index, QUAKE)
    index.close()


def _count_rows(directory: Path) -> int:
    files = list((directory / "vectors").glob("*.vectors"))
    return len(map_rows(files[0])[0]) if files else 0


def test_readers_are_not_disturbed_while_the_file_grows(tmp_path: Path) -> None:
    index = open_index(tmp_path, WordVectors(seconds=0.001))
    index.store([make_article(f"a{n}", "زلزال", f"خبر رقم{n}") for n in range(200)], wait=True)
    counts = []
    while index.count_vectors() < 400:
        counts.append(len(found_by(index, QUAKE)))
    assert counts == sorted(counts)
    assert len(found_by(index, QUAKE)) == 10
    index.close()
