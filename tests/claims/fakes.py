"""A judge and an index that do as they are told, and matches made of little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from service.errors import JudgeUnavailable
from service.model import (
    ArticleHead,
    Claim,
    Coverage,
    Facts,
    Filters,
    Flag,
    Hit,
    JudgedText,
    Judgement,
    Match,
    Outlet,
    Passage,
    PassageQuery,
    Scores,
    SearchResult,
)
from tests.index.articles import make_article

CLAIM = Claim("غمرت السيول وادي الزهور", "ar", Facts())


def judged(flag: Flag, sureness: float = 0.9) -> Judgement:
    """Return a judgement that gives `flag` the score `sureness`, the rest to the others alike."""
    rest = (1 - sureness) / 2
    scores = Scores(**{name: sureness if name == flag else rest for name in ("agrees", "conflicts", "mentions")})
    return Judgement(flag, sureness, scores)


class TableJudge:
    """Judges by a table from passage text to (flag, sureness); what the table lacks only mentions."""

    version = "table 1"

    def __init__(self, table: Mapping[str, tuple[Flag, float]], *, is_broken: bool = False) -> None:
        self._table = table
        self._is_broken = is_broken
        self.batches: list[list[JudgedText]] = []

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        if self._is_broken:
            raise JudgeUnavailable("weights are missing")
        self.batches.append(list(passages))
        return [judged(*self._table.get(passage.text, (Flag.MENTIONS, 0.9))) for passage in passages]


class FixedIndex:
    """Finds what it was given, whatever the question; only what a cross-reference asks of an index is there."""

    def __init__(self, hits: Iterable[Hit], *, partial: str | None = None) -> None:
        self._hits = tuple(hits)
        self._partial = partial
        self.queries: list[PassageQuery] = []

    def search(self, query: PassageQuery) -> SearchResult:
        self.queries.append(query)
        return SearchResult(self._hits, self._partial)

    def coverage(self, filters: Filters) -> Coverage:
        return Coverage(7, 3, 40, date(2024, 1, 1), date(2024, 3, 1), "g.1")


def make_head(article_id: str, outlet: str | None, *, group: str | None = None, day: int | None = 1) -> ArticleHead:
    """Return the head of an article of March 2024."""
    published = None if day is None else datetime.fromisoformat(f"2024-03-{day:02}T08:00:00+00:00").isoformat()
    article = make_article(
        article_id, "نص.", outlet=None if outlet is None else Outlet(outlet, outlet), group=group, published=published
    )
    return article.head


def make_hit(
    article_id: str,
    outlet: str | None,
    text: str,
    *,
    score: float = 10.0,
    group: str | None = None,
    day: int | None = 1,
) -> Hit:
    """Return a hit on the only passage of an article."""
    passage = Passage(f"{article_id}:1:0", 0, 0, len(text), text, "ar")
    return Hit(passage, make_head(article_id, outlet, group=group, day=day), score)


def make_match(
    article_id: str,
    outlet: str | None,
    flag: Flag = Flag.AGREES,
    sureness: float = 0.9,
    *,
    text: str = "",
    group: str | None = None,
    day: int | None = 1,
) -> Match:
    """Return a judged match on the only passage of an article; without `text` its words are its own."""
    hit = make_hit(article_id, outlet, text or f"نص {article_id}", group=group, day=day)
    return Match(hit.passage, hit.article, judged(flag, sureness))
