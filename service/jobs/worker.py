"""Doing jobs: each process has one worker, each job one lease, and each claim one piece that is kept before the next.

1. Look into the queue (only when something changed, or it is time to look for dead workers' jobs).
2. Take the lease of the job whose turn it is; a lease that somebody alive holds leads to the next job.
3. Answer some of its claims, one by one: keep the answer, then say so in the job. A crash in between finds the answer
   there; a job that was cancelled meanwhile shows in the version of its document.
4. Give the lease back when it is another owner's turn, or the process ends.

A claim over which workers die, or which fails by a mistake of this program, fails its job after some tries. While the
index is away jobs wait.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Protocol

from service.claims.left_out import LeftOut
from service.claims.read import read_claim
from service.errors import IndexUnavailable, JudgeUnavailable, ServiceError, StaleRevision
from service.index.documents import DocumentStore
from service.jobs.book import JobBook, Kept, lease_of
from service.jobs.job import Failure, JobState, Request
from service.jobs.turns import TURN, Turns
from service.leases import Lease, LeaseLost
from service.model import Claim, CrossReference, Filters

LOGGER = logging.getLogger("isnad.jobs")
MOST_TRIES = 5
"""Tries of one claim, over workers that die and over errors of one worker."""

LONGEST_REST_S = 60.0
LOOK_EVERY = 30
"""Rounds without work between two looks into a queue that seemed empty."""

SWEEP_EVERY = 3600
"""Rounds without work between two looks for what is to be forgotten."""


class Answerer(Protocol):
    """Answers claims from the index."""

    def answer_many(
        self, claims: Sequence[Claim], filters: Filters, limit: int, *, timeline: bool, without: LeftOut
    ) -> list[CrossReference | IndexUnavailable]:
        """Return the cross-reference of every claim, or why its search failed, in their order."""


class JobWorker:
    """Does the jobs of the queue; use it from one thread, as its own permit to work."""

    def __init__(
        self,
        book: JobBook,
        documents: DocumentStore,
        answerer: Answerer,
        *,
        lease_s: float,
        keep: timedelta,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._book = book
        self._documents = documents
        self._answerer = answerer
        self._lease_s = lease_s
        self._keep_for = keep
        self._clock = clock
        self._turns = Turns()
        self._leases: dict[str, Lease] = {}
        self._held: str | None = None
        self._failed: dict[str, tuple[int, float]] = {}
        self._edition, self._idle = -1, 0

    # --- the permit: any process may work, and gives its job back in the end ---

    def acquire(self) -> bool:
        """Any worker may always work; which job is settled by the leases of jobs."""
        return True

    def keep(self) -> None:
        """Say that the work goes on. Raises `LeaseLost` when the job in hand was taken over."""
        if self._held is not None:
            try:
                self._leases[self._held].keep()
            except LeaseLost:
                self._held = None
                raise

    def release(self) -> None:
        """Give the job in hand back."""
        held, self._held = self._held, None
        lease = self._leases.get(held) if held else None
        if lease is not None and lease.is_held:
            kept = self._book.find(held or "")
            if kept is not None and not kept.job.state.is_final:
                with contextlib.suppress(StaleRevision):  # it was cancelled just now
                    self._book.hand_back(kept)
            lease.release()

    # --- the work ---

    def work(self, go_on: Callable[[], None]) -> bool:
        """Answer some claims of the next job; False when there is nothing to do now.

        `go_on` is called between claims and raises when the work must stop.
        """
        jobs = self._look()
        for job_id in self._turns.order(jobs):
            goes_on = self._held == job_id
            if self._may_try(job_id) and self._take(job_id):
                self._turns.note(jobs[job_id])
                self._do(job_id, go_on, goes_on=goes_on)
                return True
        self._idle += 1
        if self._idle % SWEEP_EVERY == 1:
            self._book.forget_older(self._keep_for)
        return False

    def _look(self) -> dict[str, str]:
        """Return the queue; without looking while it was empty and no job has come."""
        edition = self._book.edition()
        if edition == self._edition and not self._leases and self._idle % LOOK_EVERY:
            return {}
        self._edition = edition
        jobs = self._book.open_jobs()
        for gone in self._leases.keys() - jobs.keys():
            self._let_go(gone)
        self._leases.update({job_id: self._make_lease(job_id) for job_id in jobs if job_id not in self._leases})
        return jobs

    def _make_lease(self, job_id: str) -> Lease:
        return Lease(self._documents, lease_of(job_id), lasts_s=self._lease_s, clock=self._clock)

    def _take(self, job_id: str) -> bool:
        if self._held not in (None, job_id):
            self.release()
        is_taken = self._leases[job_id].acquire()
        self._held = job_id if is_taken else None
        return is_taken

    def _may_try(self, job_id: str) -> bool:
        return self._clock() >= self._failed.get(job_id, (0, 0.0))[1]

    def _do(self, job_id: str, go_on: Callable[[], None], *, goes_on: bool) -> None:
        """Do a turn of the job whose lease is held; `goes_on` tells that it was held before."""
        kept = self._book.find(job_id)
        if kept is None or kept.job.state.is_final:
            self._end(job_id)
            return
        try:
            kept = kept if goes_on else self._book.take_over(kept)
            if kept.job.tries > MOST_TRIES:
                self._fail(kept, Failure("mistake", f"claim {kept.job.done + 1} could not be answered in any try"))
            else:
                with self._counting_failures(kept):
                    request = self._book.request(job_id)
                self._answer_some(kept, request, go_on)
        except StaleRevision:
            self._settle_dispute(job_id)

    def _answer_some(self, kept: Kept, request: Request, go_on: Callable[[], None]) -> None:
        for _ in range(TURN):
            if kept.job.done == kept.job.total:
                break
            go_on()
            if not self._book.has_piece(kept.job):
                with self._counting_failures(kept):
                    found = self._answer(kept.job.done, request)
                self._book.keep_piece(kept.job, found)
            kept = self._book.advance(kept)
            self._failed.pop(kept.job.id, None)
        if kept.job.done == kept.job.total:
            self._book.finish(kept, JobState.DONE)
            LOGGER.info("a job is done", extra={"fields": {"job": kept.job.id, "claims": kept.job.total}})
            self._end(kept.job.id)

    @contextlib.contextmanager
    def _counting_failures(self, kept: Kept) -> Iterator[None]:
        """Let what fails rest, and after some tries fail its job, so that no job stays in the queue for ever."""
        try:
            yield
        except IndexUnavailable:
            self._rest(kept.job.id, 1)
            raise
        except Exception as error:
            self._note_failure(kept, error)
            raise

    def _answer(self, number: int, request: Request) -> CrossReference:
        asked = request.claims[number]
        claim = read_claim(asked.text, as_of=asked.as_of)
        (found,) = self._answerer.answer_many(
            [claim], request.filters, request.limit, timeline=request.timeline, without=request.without
        )
        if isinstance(found, IndexUnavailable):
            raise found
        return found

    def _settle_dispute(self, job_id: str) -> None:
        """Somebody else wrote: the job was cancelled, or another worker has it."""
        kept = self._book.find(job_id)
        if kept is None or kept.job.state.is_final:
            self._book.drop_orphans(job_id)
            self._end(job_id)

    def _note_failure(self, kept: Kept, error: Exception) -> None:
        tries = self._failed.get(kept.job.id, (0, 0.0))[0] + 1
        self._rest(kept.job.id, tries)
        if tries >= MOST_TRIES:
            detail = str(error) if isinstance(error, ServiceError) else f"claim {kept.job.done + 1} cannot be answered"
            self._fail(kept, Failure("judge" if isinstance(error, JudgeUnavailable) else "mistake", detail))

    def _rest(self, job_id: str, tries: int) -> None:
        self._failed[job_id] = tries, self._clock() + min(LONGEST_REST_S, 2.0**tries)

    def _fail(self, kept: Kept, failure: Failure) -> None:
        self._book.finish(kept, JobState.FAILED, failure)
        LOGGER.warning("a job failed", extra={"fields": {"job": kept.job.id, "reason": failure.detail}})
        self._end(kept.job.id)

    def _end(self, job_id: str) -> None:
        """Take a job that is over out of the queue."""
        self._book.close(job_id)
        self._let_go(job_id)

    def _let_go(self, job_id: str) -> None:
        self._held = None if self._held == job_id else self._held
        self._leases.pop(job_id).release()
        self._failed.pop(job_id, None)
