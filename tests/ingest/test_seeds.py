"""The five seed pages: every quote that is expected of a main text or a glued article stands in it, no other does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.ingest.clean import CleanArticle, clean
from service.ingest.copies import fingerprint
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission

pytestmark = pytest.mark.shared

FOUND = [
    ("000", "thenewkhalij", "2023-09-26", "page", ["main", "split_off"]),
    ("001", "thenewkhalij", "2023-12-03", "page", ["main", "split_off"]),
    ("002", None, "2023-08-22", "text", ["main"]),
    ("003", "arabicpost", "2023-09-26", "page", ["main"]),
    ("004", "alain", None, None, ["main"]),
]


def _read(seeds: Path, name: str, outlets: Outlets) -> list[CleanArticle]:
    page = next(seeds.glob(f"{name}_*.txt")).read_text(encoding="utf-8")
    return clean(Submission(page), outlets, now=datetime(2024, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(("name", "outlet", "day", "source", "roles"), FOUND)
def test_what_is_found(
    seeds: Path, outlets: Outlets, name: str, outlet: str | None, day: str | None, source: str | None, roles: list[str]
) -> None:
    main, *split_off = _read(seeds, name, outlets)
    assert [article.role for article in (main, *split_off)] == roles
    assert (main.outlet.id if main.outlet else None) == outlet
    assert (main.published_at.date().isoformat() if main.published_at else None) == day
    assert main.published_at_source == source
    assert all(article.published_at is None for article in split_off)


def test_glued_articles_have_their_own_outlet_or_none(seeds: Path, outlets: Outlets) -> None:
    glued = [_read(seeds, name, outlets)[1] for name in ("000", "001")]
    assert [article.outlet.id if article.outlet else None for article in glued] == ["zamanarabic", None]


def test_quotes_stand_in_their_part_only(seeds: Path, outlets: Outlets) -> None:
    articles = {name: _read(seeds, name, outlets) for name, *_ in FOUND}
    lines = (seeds / "claims_examples.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [one for line in lines for one in json.loads(line)["expect"] if one["quote"]]
    teaser = "واشنطن: فاجنر تستعد"
    for one in expected:
        main, *glued = articles[one["seed"]]
        in_main = one["part"] == "main" and not one["quote"].startswith(teaser)
        assert (one["quote"] in main.text) is in_main, one["quote"]
        assert any(one["quote"] in article.text for article in glued) is (one["part"] == "glued"), one["quote"]


def test_seeds_are_no_copies_of_each_other(seeds: Path, outlets: Outlets) -> None:
    bands = [set(fingerprint(_read(seeds, name, outlets)[0].text).bands) for name, *_ in FOUND]
    assert all(len(one) > 16 for one in bands)
