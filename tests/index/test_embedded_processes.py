"""The embedded engine among real processes: at once, killed, forked."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service.index.embedded import EmbeddedIndex
from service.model import Filters, PassageQuery
from tests.index.articles import make_article
from tests.index.embedded_worker import article_text

ROOT = Path(__file__).parents[2]


def start(directory: Path, what: str, prefix: str, count: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.index.embedded_worker", str(directory), what, prefix, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def finish(*workers: subprocess.Popen[str]) -> list[str]:
    """Wait for workers that must succeed; return all that they acknowledged."""
    outputs = [worker.communicate(timeout=120)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * len(workers)
    return [name for output in outputs for name in output.split()]


def check_whole(index: EmbeddedIndex, acknowledged: list[str]) -> None:
    """Check that every acknowledged article is stored whole and found, and that nothing is there by half."""
    stored = {article.head.id: article for article in index.stored_articles()}
    assert set(acknowledged) <= set(stored)
    for name, article in stored.items():
        assert tuple(passage.text for passage in article.passages) == article_text(name)
    index.store([make_article("last", *article_text("last"))], wait=True)
    for name in stored:
        hits = index.search(PassageQuery(name, limit=5)).hits
        assert {hit.passage.ordinal for hit in hits if hit.article.id == name} == {0, 1, 2}
    assert index.search(PassageQuery("معرض")).partial is None
    coverage = index.coverage(Filters())
    assert (coverage.articles, coverage.passages) == (len(stored) + 1, 3 * len(stored) + 3)


def test_several_processes_ingest_and_search_at_once(tmp_path: Path) -> None:
    workers = [start(tmp_path, "wait", f"p{number}", 15) for number in range(4)]
    acknowledged = finish(*workers)
    assert len(acknowledged) == 60
    index = EmbeddedIndex(tmp_path)
    check_whole(index, acknowledged)
    index.close()


@pytest.mark.parametrize("acknowledged_first", [1, 7, 40, 90])
def test_killed_in_the_middle_it_comes_back_whole(tmp_path: Path, acknowledged_first: int) -> None:
    worker = start(tmp_path, "quick", "k", 100_000)
    assert worker.stdout is not None
    acknowledged = [worker.stdout.readline().strip() for _ in range(acknowledged_first)]
    worker.send_signal(signal.SIGKILL)
    acknowledged += worker.communicate(timeout=60)[0].split()[:-1]  # the last line may be cut off

    index = EmbeddedIndex(tmp_path)
    assert len(acknowledged) >= acknowledged_first
    check_whole(index, acknowledged)
    index.close()


def test_killed_again_and_again_beside_a_living_one(tmp_path: Path) -> None:
    """The leader is killed each time; the process that lives takes over and loses nothing."""
    index = EmbeddedIndex(tmp_path)
    acknowledged: list[str] = []
    for round_number in range(4):
        worker = start(tmp_path, "wait", f"r{round_number}", 100_000)
        assert worker.stdout is not None
        acknowledged += [worker.stdout.readline().strip() for _ in range(5)]
        index.store([make_article(f"own{round_number}", *article_text(f"own{round_number}"))], wait=True)
        worker.send_signal(signal.SIGKILL)
        acknowledged += worker.communicate(timeout=60)[0].split()[:-1]
        acknowledged.append(f"own{round_number}")
    check_whole(index, acknowledged)
    index.close()


def test_an_article_is_searchable_soon_in_another_process(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path)
    index.store([make_article("first", *article_text("first"))], wait=True)
    finish(start(tmp_path, "quick", "q", 1))
    acknowledged = time.monotonic()
    while not index.search(PassageQuery("qx0")).hits:
        time.sleep(0.01)
        assert time.monotonic() - acknowledged < 1.0
    index.close()


def test_one_index_is_good_before_and_after_a_fork(tmp_path: Path) -> None:
    acknowledged = finish(start(tmp_path, "fork", "f"))
    assert len(set(acknowledged)) == 18
    index = EmbeddedIndex(tmp_path)
    check_whole(index, acknowledged)
    index.close()


def test_a_rebuild_is_done_by_whoever_leads(tmp_path: Path) -> None:
    leader = start(tmp_path, "wait", "l", 100_000)
    assert leader.stdout is not None
    acknowledged = [leader.stdout.readline().strip() for _ in range(3)]
    index = EmbeddedIndex(tmp_path)
    before = index.coverage(Filters()).generation.partition(".")[0]
    assert index.rebuild() >= 9
    assert index.coverage(Filters()).generation.partition(".")[0] != before
    acknowledged.append(leader.stdout.readline().strip())  # it went on
    leader.kill()
    acknowledged += leader.communicate(timeout=60)[0].split()[:-1]
    check_whole(index, acknowledged)
    index.close()
