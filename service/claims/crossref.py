"""Answering a claim: one search, one judgement of all candidates, then grouping, counting and saying what was searched.

1. `search_for` turns the claim into a query; the index spreads its hits over outlets.
2. The judge flags all candidates in one batch, each with its title, date and the sentence before; it knows that a
   search brought them up (`JudgedText.is_searched`), where other occasions abound.
3. Candidates that only share a common word with the claim are left out (`relevance`).
4. Outlets get one flag each (`outlets`), wire copies are folded (`sources`), the whole is summed up (`summary`).
5. Who asks for it also gets the order of events (`timeline`).

Fact-checks on the same claim stand beside all this (`reviews`): they are judged in the same batch and change nothing.

The summary is of everything that was judged; `limit` only bounds how many matches are shown. No clock and no chance:
the same index gives the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from service import __version__
from service.claims.highlights import content_stems, find_highlights
from service.claims.left_out import NOTHING, LeftOut
from service.claims.outlets import group_by_outlet
from service.claims.query import PER_OUTLET, search_for
from service.claims.relevance import is_on_topic, read_things
from service.claims.reviews import KnownReviews, judged_review, relate_reviews
from service.claims.summary import count_flags, decide_verdict
from service.claims.timeline import write_timeline
from service.errors import IndexUnavailable
from service.index import PassageIndex
from service.judgement import Judge, Judged, judge_all
from service.model import (
    Claim,
    Coverage,
    CrossReference,
    FactCheck,
    FactCheckMatch,
    Filters,
    Hit,
    JudgedText,
    Judgement,
    Match,
    OutletMatches,
)
from service.stages import Observe, ignore, timed

CANDIDATES = 40
"""Passages judged for a claim; beyond them few more are found (see tests/benchmarks/retrieval.py) and a judgement
costs tens of milliseconds."""

SHOWN = 50


class CrossReferencer:
    """Answers claims from an index with a judge."""

    def __init__(
        self,
        index: PassageIndex,
        judge: Judge,
        *,
        candidates: int = CANDIDATES,
        observe: Observe = ignore,
        reviews: KnownReviews | None = None,
    ) -> None:
        """Answer from the passages of `index` and beside them from the fact-checks that `reviews` finds."""
        self._index = index
        self._judge = judge
        self._candidates = candidates
        self._observe = observe
        self._reviews = reviews

    def answer(
        self, claim: Claim, filters: Filters | None = None, limit: int = SHOWN, *, timeline: bool = False
    ) -> CrossReference:
        """Return the cross-reference of a claim with at most `limit` matches, and its `timeline` if wanted.

        Raises `IndexUnavailable` or `JudgeUnavailable`; a search that missed something says so in the coverage.
        """
        (answer,) = self.answer_many([claim], filters, limit, timeline=timeline)
        if isinstance(answer, IndexUnavailable):
            raise answer
        return answer

    def answer_many(
        self,
        claims: Sequence[Claim],
        filters: Filters | None = None,
        limit: int = SHOWN,
        *,
        timeline: bool = False,
        without: LeftOut = NOTHING,
    ) -> list[CrossReference | IndexUnavailable]:
        """Return the cross-reference of every claim, in their order, all judged together.

        What is in `without` is not asked. A search that fails stands in the place of its answer. Raises
        `JudgeUnavailable`.
        """
        filters = filters or Filters()
        found = [self._search(claim, filters, without) for claim in claims]
        searched = [(claim, one) for claim, one in zip(claims, found, strict=True) if isinstance(one, _Searched)]
        judged = judge_all(self._judge, [(claim, one.texts) for claim, one in searched])
        asked = [
            (claim, one.reviews, verdict.judgements[len(one.hits) :])
            for (claim, one), verdict in zip(searched, judged, strict=True)
        ]
        answers = iter(
            self._conclude(claim, one, verdict, beside, limit=limit, timeline=timeline)
            for (claim, one), verdict, beside in zip(searched, judged, relate_reviews(self._judge, asked), strict=True)
        )
        return [next(answers) if isinstance(one, _Searched) else one for one in found]

    def _search(self, claim: Claim, filters: Filters, without: LeftOut) -> _Searched | IndexUnavailable:
        more = PER_OUTLET if without else 0  # room for what is dropped, so that the others' share stays as large
        try:
            with timed(self._observe, "search"):
                result = self._index.search(search_for(claim, filters, limit=self._candidates + more))
            hits = [hit for hit in result.hits if not without.holds(hit.article)][: self._candidates]
            coverage = _tell_partial(self._index.coverage(filters), result.partial)
            return _Searched(hits, coverage, self._reviews.find(claim) if self._reviews else ())
        except IndexUnavailable as error:
            return error

    def _conclude(
        self,
        claim: Claim,
        searched: _Searched,
        judged: Judged,
        beside: tuple[FactCheckMatch, ...],
        *,
        limit: int,
        timeline: bool,
    ) -> CrossReference | IndexUnavailable:
        matches = match_hits(claim, searched.hits, judged.judgements[: len(searched.hits)])
        outlets = group_by_outlet(matches)
        try:
            events = write_timeline(claim, matches, self._index) if timeline else None
        except IndexUnavailable as error:
            return error
        return CrossReference(
            claim=claim,
            verdict=decide_verdict(outlets),
            counts=count_flags(outlets),
            outlets=show_best(outlets, limit),
            coverage=searched.coverage,
            versions={"isnad": __version__, **judged.versions},
            timeline=events,
            fact_checks=beside,
        )


@dataclass(frozen=True, slots=True)
class _Searched:
    hits: Sequence[Hit]
    coverage: Coverage
    reviews: Sequence[FactCheck]

    @property
    def texts(self) -> list[JudgedText]:
        """What is judged: the passages, then the claims that were reviewed."""
        return [*map(judged_text, self.hits), *map(judged_review, self.reviews)]


def match_hits(claim: Claim, hits: Sequence[Hit], judgements: Sequence[Judgement]) -> list[Match]:
    """Join hits and their judgements, without those that only share a common word with the claim."""
    if not hits:
        return []
    stems = content_stems(claim.text)
    things = read_things(claim)
    best_score = hits[0].score
    return [
        Match(hit.passage, hit.article, judgement, find_highlights(hit.passage.text, stems))
        for hit, judgement in zip(hits, judgements, strict=True)
        if is_on_topic(hit, things, judgement=judgement, best_score=best_score)
    ]


def judged_text(hit: Hit) -> JudgedText:
    """Return what a judge is shown of a hit; the day is that of the outlet's own clock, which «اليوم» counts from."""
    published: date | None = None if hit.article.published_at is None else hit.article.published_at.date()
    return JudgedText(
        text=hit.passage.text,
        published=published,
        title=hit.article.title or "",
        context=hit.passage.context,
        language=hit.passage.language,
        is_searched=True,
    )


def show_best(outlets: Sequence[OutletMatches], limit: int) -> tuple[OutletMatches, ...]:
    """Cut an answer to `limit` matches: the first of every outlet, then the second of every outlet, and so on."""
    places = sorted((depth, place) for place, outlet in enumerate(outlets) for depth in range(len(outlet.matches)))[
        :limit
    ]
    shown = [0] * len(outlets)
    for _, place in places:
        shown[place] += 1
    return tuple(
        replace(outlet, matches=outlet.matches[:count]) for outlet, count in zip(outlets, shown, strict=True) if count
    )


def _tell_partial(coverage: Coverage, partial: str | None) -> Coverage:
    return coverage if partial is None else replace(coverage, partial=partial)
