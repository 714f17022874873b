from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.judgement.calibration import bin_reliability, expected_calibration_error

CASES = [
    ("nothing judged", [], 0.0),
    ("what is promised is kept", [(0.75, True), (0.75, True), (0.75, True), (0.75, False)], 0.0),
    ("sure and always wrong", [(1.0, False), (1.0, False)], 1.0),
    ("two bins, weighted by count", [(0.95, True), (0.95, True), (0.95, True), (0.15, True)], (3 * 0.05 + 0.85) / 4),
]


@pytest.mark.parametrize(("name", "pairs", "error"), CASES)
def test_calibration_error(name: str, pairs: list[tuple[float, bool]], error: float) -> None:
    assert expected_calibration_error(bin_reliability(pairs)) == pytest.approx(error)


def test_full_confidence_falls_into_the_last_bin() -> None:
    (row,) = bin_reliability([(1.0, True)])
    assert (row.low, row.high, row.count, row.accuracy) == (0.9, 1.0, 1, 1.0)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans())))
def test_every_judgement_is_in_one_bin(pairs: list[tuple[float, bool]]) -> None:
    table = bin_reliability(pairs)
    assert sum(row.count for row in table) == len(pairs)
    assert 0 <= expected_calibration_error(table) <= 1
