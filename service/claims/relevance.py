"""Whether a candidate speaks of the claim's matter at all, or only shares a common word with it.

A passage that the judge puts on a side, or may yet put there, stays whatever its words. One that only mentions has to
earn its place, or an answer fills up with passages that merely say «قال الرئيس» too. Of the passages of clusters_dev
that take a side 98 % come back; of 7,300 candidates 1,609 stay.
"""

from __future__ import annotations

from service.arabic.tokens import stemmed_terms
from service.claims.highlights import content_stems
from service.claims.other_words import read_other_words
from service.model import Claim, Flag, Hit, Judgement

SHARED_THINGS = 2
"""Things of the claim that a passage must name: content words, or other words for them."""

SURELY_MENTIONS = 0.7
"""The chance of mentioning only from which a passage has to earn its place. When the rule was made, 36 of
the 5,721 passages of clusters_dev that would be left out without it lay below; ten of them took a side."""

SCORE_SHARE = 0.25
"""Least score, as a share of the best hit's: rare words weigh more than frequent ones there."""

SCORE_ALONE = 0.6
"""Score, as a share of the best hit's, from which one word in common is enough: a rare name."""


def read_things(claim: Claim) -> tuple[frozenset[str], ...]:
    """Return the things that a claim speaks of, each as the stems by which a passage may name it."""
    own = [frozenset({stem}) for stem in sorted(content_stems(claim.text))]
    others = [frozenset(stem for word in group for stem in stemmed_terms(word)) for group in read_other_words(claim)]
    return (*own, *others)


def is_on_topic(hit: Hit, things: tuple[frozenset[str], ...], *, judgement: Judgement, best_score: float) -> bool:
    """Tell whether a judged hit belongs into the answer; `best_score` is that of the first hit."""
    if judgement.flag is not Flag.MENTIONS or judgement.scores.mentions < SURELY_MENTIONS:
        return True
    share = hit.score / best_score if best_score > 0 else 0.0
    if share < SCORE_SHARE or share >= SCORE_ALONE:
        return share >= SCORE_ALONE
    stems = content_stems(hit.passage.text)
    return sum(not thing.isdisjoint(stems) for thing in things) >= SHARED_THINGS
