"""How often a flag rests on the model alone, what it is then explained with, and what that costs."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from service.claims.read import read_claim
from service.judgement.decision import read_tables
from service.judgement.entail import EntailmentModel
from service.judgement.evaluate import Row
from service.judgement.judge import CombinedJudge, TypedJudge
from service.model import Evidence, Flag, Relation, Scores


class TimedModel:
    """A model that keeps the time of the first question on a claim, the judging, apart from that of the others."""

    def __init__(self, model: EntailmentModel) -> None:
        self._model = model
        self.version = model.version
        self.is_first = True
        self.seconds = {True: 0.0, False: 0.0}
        self.pairs = {True: 0, False: 0}

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        start = time.perf_counter()
        scores = self._model.score(pairs)
        self.seconds[self.is_first] += time.perf_counter() - start
        self.pairs[self.is_first] += len(pairs)
        self.is_first = False
        return scores


def measure_explanations(rows: Sequence[Row], folder: Path, *, threads: int) -> str:
    """Judge the rows claim by claim and report."""
    loaded = EntailmentModel(folder, threads=threads)
    loaded.load()
    model = TimedModel(loaded)
    judge, typed = CombinedJudge(model, read_tables(folder.name)), TypedJudge()
    sides, kinds = Counter[Flag](), Counter[str]()
    explained = 0
    claims = dict.fromkeys(row.claim for row in rows)
    for text in claims:
        claim, passages = read_claim(text), [row.passage for row in rows if row.claim == text]
        model.is_first = True
        for judgement, by_facts in zip(judge.judge(claim, passages), typed.judge(claim, passages), strict=True):
            sides[judgement.flag] += 1
            known = {(found.kind, found.claim_span, found.passage_span) for found in by_facts.evidence}
            added = [found for found in judgement.evidence if _is_added(found, known, judgement.flag)]
            explained += bool(added)
            kinds.update(f"{judgement.flag} {found.kind}" for found in added)
    share = model.seconds[False] / model.seconds[True]
    return "\n".join(
        [
            f"{len(rows)} pairs of {len(claims)} claims: {dict(sides)}",
            f"explained by the model: {explained} ({explained / len(rows):.1%}): {dict(kinds)}",
            f"judging {model.pairs[True]} pairs {model.seconds[True]:.1f} s, "
            f"explaining {model.pairs[False]} pairs {model.seconds[False]:.1f} s: {share:.2f} of it, "
            f"{model.seconds[False] / len(claims) * 1000:.0f} ms a claim",
        ]
    )


def _is_added(found: Evidence, known: set[tuple[object, ...]], flag: Flag) -> bool:
    sides = {Flag.AGREES: Relation.AGREES, Flag.CONFLICTS: Relation.CONFLICTS}
    return found.relation is sides.get(flag) and (found.kind, found.claim_span, found.passage_span) not in known
