"""Jobs on Elasticsearch: queued on one machine, begun on another, gone on with on a third, from the cluster alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.jobs.book import PIECE
from service.jobs.job import JobState
from tests.elastic.conftest import MakeIndex
from tests.jobs.parts import NOW, Answerer, Clock, Killed, add_job, claims_of, make_book, make_worker, work_off

pytestmark = pytest.mark.elastic


def test_what_one_machine_begins_another_ends(make_index: MakeIndex) -> None:
    clock, first, second = Clock(), Answerer(), Answerer()
    here, there = make_index().documents, make_index().documents
    book = make_book(here)
    claims = claims_of("خبر", 5)
    job = add_job(book, *claims, owner="a")

    def die(asked: str) -> None:
        if asked == claims[2]:
            raise Killed

    first.before = die
    with pytest.raises(Killed):
        make_worker(here, first, clock).work(lambda: None)
    other = make_worker(there, second, clock)
    assert other.work(lambda: None) is False
    clock.now += 31
    work_off(other)
    assert second.asked == claims[2:]
    assert [found.claim.text for found in make_book(there).answers(job.id)] == claims
    assert book.get(job.id).job.state is JobState.DONE


def test_a_job_is_cancelled_from_another_machine(make_index: MakeIndex) -> None:
    here, there = make_index().documents, make_index().documents
    book, far, answerer = make_book(here), make_book(there), Answerer()
    job = add_job(book, *claims_of("خبر", 6), owner="a")
    later = add_job(far, "آخر", owner="b", at=NOW + timedelta(seconds=1))

    def cancel(asked: str) -> None:
        if asked == "خبر 1":
            far.cancel(job.id)

    answerer.before = cancel
    work_off(make_worker(here, answerer))
    assert answerer.asked == ["خبر 0", "خبر 1", "آخر"]
    assert here.list_documents(PIECE, after=f"{job.id}:", limit=1) == []
    assert [kept.job.id for kept in far.page(owner=None, after="", limit=9)] == [later.id, job.id]
    assert far.page(owner="a", after="", limit=9)[0].job.state is JobState.CANCELLED
    book.remove(far.get(later.id).job)
    assert list(far.answers(later.id)) == []
