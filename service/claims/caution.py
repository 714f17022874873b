"""A passage that a search brought up needs more to count as a conflict than one that somebody put beside the claim.

Among searched passages other occasions abound (last year's figure, the visit before), so the same odds of a conflict
are right less often than on chosen pairs, on which the judge's thresholds were fitted.
"""

from __future__ import annotations

from dataclasses import replace

from service.judgement.judge import fit_evidence
from service.model import Flag, Judgement

CONFLICT_FROM = 0.64
"""Probability from which a searched passage conflicts. On the pairs of claims_dev, conflicts are right in .73 of the
cases from .5 on; on those of the event clusters, which are what a search brings up, in .63, and from here on in .72
(the first two out of fold)."""


def doubt_searched(judgement: Judgement) -> Judgement:
    """Return the judgement, with a conflict that is not probable enough for a searched passage as `mentions`."""
    if judgement.flag is not Flag.CONFLICTS or judgement.scores.conflicts >= CONFLICT_FROM:
        return judgement
    evidence = fit_evidence(Flag.MENTIONS, judgement.evidence)
    return replace(judgement, flag=Flag.MENTIONS, confidence=judgement.scores.mentions, evidence=evidence)
