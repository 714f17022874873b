"""How the reports of an event came one after another, over all passages that were judged for a claim.

Only passages that speak of the claim's event count: those on a side, and those that the judge calls an update.

1. Their articles' older revisions are fetched in one call, and every sentence is traced back through them
   (`statements`), each revision with the time it was out (`times`).
2. `reports`: who reported, in order; copies of one text under the first.
3. `figures`: how the numbers of one thing moved.
4. `changes`: what an outlet changed in its own text.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.claims.sources import group_copies
from service.claims.timeline.changes import find_changes
from service.claims.timeline.figures import follow_figures
from service.claims.timeline.reports import find_first, order_reports
from service.claims.timeline.statements import trace_statements
from service.index import PassageIndex
from service.model import Claim, Flag, Match, Relation, Timeline


def write_timeline(claim: Claim, matches: Sequence[Match], index: PassageIndex) -> Timeline:
    """Return the timeline of the event that a claim speaks of. Raises `IndexUnavailable`."""
    speaking = [match for match in matches if speaks_of_event(match)]
    if not speaking:
        return Timeline()
    lineages = trace_statements(speaking, index)
    sources = {match.article.id: source for match, source in zip(speaking, group_copies(speaking), strict=True)}
    reports, undated = order_reports(lineages, sources)
    return Timeline(
        first=find_first(reports),
        reports=reports,
        undated=undated,
        series=follow_figures(claim, lineages, sources),
        changes=find_changes(lineages),
    )


def speaks_of_event(match: Match) -> bool:
    """Tell whether a passage speaks of the claim's event: it takes a side, or has a later figure of the same thing."""
    judgement = match.judgement
    is_update = any(evidence.relation is Relation.UPDATE for evidence in judgement.evidence)
    return judgement.flag is not Flag.MENTIONS or is_update
