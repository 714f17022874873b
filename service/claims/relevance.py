"""Whether a candidate speaks of the claim's matter at all, or only shares a common word with it.

A passage that the judge puts on a side stays whatever its words. One that only mentions has to earn its place, or an
answer fills up with passages that merely say «قال الرئيس» too. Measured on the written event clusters (1,560 passages,
1,800 claims, 40 hits each): the rule keeps .94 of the passages of the claim's own event, .98 of those that take a side
on it, and drops .60 of the others.
"""

from __future__ import annotations

from service.claims.highlights import content_stems
from service.model import Claim, Flag, Hit

SHARED_STEMS = 2
"""Content words in common with the claim."""

SCORE_SHARE = 0.25
"""Least score, as a share of the best hit's: rare words weigh more than frequent ones there."""

SCORE_ALONE = 0.6
"""Score, as a share of the best hit's, from which one word in common is enough: a rare name."""


def is_on_topic(claim: Claim, hit: Hit, *, flag: Flag, best_score: float) -> bool:
    """Tell whether a judged hit belongs into the answer; `best_score` is that of the first hit."""
    if flag is not Flag.MENTIONS:
        return True
    share = hit.score / best_score if best_score > 0 else 0.0
    if share >= SCORE_ALONE:
        return True
    return share >= SCORE_SHARE and (
        claim.language != hit.passage.language  # words in common are not to be had across languages
        or len(content_stems(claim.text) & content_stems(hit.passage.text)) >= SHARED_STEMS
    )
