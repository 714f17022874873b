"""Putting the parts of jobs together from the settings."""

from __future__ import annotations

from datetime import timedelta

from service.background import Background, LeasedThread
from service.index.documents import DocumentStore
from service.jobs.book import Bounds, JobBook
from service.jobs.worker import Answerer, JobWorker
from service.settings import Settings

NAME = "jobs"


class Jobs:
    """All of jobs in one process: the book, and the worker once it is started."""

    def __init__(self, book: JobBook, background: Background) -> None:
        self.book = book
        self._background = background
        self._is_started = False

    def start(self) -> None:
        """Do jobs in the background from now on. After the fork."""
        self._is_started = True
        self._background.start()

    def stop(self) -> None:
        """Stop between two claims, if it was started."""
        if self._is_started:
            self._is_started = False
            self._background.stop()


def build_jobs(settings: Settings, documents: DocumentStore, answerer: Answerer) -> Jobs:
    """Return the jobs of a process; nothing runs before they are started."""
    wanted = settings.jobs
    book = JobBook(documents, Bounds(wanted.queue, wanted.per_key))
    worker = JobWorker(book, documents, answerer, lease_s=wanted.lease_s, keep=timedelta(days=wanted.keep_days))
    thread = LeasedThread(NAME, worker, worker.work, interval_s=wanted.interval_s)
    return Jobs(book, Background([thread]))
