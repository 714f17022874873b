"""What of watches happens now and then in the background."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from service.watches.background import SWEEP_EVERY, Sweeping
from tests.watches.parts import Clock, open_parts


def test_what_is_old_is_forgotten_when_there_is_nothing_else_to_do(tmp_path: Path) -> None:
    clock = Clock()
    book = open_parts(tmp_path, clock).book
    forgotten: list[timedelta] = []
    book.forget_older = lambda age: forgotten.append(age) or 0  # type: ignore[method-assign,func-returns-value]
    is_busy = True
    sweeping = Sweeping(lambda _: is_busy, book, keep=timedelta(days=30))
    assert sweeping(lambda: None)
    assert forgotten == []
    is_busy = False
    for _ in range(SWEEP_EVERY):
        sweeping(lambda: None)
    assert forgotten == [timedelta(days=30)]
