"""What the typed comparison alone sees of every kind of conflict, on training rows: for finding rules, fast.

For each kind: how many of the rows that conflict in it show evidence of it (found), and how many rows labelled agrees
or mentions show it too (false alarms). Rows of one passage, and one cluster's, stand in one half: rules are found on
the half "develop" and confirmed on the other.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.arabic.facts import read_facts
from service.claims.read import read_claim
from service.judgement.compare import Comparison, compare_texts
from service.judgement.evaluate import Row
from service.judgement.findings import Finding
from service.model import EvidenceKind, Flag, Relation
from tests.quality import rows

HALVES = ("develop", "confirm")
SHOWN_FROM, FIRM_FROM = 0.4, 0.7
KINDS = {
    EvidenceKind.QUANTITY: ("number", "unit"),
    EvidenceKind.DATE: ("date",),
    EvidenceKind.PLACE: ("place",),
    EvidenceKind.ACTOR: ("actor", "role"),
    EvidenceKind.ROLE: ("role", "swap"),
    EvidenceKind.NEGATION: ("negation",),
    EvidenceKind.DIRECTION: ("direction",),
    EvidenceKind.OUTCOME: ("outcome",),
    EvidenceKind.SEQUENCE: ("sequence",),
    EvidenceKind.ATTRIBUTION: ("attribution",),
}
"""The kinds of evidence and the types of labelled rows in which each is looked for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A row with what the comparison found of it."""

    row: Row
    comparison: Comparison

    def strongest(self, kind: EvidenceKind | None = None) -> Finding | None:
        """Return the best supported conflict of a kind, or of any."""
        found = (
            f
            for f in self.comparison.findings
            if f.evidence.relation is Relation.CONFLICTS and kind in (None, f.evidence.kind)
        )
        return max(found, key=lambda f: f.support, default=None)

    def shows(self, kind: EvidenceKind | None = None, *, least: float = SHOWN_FROM) -> bool:
        """Tell whether a conflict of a kind, or of any, has at least this support."""
        return self.support(kind) >= least

    def support(self, kind: EvidenceKind | None = None) -> float:
        """Return the support of the strongest conflict of a kind, or of any; 0 without one."""
        found = self.strongest(kind)
        return found.support if found else 0.0


def training_rows(half: str, directory: Path = rows.SHARED / "data/nli_train") -> list[Row]:
    """Return the written training rows of one half, in the order of a checksum: the first N are a fair sample."""
    labelled = [
        *rows.news_claims(directory / "news_claims_train.jsonl.gz"),
        *rows.news_claims(directory / "news_claims2_train.jsonl.gz"),
    ]
    kept = [row for row in labelled if _half_of(row.passage.text) == half]
    for cluster in rows.read_clusters(directory / "clusters_train.jsonl.gz"):
        if _half_of(cluster.id) == half:
            kept += rows.cluster_rows([cluster])
    return sorted(kept, key=lambda row: zlib.crc32(f"{row.claim}|{row.passage.text}".encode()))


def _half_of(key: str) -> str:
    return HALVES[zlib.crc32(key.encode()) % 2]


def choose_rows(labelled: Sequence[Row], *, most: int) -> list[Row]:
    """Return the first rows, conflicts and others in equal parts."""
    conflicts = [row for row in labelled if row.label is Flag.CONFLICTS][: most // 2]
    others = [row for row in labelled if row.label is not Flag.CONFLICTS][: most - len(conflicts)]
    return conflicts + others


def look(labelled: Iterable[Row]) -> list[Seen]:
    """Compare every row; texts that come again are read once."""
    facts, claims = cache(read_facts), cache(read_claim)
    return [
        Seen(
            row, compare_texts(claims(row.claim), row.passage, facts(row.passage.text, reference=row.passage.published))
        )
        for row in labelled
    ]


def report_conflicts(seen: Sequence[Seen]) -> str:
    """Say for every kind what was found of its rows, and where it was seen without being there."""
    by_label = {flag: [one for one in seen if one.row.label is flag] for flag in Flag}
    lines = [f"{'kind':<13}{'rows':>6}{'found':>7}{'firm':>7}{'agrees':>8}{'mentions':>10}{'at 1 %':>8}{'at 3 %':>8}"]
    others = by_label[Flag.AGREES] + by_label[Flag.MENTIONS]
    for kind, types in KINDS.items():
        wanted = [one for one in by_label[Flag.CONFLICTS] if one.row.type in types]
        lines.append(
            f"{kind:<13}{len(wanted):>6}{_share(wanted, kind):>7.3f}{_share(wanted, kind, least=FIRM_FROM):>7.3f}"
            f"{_share(by_label[Flag.AGREES], kind):>8.4f}{_share(by_label[Flag.MENTIONS], kind):>10.4f}"
            f"{_found_at(wanted, others, kind, alarms=0.01):>8.3f}{_found_at(wanted, others, kind, alarms=0.03):>8.3f}"
        )
    sizes = ", ".join(f"{len(found)} {flag}" for flag, found in by_label.items())
    return "\n".join([*lines, *_report_types(by_label[Flag.CONFLICTS]), _report_any(by_label), sizes])


def _found_at(wanted: Sequence[Seen], others: Sequence[Seen], kind: EvidenceKind | None, *, alarms: float) -> float:
    """Return the share found from the support at which so many of the other rows show the kind too."""
    supports = sorted((one.support(kind) for one in others), reverse=True)
    least = supports[int(alarms * len(supports))] if supports else 0.0
    return sum(one.support(kind) > least for one in wanted) / len(wanted) if wanted else 0.0


def _report_types(conflicts: Sequence[Seen]) -> Iterator[str]:
    for name in sorted({one.row.type for one in conflicts}):
        wanted = [one for one in conflicts if one.row.type == name]
        shown, firm = _share(wanted), _share(wanted, least=FIRM_FROM)
        yield f"  {name:<11}{len(wanted):>6}  any conflict shown {shown:.3f}, firm {firm:.3f}"


def _report_any(by_label: dict[Flag, list[Seen]]) -> str:
    parts = (
        f"{flag} {_share(found):.3f} (firm {_share(found, least=FIRM_FROM):.3f})" for flag, found in by_label.items()
    )
    others = by_label[Flag.AGREES] + by_label[Flag.MENTIONS]
    found = (f"{_found_at(by_label[Flag.CONFLICTS], others, None, alarms=a):.3f} at {a:.0%}" for a in (0.01, 0.03, 0.1))
    return f"any conflict shown: {', '.join(parts)}; found {', '.join(found)}"


def _share(seen: Sequence[Seen], kind: EvidenceKind | None = None, *, least: float = SHOWN_FROM) -> float:
    return sum(one.shows(kind, least=least) for one in seen) / len(seen) if seen else 0.0


def list_wrong(seen: Iterable[Seen], *, missed: str | None, alarms: str | None) -> Iterator[str]:
    """Write the rows of a type of conflict that show none, and those that show a kind of evidence without conflict."""
    for one in seen:
        is_missed = one.row.type == missed and one.row.label is Flag.CONFLICTS and not one.shows()
        is_alarm = alarms and one.row.label is not Flag.CONFLICTS and one.shows(EvidenceKind(alarms))
        if is_missed or is_alarm:
            yield say(one)


def say(one: Seen) -> str:
    """Write a row with all that was found and the facts of both sides, for reading."""
    lines = [f"{one.row.label} {one.row.type or '-'} {one.row.language} published {one.row.passage.published}"]
    lines += [f"  claim:   {one.row.claim}", f"  passage: {one.row.passage.text}"]
    lines += [
        f"  {found.evidence.relation} {found.evidence.kind} {found.support:.2f}: "
        f"{found.evidence.claim_span.of(one.row.claim)} | {found.evidence.passage_span.of(one.row.passage.text)}"
        for found in one.comparison.findings[:6]
    ]
    return "\n".join(lines)
