"""What a comparator finds: an evidence with its note, and how surely both sides speak of the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.arabic.agreement import Agreement
from service.arabic.words import read_table
from service.judgement.alignment import Alignment
from service.model import Evidence, EvidenceKind, Note, Relation, Span

_ARABIC = {
    Relation.AGREES: "{label}: في الادعاء «{claim}» وفي النص «{passage}»، وهما متفقان",
    Relation.CONFLICTS: "{label}: الادعاء «{claim}»، والنص «{passage}»",
    Relation.UPDATE: "{label}: الادعاء «{claim}»، والنص اللاحق «{passage}»",
    Relation.UNCLEAR: "{label}: الادعاء «{claim}»، والنص «{passage}»، ولا يكفي ذلك للحكم",
}
_ENGLISH = {
    Relation.AGREES: "{label}: the claim has “{claim}” and the text “{passage}”: they agree",
    Relation.CONFLICTS: "{label}: the claim has “{claim}”, the text “{passage}”",
    Relation.UPDATE: "{label}: the claim has “{claim}”, the later text “{passage}”",
    Relation.UNCLEAR: "{label}: the claim has “{claim}”, the text “{passage}”: not enough to tell",
}
_LONGEST_QUOTE = 90
RELATIONS = {
    Agreement.AGREES: Relation.AGREES,
    Agreement.COMPATIBLE: Relation.UNCLEAR,
    Agreement.CONFLICTS: Relation.CONFLICTS,
    Agreement.UNKNOWN: None,
}
"""What two values of one kind come to as evidence; values that cannot be compared come to nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One evidence with its support: how much of the claim around the one span is said around the other, 0..1."""

    evidence: Evidence
    support: float


def find(
    kind: EvidenceKind, relation: Relation, *, alignment: Alignment, claim: Span, passage: Span, support: float
) -> Finding:
    """Make a finding, with its note."""
    note = write_note(kind, relation, claim=claim.of(alignment.claim.text), passage=passage.of(alignment.passage.text))
    evidence = Evidence(kind=kind, relation=relation, claim_span=claim, passage_span=passage, note=note)
    return Finding(evidence=evidence, support=support)


def write_note(kind: EvidenceKind, relation: Relation, *, claim: str, passage: str) -> Note:
    """Name both sides in Arabic and English: «التاريخ: الادعاء «27 سبتمبر»، والنص «26 سبتمبر»»."""
    arabic, english = _labels()[kind]
    quotes = {"claim": _shorten(claim), "passage": _shorten(passage)}
    return Note(
        ar=_ARABIC[relation].format(label=arabic, **quotes),
        en=_ENGLISH[relation].format(label=english, **quotes),
    )


def _shorten(quote: str) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= _LONGEST_QUOTE else flat[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"


@cache
def _labels() -> dict[EvidenceKind, tuple[str, str]]:
    return {EvidenceKind(kind): (arabic, english) for kind, arabic, english in read_table("evidence_labels")}
