"""Where passages live: one protocol, two engines (embedded, elastic); callers know only this file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from service.model import (
    Article,
    ArticleHead,
    Coverage,
    Filters,
    OutletCount,
    PassageQuery,
    SearchResult,
    Stored,
)


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """One page of a listing; `cursor` is opaque and None on the last page."""

    heads: tuple[ArticleHead, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """Articles that were stored behind a position, and the position behind them; positions are opaque."""

    articles: tuple[Article, ...]
    position: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that shares MinHash bands with another: enough to decide whether it is a copy."""

    head: ArticleHead
    digest: str
    signature: tuple[int, ...]


@runtime_checkable
class Lagging(Protocol):
    """An index that takes in later what is stored, and can count it."""

    def count_waiting(self) -> dict[str, int]:
        """Return how many "articles" no search finds yet, and how many passages wait for their "vectors"."""


class PassageIndex(Protocol):
    """Stores articles whole and finds their passages.

    Every method may raise `IndexUnavailable`; an answer is never silently incomplete.
    """

    def store(self, articles: Sequence[Article], *, wait: bool = False) -> list[Stored]:
        """Store each article atomically and durably; with `wait`, return only when its passages are searchable.

        The same id and digest is "unchanged"; another digest becomes the next revision (head.revision is set by the
        index, and the passage ids follow it); the old revision stays readable but is no longer searched.
        """

    def delete(self, article_id: str, *, wait: bool = False) -> bool:
        """Remove an article with all revisions; False when there was none."""

    def get(self, article_id: str, *, revision: int | None = None) -> Article:
        """Return the latest or the given revision. Raises `NotFound`."""

    def revisions(self, article_id: str) -> list[ArticleHead]:
        """Return the heads of all revisions, oldest first. Raises `NotFound`."""

    def get_revisions(self, wanted: Sequence[tuple[str, int]]) -> list[Article]:
        """Return the revisions, each wanted by article id and number, in no order; what is not there is left out.

        All of them come in one or two questions to the engine.
        """

    def find_by_url(self, url: str) -> ArticleHead | None:
        """Return the latest revision of the main article stored under `url`."""

    def find_by_bands(self, bands: Sequence[str], *, limit: int = 50) -> list[Candidate]:
        """Return latest revisions that share at least one MinHash band."""

    def list_articles(self, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> ArticlePage:
        """List latest revisions, newest stored first, in a stable order. Raises `InvalidInput` for a bad cursor."""

    def search(self, query: PassageQuery) -> SearchResult:
        """Find passages of latest revisions, best first, spread over outlets."""

    def coverage(self, filters: Filters) -> Coverage:
        """Count what a search with these filters looks through."""

    def outlets(self) -> list[OutletCount]:
        """Return every outlet with its counts, by name."""

    def stored_articles(self) -> Iterable[Article]:
        """Iterate over all latest revisions (for rebuilds and re-indexing)."""

    def position(self) -> str:
        """Return the position behind everything that was acknowledged so far."""

    def changes(self, after: str, *, limit: int = 50) -> Changes:
        """Return about `limit` latest revisions stored behind a position, in an order of storing.

        Whoever goes on from the position returned gets every article that was ever acknowledged, also one whose
        storing began before and ended after another's; one that is revised meanwhile comes as it is then. A position
        of another store starts at the beginning.
        """

    def check_ready(self) -> None:
        """Return when the index can answer. Raises `IndexUnavailable` with the reason."""

    def rebuild(self) -> int:
        """Make the search index anew from the record; return the number of passages."""

    def close(self) -> None:
        """Release files and connections."""
