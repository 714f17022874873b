"""Grouping matches by outlet, and one flag for each outlet.

An outlet agrees or conflicts as soon as one of its passages does. When some agree and some conflict, the side with the
stronger evidence speaks for the outlet; when both are about as strong, the one published later (an outlet corrects
itself by printing again); when that does not tell either, the outlet only mentions the claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from service.model import Flag, Match, Outlet, OutletMatches

CLEARLY = 0.1
"""How much stronger one side's best score must be to speak for an outlet that is on both. Twice the calibration error
that the judge may have (.05): below it the order of two scores says nothing."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_SIDES = (Flag.AGREES, Flag.CONFLICTS)


def group_by_outlet(matches: Iterable[Match]) -> tuple[OutletMatches, ...]:
    """Return the matches by outlet: outlets that take a side first, the surest first; within one the same."""
    grouped: dict[Outlet | None, list[Match]] = {}
    for match in matches:
        grouped.setdefault(match.article.outlet, []).append(match)
    outlets = [_rank_outlet(outlet, found) for outlet, found in grouped.items()]
    return tuple(sorted(outlets, key=lambda one: (*_rank(one.matches[0], one.flag), _outlet_name(one.outlet))))


def flag_outlet(matches: Iterable[Match]) -> Flag:
    """Return the one flag that speaks for all matches of an outlet."""
    best = {side: _best(matches, side) for side in _SIDES}
    agreeing, conflicting = best[Flag.AGREES], best[Flag.CONFLICTS]
    if agreeing is None or conflicting is None:
        return next((side for side in _SIDES if best[side] is not None), Flag.MENTIONS)
    difference = strength(agreeing) - strength(conflicting)
    if abs(difference) >= CLEARLY:
        return Flag.AGREES if difference > 0 else Flag.CONFLICTS
    if agreeing.article.id == conflicting.article.id or _published(agreeing) == _published(conflicting):
        return Flag.MENTIONS
    return Flag.AGREES if _published(agreeing) > _published(conflicting) else Flag.CONFLICTS


def strength(match: Match) -> float:
    """Return how sure the judge is of the match's flag: its score, 0..1."""
    return float(getattr(match.judgement.scores, match.judgement.flag))


def _best(matches: Iterable[Match], side: Flag) -> Match | None:
    """Return the strongest match of one side, the latest of equals."""
    found = [match for match in matches if match.judgement.flag is side]
    return max(found, key=lambda match: (strength(match), _published(match), match.passage.id), default=None)


def _rank_outlet(outlet: Outlet | None, matches: list[Match]) -> OutletMatches:
    flag = flag_outlet(matches)
    order = sorted(enumerate(matches), key=lambda place: (*_rank(place[1], flag), place[0]))
    return OutletMatches(outlet, flag, tuple(match for _, match in order))


def _rank(match: Match, flag: Flag) -> tuple[int, float]:
    """Rank a match under its outlet's flag: the flag's own first, then the other side, then mentions; surest first."""
    if match.judgement.flag is Flag.MENTIONS:
        return 2, strength(match)  # the less sure that it says nothing, the nearer it is to saying something
    return (0 if match.judgement.flag is flag else 1), -strength(match)


def _published(match: Match) -> datetime:
    instant = match.article.published_at
    if instant is None:
        return _EARLIEST
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _outlet_name(outlet: Outlet | None) -> tuple[bool, str]:
    return (True, "") if outlet is None else (False, outlet.id)
