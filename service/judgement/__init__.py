"""Judges: for a claim and passages, say agrees, conflicts or mentions, with evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from service.model import Claim, JudgedText, Judgement, Scores


class PairScorer(Protocol):
    """An entailment model: scores (claim, passage) pairs as one batch, in their order."""

    @property
    def version(self) -> str:
        """Name and version of the model."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        """Return the three probabilities of every pair."""


Question: TypeAlias = tuple[Claim, Sequence[JudgedText]]
"""A claim with the passages that are to be flagged against it."""


class Judge(Protocol):
    """Anything that can flag passages against a claim."""

    @property
    def version(self) -> str:
        """Name and version of the judge, as shown in an answer's `versions`."""

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        """Return one judgement per passage, in their order, computed as one batch."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Judgements, and what an answer's `versions` say of who made them: `judge`, and `remote` when it was asked."""

    judgements: list[Judgement]
    versions: Mapping[str, str]


@runtime_checkable
class ReportingJudge(Judge, Protocol):
    """A judge that works differently from claim to claim, and says how it worked for this one."""

    def judge_and_report(self, claim: Claim, passages: Sequence[JudgedText]) -> Judged:
        """Return one judgement per passage, in their order, with the versions to be shown."""


def judge_and_report(judge: Judge, claim: Claim, passages: Sequence[JudgedText]) -> Judged:
    """Let any judge flag passages against a claim, and return the versions to be shown beside its judgements."""
    if isinstance(judge, ReportingJudge):
        return judge.judge_and_report(claim, passages)
    return Judged(judge.judge(claim, passages), {"judge": judge.version})


@runtime_checkable
class ManyClaimsJudge(Judge, Protocol):
    """A judge that gains from seeing several claims at once."""

    def judge_many(self, asked: Sequence[Question]) -> list[list[Judgement]]:
        """Return the judgements of every question, in their order, computed as one batch."""


def judge_all(judge: Judge, asked: Sequence[Question]) -> list[Judged]:
    """Let any judge flag the passages of several claims, as one batch where it can; the same as one by one."""
    if isinstance(judge, ManyClaimsJudge):
        versions = {"judge": judge.version}
        return [Judged(judgements, versions) for judgements in judge.judge_many(asked)]
    return [judge_and_report(judge, claim, passages) for claim, passages in asked]
