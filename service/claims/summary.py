"""The summary of an answer: what stands behind each flag, and the verdict over outlets."""

from __future__ import annotations

from collections.abc import Sequence

from service.claims.sources import count_independent
from service.model import Flag, FlagCount, OutletMatches, Verdict

_VERDICTS = {
    frozenset[Flag](): Verdict.UNCOVERED,
    frozenset({Flag.AGREES}): Verdict.CORROBORATED,
    frozenset({Flag.CONFLICTS}): Verdict.CONTRADICTED,
    frozenset({Flag.AGREES, Flag.CONFLICTS}): Verdict.CONTESTED,
}


def count_flags(outlets: Sequence[OutletMatches]) -> dict[Flag, FlagCount]:
    """Count for each flag the outlets that bear it, and among their matches of that flag the articles and sources."""
    return {flag: _count_flag([outlet for outlet in outlets if outlet.flag is flag], flag) for flag in Flag}


def _count_flag(outlets: Sequence[OutletMatches], flag: Flag) -> FlagCount:
    matches = [match for outlet in outlets for match in outlet.matches if match.judgement.flag is flag]
    # an outlet that is on both sides alike bears `mentions` without such a match of its own
    matches += [outlet.matches[0] for outlet in outlets if not any(m.judgement.flag is flag for m in outlet.matches)]
    return FlagCount(
        outlets=len(outlets),
        independent_sources=count_independent(matches),
        articles=len({match.article.id for match in matches}),
    )


def decide_verdict(outlets: Sequence[OutletMatches]) -> Verdict:
    """Return the state of the claim over outlets: who agrees against who conflicts; mentions decide nothing.

    When no outlet takes a side but one prints both sides alike, the claim is contested: it is not uncovered.
    """
    flags = {outlet.flag for outlet in outlets}
    printed = {match.judgement.flag for outlet in outlets for match in outlet.matches}
    taken = flags - {Flag.MENTIONS} or printed - {Flag.MENTIONS}
    return _VERDICTS[frozenset(taken)]
