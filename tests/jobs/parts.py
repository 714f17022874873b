"""Jobs over any store, answered by one who does as he is told and notes what he was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from service.claims.left_out import NOTHING, LeftOut
from service.errors import IndexUnavailable
from service.index.documents import DocumentStore
from service.jobs.book import Bounds, JobBook
from service.jobs.job import AskedClaim, Job, JobKind, JobState, Request, new_job_id
from service.jobs.worker import JobWorker
from service.model import Claim, Coverage, CrossReference, Filters, Flag, FlagCount, OutletMatches, Verdict
from tests.claims.fakes import make_match

NOW = datetime(2024, 3, 11, 7, 30, tzinfo=UTC)


def answer_to(claim: Claim) -> CrossReference:
    match = make_match("a", "المرفأ", text="ارتفع عدد القتلى إلى 12.")
    outlets = (OutletMatches(match.article.outlet, Flag.AGREES, (match,)),)
    coverage = Coverage(7, 3, 40, date(2024, 1, 1), None, "g.1")
    counts = {Flag.AGREES: FlagCount(1, 1, 1)}
    return CrossReference(claim, Verdict.CORROBORATED, counts, outlets, coverage, {"isnad": "0", "judge": "fake"})


class Killed(BaseException):
    """The process dies here: nothing of it runs any more."""


class Answerer:
    """Answers every claim; `errors` (by claim) are raised instead, and `before` is called with each claim first."""

    def __init__(self, *, before: Callable[[str], None] = lambda _: None) -> None:
        self.asked: list[str] = []
        self.errors: dict[str, Exception] = {}
        self.before = before

    def answer_many(
        self,
        claims: Sequence[Claim],
        filters: Filters,
        limit: int,
        *,
        timeline: bool = False,
        without: LeftOut = NOTHING,
    ) -> list[CrossReference | IndexUnavailable]:
        for claim in claims:
            self.asked.append(claim.text)
            self.before(claim.text)
            if claim.text in self.errors:
                error = self.errors[claim.text]
                if isinstance(error, IndexUnavailable):
                    return [error]
                raise error
        return [answer_to(claim) for claim in claims]


class Clock:
    """A clock for leases and rests, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def make_book(documents: DocumentStore, *, queue: int = 100, per_owner: int = 20, **more: Any) -> JobBook:
    return JobBook(documents, Bounds(queue, per_owner), **more)


def make_worker(documents: DocumentStore, answerer: Answerer, clock: Clock | None = None) -> JobWorker:
    return JobWorker(
        make_book(documents), documents, answerer, lease_s=30, keep=timedelta(days=7), clock=clock or Clock()
    )


def add_job(book: JobBook, *claims: str, owner: str = "", at: datetime = NOW, **fields: Any) -> Job:
    """Put a job into the queue."""
    job = Job(new_job_id(at), JobKind.BATCH, owner, JobState.QUEUED, len(claims), at)
    book.add(job, Request(tuple(AskedClaim(each) for each in claims), Filters(), 10, **fields))
    return job


def claims_of(name: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(count)]


def work_off(worker: JobWorker) -> None:
    """Work until there is nothing to do."""
    while worker.work(lambda: None):
        pass
    worker.release()
