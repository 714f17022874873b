"""The embedded engine keeps the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.index.embedded import EmbeddedIndex
from tests.index.contract import IndexContract


class TestEmbedded(IndexContract):
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[EmbeddedIndex]:
        index = EmbeddedIndex(tmp_path)
        yield index
        index.close()
