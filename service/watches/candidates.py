"""Which watches an article may concern: its passages are asked of an index over the watched claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.claims.claim_index import ClaimIndex
from service.claims.claim_terms import Face, read_text_terms
from service.model import Article

LEAST_SHARE = 0.28
"""Share of a claim's weight that a passage must name. Of 765 Arabic passages that agree or conflict with a claim
(clusters_dev and claims_dev, the bare quote) .865 are then judged, and 2.3 in a hundred pairs of unrelated claims and
articles; with .2 these are .88 and nearly twice as many, with .34 .83 (tests/benchmarks/watches.py)."""

PASSAGES = 3
"""Passages of one article that are judged for one claim, the best ones."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A watch, and the numbers of the passages that may speak of its claim, the best first, with the best's score.

    Among 10,000 watches the score puts the right one among the first 10 for .66 of the passages that agree or conflict,
    among the first 50 for .84, as many as are found at all among the first 100; the share alone does so for .46, .84,
    .87.
    """

    watch: str
    passages: tuple[int, ...]
    score: float


class WatchedClaims:
    """The claims of all watches, ready to be compared with articles. It never changes; a change makes a new one."""

    def __init__(self, faces: Mapping[str, Sequence[Face]]) -> None:
        """Take for each watch the faces of its claim."""
        self._index = ClaimIndex.of(faces)

    def find(self, article: Article, *, most: int) -> list[Candidate]:
        """Return at most `most` watches whose claims the article may agree or conflict with, the likeliest first."""
        scores: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for place, passage in enumerate(article.passages):
            for watch, score in self._index.score(read_text_terms(passage.text), least_share=LEAST_SHARE):
                scores[watch][place] = max(score, scores[watch].get(place, 0.0))
        found = [_candidate(watch, each) for watch, each in scores.items()]
        return sorted(found, key=lambda one: (-one.score, one.watch))[:most]


def _candidate(watch: str, scores: Mapping[int, float]) -> Candidate:
    best = sorted(scores, key=lambda place: (-scores[place], place))[:PASSAGES]
    return Candidate(watch, tuple(best), scores[best[0]])
