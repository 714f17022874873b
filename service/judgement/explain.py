"""Where the entailment model sees a conflict that no comparator names: the words on both sides to be read.

The claim's side is the run of its words that the passage does not repeat; the passage's side is the clause that repeats
most of the rest. A conflict with nothing in common to point at gets no evidence, and so no flag.
"""

from __future__ import annotations

from collections import defaultdict

from service.judgement.alignment import Alignment
from service.judgement.findings import find
from service.judgement.sides import CONTENT, Word
from service.model import Evidence, EvidenceKind, Relation, Span


def explain_conflict(alignment: Alignment) -> tuple[Evidence, ...]:
    """Point at the words that differ, or return nothing when the two texts share no word."""
    clause = _closest_clause(alignment)
    own = _differing_run(alignment)
    if not clause or not own:
        return ()
    finding = find(
        EvidenceKind.PARAPHRASE,
        Relation.CONFLICTS,
        alignment=alignment,
        claim=Span(own[0].span.start, own[-1].span.end),
        passage=Span(clause[0].span.start, clause[-1].span.end),
        support=alignment.coverage,
    )
    return (finding.evidence,)


def _closest_clause(alignment: Alignment) -> list[Word]:
    repeated: dict[int, float] = defaultdict(float)
    for place, found in alignment.matches.items():
        weight = alignment.claim.words[place].weight
        for clause in {alignment.passage.words[other].clause for other in found}:
            repeated[clause] += weight
    if not repeated:
        return []
    best = max(repeated, key=lambda clause: (repeated[clause], -clause))
    return [word for word in alignment.passage.words if word.clause == best]


def _differing_run(alignment: Alignment) -> list[Word]:
    """Return the heaviest run of unrepeated words of the claim; all its content when everything is repeated."""
    runs: list[list[Word]] = [[]]
    for word in alignment.claim.words:
        if word.weight >= CONTENT and not alignment.matched(word.place):
            runs[-1].append(word)
        elif word.weight >= CONTENT and runs[-1]:
            runs.append([])
    best = max(runs, key=lambda run: sum(word.weight for word in run))
    return best or [word for word in alignment.claim.words if word.weight >= CONTENT]
