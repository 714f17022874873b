"""The filters of searches and listings: outlets by id, name, alias or domain; days; languages."""

from __future__ import annotations

from typing import Any

from service.ingest.outlets import Outlets
from service.model import Filters

FILTER_LISTS = ("outlets", "languages")


def read_filters(values: dict[str, Any], outlets: Outlets) -> Filters:
    """Return the filters of a loaded body (`published` with from_ and to) or query (published_from, published_to)."""
    published = values.get("published") or {}
    return Filters(
        outlets=tuple(dict.fromkeys(outlets.resolve(name).id for name in values.get("outlets") or ())),
        published_from=values.get("published_from") or published.get("from_"),
        published_to=values.get("published_to") or published.get("to"),
        languages=tuple(dict.fromkeys(values.get("languages") or ())),
    )
