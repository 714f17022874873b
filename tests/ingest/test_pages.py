"""Golden pages: what is kept, taken off and split off, and what is found of each article.

A page is pages/NAME.txt; NAME.toml says what must come out of it: for every article its facts (a fact that is not
named there must be None), the beginning of every body line, and the kinds of what was taken off, in order.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.ingest.clean import CleanArticle, clean
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def _facts(article: CleanArticle) -> dict[str, Any]:
    facts = {
        "role": article.role,
        "title": article.title,
        "author": article.author,
        "outlet": article.outlet.id if article.outlet else None,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "published_at_source": article.published_at_source,
        "updated_at": article.updated_at.isoformat() if article.updated_at else None,
        "wire_source": article.wire_source,
    }
    return {name: value for name, value in facts.items() if value is not None}


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.txt")))
def test_page(name: str, outlets: Outlets) -> None:
    page = (PAGES / f"{name}.txt").read_text(encoding="utf-8")
    expected = tomllib.loads((PAGES / f"{name}.toml").read_text(encoding="utf-8"))["article"]

    articles = clean(Submission(page), outlets, now=NOW)

    assert [article.title for article in articles] == [one["title"] for one in expected]
    for article, one in zip(articles, expected, strict=True):
        lines = article.text.split("\n")
        assert [line[: len(start)] for line, start in zip(lines, one["lines"], strict=False)] == one["lines"]
        assert len(lines) == len(one["lines"]), lines[len(one["lines"]) :]
        assert _facts(article) == {k: v for k, v in one.items() if k not in {"lines", "removed", "language"}}
        assert article.language == one.get("language", "ar")
        if "removed" in one:
            assert [removed.kind for removed in article.removed] == one["removed"]


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.txt")))
def test_nothing_is_lost_or_rewritten(name: str, outlets: Outlets) -> None:
    """Every line of a page is title, body or taken off, as it stands there."""
    page = (PAGES / f"{name}.txt").read_text(encoding="utf-8")

    articles = clean(Submission(page), outlets, now=NOW)

    kept = "\n".join(
        text
        for article in articles
        for text in (article.title or "", article.text, *(removed.text for removed in article.removed))
    )
    kept += "".join(f" | {article.outlet.name}" for article in articles if article.outlet)  # «title | site»
    for line in page.split("\n"):
        assert all(word in kept for word in line.split()), line
    assert all(line in page for article in articles for line in article.text.split("\n"))
