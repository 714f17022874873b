"""One list out of two: passages found by the claim's words and passages near it in meaning.

score = words / (TERM_SCORE x weights of the claim's terms) + NEARNESS_WEIGHT x (cosine - FLOOR)

The first part is about 1 for a passage that has all the claim's words, and does not depend on what else was found, so
filters change no score. A passage not found by words has none of it, one farther than `FLOOR` none of the second. A
passage whose vector is not there yet is given as much nearness for its words as the others of the list have on average:
the newest articles must not sink while their vectors are made.

Measured on claims_dev over SaudiNewsNet (222,000 passages; a fifth of those that are not among the best by words had
vectors, the others counted by them), right passages of Arabic claims within the first 20 and 40, of English ones within
the first 20 and 40: by words .77 .84, .25 .25; by nearness .74 .78, .50 .63; by this sum .83 .87, .63 .75, the same in
both halves of the claims and with a third more or less weight. Reciprocal ranks (k 60) give .81 .86, .56 .63; a share
of the best score by words instead of the first part .83 .88, .56 .63 (for English claims that best is a poor one).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from service.index.embedded_nearest import Nearness
from service.index.embedded_search import Found
from service.index.terms import WeightedTerm

POOL = 100
"""Passages taken from either side."""

TERM_SCORE = 6.0
NEARNESS_WEIGHT = 12.0
FLOOR = 0.78
"""Cosines below say nothing: multilingual-e5-small puts any two news sentences at .70 to .80, 99 in 100 right Arabic
passages above .81, nineteen in twenty right ones of English claims above .79."""


def fuse(
    words: Sequence[Found], near: Sequence[Found], *, nearness: Nearness, terms: Sequence[WeightedTerm]
) -> list[Found]:
    """Return the passages of both lists with their joint scores, best first."""
    whole = TERM_SCORE * sum(term.weight for term in terms if term.field == "text")
    by_words = {found.key: found.score / whole for found in words}
    outlets = {found.key: found.outlet for found in (*words, *near)}
    parts = {
        key: (by_words.get(key, 0.0), _by_nearness(cosine))
        for key, cosine in zip(outlets, nearness.of(list(outlets)), strict=True)
    }
    usual = _usual_nearness(parts.values())
    fused = [
        Found(key, outlets[key], said + (said * usual if near_by is None else near_by))
        for key, (said, near_by) in parts.items()
    ]
    return sorted((found for found in fused if found.score > 0), key=lambda found: (-found.score, found.key))


def _by_nearness(cosine: float | None) -> float | None:
    return None if cosine is None else NEARNESS_WEIGHT * max(0.0, cosine - FLOOR)


def _usual_nearness(parts: Iterable[tuple[float, float | None]]) -> float:
    """Return how much nearness comes with words, over the passages that have both."""
    known = [(said, near) for said, near in parts if near is not None and said > 0]
    return sum(near for _, near in known) / sum(said for said, _ in known) if known else 0.0


def spread(ranked: Sequence[Found], *, limit: int, per_outlet: int) -> list[Found]:
    """Return the first of a ranking, at most `limit` and at most `per_outlet` of one outlet."""
    counts: Counter[int] = Counter()
    taken: list[Found] = []
    for found in ranked:
        if len(taken) < limit and counts[found.outlet] < per_outlet:
            counts[found.outlet] += 1
            taken.append(found)
    return taken
