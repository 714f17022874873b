"""Who is quoted: the same statement in the mouth of two speakers.

A statement of the claim is set against the passage's statement that shares most of its words. The speakers differ when
both are named, with names of one kind that are nothing alike, or hold two offices; a spokesman and his ministry, an
office and its holder, a speaker without a name («مصدر أمني») are nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.arabic.names import name_similarity
from service.judgement.alignment import Alignment
from service.judgement.findings import Finding, find
from service.judgement.sides import CONTENT, Reading
from service.model import EvidenceKind, Fact, FactKind, Name, Polarity, PolarityKind, Relation, Span

_SAYING = (PolarityKind.ATTRIBUTION, PolarityKind.DENIAL, PolarityKind.DOUBT)
_SAME_STATEMENT = 0.4
"""The share of a statement's words, by weight, that another must repeat to be the same statement."""
_SAME_NAME, _OTHER_NAME = 0.8, 0.5
_MAY_BOTH_SAY = 0.8
"""What is left of the support of two speakers: both may have said it."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A speaker with what is said."""

    speaker: Span
    said: Span


def compare_speakers(alignment: Alignment) -> list[Finding]:
    """Find statements of the claim that the passage has from the same or from another speaker."""
    there = list(_statements(alignment.passage))
    found = [_compare(alignment, one, there) for one in _statements(alignment.claim)]
    return [finding for finding in found if finding is not None]


def _statements(reading: Reading) -> Iterator[_Statement]:
    for fact in reading.facts.of(FactKind.POLARITY):
        cue = fact.value
        if isinstance(cue, Polarity) and cue.kind in _SAYING and cue.speaker is not None:
            yield _Statement(cue.speaker, cue.scope)


def _compare(alignment: Alignment, one: _Statement, others: list[_Statement]) -> Finding | None:
    repeated = {place for other in others for place in [_share(alignment, one, other)] if place >= _SAME_STATEMENT}
    if not repeated:
        return None
    best = max(repeated)
    same = [other for other in others if _share(alignment, one, other) == best]
    relations = [_relate(alignment, one.speaker, other.speaker) for other in same]
    if any(relation is Relation.AGREES for relation in relations):
        return None  # names that agree are found as names
    for other, relation in zip(same, relations, strict=True):
        if relation is Relation.CONFLICTS and not _is_named(alignment, one.speaker):
            return find(
                EvidenceKind.ATTRIBUTION,
                relation,
                alignment=alignment,
                claim=one.speaker,
                passage=other.speaker,
                support=best * _MAY_BOTH_SAY,
            )
    return None


def _share(alignment: Alignment, one: _Statement, other: _Statement) -> float:
    """Return the share of a statement's words that another repeats within its own words, 0..1."""
    inside = {word.place for word in alignment.passage.words_in(other.said)}
    words = [word for word in alignment.claim.words_in(one.said) if word.weight >= CONTENT]
    weight = sum(word.weight for word in words)
    said = sum(
        word.weight
        * max((s for place, s in alignment.matches.get(word.place, {}).items() if place in inside), default=0)
        for word in words
    )
    return said / weight if weight else 0.0


def _is_named(alignment: Alignment, speaker: Span) -> bool:
    """Tell whether the passage names the claim's speaker anywhere: it may have quoted both."""
    words = [word for word in alignment.claim.words_in(speaker) if word.weight >= CONTENT]
    if all(alignment.matched(word.place) for word in words):
        return True
    names = _names(alignment.claim, speaker)
    return any(
        name_similarity(one, two) >= _OTHER_NAME
        for one in names
        for fact in alignment.passage.facts.of(FactKind.NAME)
        if isinstance(two := fact.value, Name)
    )


def _relate(alignment: Alignment, one: Span, two: Span) -> Relation | None:
    here, there = _names(alignment.claim, one), _names(alignment.passage, two)
    pairs = [(a, b) for a in here for b in there]
    if pairs and all(_are_others(a, b) for a, b in pairs):
        return Relation.CONFLICTS
    is_same = any(name_similarity(a, b) >= _SAME_NAME for a, b in pairs)
    return Relation.AGREES if is_same or _share_words(alignment, one, two) else None


def _are_others(one: Name, two: Name) -> bool:
    """Tell whether two speakers are surely two: an office may be held by anybody who is named without one."""
    if one.kind != two.kind or one.kind == "other":
        return False
    if one.tokens and two.tokens:
        return name_similarity(one, two) < _OTHER_NAME
    return bool(one.office and two.office) and one.office.split("/")[:2] != two.office.split("/")[:2]


def _share_words(alignment: Alignment, one: Span, two: Span) -> bool:
    inside = {word.place for word in alignment.passage.words_in(two)}
    words = [word for word in alignment.claim.words_in(one) if word.weight >= CONTENT]
    return any(inside & alignment.matches.get(word.place, {}).keys() for word in words)


def _names(reading: Reading, span: Span) -> list[Name]:
    facts: list[Fact] = [fact for fact in reading.facts.of(FactKind.NAME) if fact.span.overlaps(span)]
    return [fact.value for fact in facts if isinstance(fact.value, Name)]
