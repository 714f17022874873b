"""Who reported the event, one after another: an entry for each article, copies of one text under the first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from service.claims.outlets import flag_outlet, strength
from service.claims.timeline.statements import Lineage
from service.claims.timeline.times import last_moment, published
from service.model import ArticleHead, Report, When


def order_reports(
    lineages: Sequence[Lineage], sources: Mapping[str, int]
) -> tuple[tuple[Report, ...], tuple[Report, ...]]:
    """Return the reports with a date in the order of time, and those without; `sources` numbers articles by source."""
    by_article: defaultdict[str, list[Lineage]] = defaultdict(list)
    for lineage in lineages:
        by_article[lineage.match.article.id].append(lineage)
    reports = [_report(found) for found in by_article.values()]
    dated = sorted((report for report in reports if report.when), key=_order)
    undated = sorted((report for report in reports if not report.when), key=_name)
    return _fold(_mark_first(dated), sources), tuple(undated)


def find_first(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports that may have been the first of all: none is surely earlier."""
    every = [each for report in reports for each in (report, *report.copies)]
    ends = [last_moment(report.when) for report in every if report.when]
    return tuple(sorted((report for report in every if report.when and report.when.at <= min(ends)), key=_order))


def are_copies(one: ArticleHead, other: ArticleHead, sources: Mapping[str, int]) -> bool:
    """Tell whether two articles print one text. An outlet's own next report is none, though it repeats a sentence."""
    if one.source_group == other.source_group:
        return True
    return sources[one.id] == sources[other.id] and one.outlet != other.outlet


def _report(lineages: list[Lineage]) -> Report:
    matches = [lineage.match for lineage in lineages]
    flag = flag_outlet(matches)
    best = max((m for m in matches if m.judgement.flag is flag), key=strength, default=matches[0])
    return Report(best.article, best.passage.id, flag, _reported(lineages))


def _reported(lineages: list[Lineage]) -> When | None:
    """Return when an article first spoke of the event: with its publication, or with a later revision."""
    first = min((lineage.statements[0] for lineage in lineages), key=lambda statement: statement.article.revision)
    is_first_text = any(lineage.added_after is None for lineage in lineages)
    return published(first.article) if is_first_text else first.when


def _mark_first(reports: Sequence[Report]) -> list[Report]:
    known: set[str] = set()
    marked = []
    for report in reports:
        outlet = report.article.outlet
        marked.append(replace(report, is_outlets_first=outlet is not None and outlet.id not in known))
        known |= {outlet.id} if outlet else set()
    return marked


def _fold(reports: Sequence[Report], sources: Mapping[str, int]) -> tuple[Report, ...]:
    kept: list[tuple[Report, list[Report]]] = []
    for report in reports:
        copies = next((copies for first, copies in kept if are_copies(first.article, report.article, sources)), None)
        if copies is None:
            kept.append((report, []))
        else:
            copies.append(report)
    return tuple(replace(report, copies=tuple(copies)) for report, copies in kept)


def _order(report: Report) -> tuple[float, tuple[str, str]]:
    return report.when.at.timestamp() if report.when else 0.0, _name(report)


def _name(report: Report) -> tuple[str, str]:
    return report.article.outlet.id if report.article.outlet else "", report.article.id
