"""The sieve asks the big model only about what the small one leaves open, and keeps the order."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from service.judgement.sieve import SievedModel
from service.model import Scores


class FakeModel:
    """Gives `mentions` as the number that the passage spells, and remembers what it was asked."""

    def __init__(self, version: str, *, agrees: bool) -> None:
        self.version, self.agrees = version, agrees
        self.asked: list[list[tuple[str, str]]] = []

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        self.asked.append(list(pairs))
        return [self._score(float(passage)) for _, passage in pairs]

    def _score(self, mentions: float) -> Scores:
        rest = 1 - mentions
        return Scores(rest, 0.0, mentions) if self.agrees else Scores(0.0, rest, mentions)


@pytest.mark.parametrize(
    ("passages", "asked"),
    [
        (["0.95", "0.2", "0.9", "0.5"], ["0.2", "0.5"]),
        (["0.95", "0.99"], []),
        (["0.1"], ["0.1"]),
        ([], []),
    ],
)
def test_the_fine_model_reads_what_is_left_open(passages: list[str], asked: list[str]) -> None:
    fine, coarse = FakeModel("big", agrees=False), FakeModel("small", agrees=True)
    scores = SievedModel(fine, coarse).score([("ادعاء", p) for p in passages])
    assert [s.mentions for s in scores] == [float(p) for p in passages]
    assert [s.conflicts > 0 for s in scores] == [p in asked for p in passages]
    assert [p for batch in fine.asked for _, p in batch] == asked
    assert len(coarse.asked) == 1


def test_the_version_names_both() -> None:
    assert SievedModel(FakeModel("big", agrees=True), FakeModel("small", agrees=True)).version == "big behind small"
