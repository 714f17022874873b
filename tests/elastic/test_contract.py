"""The Elasticsearch engine keeps the contract of every engine, and its small documents theirs."""

from __future__ import annotations

from typing import Any

import pytest

from service.index.elastic_client import Connection
from service.model import PassageQuery
from tests.elastic.conftest import MakeIndex
from tests.index.articles import make_article
from tests.index.contract import IndexContract

pytestmark = pytest.mark.elastic


class TestElastic(IndexContract):
    """Over the fixture `index` of conftest.py."""


def test_facts_are_fields_where_they_are_wanted(make_index: MakeIndex, connection: Connection, prefix: str) -> None:
    index = make_index(facts=True)
    index.store([make_article("a", "أعلنت ليبيا يوم 26 سبتمبر 2023 مقتل نحو 360 شخصا في درنة.")], wait=True)

    def matches(condition: dict[str, Any]) -> bool:
        query = {"nested": {"path": "passages", "query": condition}}
        return bool(connection.client.search(index=f"{prefix}-passages", query=query)["hits"]["hits"])

    assert matches({"range": {"passages.numbers": {"gte": 350, "lte": 350}}})
    assert not matches({"range": {"passages.numbers": {"gte": 700}}})
    assert matches({"term": {"passages.days": "2023-09-26"}})
    assert not matches({"term": {"passages.days": "2023-09-27"}})
    assert matches({"term": {"passages.names": "country:LY"}})
    assert index.search(PassageQuery("درنة")).hits
