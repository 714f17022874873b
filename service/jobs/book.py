"""The book of jobs: all of them, what they are asked, what they have found so far, and which are open.

- `job`: how a job stands; small, because it is written with every claim that is answered.
- `job-request`: what it is asked, written once.
- `job-piece`: the answer to one claim, under job and number: an answer that is there is not made again.
- `job-owner`: a pointer under the owner's id, so that an owner's jobs are listed without everybody's.
- `job-open`: a pointer to a job that is not finished, with its owner: the queue.
- `job-edition`: one document, written with every new job, so that who looks for work need not list the queue.

The queue's pointer is put last: a job that a crash left without one was never acknowledged, and is forgotten in time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.errors import NotFound, QueueFull, StaleRevision
from service.index.documents import Document, DocumentStore
from service.jobs.job import Failure, Job, JobState, Request
from service.jobs.plain import from_plain, read_answer, to_plain, write_answer
from service.leases import KIND as LEASE
from service.model import CrossReference

JOB, REQUEST, PIECE, OWNER, OPEN, EDITION = "job", "job-request", "job-piece", "job-owner", "job-open", "job-edition"
ONE = "one"
PAGE = 200
ORPHANED = timedelta(days=30)
"""How much older than all that is kept a request or an answer must be to have lost its job to a crash."""

PIECES = 20
"""Answers read at once; one may have half a megabyte."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A job and the version of its document."""

    job: Job
    version: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many jobs may be open, of all owners together and of one."""

    queue: int
    per_owner: int


class JobBook:
    """Reads and writes of the book; safe between threads, processes and machines."""

    def __init__(
        self,
        documents: DocumentStore,
        bounds: Bounds,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._documents = documents
        self._bounds = bounds
        self._clock = clock

    # --- for those who want jobs done ---

    def add(self, job: Job, request: Request) -> None:
        """Put a job into the queue. Raises `QueueFull`.

        Who adds at the same moment as others may find room that they take, too: the bounds are kept to about as many
        jobs as there are threads.
        """
        self._check_room(job.owner)
        self._documents.put(REQUEST, job.id, to_plain(request), version=0)
        self._documents.put(JOB, job.id, _write(job), version=0)
        self._documents.put(OWNER, f"{job.owner}:{job.id}", {}, version=0)
        self._documents.put(OPEN, job.id, {"owner": job.owner}, version=0)
        self._documents.put(EDITION, ONE, {})

    def get(self, job_id: str) -> Kept:
        """Return a job. Raises `NotFound`."""
        document = self._documents.get(JOB, job_id)
        if document is None:
            raise NotFound(f"there is no job {job_id}")
        return _read_kept(document)

    def page(self, *, owner: str | None, after: str, limit: int) -> list[Kept]:
        """Return jobs of an owner, or everybody's (None), the newest first, behind the id `after`."""
        if owner is None:
            return [_read_kept(each) for each in self._documents.list_documents(JOB, after=after, limit=limit)]
        prefix = f"{owner}:"
        found = self._documents.list_documents(OWNER, after=prefix + after, limit=limit)
        ids = [each.key.removeprefix(prefix) for each in found if each.key.startswith(prefix)]
        documents = (self._documents.get(JOB, job_id) for job_id in ids)
        return [_read_kept(each) for each in documents if each is not None]

    def request(self, job_id: str) -> Request:
        """Return what a job is asked. Raises `NotFound`."""
        document = self._documents.get(REQUEST, job_id)
        if document is None:
            raise NotFound(f"there is no job {job_id}")
        return from_plain(Request, document.body)

    def answers(self, job_id: str) -> Iterator[CrossReference]:
        """Iterate over the answers of a job in the order of its claims. Raises `Conflict`, see `read_answer`."""
        return (read_answer(each.body) for each in self._pieces(job_id))

    def cancel(self, job_id: str) -> Kept:
        """End a job that is not finished; one that is stays as it is. Raises `NotFound`."""
        while True:
            kept = self.get(job_id)
            if kept.job.state.is_final:
                return kept
            with contextlib.suppress(StaleRevision):
                kept = self.finish(kept, JobState.CANCELLED)
                self._drop_pieces(job_id)
                return kept

    def remove(self, job: Job) -> None:
        """Forget a job with all it found."""
        self._documents.delete(OPEN, job.id)
        self._documents.delete(LEASE, lease_of(job.id))  # of a worker that died, and nobody took it over
        self._drop_pieces(job.id)
        self._documents.delete(OWNER, f"{job.owner}:{job.id}")
        self._documents.delete(REQUEST, job.id)
        self._documents.delete(JOB, job.id)

    # --- for those who do them ---

    def edition(self) -> int:
        """Return a number that changes with every new job."""
        document = self._documents.get(EDITION, ONE)
        return document.version if document else 0

    def open_jobs(self) -> dict[str, str]:
        """Return the ids of the jobs in the queue with their owners, the oldest first."""
        found = list(self._all(OPEN))
        return {each.key: each.body["owner"] for each in reversed(found)}

    def count_open(self) -> int:
        """Return how many jobs are not finished."""
        return sum(1 for _ in self._all(OPEN))

    def take_over(self, kept: Kept) -> Kept:
        """Write that somebody works on a job now. Raises `StaleRevision`."""
        job = kept.job
        started = job.started_at or self._clock()
        return self._move(kept, replace(job, state=JobState.RUNNING, started_at=started, tries=job.tries + 1))

    def hand_back(self, kept: Kept) -> Kept:
        """Write that the one who worked on a job lives and leaves it to others. Raises `StaleRevision`."""
        return self._move(kept, replace(kept.job, tries=0)) if kept.job.tries else kept

    def has_piece(self, job: Job) -> bool:
        """Tell whether the answer to the claim that is next was kept already."""
        return self._documents.get(PIECE, _piece(job.id, job.done)) is not None

    def keep_piece(self, job: Job, found: CrossReference) -> None:
        """Keep the answer to the claim that is next; when somebody else has, his stays."""
        with contextlib.suppress(StaleRevision):
            self._documents.put(PIECE, _piece(job.id, job.done), write_answer(found), version=0)

    def advance(self, kept: Kept) -> Kept:
        """Write that one claim more is answered. Raises `StaleRevision` when somebody else wrote: ask again."""
        return self._move(kept, replace(kept.job, done=kept.job.done + 1, tries=1))

    def finish(self, kept: Kept, state: JobState, failure: Failure | None = None) -> Kept:
        """Write how a job ended and take it out of the queue. Raises `StaleRevision`."""
        ended = replace(kept.job, state=state, finished_at=self._clock(), failure=failure)
        moved = self._move(kept, ended)
        self.close(kept.job.id)
        return moved

    def close(self, job_id: str) -> None:
        """Take a job out of the queue."""
        self._documents.delete(OPEN, job_id)

    def find(self, job_id: str) -> Kept | None:
        """Return a job as it stands now, None when it is gone."""
        document = self._documents.get(JOB, job_id)
        return _read_kept(document) if document else None

    def drop_orphans(self, job_id: str) -> None:
        """Drop what was found for a job that ended while it was worked on."""
        self._drop_pieces(job_id)

    def forget_older(self, age: timedelta) -> int:
        """Forget the jobs that ended, or were made and never queued, that long ago; return how many."""
        before = self._clock() - age
        queued = set(self.open_jobs())
        old = [
            job
            for job in (_read_kept(each).job for each in self._all(JOB))
            if (job.finished_at or job.created_at) < before and job.id not in queued
        ]
        for job in old:
            self.remove(job)
        for kind in (REQUEST, PIECE):
            self._documents.delete_older(kind, before - ORPHANED)
        return len(old)

    # --- inside ---

    def _check_room(self, owner: str) -> None:
        owners = [each.body["owner"] for each in self._all(OPEN)]
        if owners.count(owner) >= self._bounds.per_owner:
            raise QueueFull(f"{self._bounds.per_owner} jobs of this key are not finished yet", is_own=True)
        if len(owners) >= self._bounds.queue:
            raise QueueFull(f"{self._bounds.queue} jobs are not finished yet", is_own=False)

    def _move(self, kept: Kept, job: Job) -> Kept:
        return _read_kept(self._documents.put(JOB, job.id, _write(job), version=kept.version))

    def _pieces(self, job_id: str) -> Iterator[Document]:
        prefix = after = f"{job_id}:"
        while page := self._documents.list_documents(PIECE, after=after, limit=PIECES):
            for each in page:
                if not each.key.startswith(prefix):
                    return
                yield each
            after = page[-1].key

    def _drop_pieces(self, job_id: str) -> None:
        for each in list(self._pieces(job_id)):
            self._documents.delete(PIECE, each.key)

    def _all(self, kind: str) -> Iterator[Document]:
        after = ""
        while page := self._documents.list_documents(kind, after=after, limit=PAGE):
            yield from page
            after = page[-1].key


def lease_of(job_id: str) -> str:
    """Return the name of the lease of a job."""
    return f"job-{job_id}"


def _piece(job_id: str, number: int) -> str:
    return f"{job_id}:{number:04d}"


def _write(job: Job) -> dict[str, object]:
    body: dict[str, object] = to_plain(job)
    del body["id"]
    return body


def _read_kept(document: Document) -> Kept:
    return Kept(from_plain(Job, {"id": document.key, **document.body}), document.version)
