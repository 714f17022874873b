"""The seed pages through the whole service: raw pages in, the example claims answered, verdicts and flags compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission
from service.judgement import Judge
from service.model import Flag, Verdict
from tests.quality.clusters import strongest_by_article
from tests.quality.rows import SHARED, read_lines


@dataclass(frozen=True, slots=True)
class SeedClaim:
    """An example claim with what was said of it; `flags` are (seed, part, expected, said)."""

    id: str
    text: str
    expected: Verdict
    said: Verdict
    flags: tuple[tuple[str, str, str, str], ...]

    @property
    def wrong_flags(self) -> list[tuple[str, str, str, str]]:
        """The flags that are not as expected."""
        return [flag for flag in self.flags if not is_as_expected(flag[2], flag[3])]


def is_as_expected(expected: str, said: str) -> bool:
    """Tell whether a part of a page is flagged as expected; neither `absent` nor `mentions` may be taken for a side."""
    if expected in ("absent", Flag.MENTIONS):
        return said in ("absent", Flag.MENTIONS)
    return expected == said


def evaluate_seeds(judge: Judge, outlets: Outlets, directory: Path) -> list[SeedClaim]:
    """Load the five pages into an embedded index and answer the sixteen claims."""
    index = EmbeddedIndex(directory)
    try:
        intake = Intake(index, outlets)
        articles: dict[tuple[str, str], str] = {}
        for path in sorted((SHARED / "seeds").glob("*.txt")):
            for taken in intake.take(Submission(content=path.read_text(encoding="utf-8"), kind="page"), wait=True):
                part = "main" if taken.stored.head.role == "main" else "glued"
                articles[path.name[:3], part] = taken.stored.head.id
        crossref = CrossReferencer(index, judge)
        return [_answer(crossref, articles, fields) for fields in read_lines(SHARED / "seeds/claims_examples.jsonl")]
    finally:
        index.close()


def _answer(crossref: CrossReferencer, articles: dict[tuple[str, str], str], fields: dict[str, Any]) -> SeedClaim:
    answer = crossref.answer(read_claim(fields["claim"]))
    judged = strongest_by_article(answer)
    flags = []
    for expected in fields["expect"]:
        part = "main" if expected["part"] == "comments" else expected["part"]
        judgement = judged.get(articles.get((expected["seed"], part), ""))
        said = "absent" if judgement is None else str(judgement.flag)
        flags.append((expected["seed"], expected["part"], expected["flag"], said))
    return SeedClaim(fields["id"], fields["claim"], Verdict(fields["overall"]), answer.verdict, tuple(flags))


def report_seeds(claims: list[SeedClaim]) -> str:
    """Say how many verdicts and flags are right, then every claim with what is wrong."""
    flags = sum(len(claim.flags) for claim in claims)
    wrong = sum(len(claim.wrong_flags) for claim in claims)
    right = sum(claim.expected is claim.said for claim in claims)
    lines = [f"verdicts right {right} of {len(claims)}, flags right {flags - wrong} of {flags}"]
    for claim in claims:
        mark = "ok " if claim.expected is claim.said else "BAD"
        lines.append(f"{mark} {claim.id} {claim.expected} → {claim.said}  {claim.text}")
        lines += [f"      {seed} {part}: {want} → {said}" for seed, part, want, said in claim.wrong_flags]
    return "\n".join(lines)
