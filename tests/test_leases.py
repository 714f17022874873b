"""One holder at a time; a dead one's lease runs out, a living one's does not, whatever the clocks say."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.index.documents_embedded import EmbeddedDocuments
from service.leases import Lease, LeaseLost


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def documents(tmp_path: Path) -> EmbeddedDocuments:
    return EmbeddedDocuments(tmp_path)


def lease(documents: EmbeddedDocuments, clock: Clock) -> Lease:
    return Lease(documents, "work", lasts_s=10, clock=clock)


def test_one_of_two_holds_it(documents: EmbeddedDocuments) -> None:
    clock = Clock()
    one, two = lease(documents, clock), lease(documents, clock)
    assert one.acquire()
    assert not two.acquire()
    assert one.acquire()
    one.release()
    assert two.acquire()
    assert not one.acquire()


def test_a_dead_ones_lease_runs_out(documents: EmbeddedDocuments) -> None:
    clock = Clock()
    dead, heir = lease(documents, clock), lease(documents, clock)
    assert dead.acquire()
    assert not heir.acquire()
    clock.now = 9.9
    assert not heir.acquire()
    clock.now = 10
    assert heir.acquire()
    with pytest.raises(LeaseLost):
        dead.keep()
    assert not dead.is_held
    assert not dead.acquire()


def test_a_living_ones_does_not(documents: EmbeddedDocuments) -> None:
    clock = Clock()
    living, other = lease(documents, clock), lease(documents, clock)
    living.acquire()
    for second in range(60):
        clock.now = float(second)
        living.keep()
        assert not other.acquire()


def test_another_machines_clock_takes_nothing(documents: EmbeddedDocuments) -> None:
    here, there = Clock(), Clock()
    there.now = 1e9
    holder, other = lease(documents, here), lease(documents, there)
    assert holder.acquire()
    assert not other.acquire()


def test_what_was_given_back_and_taken_anew_counts_anew(documents: EmbeddedDocuments) -> None:
    clock = Clock()
    one, two, three = (lease(documents, clock) for _ in range(3))
    assert one.acquire()
    assert not three.acquire()
    one.release()
    clock.now = 8
    assert two.acquire()
    clock.now = 11
    assert not three.acquire(), "two has held it for three seconds"


def test_what_was_taken_over_is_not_given_back_by_the_one_before(documents: EmbeddedDocuments) -> None:
    clock = Clock()
    slow, heir, third = (lease(documents, clock) for _ in range(3))
    slow.acquire()
    assert not heir.acquire()
    clock.now = 10
    assert heir.acquire()
    slow.release()
    assert not third.acquire()


def test_nobody_keeps_what_nobody_holds(documents: EmbeddedDocuments) -> None:
    with pytest.raises(LeaseLost):
        lease(documents, Clock()).keep()
