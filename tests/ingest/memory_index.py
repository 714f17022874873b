"""An index that lives in memory: the `PassageIndex` protocol, kept as its docstrings say, without any engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from service.errors import NotFound
from service.index import ArticlePage, Candidate
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


class MemoryIndex:
    """Keeps every revision of every article in a dictionary."""

    def __init__(self) -> None:
        self.articles: dict[str, list[Article]] = {}
        self.calls = 0

    def store(self, articles: Sequence[Article], *, wait: bool = False) -> list[Stored]:
        self.calls += 1
        return [self._store(article) for article in articles]

    def _store(self, article: Article) -> Stored:
        revisions = self.articles.setdefault(article.head.id, [])
        if revisions and revisions[-1].digest == article.digest:
            return Stored(revisions[-1].head, "unchanged")
        head = replace(article.head, revision=len(revisions) + 1)
        revisions.append(replace(article, head=head))
        return Stored(head, "revised" if head.revision > 1 else "created")

    def delete(self, article_id: str, *, wait: bool = False) -> bool:
        return self.articles.pop(article_id, None) is not None

    def get(self, article_id: str, *, revision: int | None = None) -> Article:
        for article in reversed(self.articles.get(article_id, [])):
            if revision in {None, article.head.revision}:
                return article
        raise NotFound(article_id)

    def revisions(self, article_id: str) -> list[ArticleHead]:
        return [article.head for article in self.articles.get(article_id, [])]

    def find_by_url(self, url: str) -> ArticleHead | None:
        return next((article.head for article in self.stored_articles() if article.head.url == url), None)

    def find_by_bands(self, bands: Sequence[str], *, limit: int = 50) -> list[Candidate]:
        sharing = [article for article in self.stored_articles() if set(bands) & set(article.bands)]
        return [Candidate(article.head, article.digest, article.signature) for article in sharing[:limit]]

    def list_articles(self, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> ArticlePage:
        return ArticlePage(tuple(article.head for article in self.stored_articles()), None)

    def search(self, query: PassageQuery) -> SearchResult:
        return SearchResult(())

    def coverage(self, filters: Filters) -> Coverage:
        latest = list(self.stored_articles())
        return Coverage(len(latest), 0, sum(len(article.passages) for article in latest), None, None, "memory")

    def outlets(self) -> list[OutletCount]:
        return []

    def stored_articles(self) -> Iterable[Article]:
        return [revisions[-1] for revisions in self.articles.values()]

    def check_ready(self) -> None:
        return

    def rebuild(self) -> int:
        return 0

    def close(self) -> None:
        return
