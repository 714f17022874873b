"""The words that a model's flag rests on, found by asking it again about parts of the texts.

Where the model sees an agreement or a conflict that no comparator names:
1. The passage's side is the clause that alone, beside the claim, speaks most for the flag.
2. For a conflict, the claim's side is the stretch whose absence takes most of it away. Words that the typed comparison
   found to agree are no reason for a conflict. An agreement is with the claim as a whole.
3. The kind of the reason comes from the lists and facts of both stretches; without any it is the meaning as such.
All pairs of one claim are asked about together, twice; only the surest `MOST_EXPLAINED` of a claim. For others, and
where the model's opinion hangs on no single stretch, the words that differ have to do (`explain_conflict`): all of the
claim, beside the clause of step 1, where two texts in one language share no word.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from service.judgement.compare import Comparison
from service.judgement.entail import write_passage
from service.judgement.explain import explain_conflict
from service.judgement.explain_kind import choose_kind
from service.judgement.findings import write_note
from service.judgement.sides import CONTENT, Word
from service.judgement.stretches import Stretch, is_within, leave_out, span_of, split_claim, split_clauses
from service.model import Claim, Evidence, EvidenceKind, Flag, JudgedText, Relation, Scores

MOST_EXPLAINED = 6
"""Of one claim. An explanation costs up to four pairs' time; on the written clusters one pair in ten needs one."""
_LEAST_DROP = 0.5
"""In log-odds of the conflict: less is within what leaving out any word does to the model."""
_RELATIONS = {Flag.AGREES: Relation.AGREES, Flag.CONFLICTS: Relation.CONFLICTS}
_Pair = tuple[str, str]


class Scorer(Protocol):
    """Scores (claim, passage) pairs as one batch, in their order."""

    def score(self, pairs: Sequence[_Pair]) -> list[Scores]:
        """Return the three probabilities of every pair."""


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A pair that the model puts on a side, `flag`, without typed evidence; `sureness` is the score of that side."""

    passage: JudgedText
    comparison: Comparison
    flag: Flag
    sureness: float


@dataclass(frozen=True, slots=True)
class _Half:
    """A pair with the passage's side found, the pair's text in which the claim's side is looked for, and its score."""

    pair: Unexplained
    clause: Stretch
    text: str
    scores: Scores


def explain(claim: Claim, pairs: Sequence[Unexplained], scorer: Scorer) -> list[tuple[Evidence, ...]]:
    """Return evidence for every pair, in their order; none where there is nothing that a person could see."""
    order = sorted(range(len(pairs)), key=lambda i: (pairs[i].flag is not Flag.CONFLICTS, -pairs[i].sureness))
    asked = order[:MOST_EXPLAINED]
    halves = _find_clauses(claim, [pairs[i] for i in asked], scorer)
    found = dict(zip(asked, _find_stretches(claim, halves, scorer), strict=True))
    return [found.get(i) or _explain_by_words(pair) for i, pair in enumerate(pairs)]


def _explain_by_words(pair: Unexplained) -> tuple[Evidence, ...]:
    return explain_conflict(pair.comparison.alignment) if pair.flag is Flag.CONFLICTS else ()


def _find_clauses(claim: Claim, pairs: Sequence[Unexplained], scorer: Scorer) -> list[_Half | None]:
    """Find the passage's side of every pair; None for a passage without words."""
    clauses = [split_clauses(pair.comparison.alignment.passage) for pair in pairs]
    texts = [[_alone(pair, clause) for clause in found] for pair, found in zip(pairs, clauses, strict=True)]
    scores = iter(scorer.score([(claim.text, text) for group in texts for text in group]))
    halves: list[_Half | None] = []
    for pair, found, group in zip(pairs, clauses, texts, strict=True):
        own = [next(scores) for _ in group]
        best = max(range(len(own)), key=lambda i: _odds(own[i], pair.flag), default=None)
        halves.append(None if best is None else _Half(pair, found[best], group[best], own[best]))
    return halves


def _alone(pair: Unexplained, clause: Stretch) -> str:
    """Write a clause as the model reads a passage; without title and context, which stand beside every clause."""
    text = span_of(clause).of(pair.passage.text)
    return write_passage(JudgedText(text, published=pair.passage.published, language=pair.passage.language))


def _find_stretches(claim: Claim, halves: Sequence[_Half | None], scorer: Scorer) -> list[tuple[Evidence, ...]]:
    """Find the claim's side of every pair, and make the evidence."""
    candidates = [_candidates(half) for half in halves]
    asked = [
        (leave_out(claim.text, stretch), half.text)
        for half, stretches in zip(halves, candidates, strict=True)
        if half is not None
        for stretch in stretches
    ]
    scores = iter(scorer.score(asked))
    found: list[tuple[Evidence, ...]] = []
    for half, stretches in zip(halves, candidates, strict=True):
        own = [next(scores) for _ in stretches]
        found.append(() if half is None else _conclude(claim, half, stretches, own))
    return found


def _candidates(half: _Half | None) -> list[Stretch]:
    """Return the stretches of the claim to be left out; none for an agreement, or where nothing would be left."""
    if half is None or half.pair.flag is not Flag.CONFLICTS:
        return []
    comparison = half.pair.comparison
    agreed = [found.claim_span for found in comparison.evidence if found.relation is Relation.AGREES]
    stretches = split_claim(comparison.alignment.claim)
    free = [s for s in stretches if not all(is_within(w, agreed) for w in s if w.weight >= CONTENT or not w.weight)]
    return free if len(stretches) > 1 else []


def _conclude(
    claim: Claim, half: _Half, stretches: Sequence[Stretch], scores: Sequence[Scores]
) -> tuple[Evidence, ...]:
    comparison = half.pair.comparison
    if half.pair.flag is Flag.AGREES:
        return (_evidence(claim, half, comparison.alignment.claim.words),)
    before = _odds(half.scores, half.pair.flag)
    drops = [before - _odds(after, half.pair.flag) for after in scores]
    best = max(range(len(drops)), key=drops.__getitem__, default=None)
    if best is None or drops[best] < _LEAST_DROP:
        differs_whole = not (comparison.alignment.matches or comparison.is_foreign)
        return (_evidence(claim, half, comparison.alignment.claim.words),) if differs_whole else ()
    return (_evidence(claim, half, stretches[best]),)


def _evidence(claim: Claim, half: _Half, stretch: Sequence[Word]) -> Evidence:
    alignment, flag = half.pair.comparison.alignment, half.pair.flag
    kind = EvidenceKind.PARAPHRASE if flag is Flag.AGREES else choose_kind(alignment, stretch, half.clause)
    here, there = span_of(stretch), span_of(half.clause)
    note = write_note(kind, _RELATIONS[flag], claim=here.of(claim.text), passage=there.of(half.pair.passage.text))
    return Evidence(kind=kind, relation=_RELATIONS[flag], claim_span=here, passage_span=there, note=note)


def _odds(scores: Scores, flag: Flag) -> float:
    chance = min(max(scores.agrees if flag is Flag.AGREES else scores.conflicts, 1e-6), 1 - 1e-6)
    return math.log(chance / (1 - chance))
