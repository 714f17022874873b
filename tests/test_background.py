"""Threads that work while they hold the lease, end between two steps, and survive whatever happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.background import LeasedThread, Work
from service.errors import IndexUnavailable
from service.index.documents_embedded import EmbeddedDocuments
from service.leases import Lease


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[EmbeddedDocuments]:
    documents = EmbeddedDocuments(tmp_path)
    yield documents
    documents.close()


@contextmanager
def running(documents: EmbeddedDocuments, work: Work, *, lasts_s: float = 5) -> Iterator[LeasedThread]:
    thread = LeasedThread("work", Lease(documents, "work", lasts_s=lasts_s), work, interval_s=0.01)
    thread.start()
    yield thread
    thread.stop()
    thread.join(10)


def wait_for(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_of_two_works_and_the_other_takes_over(documents: EmbeddedDocuments) -> None:
    worked: list[str] = []

    def work_as(name: str) -> Work:
        def work(go_on: Callable[[], None]) -> bool:
            go_on()
            worked.append(name)
            return False

        return work

    with running(documents, work_as("one")) as one:
        wait_for(lambda: worked)
        with running(documents, work_as("two")):
            time.sleep(0.2)
            assert set(worked) == {"one"}
            one.stop()
            wait_for(lambda: worked[-1] == "two")


def test_what_goes_wrong_ends_no_thread(documents: EmbeddedDocuments, caplog: pytest.LogCaptureFixture) -> None:
    troubles: list[Exception] = [IndexUnavailable("away"), IndexUnavailable("away"), ZeroDivisionError("a mistake")]
    worked = threading.Event()

    def work(_: Callable[[], None]) -> bool:
        if troubles:
            raise troubles.pop(0)
        worked.set()
        return False

    with running(documents, work):
        assert worked.wait(20)
    told = [record.message for record in caplog.records if record.name == "isnad.background"]
    assert told == ["background work waits", "background work failed"], "what stays the same is told once"


def test_who_lost_the_lease_stops_between_two_steps(documents: EmbeddedDocuments) -> None:
    steps: list[int] = []

    def work(go_on: Callable[[], None]) -> bool:
        for step in range(1000):
            go_on()
            steps.append(step)
            if step == 3:
                documents.put("lease", "work", {"holder": "another", "lasts_s": 60})
            time.sleep(0.02)
        return False

    with running(documents, work, lasts_s=0.2):
        wait_for(lambda: len(steps) > 3)
        time.sleep(0.5)
    assert len(steps) < 10


def test_a_stop_does_not_wait_for_the_end_of_the_work(documents: EmbeddedDocuments) -> None:
    begun = threading.Event()

    def work(go_on: Callable[[], None]) -> bool:
        begun.set()
        while True:
            go_on()
            time.sleep(0.01)

    with running(documents, work) as thread:
        assert begun.wait(20)
        thread.stop()
        thread.join(5)
    assert documents.get("lease", "work") is None
