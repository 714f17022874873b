"""Reading the file of vectors: the nearest first, filters and outlets respected, new rows seen."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.index.embedded_nearest import NOT_LOOKED_AT, Nearness, OpenedVectors, VectorTable
from service.index.embedded_pending import BarePassage
from service.index.embedded_vectors import append_rows, make_rows, map_rows, replace_rows
from service.model import Filters
from tests.index.meanings import sum_words

PASSAGES = [
    BarePassage(10, "", "وقع زلزال في الجبل", 1, date(2024, 3, 1).toordinal(), "ar"),
    BarePassage(11, "", "وقع زلزال في الساحل", 1, date(2024, 3, 9).toordinal(), "ar"),
    BarePassage(12, "", "earthquake في الجبل وقع", 2, date(2024, 3, 9).toordinal(), "en"),
    BarePassage(20, "", "ارتفعت أسعار القمح", 2, None, "ar"),
]


def write(path: Path, passages: list[BarePassage]) -> None:
    append_rows(path, make_rows(passages, [sum_words(passage.text) for passage in passages]))


@pytest.fixture
def opened(tmp_path: Path) -> OpenedVectors:
    write(tmp_path / "v", PASSAGES)
    return OpenedVectors(tmp_path / "v")


def nearest(table: VectorTable, filters: Filters, outlets: list[int] | None = None) -> list[int]:
    nearness = table.measure(sum_words("وقع زلزال في الجبل"), filters, outlets)
    return [found.key for found in nearest_of(nearness)]


def nearest_of(nearness: Nearness) -> list:  # type: ignore[type-arg]
    return nearness.best(10, per_outlet=10)


@pytest.mark.parametrize(
    ("filters", "outlets", "keys"),
    [
        (Filters(), None, [10, 12, 11, 20]),
        (Filters(), [2], [12, 20]),
        (Filters(), [], []),
        (Filters(languages=("en",)), None, [12]),
        (Filters(languages=("fr",)), None, []),
        (Filters(languages=("en", "ar")), [1], [10, 11]),
        (Filters(published_from=date(2024, 3, 2)), None, [12, 11]),
        (Filters(published_to=date(2024, 3, 1)), None, [10]),
        (Filters(published_from=date(2024, 3, 1), published_to=date(2024, 3, 9)), [1], [10, 11]),
    ],
)
def test_nearest_first_among_those_that_fit(
    opened: OpenedVectors, filters: Filters, outlets: list[int] | None, keys: list[int]
) -> None:
    assert nearest(opened.refresh(), filters, outlets) == keys


def test_cosines_are_those_of_the_vectors(opened: OpenedVectors) -> None:
    nearness = opened.refresh().measure(sum_words("وقع زلزال في الجبل"), Filters(), None)
    exact = [float(sum_words(p.text) @ sum_words("وقع زلزال في الجبل")) for p in PASSAGES]
    assert nearness.of([10, 11, 12, 20]) == pytest.approx(exact, abs=0.005)
    assert nearness.of([9, 12, 13, 21]) == [None, pytest.approx(exact[2], abs=0.005), None, None]


def test_no_file_is_nothing_near(tmp_path: Path) -> None:
    nearness = OpenedVectors(tmp_path / "none").refresh().measure(sum_words("زلزال"), Filters(), None)
    assert (nearness.best(5, per_outlet=5), nearness.of([1])) == ([], [None])


def test_appended_and_replaced_rows_are_seen_and_old_tables_stay(opened: OpenedVectors) -> None:
    before = opened.refresh()
    write(opened.path, [BarePassage(30, "", "وقع زلزال في الجبل اليوم", 3, None, "ar")])
    assert nearest(opened.refresh(), Filters()) == [10, 12, 30, 11, 20]
    rows, _ = map_rows(opened.path)
    replace_rows(opened.path, rows, np.isin(rows["key"], [11, 30]))
    assert nearest(opened.refresh(), Filters()) == [30, 11]
    assert nearest(before, Filters()) == [10, 12, 11, 20]


def test_a_spoilt_row_is_not_found(tmp_path: Path) -> None:
    write(tmp_path / "v", PASSAGES)
    data = bytearray((tmp_path / "v").read_bytes())
    data[200] ^= 1
    (tmp_path / "v").write_bytes(data)
    assert nearest(OpenedVectors(tmp_path / "v").refresh(), Filters()) == [12, 11, 20]


@given(
    cosines=st.lists(st.floats(-1, 1, width=32), max_size=300),
    outlets=st.lists(st.integers(0, 4), min_size=300, max_size=300),
    limit=st.integers(1, 40),
    per_outlet=st.integers(1, 12),
)
@settings(deadline=None)
def test_best_is_what_sorting_everything_gives(
    cosines: list[float], outlets: list[int], limit: int, per_outlet: int
) -> None:
    nearness = Nearness(
        np.arange(len(cosines), dtype=np.int64),
        np.array(outlets[: len(cosines)], np.int32),
        np.array([NOT_LOOKED_AT if c == 0 else c for c in cosines], np.float32),
    )
    counts: Counter[int] = Counter()
    expected = []
    for place in sorted(range(len(cosines)), key=lambda i: (-nearness.cosines[i], i)):
        if nearness.cosines[place] > NOT_LOOKED_AT and counts[outlets[place]] < per_outlet and len(expected) < limit:
            counts[outlets[place]] += 1
            expected.append(place)
    assert [found.key for found in nearness.best(limit, per_outlet=per_outlet)] == expected
