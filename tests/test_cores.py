"""How many cores and threads a process takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.cores import MOST_THREADS, count_cores, share_threads


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("50000 100000", 1),
        ("100000 100000", 1),
        ("max 100000", None),
        ("", None),
        ("a b", None),
        (None, None),
    ],
)
def test_a_quota_of_a_container_limits_the_cores(tmp_path: Path, text: str | None, most: int | None) -> None:
    quota = tmp_path / "cpu.max"
    if text is not None:
        quota.write_text(text)
    unlimited = count_cores(quota=tmp_path / "none")
    assert unlimited >= 1
    assert count_cores(quota=quota) == (most or unlimited)


@pytest.mark.parametrize(
    ("cores", "processes", "threads"),
    [(1, 1, 1), (2, 1, 2), (2, 2, 2), (4, 4, 2), (8, 2, 8), (8, 8, 2), (8, 64, 1), (64, 2, MOST_THREADS)],
)
def test_threads_are_twice_the_share_of_a_process(cores: int, processes: int, threads: int) -> None:
    assert share_threads(cores, processes=processes) == threads
