"""The word lists of the intake: sorted, unique, with source and licence."""

from __future__ import annotations

from pathlib import Path

import pytest

import service.ingest.words

LISTS = sorted(Path(service.ingest.words.__file__).parent.glob("*.tsv"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_list(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    rows = [line for line in lines if not line.startswith("#")]
    assert "Licence:" in " ".join(head)
    assert lines == head + rows
    assert rows == sorted(set(rows))
    assert len({line.count("\t") for line in rows}) == 1
