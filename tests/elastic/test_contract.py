"""The Elasticsearch engine keeps the contract of every engine, and its small documents theirs."""

from __future__ import annotations

import pytest

from tests.index.contract import IndexContract

pytestmark = pytest.mark.elastic


class TestElastic(IndexContract):
    """Over the fixture `index` of conftest.py."""
