"""Putting the parts of fact-checks together."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from service.claims.reviews import judged_review, relate_reviews
from service.errors import ServiceError
from service.factchecks.book import FactCheckBook
from service.factchecks.held import HeldFactChecks
from service.index.documents import DocumentStore
from service.judgement import Judge, judge_all
from service.model import Claim, FactCheckMatch
from service.settings import Settings

LOGGER = logging.getLogger("isnad.factchecks")


@dataclass(frozen=True, slots=True)
class FactChecks:
    """All of fact-checks in one process: the book, what is held of it, and the judge that tells them apart."""

    book: FactCheckBook
    held: HeldFactChecks
    judge: Judge

    def start(self) -> None:
        """Read all reviewed claims in the background; call it after the fork."""
        threading.Thread(target=self._warm_up, name="fact-checks", daemon=True).start()

    def _warm_up(self) -> None:
        try:
            self.held.warm_up()
        except ServiceError as error:  # the first claim reads them
            LOGGER.debug("fact-checks were not read", extra={"fields": {"reason": str(error)}})

    def relate(self, claim: Claim) -> tuple[FactCheckMatch, ...]:
        """Return the fact-checks on a claim, the nearest first. Raises `IndexUnavailable` or `JudgeUnavailable`."""
        found = self.held.find(claim)
        if not found:
            return ()
        (judged,) = judge_all(self.judge, [(claim, [judged_review(one) for one in found])])
        (related,) = relate_reviews(self.judge, [(claim, found, judged.judgements)])
        return related


def build_fact_checks(settings: Settings, documents: DocumentStore, judge: Judge) -> FactChecks:
    """Return the fact-checks of a process; nothing is read before the first question."""
    book = FactCheckBook(documents)
    return FactChecks(book, HeldFactChecks(book, most=settings.fact_checks.candidates), judge)
