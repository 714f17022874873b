"""From an article and the watches it may concern to what the judge says of them.

The judge sees the best passages for a claim together; one flag speaks for the article, by the rule that makes one flag
for an outlet in an answer. The passage shown is the surest one under that flag.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from service.claims.claim_terms import Face
from service.claims.crossref import judged_text
from service.claims.highlights import content_stems, find_highlights
from service.claims.outlets import flag_outlet, strength
from service.claims.read import read_claim
from service.judgement import Judge
from service.model import Article, Claim, Flag, Hit, Match
from service.watches.candidates import Candidate, WatchedClaims
from service.watches.watch import Watch

KEPT_CLAIMS = 1_000
"""Claims whose facts are kept between articles; reading one takes 3 ms."""


class Matcher:
    """Holds the watches in memory and judges articles against them; use it from one thread."""

    def __init__(self, judge: Judge, *, most: int) -> None:
        """Judge at most `most` watches for one article, the likeliest."""
        self._judge = judge
        self._most = most
        self._watches: Mapping[str, Watch] = {}
        self._claims = WatchedClaims({})
        self._read: OrderedDict[str, Claim] = OrderedDict()

    def hold(self, watches: Mapping[str, tuple[Watch, tuple[Face, ...]]]) -> None:
        """Take these watches instead of those held before."""
        self._watches = {watch_id: watch for watch_id, (watch, _) in watches.items()}
        self._claims = WatchedClaims({watch_id: faces for watch_id, (_, faces) in watches.items()})
        self._read = OrderedDict((key, claim) for key, claim in self._read.items() if key in self._watches)

    @property
    def is_idle(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not self._watches

    def candidates(self, article: Article) -> Iterator[tuple[Watch, Candidate]]:
        """Yield the watches that an article may concern, with the passages to be judged."""
        outlet = article.head.outlet
        for candidate in self._claims.find(article, most=self._most):
            watch = self._watches[candidate.watch]
            if not watch.outlets or (outlet and outlet.id in {wanted.id for wanted in watch.outlets}):
                yield watch, candidate

    def judge(self, watch: Watch, article: Article, candidate: Candidate) -> tuple[Claim, Match] | None:
        """Return the claim with the match that speaks for the article, None when the watch does not want to hear of it.

        Raises `JudgeUnavailable`.
        """
        claim = self._claim_of(watch)
        hits = [Hit(article.passages[place], article.head, candidate.score) for place in candidate.passages]
        judgements = self._judge.judge(claim, [judged_text(hit) for hit in hits])
        stems = content_stems(claim.text)
        matches = [
            Match(hit.passage, hit.article, judgement, find_highlights(hit.passage.text, stems))
            for hit, judgement in zip(hits, judgements, strict=True)
        ]
        flag = flag_outlet(matches)
        if flag is Flag.MENTIONS or flag not in watch.flags:
            return None
        return claim, max((match for match in matches if match.judgement.flag is flag), key=strength)

    def _claim_of(self, watch: Watch) -> Claim:
        claim = self._read.pop(watch.id, None) or read_claim(watch.claim, as_of=watch.as_of)
        self._read[watch.id] = claim
        while len(self._read) > KEPT_CLAIMS:
            self._read.popitem(last=False)
        return claim


Render = Callable[[Claim, Match, Article], dict[str, Any]]
"""Writes a match as the edge shows it."""
