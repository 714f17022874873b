"""The judges of this service: by typed comparison alone, and combined with the scores of an entailment model.

Both read the passages, compare them with the claim (`compare`), turn the comparison into named features (`features`)
and let one fitted table decide (`decision`). The combined judge adds the entailment model's scores to the features,
sends it no pair twice, and none that shares nothing with the claim.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Protocol

from service.arabic.facts import read_facts
from service.judgement.compare import Comparison, compare_texts
from service.judgement.decision import Decision, read_decision
from service.judgement.entail import write_passage
from service.judgement.explain import explain_conflict
from service.judgement.features import combined_features, comparison_features
from service.model import Claim, Evidence, Flag, JudgedText, Judgement, Relation, Scores

_FIRM = 0.75
"""A typed conflict with this support is about the same thing; no score turns it into agreement (chosen on the written
training claims, where fewer than one in ten such rows agrees)."""
_CACHED_PAIRS = 20_000


class PairScorer(Protocol):
    """An entailment model: scores (claim, passage) pairs as one batch, in their order."""

    @property
    def version(self) -> str:
        """Name and version of the model."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        """Return the three probabilities of every pair."""


class TypedJudge:
    """Judges by facts and words alone: precise, and `mentions` when it cannot know.

    `instead_of` names the model it stands in for, which its version then says.
    """

    def __init__(self, decision: Decision | None = None, *, instead_of: str = "") -> None:
        self._decision = decision or read_decision("typed")
        self._missing = f" (model {instead_of} is not installed)" if instead_of else ""

    @property
    def version(self) -> str:
        """Name and version, as shown in an answer's `versions`."""
        return f"typed {self._decision.version}{self._missing}"

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        """Return one judgement per passage, in their order."""
        return [self._judge_one(compare_passage(claim, passage)) for passage in passages]

    def _judge_one(self, comparison: Comparison) -> Judgement:
        return decide(self._decision, comparison, comparison_features(comparison))


class CombinedJudge:
    """Judges by facts, words and an entailment model, in one calibrated decision."""

    def __init__(self, scorer: PairScorer, decision: Decision | None = None, *, typed: Decision | None = None) -> None:
        self._scorer = ScoredPairs(scorer)
        self._decision = decision or read_decision("combined")
        self._typed = typed or read_decision("typed")
        self._version = f"combined {self._decision.version}, {scorer.version}"

    @property
    def version(self) -> str:
        """Name and version of the decision and of the model."""
        return self._version

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        """Return one judgement per passage, in their order; the model sees all that matter as one batch."""
        comparisons = [compare_passage(claim, passage) for passage in passages]
        asked = [place for place, comparison in enumerate(comparisons) if comparison.is_related]
        pairs = [(claim.text, write_passage(passages[place])) for place in asked]
        scores = dict(zip(asked, self._scorer.score(pairs), strict=True))
        return [self._judge_one(comparison, scores.get(place)) for place, comparison in enumerate(comparisons)]

    def _judge_one(self, comparison: Comparison, scores: Scores | None) -> Judgement:
        features = combined_features(comparison_features(comparison), scores, self._typed)
        return decide(self._decision, comparison, features, explain=scores is not None)


class ScoredPairs:
    """Remembers the scores of the latest pairs, so that the model never sees one twice; safe between threads."""

    def __init__(self, scorer: PairScorer, *, size: int = _CACHED_PAIRS) -> None:
        self._scorer = scorer
        self._size = size
        self._known: OrderedDict[tuple[str, str], Scores] = OrderedDict()
        self._lock = Lock()

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        """Return the scores of every pair, asking the model once for those not yet known."""
        wanted = dict.fromkeys(pairs)
        with self._lock:
            known = {pair: self._known[pair] for pair in wanted if pair in self._known}
        unknown = [pair for pair in wanted if pair not in known]
        if unknown:
            known.update(zip(unknown, self._scorer.score(unknown), strict=True))
        self._remember(known)
        return [known[pair] for pair in pairs]

    def _remember(self, scored: dict[tuple[str, str], Scores]) -> None:
        with self._lock:
            for pair, scores in scored.items():
                self._known[pair] = scores
                self._known.move_to_end(pair)
            while len(self._known) > self._size:
                self._known.popitem(last=False)


def compare_passage(claim: Claim, passage: JudgedText) -> Comparison:
    """Read a passage's facts, its dates from the day it was published, and compare it with the claim."""
    return compare_texts(claim, passage, read_facts(passage.text, reference=passage.published))


def decide(
    decision: Decision, comparison: Comparison, features: dict[str, float], *, explain: bool = False
) -> Judgement:
    """Make the judgement: probabilities, the flag they allow, and the evidence that belongs to it.

    With `explain`, a conflict that only the model sees gets evidence that points at the words that differ.
    """
    scores = decision.score(features)
    evidence = comparison.evidence
    visible = any(found.relation is Relation.CONFLICTS for found in evidence)
    if explain and not visible and scores.conflicts >= decision.conflicts_from:
        explained = explain_conflict(comparison.alignment)
        evidence = (*evidence, *explained)
        visible = bool(explained)
    flag = decision.choose(
        scores, visible_conflict=visible, firm_conflict=comparison.strongest(Relation.CONFLICTS) >= _FIRM
    )
    confidence = {Flag.AGREES: scores.agrees, Flag.CONFLICTS: scores.conflicts, Flag.MENTIONS: scores.mentions}[flag]
    return Judgement(flag=flag, confidence=confidence, scores=scores, evidence=fit_evidence(flag, evidence))


def fit_evidence(flag: Flag, evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the evidence as it may stand beside a flag: no plain conflict beside one that is not `conflicts`.

    A difference that did not suffice for a conflict is `unclear`.
    """
    if flag is Flag.CONFLICTS:
        return evidence
    return tuple(
        replace(found, relation=Relation.UNCLEAR) if found.relation is Relation.CONFLICTS else found
        for found in evidence
    )
