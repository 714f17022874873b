"""Which watches an article may concern: an inverted index over the watched claims, asked with the article's passages.

For each term it holds the things that the term names; a passage marks things, and each claim gets the share of its
weight that is marked. Arrays make that a few operations a passage, however many claims are watched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from service.model import Article
from service.watches.terms import Face, read_text_terms

LEAST_SHARE = 0.28
"""Share of a claim's weight that a passage must name. Of 765 Arabic passages that agree or conflict with a claim
(clusters_dev and claims_dev, the bare quote) .865 are then judged, and 2.3 in a hundred pairs of unrelated claims and
articles; with .2 these are .88 and nearly twice as many, with .34 .83 (tests/benchmarks/watches.py)."""

LEAST_THINGS = 2
"""Things that a passage must name, of a claim that has as many: one rare word is no event."""

PASSAGES = 3
"""Passages of one article that are judged for one claim, the best ones."""

_Numbers = npt.NDArray[np.int32]
_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A watch, and the numbers of the passages that may speak of its claim, the best first, with the best's score.

    The score is the weight that the passage names times its share of the claim's: more words, and more of the words.
    Among 10,000 watches it puts the right one among the first 10 for .66 of the passages that agree or conflict, among
    the first 50 for .84, as many as are found at all among the first 100; the share alone does so for .46, .84, .87.
    """

    watch: str
    passages: tuple[int, ...]
    score: float


class WatchedClaims:
    """The claims of all watches, ready to be compared with articles. It never changes; a change makes a new one."""

    def __init__(self, faces: Mapping[str, Sequence[Face]]) -> None:
        """Take for each watch the faces of its claim."""
        self._watches: list[str] = []
        postings: defaultdict[str, list[int]] = defaultdict(list)
        weights: list[float] = []
        claims: list[int] = []
        for watch, face in ((watch, face) for watch, each in faces.items() for face in each):
            for thing in face:
                for term in thing.terms:
                    postings[term].append(len(weights))
                weights.append(thing.weight)
                claims.append(len(self._watches))
            self._watches.append(watch)
        self._postings = {term: np.array(things, dtype=np.int32) for term, things in postings.items()}
        self._weights = np.array(weights, dtype=np.float64)
        self._claims = np.array(claims, dtype=np.int32)
        everything = np.arange(len(weights), dtype=np.int32)
        self._totals = self._add_up(everything, self._weights)
        self._needed = np.minimum(self._add_up(everything), LEAST_THINGS)

    def find(self, article: Article, *, most: int) -> list[Candidate]:
        """Return at most `most` watches whose claims the article may agree or conflict with, the likeliest first."""
        scores: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for place, passage in enumerate(article.passages):
            for watch, score in self._score(read_text_terms(passage.text)):
                scores[watch][place] = max(score, scores[watch].get(place, 0.0))
        found = [_candidate(watch, each) for watch, each in scores.items()]
        return sorted(found, key=lambda one: (-one.score, one.watch))[:most]

    def _score(self, terms: Iterable[str]) -> Iterator[tuple[str, float]]:
        found = [self._postings[term] for term in terms if term in self._postings]
        if not found:
            return
        things = np.unique(np.concatenate(found))
        weight = self._add_up(things, self._weights)
        share = weight / self._totals
        is_found = (share >= LEAST_SHARE) & (self._add_up(things) >= self._needed)
        for place in np.flatnonzero(is_found):
            yield self._watches[place], float(weight[place] * share[place])

    def _add_up(self, things: _Numbers, weights: _Values | None = None) -> _Values:
        """Add up the weights of these things (or count them) claim by claim."""
        values = None if weights is None else weights[things]
        return np.bincount(self._claims[things], weights=values, minlength=len(self._watches)).astype(np.float64)


def _candidate(watch: str, scores: Mapping[int, float]) -> Candidate:
    best = sorted(scores, key=lambda place: (-scores[place], place))[:PASSAGES]
    return Candidate(watch, tuple(best), scores[best[0]])
