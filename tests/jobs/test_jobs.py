"""Jobs: done once claim by claim, in fair turns, over deaths, errors and cancellations; bounded, kept, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from service.background import Stopped
from service.claims.left_out import LeftOut
from service.claims.read import read_claim
from service.errors import Conflict, IndexUnavailable, JudgeUnavailable, NotFound, QueueFull
from service.index.documents import DocumentStore
from service.index.documents_embedded import EmbeddedDocuments
from service.jobs.book import OPEN, PIECE, REQUEST
from service.jobs.job import AskedClaim, JobState, Request
from service.jobs.plain import from_plain, read_answer, to_plain, write_answer
from service.jobs.worker import MOST_TRIES
from service.leases import LeaseLost
from service.model import Filters
from tests.jobs.parts import (
    NOW,
    Answerer,
    Clock,
    Killed,
    add_job,
    answer_to,
    claims_of,
    make_book,
    make_worker,
    work_off,
)


@pytest.fixture
def documents(tmp_path: Path) -> Iterator[DocumentStore]:
    documents = EmbeddedDocuments(tmp_path)
    yield documents
    documents.close()


def die_at(claim: str, answerer: Answerer) -> None:
    def before(asked: str) -> None:
        if asked == claim:
            raise Killed

    answerer.before = before


# --- done ---


def test_a_job_is_done_in_order(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    job = add_job(book, *claims_of("خبر", 6))
    work_off(make_worker(documents, answerer))
    kept = book.get(job.id).job
    assert (kept.state, kept.done, kept.total) == (JobState.DONE, 6, 6)
    assert kept.started_at is not None
    assert kept.finished_at is not None
    assert [found.claim.text for found in book.answers(job.id)] == answerer.asked == claims_of("خبر", 6)
    assert book.open_jobs() == {}
    assert documents.list_documents("lease") == []


def test_an_answer_is_kept_whole() -> None:
    found = answer_to(read_claim("قُتل 12 شخصاً أمس", as_of=NOW.date()))
    assert read_answer(write_answer(found)) == found
    asked = Request((AskedClaim("خبر", NOW.date()),), Filters(outlets=("a",)), 5, LeftOut(frozenset("ba")), {"x": 1})
    assert from_plain(Request, to_plain(asked)) == asked
    with pytest.raises(Conflict, match="another version"):
        read_answer({**write_answer(found), "coverage": {}})


def test_a_job_without_claims_is_done(documents: DocumentStore) -> None:
    book = make_book(documents)
    job = add_job(book)
    work_off(make_worker(documents, Answerer()))
    assert book.get(job.id).job.state is JobState.DONE


# --- turns ---


def test_owners_take_turns(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    for place in range(3):
        add_job(book, *claims_of(f"أ{place}", 12), owner="a", at=NOW + timedelta(seconds=place))
    add_job(book, *claims_of("ب", 4), owner="b", at=NOW + timedelta(seconds=9))
    work_off(make_worker(documents, answerer))
    assert answerer.asked.index("ب 3") < 12, "the other key's job does not wait for three of the first"
    own = [asked for asked in answerer.asked if asked.startswith("أ")]
    assert own == [claim for place in range(3) for claim in claims_of(f"أ{place}", 12)]


# --- deaths ---


@pytest.mark.parametrize("place", range(5))
def test_another_worker_goes_on_where_one_died(documents: DocumentStore, place: int) -> None:
    book, clock, first, second = make_book(documents), Clock(), Answerer(), Answerer()
    claims = claims_of("خبر", 5)
    job = add_job(book, *claims)
    die_at(claims[place], first)
    with pytest.raises(Killed):
        work_off(make_worker(documents, first, clock))
    other = make_worker(documents, second, clock)
    assert other.work(lambda: None) is False, "the lease has not run out"
    clock.now += 31
    work_off(other)
    assert second.asked == claims[place:], "nothing is done twice, nothing from the beginning"
    assert [found.claim.text for found in book.answers(job.id)] == claims


def test_an_answer_that_was_kept_before_a_death_is_not_made_again(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    job = add_job(book, "أول", "ثان")
    book.keep_piece(job, answer_to(read_claim("أول")))
    work_off(make_worker(documents, answerer))
    assert answerer.asked == ["ثان"]
    assert len(list(book.answers(job.id))) == 2


def test_a_claim_over_which_workers_die_fails_its_job(documents: DocumentStore) -> None:
    book, clock, answerer = make_book(documents), Clock(), Answerer()
    job = add_job(book, "أول", "قاتل")
    die_at("قاتل", answerer)
    for _ in range(MOST_TRIES + 2):
        worker = make_worker(documents, answerer, clock)
        with suppress(Killed):
            worker.work(lambda: None)  # sees the lease of the one before
            clock.now += 31
            worker.work(lambda: None)
    kept = book.get(job.id).job
    assert (kept.state, kept.done) == (JobState.FAILED, 1)
    assert kept.failure is not None
    assert kept.failure.kind == "mistake"
    assert answerer.asked.count("قاتل") <= MOST_TRIES


def test_two_workers_do_two_jobs_and_one_job_once(documents: DocumentStore) -> None:
    book, clock = make_book(documents), Clock()
    one, two = Answerer(), Answerer()
    first, second = make_worker(documents, one, clock), make_worker(documents, two, clock)
    add_job(book, *claims_of("أ", 6))
    assert first.work(lambda: None)
    assert second.work(lambda: None) is False
    add_job(book, *claims_of("ب", 6), at=NOW + timedelta(seconds=1))
    assert second.work(lambda: None)
    work_off(first)
    work_off(second)
    work_off(first)
    assert sorted(one.asked + two.asked) == sorted(claims_of("أ", 6) + claims_of("ب", 6))
    assert set(claims_of("أ", 6)) <= set(one.asked)


def test_a_worker_whose_lease_was_taken_stops(documents: DocumentStore) -> None:
    book, clock = make_book(documents), Clock()
    job = add_job(book, *claims_of("خبر", 8))
    slow, other = Answerer(), Answerer()
    worker, successor = make_worker(documents, slow, clock), make_worker(documents, other, clock)

    def go_on() -> None:
        worker.keep()

    def sleep(asked: str) -> None:
        if asked == "خبر 2":
            successor.work(lambda: None)
            clock.now += 31
            assert successor.work(lambda: None)

    slow.before = sleep
    with suppress(LeaseLost):
        while worker.work(go_on):
            pass
    assert slow.asked == claims_of("خبر", 3), "it wrote nothing over the other's work and went no further"
    work_off(successor)
    assert [found.claim.text for found in book.answers(job.id)] == claims_of("خبر", 8)
    assert book.get(job.id).job.done == 8


def test_a_stop_is_between_two_claims_and_gives_the_job_back(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    job = add_job(book, *claims_of("خبر", 3))
    worker = make_worker(documents, answerer)

    def go_on() -> None:
        if answerer.asked:
            raise Stopped

    with pytest.raises(Stopped):
        worker.work(go_on)
    worker.release()
    assert documents.list_documents("lease") == []
    kept = book.get(job.id).job
    assert (kept.state, kept.done, kept.tries) == (JobState.RUNNING, 1, 0)
    work_off(make_worker(documents, answerer))
    assert answerer.asked == claims_of("خبر", 3)


# --- errors ---


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [(JudgeUnavailable("no model"), "judge", "no model"), (ValueError("سر"), "mistake", "claim 2 cannot be answered")],
)
def test_a_claim_that_fails_is_tried_again_and_then_fails_its_job(
    documents: DocumentStore, error: Exception, kind: str, said: str
) -> None:
    book, clock, answerer = make_book(documents), Clock(), Answerer()
    job = add_job(book, "أول", "ثان")
    answerer.errors["ثان"] = error
    worker = make_worker(documents, answerer, clock)
    for _ in range(MOST_TRIES):
        with pytest.raises(type(error)):
            work_off(worker)
        clock.now += 100
    failure = book.get(job.id).job.failure
    assert failure is not None
    assert (failure.kind, failure.detail) == (kind, said)
    assert answerer.asked == ["أول"] + ["ثان"] * MOST_TRIES
    assert book.open_jobs() == {}


@pytest.mark.parametrize("left", [None, {"claims": "of another version"}])
def test_a_job_whose_request_cannot_be_read_fails_and_leaves_the_queue(
    documents: DocumentStore, left: dict[str, str] | None
) -> None:
    book, clock = make_book(documents), Clock()
    job = add_job(book, "أول")
    documents.delete(REQUEST, job.id)
    if left is not None:
        documents.put(REQUEST, job.id, left)
    worker = make_worker(documents, Answerer(), clock)
    for _ in range(MOST_TRIES):
        with pytest.raises((NotFound, KeyError, TypeError, ValueError)):
            work_off(worker)
        clock.now += 100
    assert book.get(job.id).job.state is JobState.FAILED
    assert book.open_jobs() == {}


def test_a_failing_job_keeps_no_other_waiting(documents: DocumentStore) -> None:
    book, clock, answerer = make_book(documents), Clock(), Answerer()
    add_job(book, "سيئ")
    other = add_job(book, "حسن", at=NOW + timedelta(seconds=1))
    answerer.errors["سيئ"] = ValueError("x")
    worker = make_worker(documents, answerer, clock)
    with pytest.raises(ValueError, match="x"):
        worker.work(lambda: None)
    assert worker.work(lambda: None)
    assert book.get(other.id).job.state is JobState.DONE


def test_while_the_index_is_away_a_job_waits(documents: DocumentStore) -> None:
    book, clock, answerer = make_book(documents), Clock(), Answerer()
    job = add_job(book, "أول")
    answerer.errors["أول"] = IndexUnavailable("no node answers")
    worker = make_worker(documents, answerer, clock)
    for _ in range(3 * MOST_TRIES):
        with pytest.raises(IndexUnavailable):
            work_off(worker)
        assert worker.work(lambda: None) is False, "it rests"
        clock.now += 3
    answerer.errors.clear()
    work_off(worker)
    assert book.get(job.id).job.state is JobState.DONE


# --- cancelled, removed, forgotten ---


def test_a_job_that_is_cancelled_while_it_runs_stops_between_claims(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    job = add_job(book, *claims_of("خبر", 6))

    def cancel(asked: str) -> None:
        if asked == "خبر 2":
            assert book.cancel(job.id).job.state is JobState.CANCELLED

    answerer.before = cancel
    work_off(make_worker(documents, answerer))
    assert answerer.asked == claims_of("خبر", 3)
    assert book.get(job.id).job.state is JobState.CANCELLED
    assert book.cancel(job.id).job.state is JobState.CANCELLED
    assert [documents.list_documents(kind) for kind in (PIECE, OPEN, "lease")] == [[], [], []]


def test_a_job_that_is_cancelled_between_two_turns_leaves_no_lease(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    job, other = add_job(book, *claims_of("خبر", 9)), add_job(book, "آخر", at=NOW + timedelta(seconds=1))
    worker = make_worker(documents, answerer)
    assert worker.work(worker.keep)
    assert len(documents.list_documents("lease")) == 1
    book.cancel(job.id)
    while worker.work(worker.keep):
        pass
    assert documents.list_documents("lease") == []
    assert book.get(other.id).job.state is JobState.DONE


def test_the_lease_of_a_dead_worker_goes_with_its_job(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    job = add_job(book, "خبر")
    die_at("خبر", answerer)
    with pytest.raises(Killed):
        make_worker(documents, answerer).work(lambda: None)
    book.remove(book.cancel(job.id).job)
    assert [documents.list_documents(kind) for kind in ("lease", "job", "job-request", "job-owner", OPEN)] == [[]] * 5


def test_a_job_can_be_cancelled_in_the_queue_and_is_not_begun(documents: DocumentStore) -> None:
    book, answerer = make_book(documents), Answerer()
    job = add_job(book, "خبر")
    book.cancel(job.id)
    work_off(make_worker(documents, answerer))
    assert answerer.asked == []
    kept = book.get(job.id).job
    assert kept.started_at is None
    assert kept.finished_at is not None


def test_what_is_removed_is_gone(documents: DocumentStore) -> None:
    book = make_book(documents)
    job = add_job(book, *claims_of("خبر", 3), owner="k")
    other = add_job(book, *claims_of("آخر", 3), owner="k")
    work_off(make_worker(documents, Answerer()))
    book.remove(book.get(job.id).job)
    for missing in (book.get, book.request, book.cancel):
        with pytest.raises(NotFound):
            missing(job.id)
    assert list(book.answers(job.id)) == []
    assert [kept.job.id for kept in book.page(owner="k", after="", limit=9)] == [other.id]
    assert len(list(book.answers(other.id))) == 3


def test_old_jobs_are_forgotten_and_open_ones_are_not(documents: DocumentStore) -> None:
    now = NOW
    book = make_book(documents, clock=lambda: now)
    old, waiting = add_job(book, "قديم"), add_job(book, "منتظر")
    done = book.finish(book.get(old.id), JobState.DONE)
    assert done.job.finished_at == NOW
    now = NOW + timedelta(days=8)
    new = add_job(book, "جديد", at=now)
    assert book.forget_older(timedelta(days=7)) == 1
    assert {kept.job.id for kept in book.page(owner=None, after="", limit=9)} == {waiting.id, new.id}


# --- the queue ---


@pytest.mark.parametrize(("queue", "per_owner", "is_own"), [(9, 2, True), (2, 9, False)])
def test_the_queue_is_bounded(documents: DocumentStore, queue: int, per_owner: int, is_own: bool) -> None:
    book = make_book(documents, queue=queue, per_owner=per_owner)
    first = add_job(book, "أ", owner="k")
    add_job(book, "ب", owner="k")
    with pytest.raises(QueueFull) as refused:
        add_job(book, "ج", owner="k")
    assert refused.value.is_own is is_own
    book.cancel(first.id)
    add_job(book, "ج", owner="k")


def test_jobs_are_listed_newest_first_to_whom_they_belong(documents: DocumentStore) -> None:
    book = make_book(documents)
    made = [add_job(book, "خبر", owner="ab"[number % 2], at=NOW + timedelta(seconds=number)).id for number in range(6)]
    assert [kept.job.id for kept in book.page(owner=None, after="", limit=9)] == made[::-1]
    assert [kept.job.id for kept in book.page(owner="a", after="", limit=2)] == [made[4], made[2]]
    assert [kept.job.id for kept in book.page(owner="a", after=made[2], limit=2)] == [made[0]]
    assert book.page(owner="", after="", limit=9) == []
