"""The judges of this service: by typed comparison alone, and combined with the scores of an entailment model.

Both read the passages, compare them with the claim (`compare`), turn the comparison into named features (`features`)
and let one fitted table decide (`decision`). The combined judge adds the entailment model's scores to the features,
sends it no pair twice, and of what a search brought up none that shares nothing with the claim.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from service.arabic.facts import read_facts
from service.judgement import PairScorer, Question
from service.judgement.compare import Comparison, compare_texts
from service.judgement.comparer import Comparer
from service.judgement.decision import Decision, Tables, read_decision, read_tables
from service.judgement.entail import write_passage
from service.judgement.features import combined_features, comparison_features
from service.judgement.occlusion import Unexplained, explain
from service.judgement.repetition import repeats_claim, rule_conflict_out
from service.model import Claim, Evidence, Flag, JudgedText, Judgement, Relation, Scores
from service.stages import Observe, ignore, timed

_FIRM = 0.7
"""A typed conflict with this support is about the same thing; no score turns it into agreement (on the
written training claims about one such row in seven agrees)."""
_CACHED_PAIRS = 20_000


class TypedJudge:
    """Judges by facts and words alone: precise, and `mentions` when it cannot know.

    `instead_of` names the model it stands in for, which its version then says.
    """

    def __init__(self, decision: Decision | None = None, *, instead_of: str = "", observe: Observe = ignore) -> None:
        self._decision = decision or read_decision("typed")
        self._observe = observe
        self._comparer = Comparer()
        self._missing = f" (model {instead_of} is not installed)" if instead_of else ""

    @property
    def version(self) -> str:
        """Name and version, as shown in an answer's `versions`."""
        return f"typed {self._decision.version}{self._missing}"

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        """Return one judgement per passage, in their order."""
        with timed(self._observe, "compare"):
            return [self._judge_one(comparison) for comparison in self._comparer.compare(claim, passages)]

    def _judge_one(self, comparison: Comparison) -> Judgement:
        return decide(self._decision, comparison, self._decision.score(comparison_features(comparison)))


class CombinedJudge:
    """Judges by facts, words and an entailment model, in one calibrated decision."""

    def __init__(
        self,
        scorer: PairScorer,
        tables: Tables | None = None,
        *,
        typed: Decision | None = None,
        witness: PairScorer | None = None,
        observe: Observe = ignore,
    ) -> None:
        """`witness` is asked for explanations in place of `scorer`, whose answers may come from two models."""
        self._observe = observe
        self._comparer = Comparer()
        self._scorer = ScoredPairs(scorer)
        self._witness = ScoredPairs(witness) if witness else self._scorer
        self._tables = tables or read_tables()
        self._typed = typed or read_decision("typed")
        self._version = f"combined {self._tables.given.version}, {scorer.version}"

    @property
    def version(self) -> str:
        """Name and version of the decision and of the model."""
        return self._version

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        """Return one judgement per passage, in their order; the model sees all that matter as one batch.

        Flags that the model gives without typed evidence are explained by its further answers (`occlusion`).
        """
        return self.judge_many([(claim, passages)])[0]

    def judge_many(self, asked: Sequence[Question]) -> list[list[Judgement]]:
        """Return the judgements of several claims, in their order; the model sees all their pairs as one batch."""
        with timed(self._observe, "compare"):
            compared = [self._comparer.compare(claim, passages) for claim, passages in asked]
        related = [
            (number, place)
            for number, comparisons in enumerate(compared)
            for place, comparison in enumerate(comparisons)
            if is_for_model(comparison, asked[number][1][place])
        ]
        pairs = [(asked[number][0].text, write_passage(asked[number][1][place])) for number, place in related]
        with timed(self._observe, "model"):
            neural = dict(zip(related, self._scorer.score(pairs), strict=True))
        return [
            self._conclude(question, comparisons, [neural.get((number, place)) for place in range(len(comparisons))])
            for number, (question, comparisons) in enumerate(zip(asked, compared, strict=True))
        ]

    def _conclude(
        self, question: Question, comparisons: Sequence[Comparison], neural: Sequence[Scores | None]
    ) -> list[Judgement]:
        claim, passages = question
        tables = [self._tables.choose(passage) for passage in passages]
        scores = [self._score(*pair) for pair in zip(tables, comparisons, neural, strict=True)]
        unexplained = {
            place: pair
            for place, seen in enumerate(neural)
            if seen is not None
            and (pair := find_unexplained(tables[place], passages[place], comparisons[place], scores[place]))
        }
        with timed(self._observe, "explain"):
            reasons = dict(zip(unexplained, explain(claim, [*unexplained.values()], self._witness), strict=True))
        return [
            decide(tables[place], comparison, scores[place], explained=reasons.get(place, ()))
            for place, comparison in enumerate(comparisons)
        ]

    def _score(self, table: Decision, comparison: Comparison, neural: Scores | None) -> Scores:
        scores = table.score(combined_features(comparison_features(comparison), neural, self._typed))
        return rule_conflict_out(scores) if repeats_claim(comparison) else scores


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


def is_for_model(comparison: Comparison, passage: JudgedText) -> bool:
    """Tell whether the model is asked: about everything that somebody put beside the claim, and what shares a word."""
    return comparison.is_related or not passage.is_searched


def decide(
    decision: Decision, comparison: Comparison, scores: Scores, *, explained: tuple[Evidence, ...] = ()
) -> Judgement:
    """Make the judgement: the flag that the probabilities allow, and the evidence that belongs to it.

    `explained` is evidence for what only the model sees; without any evidence there is no conflict.
    """
    evidence = (*comparison.evidence, *explained)
    visible = any(found.relation is Relation.CONFLICTS for found in evidence)
    flag = choose_flag(decision, comparison, scores, visible=visible)
    return Judgement(flag=flag, confidence=getattr(scores, flag), scores=scores, evidence=fit_evidence(flag, evidence))


def choose_flag(decision: Decision, comparison: Comparison, scores: Scores, *, visible: bool) -> Flag:
    """Return the flag, given whether a conflict would be `visible` in the evidence."""
    is_firm = comparison.strongest(Relation.CONFLICTS) >= _FIRM
    return decision.choose(scores, visible_conflict=visible, firm_conflict=is_firm)


def find_unexplained(
    decision: Decision, passage: JudgedText, comparison: Comparison, scores: Scores
) -> Unexplained | None:
    """Return the pair when it would be put on a side for which there is no typed evidence."""
    flag = choose_flag(decision, comparison, scores, visible=True)
    if flag is Flag.MENTIONS or any(found.relation is Relation(flag) for found in comparison.evidence):
        return None
    return Unexplained(passage, comparison, flag, sureness=getattr(scores, flag))


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
