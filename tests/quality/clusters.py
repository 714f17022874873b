"""The whole way on event clusters: passages in as articles, claims answered, flags compared article by article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission
from service.judgement import Judge
from service.judgement.evaluate import Evaluation, Outcome, Row, count_outcomes
from service.model import CrossReference, Flag, JudgedText, Judgement, Scores, Verdict
from tests.quality.rows import Cluster, ClusterClaim

NOT_FOUND = Judgement(Flag.MENTIONS, 1.0, Scores(agrees=0.0, conflicts=0.0, mentions=1.0))
"""An article that does not come back says nothing about the claim."""


@dataclass(frozen=True, slots=True)
class ClusterEvaluation:
    """`found` is the share of the articles labelled agrees or conflicts that came back at all."""

    pairs: Evaluation
    found: float
    verdicts_right: float
    verdicts: Counter[tuple[Verdict, Verdict]]


def evaluate_clusters(clusters: Sequence[Cluster], judge: Judge, directory: Path) -> ClusterEvaluation:
    """Load all clusters into one embedded index, answer every claim, and count."""
    index = EmbeddedIndex(directory)
    try:
        articles = load(clusters, index)
        crossref = CrossReferencer(index, judge)
        outcomes: list[Outcome] = []
        verdicts: Counter[tuple[Verdict, Verdict]] = Counter()
        wanted = found = 0
        for cluster in clusters:
            for claim in cluster.claims:
                answer = crossref.answer(read_claim(claim.text))
                flagged = strongest_by_article(answer)
                verdicts[expected_verdict(claim), answer.verdict] += 1
                for passage in cluster.passages:
                    label, kind = claim.flags[passage.id]
                    judgement = flagged.get(articles[cluster.id, passage.id])
                    wanted += label is not Flag.MENTIONS
                    found += label is not Flag.MENTIONS and judgement is not None
                    row = Row(claim.text, JudgedText(passage.text, passage.published), label, kind, claim.language)
                    outcomes.append(Outcome(row, judgement or NOT_FOUND))
    finally:
        index.close()
    right = sum(count for (expected, said), count in verdicts.items() if expected is said)
    return ClusterEvaluation(count_outcomes(outcomes), found / wanted, right / verdicts.total(), verdicts)


def load(clusters: Sequence[Cluster], index: EmbeddedIndex) -> dict[tuple[str, str], str]:
    """Take the passages in as articles; return the article id of each."""
    intake = Intake(index, Outlets(()))
    ids: dict[tuple[str, str], str] = {}
    for cluster in clusters:
        for passage in cluster.passages:
            moment = datetime.combine(passage.published, time(12), UTC)
            submission = Submission(
                content=passage.text,
                kind="text",
                id=f"{cluster.id}-{passage.id}",
                outlet=passage.outlet,
                published_at=moment,
            )
            taken = intake.take(submission, wait=True)
            ids[cluster.id, passage.id] = taken[0].stored.head.id
    return ids


def strongest_by_article(answer: CrossReference) -> dict[str, Judgement]:
    """Return one judgement per article: its surest that agrees or conflicts, else its surest."""
    best: dict[str, Judgement] = {}
    for outlet in answer.outlets:
        for match in outlet.matches:
            known = best.get(match.article.id)
            if known is None or _strength(match.judgement) > _strength(known):
                best[match.article.id] = match.judgement
    return best


def _strength(judgement: Judgement) -> tuple[bool, float]:
    return judgement.flag is not Flag.MENTIONS, judgement.confidence


def expected_verdict(claim: ClusterClaim) -> Verdict:
    """Return the verdict that the labels of a claim make (every passage of a cluster is of another outlet)."""
    flags = {flag for flag, _ in claim.flags.values()}
    if Flag.AGREES in flags:
        return Verdict.CONTESTED if Flag.CONFLICTS in flags else Verdict.CORROBORATED
    return Verdict.CONTRADICTED if Flag.CONFLICTS in flags else Verdict.UNCOVERED


def report_clusters(evaluation: ClusterEvaluation) -> str:
    """Say what the pairs' report leaves out: found share and verdicts, as expected → said."""
    lines = [f"found {evaluation.found:.3f}  verdicts right {evaluation.verdicts_right:.3f}"]
    lines += [f"  {expected} → {said}: {count}" for (expected, said), count in sorted(evaluation.verdicts.items())]
    return "\n".join(lines)
