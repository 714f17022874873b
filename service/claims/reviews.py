"""How fact-checks stand to a claim: whether what they reviewed is this claim, its opposite, or only near it.

Words find them, the judge tells them apart: «مصادر تنفي وفاة المطرب» has the words of «وفاة المطرب», as its opposite.
A reviewed claim is the same when each of the two says what the other says: a review of «12 قتيلا بسبب إهمال البلدية»
is none of «12 قتيلا». Where both have the very same words, the judge need only agree, however sure it is. What the
reviewer found of it plays no part here, nor in the verdict of the outlets.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from service.arabic.tokens import exact_terms
from service.claims.read import read_claim
from service.judgement import Judge, judge_all
from service.model import Claim, FactCheck, FactCheckMatch, Flag, JudgedText, Judgement, ReviewRelation

SAME_FROM, OPPOSITE_FROM = 0.65, 0.875
"""Least probability, both ways, for a reviewed claim to count as the same or as the opposite. On sixteen written pairs
(five the same, six opposite) the big model then finds four and six, and calls no other pair either. A rating shown
beside a claim that it is not of would cost more than one shown as related."""

_SIDES = {Flag.AGREES: (ReviewRelation.SAME, SAME_FROM), Flag.CONFLICTS: (ReviewRelation.OPPOSITE, OPPOSITE_FROM)}


class KnownReviews(Protocol):
    """Finds fact-checks by words."""

    def find(self, claim: Claim) -> Sequence[FactCheck]:
        """Return the fact-checks whose claims may be this one, the likeliest first. Raises `IndexUnavailable`."""


def judged_review(fact_check: FactCheck) -> JudgedText:
    """Return what a judge is shown of a fact-check: the claim it reviewed, with the day that was made, if known."""
    made = fact_check.review.claimed or fact_check.review.published
    day = made.date() if isinstance(made, datetime) else made
    return JudgedText(fact_check.review.claim, published=day, language=fact_check.review.language)


def relate_reviews(
    judge: Judge, found: Sequence[tuple[Claim, Sequence[FactCheck], Sequence[Judgement]]]
) -> list[tuple[FactCheckMatch, ...]]:
    """Return for every claim its fact-checks with their relation, the nearest first.

    The judgements given are those of the reviewed claims as passages for the claim; those that take a side are asked
    about the other way round, all in one batch. Raises `JudgeUnavailable`.
    """
    asked = {
        (number, place): (_as_claim(reviews[place]), [JudgedText(claim.text, claim.as_of, language=claim.language)])
        for number, (claim, reviews, judgements) in enumerate(found)
        for place, judgement in enumerate(judgements)
        if _side(judgement, reviews[place], claim) is not ReviewRelation.RELATED
    }
    judged = judge_all(judge, list(asked.values())) if asked else []
    back = {key: answer.judgements[0] for key, answer in zip(asked, judged, strict=True)}
    return [
        _rank(
            [
                _match(claim, review, judgement, back.get((number, place)))
                for place, (review, judgement) in enumerate(zip(reviews, judgements, strict=True))
            ]
        )
        for number, (claim, reviews, judgements) in enumerate(found)
    ]


def _rank(matches: Sequence[FactCheckMatch]) -> tuple[FactCheckMatch, ...]:
    order = list(ReviewRelation)
    return tuple(sorted(matches, key=lambda match: (order.index(match.relation), -(match.confidence or 0))))


def _match(claim: Claim, review: FactCheck, forth: Judgement, back: Judgement | None) -> FactCheckMatch:
    relation = _side(forth, review, claim)
    if back is None or _side(back, review, claim) is not relation:
        return FactCheckMatch(review, ReviewRelation.RELATED)
    return FactCheckMatch(review, relation, min(getattr(one.scores, forth.flag) for one in (forth, back)))


def _side(judgement: Judgement, review: FactCheck, claim: Claim) -> ReviewRelation:
    """Return the side that a judgement takes, either way round, of a reviewed claim and a claim."""
    relation, least = _SIDES.get(judgement.flag, (ReviewRelation.RELATED, 0.0))
    if relation is ReviewRelation.SAME and exact_terms(claim.text) == exact_terms(review.review.claim):
        return relation
    is_sure = relation is ReviewRelation.RELATED or getattr(judgement.scores, judgement.flag) >= least
    return relation if is_sure else ReviewRelation.RELATED


def _as_claim(fact_check: FactCheck) -> Claim:
    return read_claim(fact_check.review.claim)
