"""How a statement is put: negated, denied, doubted, only planned, on one side and not on the other.

A negation or denial is set against the words it governs: it conflicts when the other side says those words without
one. A doubt, a condition or a plan on the passage's side alone leaves the matter unclear, and so does the plan in the
claim of what the passage reports as done.
"""

from __future__ import annotations

from collections.abc import Iterator

from service.judgement.alignment import Alignment
from service.judgement.findings import Finding, find
from service.judgement.sides import CONTENT, Reading, Word
from service.model import EvidenceKind, Fact, FactKind, Polarity, PolarityKind, Relation, Span

_FLIPPING = (PolarityKind.NEGATION, PolarityKind.DENIAL)
_LEAVES_OPEN = {
    PolarityKind.DOUBT: EvidenceKind.ATTRIBUTION,
    PolarityKind.CONDITION: EvidenceKind.OUTCOME,
    PolarityKind.PLAN: EvidenceKind.OUTCOME,
}
_HEAD_WITHIN = 2
"""A cue turns the first word after it that says something, within so many words; the rest is what it is about."""
_DENIED_SHARE = 0.45
"""A denial concerns the claim when at least this share of the claim stands in its scope (half, less inflection)."""


def compare_polarity(alignment: Alignment) -> list[Finding]:
    """Find statements that are put differently on the two sides."""
    return [*_negations(alignment), *_denials(alignment), *_open_statements(alignment)]


def _cues(reading: Reading, *kinds: PolarityKind) -> Iterator[tuple[Fact, Polarity]]:
    for fact in reading.facts.of(FactKind.POLARITY):
        if isinstance(fact.value, Polarity) and fact.value.kind in kinds:
            yield fact, fact.value


def _heads(reading: Reading, scope: Span) -> list[Word]:
    """Return the word that a cue turns: «لم يوقع المجلس الاتفاق» turns the signing, not the council."""
    near = reading.words_in(scope)[:_HEAD_WITHIN]
    head = next((word for word in near if word.weight >= CONTENT), None)
    return [] if head is None or head.is_named else [head]


def _negations(alignment: Alignment) -> Iterator[Finding]:
    for fact, cue in _cues(alignment.claim, *_FLIPPING):
        pairs = [
            (word.span, alignment.passage.words[place].span)
            for word in _heads(alignment.claim, cue.scope)
            for place in alignment.matches.get(word.place, {})
        ]
        yield from _against(alignment, fact.span, None, pairs)
    for fact, cue in _cues(alignment.passage, PolarityKind.NEGATION):
        heads = {word.place for word in _heads(alignment.passage, cue.scope)}
        pairs = [
            (word.span, alignment.passage.words[place].span)
            for word in alignment.claim.words
            for place in alignment.matches.get(word.place, {})
            if place in heads
        ]
        yield from _against(alignment, None, fact.span, pairs)


def _against(
    alignment: Alignment, claim_cue: Span | None, passage_cue: Span | None, pairs: list[tuple[Span, Span]]
) -> Iterator[Finding]:
    """Yield the best supported pair of the same words, one of them governed by a cue."""
    if not pairs:
        return
    support, one, two = max((alignment.support(one, two), one, two) for one, two in pairs)
    same = alignment.claim.is_flipped(one) == alignment.passage.is_flipped(two)
    yield find(
        EvidenceKind.NEGATION,
        Relation.AGREES if same else Relation.CONFLICTS,
        alignment=alignment,
        claim=_join(claim_cue, one),
        passage=_join(passage_cue, two),
        support=support,
    )


def _denials(alignment: Alignment) -> Iterator[Finding]:
    if any(_cues(alignment.claim, *_FLIPPING)):
        return
    for fact, cue in _cues(alignment.passage, PolarityKind.DENIAL):
        inside = {word.place for word in alignment.passage.words_in(cue.scope)}
        denied = [word for word in alignment.claim.words if inside & alignment.matches.get(word.place, {}).keys()]
        share = sum(word.weight for word in denied) / (alignment.claim.weight or 1.0)
        if share >= _DENIED_SHARE:
            yield find(
                EvidenceKind.NEGATION,
                Relation.CONFLICTS,
                alignment=alignment,
                claim=_join(denied[0].span, denied[-1].span),
                passage=_join(fact.span, cue.scope),
                support=share,
            )


def _open_statements(alignment: Alignment) -> Iterator[Finding]:
    claimed = {cue.kind for _, cue in _cues(alignment.claim, *_LEAVES_OPEN)}
    for fact, cue in _cues(alignment.passage, *_LEAVES_OPEN):
        if cue.kind in claimed:
            continue
        inside = {word.place for word in alignment.passage.words_in(cue.scope)}
        shared = [word for word in alignment.claim.words if inside & alignment.matches.get(word.place, {}).keys()]
        share = sum(word.weight for word in shared) / (alignment.claim.weight or 1.0)
        if shared:
            yield find(
                _LEAVES_OPEN[cue.kind],
                Relation.UNCLEAR,
                alignment=alignment,
                claim=_join(shared[0].span, shared[-1].span),
                passage=_join(fact.span, cue.scope),
                support=share,
            )


def _join(one: Span | None, two: Span) -> Span:
    return two if one is None else Span(min(one.start, two.start), max(one.end, two.end))
