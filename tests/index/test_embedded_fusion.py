"""One list out of two: what stands in both comes first, and words alone find as before."""

from __future__ import annotations

import numpy as np
import pytest

from service.index.embedded_fusion import FLOOR, NEARNESS_WEIGHT, TERM_SCORE, fuse, spread
from service.index.embedded_nearest import Nearness
from service.index.embedded_search import Found
from service.index.terms import WeightedTerm

TERMS = (WeightedTerm("text", "زلزال", 0.5), WeightedTerm("text", "جبل", 0.5), WeightedTerm("wide", "جبل", 0.4))
WHOLE = TERM_SCORE  # weights of text: .5 + .5


def nearness_of(cosines: dict[int, float]) -> Nearness:
    keys = sorted(cosines)
    return Nearness(np.array(keys, np.int64), np.ones(len(keys), np.int32), np.array([cosines[k] for k in keys], "<f4"))


@pytest.mark.parametrize(
    ("words", "cosines", "order"),
    [
        ({1: 6.0, 2: 5.0}, {}, [1, 2]),  # no vectors yet
        ({}, {1: 0.85, 2: 0.9}, [2, 1]),  # no words in common
        ({1: 3.0, 2: 3.0}, {1: 0.8, 2: 0.9}, [2, 1]),
        ({1: 6.0, 2: 3.0}, {1: FLOOR - 0.01, 2: 0.9}, [2, 1]),  # near beats far
        ({1: 6.0, 2: 3.0}, {2: 0.9}, [1, 2]),  # a vector that is not made yet makes nothing sink
        ({1: 2.0, 2: 3.0, 3: 1.0}, {2: 0.9}, [2, 1, 3]),
        ({1: 6.0}, {2: FLOOR + 0.5 / NEARNESS_WEIGHT, 3: FLOOR + 1.5 / NEARNESS_WEIGHT}, [3, 1, 2]),
        ({1: 2.0, 2: 1.0}, {1: FLOOR - 0.1, 2: FLOOR - 0.01}, [1, 2]),  # too far to say anything
        ({1: 2.0}, {2: FLOOR - 0.01}, [1]),
        ({2: 2.0, 1: 2.0}, {}, [1, 2]),  # equal: by key, always the same
        ({}, {}, []),
    ],
)
def test_order(words: dict[int, float], cosines: dict[int, float], order: list[int]) -> None:
    found = [Found(key, 1, score) for key, score in words.items()]
    near = [Found(key, 1, cosine) for key, cosine in cosines.items()]
    assert [one.key for one in fuse(found, near, nearness=nearness_of(cosines), terms=TERMS)] == order


def test_the_score_is_the_sum_of_both_parts_and_of_nothing_else() -> None:
    near = nearness_of({7: 0.88, 9: 0.85})
    (alone,) = fuse([Found(7, 1, 3.0)], [], nearness=near, terms=TERMS)
    beside = fuse([Found(8, 2, 30.0), Found(7, 1, 3.0)], [Found(9, 1, 0.85)], nearness=near, terms=TERMS)
    assert alone.score == pytest.approx(3.0 / WHOLE + NEARNESS_WEIGHT * (0.88 - FLOOR), abs=1e-5)
    assert alone in beside


@pytest.mark.parametrize(
    ("limit", "per_outlet", "keys"),
    [(10, 10, [1, 2, 3, 4, 5]), (3, 10, [1, 2, 3]), (10, 1, [1, 3]), (10, 2, [1, 2, 3, 5]), (1, 1, [1])],
)
def test_spread(limit: int, per_outlet: int, keys: list[int]) -> None:
    ranked = [Found(key, outlet, 1 / key) for key, outlet in ((1, 1), (2, 1), (3, 2), (4, 1), (5, 2))]
    assert [found.key for found in spread(ranked, limit=limit, per_outlet=per_outlet)] == keys
