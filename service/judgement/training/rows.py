"""The rows the model learns from: every source file read into one shape, with its label in our three flags."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

FLAG_OF = {
    "agrees": 0, "conflicts": 1, "mentions": 2,
    "entailment": 0, "contradiction": 1, "neutral": 2,
    "agree": 0, "disagree": 1, "other": 2,
}  # fmt: skip
AGREES, CONFLICTS, MENTIONS, UNLABELLED = 0, 1, 2, -1
WRITTEN = Path(__file__).parent / "written"
HELD = WRITTEN / "held"  # kept out of training
SPELLINGS = (
    (re.compile("[أإآ]"), "ا"),  # alef without its hamza
    (re.compile(r"ي\b"), "ى"),  # the last yeh without dots, as in Egypt
    (re.compile(r"ة\b"), "ه"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One pair. `group` keeps rows of one passage or cluster in one fold; `label` indexes FLAGS, -1 is unlabelled."""

    source: str
    claim: str
    passage: str
    label: int
    group: str
    published: date | None = None
    title: str = ""
    kind: str = ""
    language: str = "ar"


def chance(*parts: object) -> float:
    """Return a number in [0, 1) that depends on the parts alone, so that every run draws the same."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_day(text: str | None) -> date | None:
    """Read 2017-01-25 and 25/01/2017; None for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime((text or "")[:10], form).date()
        except ValueError:
            continue
    return None


def news_rows(path: Path, *, titles: dict[str, str]) -> Iterator[Row]:
    """Written claims on news passages; the title is known for some passages by their address."""
    for r in read_lines(path):
        yield Row("news", r["claim"], r["passage"], FLAG_OF[r["label"]], r["passage"], read_day(r["date"]),
                  titles.get(r.get("url") or "", ""), r["type"] or "", r["lang"])  # fmt: skip


def written_rows(folder: Path = WRITTEN / "pairs", *, source: str = "written") -> Iterator[Row]:
    """Claims and passages written for this project: quotes with day and title (`written/README.md`)."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        for r in read_lines(path):
            for claim in r["claims"]:
                yield Row(source, claim["claim"], r["passage"], FLAG_OF[claim["label"]], r["id"],
                          read_day(r["date"]), r["title"], claim["type"] or "", claim["lang"])  # fmt: skip


def written_cluster_rows(folder: Path = WRITTEN / "clusters", *, source: str = "written_clusters") -> Iterator[Row]:
    """Clusters written for this project."""
    for path in sorted(folder.glob("*.jsonl.gz")):
        yield from cluster_rows(path, source=source)


def cluster_rows(path: Path, *, source: str = "clusters") -> Iterator[Row]:
    """Every claim of a cluster against every passage of it."""
    for cluster in read_lines(path):
        passages = {p["id"]: p for p in cluster["passages"]}
        for claim in cluster["claims"]:
            for name, flag in claim["flags"].items():
                p, kind = passages[name], flag[1] if len(flag) > 1 else None
                yield Row(source, claim["claim"], p["text"], FLAG_OF[flag[0]], cluster["cluster"],
                          read_day(p["date"]), "", kind or "", claim["lang"])  # fmt: skip


def headline_rows(path: Path, *, source: str = "ans") -> Iterator[Row]:
    """Headline pairs of ANS."""
    for r in read_lines(path):
        yield Row(source, r["s1"], r["s2"], FLAG_OF[r["stance"]], r["s2"])


def nli_rows(path: Path, *, source: str) -> Iterator[Row]:
    """Premise and hypothesis; labels outside the three ("not_contradiction") are left out."""
    for r in read_lines(path):
        if r["label"] in FLAG_OF:
            yield Row(source, r["hypothesis"], r["premise"], FLAG_OF[r["label"]], r["premise"],
                      language=r.get("lang", "ar"))  # fmt: skip


def dev_claim_rows(path: Path) -> Iterator[Row]:
    """The development set of the task itself."""
    for r in read_lines(path):
        yield Row("dev_claims", r["claim"], r["quote"], FLAG_OF[r["label"]], r["claim_id"], read_day(r["date"]), "",
                  r["conflict_type"] or "", r["lang"])  # fmt: skip


def swap_sides(rows: Iterable[Row], *, source: str) -> Iterator[Row]:
    """The same pairs with the sides changed: for headlines, stance does not depend on the side."""
    for row in rows:
        yield replace(row, source=source, claim=row.passage, passage=row.claim)


def vary_context(row: Row, *, drop_date: float = 0.25, keep_title: float = 0.4) -> Row:
    """Leave the date out of some rows and the title out of most, so that the model can do with and without."""
    published = None if chance("date", row.claim, row.passage) < drop_date else row.published
    title = row.title if chance("title", row.claim, row.passage) < keep_title else ""
    return replace(row, published=published, title=title)


def vary_spelling(row: Row, *, share: float = 0.08) -> Row:
    """Spell some claims and some passages as hasty writers do, each form throughout."""
    claim, passage = row.claim, row.passage
    for name, (form, plain) in enumerate(SPELLINGS):
        if chance("spell claim", name, row.claim, row.passage) < share:
            claim = form.sub(plain, claim)
        if chance("spell passage", name, row.claim, row.passage) < share:
            passage = form.sub(plain, passage)
    return replace(row, claim=claim, passage=passage)
