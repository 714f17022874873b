"""The file of vectors: what goes in comes out, and a torn or spoilt row is never taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from service.index.embedded_pending import BarePassage
from service.index.embedded_vectors import (
    NO_FILE,
    ROW,
    UNDATED,
    Rows,
    append_rows,
    are_whole,
    make_rows,
    map_rows,
    read_stamp,
    remove_others,
    replace_rows,
    vector_path,
)
from tests.index.meanings import sum_words


def rows_of(*keys: int, day: int | None = 738_000, language: str = "ar") -> Rows:
    passages = [BarePassage(key, "", f"جملة رقم{key}", key % 3, day, language) for key in keys]
    return make_rows(passages, [sum_words(passage.text) for passage in passages])


def test_a_vector_comes_back_as_it_was_within_a_step() -> None:
    (row,) = rows_of(7)
    vector = sum_words("جملة رقم7")
    assert np.abs(row["vector"] * row["step"] - vector).max() <= row["step"] / 2 + 1e-7
    assert (row["key"], row["outlet"], row["day"], row["language"]) == (7, 1, 738_000, b"ar")


@pytest.mark.parametrize(
    ("day", "language", "kept"),
    [
        (None, "und", (UNDATED, b"und")),
        (738_000, "عربي", (738_000, b"????")),
        (738_000, "ar-EG", (738_000, b"ar-E")),
    ],
)
def test_dates_and_languages_that_are_not_known(day: int | None, language: str, kept: tuple[int, bytes]) -> None:
    (row,) = rows_of(1, day=day, language=language)
    assert (row["day"], row["language"]) == kept


def test_appended_rows_are_read_in_order(tmp_path: Path) -> None:
    path = vector_path(tmp_path, "record", "model")
    assert (len(map_rows(path)[0]), map_rows(path)[1], read_stamp(path)) == (0, NO_FILE, NO_FILE)
    append_rows(path, rows_of(1, 2))
    append_rows(path, rows_of(5))
    rows, stamp = map_rows(path)
    assert list(rows["key"]) == [1, 2, 5]
    assert are_whole(rows).all()
    assert stamp == read_stamp(path)


@pytest.mark.parametrize("lost", [1, 100, ROW.itemsize - 1])
def test_a_torn_row_is_not_read(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "v"
    append_rows(path, rows_of(1, 2))
    path.write_bytes(path.read_bytes()[:-lost])
    assert list(map_rows(path)[0]["key"]) == [1]


@pytest.mark.parametrize("field", [name for name in ROW.names or () if name != "vector"])
def test_a_change_in_any_field_is_seen(field: str) -> None:
    rows = rows_of(1, 2, 3)
    rows[field][1] = b"x" if field == "language" else rows[field][1] + 1
    assert list(are_whole(rows)) == [True, False, True]


def test_zeros_after_a_power_cut_are_no_row() -> None:
    assert not are_whole(np.zeros(3, ROW)).any()
    rows = rows_of(1)
    rows["vector"][0, 200:] = 0
    assert not are_whole(rows).any()


def test_replacing_keeps_what_is_kept_and_leaves_readers_alone(tmp_path: Path) -> None:
    path = tmp_path / "v"
    append_rows(path, rows_of(1, 2, 3, 4))
    old, stamp = map_rows(path)
    replace_rows(path, old, np.array([True, False, False, True]))
    assert list(map_rows(path)[0]["key"]) == [1, 4]
    assert read_stamp(path) != stamp
    assert list(old["key"]) == [1, 2, 3, 4]
    assert are_whole(old).all()


def test_vectors_of_other_records_and_models_go(tmp_path: Path) -> None:
    mine, *others = (vector_path(tmp_path, *names) for names in (("r", "m"), ("r", "n"), ("s", "m")))
    for path in (mine, *others):
        append_rows(path, rows_of(1))
    remove_others(mine)
    assert list(tmp_path.iterdir()) == [mine]
