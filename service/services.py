"""Everything a request needs, bundled: `wiring` fills it, the edge and the command line use it, tests put fakes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from service.claims.left_out import NOTHING, LeftOut
from service.errors import IndexUnavailable
from service.factchecks.setup import FactChecks
from service.feeds.background import Feeds
from service.feeds.record import Observe
from service.index import PassageIndex
from service.index.documents import DocumentStore
from service.ingest.outlets import Outlets
from service.ingest.sources import Handed, Submission
from service.jobs.setup import Jobs
from service.judgement import Judge
from service.keys import KeyRing
from service.model import Claim, CrossReference, Filters
from service.settings import Settings
from service.watches.background import Watches
from service.watches.matching import Render

if TYPE_CHECKING:
    from service.ingest.intake import Outcome, Taken


class ArticleIntake(Protocol):
    """Takes what was handed in and stores the articles found in it."""

    def take(self, submission: Submission, *, wait: bool = False) -> list[Taken]:
        """Return the main article and those split off it, each with what became of it."""

    def take_many(self, submissions: Iterable[Handed], *, wait: bool = False) -> Iterator[Outcome]:
        """Take many in; one outcome for each, in their order, and a bad one spoils no other."""


class ClaimAnswerer(Protocol):
    """Answers claims from the index."""

    def answer(self, claim: Claim, filters: Filters, limit: int, *, timeline: bool = False) -> CrossReference:
        """Return the cross-reference of a claim with at most `limit` matches, with its `timeline` if wanted."""

    def answer_many(
        self,
        claims: Sequence[Claim],
        filters: Filters,
        limit: int,
        *,
        timeline: bool = False,
        without: LeftOut = NOTHING,
    ) -> list[CrossReference | IndexUnavailable]:
        """Return the cross-reference of every claim, or why its search failed, in their order."""


@dataclass(frozen=True, slots=True)
class Services:
    """The collaborators of one process. `close` releases files and connections."""

    settings: Settings
    index: PassageIndex
    documents: DocumentStore
    keys: KeyRing
    intake: ArticleIntake
    judge: Judge
    cross_referencer: ClaimAnswerer
    outlets: Outlets
    watches: Watches
    jobs: Jobs
    feeds: Feeds
    fact_checks: FactChecks

    def start(self, render: Render, observe: Observe = lambda _, __: None) -> None:
        """Start what runs in the background; call it after the fork.

        `render` writes a match as it is sent, `observe` is told how polls of feeds end and what became of their items.
        """
        self.watches.start(render)
        self.jobs.start()
        self.fact_checks.start()
        self.feeds.start(observe)

    def close(self) -> None:
        """Stop what runs in the background and release files and connections."""
        self.feeds.stop()
        self.watches.stop()
        self.jobs.stop()
        self.index.close()
        self.documents.close()
