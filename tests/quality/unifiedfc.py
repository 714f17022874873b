"""UnifiedFC (Baly et al. 2018): claims against whole web pages, through the whole service.

All pages go into one index as they are, boilerplate and all; every claim is answered, and each labelled page gets the
stance that the answer takes from it: a match that agrees is `agree`, one that conflicts `disagree`, one that mentions
`discuss`, and a page that does not come back is `unrelated`. For pages that take a side, the rationale counts as found
when one of the matches shown of the page holds words of a line that the annotators marked.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission
from service.judgement import Judge
from service.model import CrossReference, Flag
from tests.quality.rows import SHARED, read_lines

UNIFIEDFC = SHARED / "data/dev/unifiedfc_folds123.jsonl.gz"
STANCES = ("agree", "disagree", "discuss", "unrelated")
STANCE_OF = {Flag.AGREES: "agree", Flag.CONFLICTS: "disagree", Flag.MENTIONS: "discuss"}
SHARED_WORDS = 0.5
"""Share of a marked line's words, or of the passage's where it is shorter, from which the two are the same place."""


@dataclass(frozen=True, slots=True)
class Stance:
    """A labelled page: `rationale` are the marked lines."""

    claim: str
    url: str
    outlet: str
    label: str
    rationale: tuple[str, ...]
    page: str


@dataclass(frozen=True, slots=True)
class StanceReport:
    """`pairs` counts (label, said); `rationales` are those of pages that agree or disagree, found and all."""

    pairs: Counter[tuple[str, str]]
    rationales_found: int
    rationales: int
    pages: int


def read_stances(path: Path = UNIFIEDFC) -> Iterator[Stance]:
    """Yield the rows of the file; the line numbers of the rationale count from 0."""
    for r in read_lines(path):
        lines = r["article"].split("\n")
        marked = tuple(lines[at] for at in json.loads(r["rationale"] or "[]") if at < len(lines))
        yield Stance(r["claim"], r["url"], r["outlet"], r["stance"], marked, r["article"])


def evaluate_stances(rows: Sequence[Stance], judge: Judge, directory: Path, *, limit: int = 100) -> StanceReport:
    """Load every page once, answer every claim once, and count."""
    index = EmbeddedIndex(directory)
    try:
        articles = load_pages(rows, index)
        crossref = CrossReferencer(index, judge)
        by_claim: dict[str, list[Stance]] = defaultdict(list)
        for row in rows:
            by_claim[row.claim].append(row)
        pairs: Counter[tuple[str, str]] = Counter()
        found = wanted = 0
        for text, labelled in by_claim.items():
            said = take_stances(crossref.answer(read_claim(text), limit=limit))
            for row in labelled:
                shown = [said[name] for name in articles.get(row.url, ()) if name in said]
                pairs[row.label, choose_stance([flag for flag, _ in shown])] += 1
                if row.label in ("agree", "disagree") and row.rationale:
                    wanted += 1
                    found += any(holds_rationale(passages, row.rationale) for _, passages in shown)
    finally:
        index.close()
    return StanceReport(pairs, found, wanted, len(articles))


def load_pages(rows: Sequence[Stance], index: EmbeddedIndex) -> dict[str, set[str]]:
    """Take every page in; return the ids of the articles found on each address."""
    intake = Intake(index, Outlets(()))
    pages = {row.url: row for row in rows}
    taken = intake.take_many(
        (Submission(content=row.page, kind="page", url=url, outlet=row.outlet) for url, row in pages.items()), wait=True
    )
    return {
        url: {article.stored.head.id for article in outcome.taken} for url, outcome in zip(pages, taken, strict=True)
    }


def take_stances(answer: CrossReference) -> dict[str, tuple[Flag, list[str]]]:
    """Return for each article of an answer its flag (a side goes before `mentions`) and the passages shown."""
    said: dict[str, tuple[Flag, list[str]]] = {}
    for outlet in answer.outlets:
        for match in outlet.matches:
            flag, passages = said.get(match.article.id, (Flag.MENTIONS, []))
            side = match.judgement.flag if flag is Flag.MENTIONS else flag
            said[match.article.id] = (side, [*passages, match.passage.text])
    return said


def choose_stance(flags: Sequence[Flag]) -> str:
    """Return the stance of a page from the flags of the articles on it."""
    sides = [flag for flag in flags if flag is not Flag.MENTIONS]
    return STANCE_OF[(sides or list(flags))[0]] if flags else "unrelated"


def holds_rationale(passages: Sequence[str], rationale: Sequence[str]) -> bool:
    """Tell whether a passage stands in a marked line, or a marked line in it."""
    for line in rationale:
        marked = set(line.split())
        for passage in passages:
            words = set(passage.split())
            if len(marked & words) >= SHARED_WORDS * min(len(marked), len(words)):
                return True
    return False


def report_stances(found: StanceReport) -> str:
    """Say the counts, and F1 of every stance."""
    scores = {stance: f1_of(found.pairs, stance) for stance in STANCES}
    lines = [
        f"{found.pairs.total()} pairs on {found.pages} pages  macro-F1 {sum(scores.values()) / len(scores):.3f}",
        "  ".join(f"{stance} {score:.3f}" for stance, score in scores.items()),
        f"rationale found on {found.rationales_found} of {found.rationales} pages that take a side",
    ]
    lines += [f"  {label} → {said}: {count}" for (label, said), count in sorted(found.pairs.items())]
    return "\n".join(lines)


def f1_of(pairs: Counter[tuple[str, str]], stance: str) -> float:
    """Return the F1 of one stance."""
    right = pairs[stance, stance]
    either = sum(count * ((label == stance) + (said == stance)) for (label, said), count in pairs.items())
    return 2 * right / either if either else 0.0
