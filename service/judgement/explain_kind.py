"""What kind of reason two stretches are: by the lists of opposites, negation, the facts in both, and words of order."""

from __future__ import annotations

from collections.abc import Sequence

from service.judgement.alignment import Alignment
from service.judgement.lexicon import load_order_words
from service.judgement.sides import Reading, Word
from service.model import EvidenceKind, Fact, FactKind, Name, Polarity, PolarityKind

_BY_FACT = (
    (FactKind.QUANTITY, EvidenceKind.QUANTITY),
    (FactKind.PERIOD, EvidenceKind.DATE),
    (FactKind.PLACE, EvidenceKind.PLACE),
    (FactKind.NAME, EvidenceKind.ACTOR),
)
_DENYING = (PolarityKind.NEGATION, PolarityKind.DENIAL)
_SAYING = (PolarityKind.ATTRIBUTION, PolarityKind.DOUBT)


def choose_kind(alignment: Alignment, claim: Sequence[Word], passage: Sequence[Word]) -> EvidenceKind:
    """Return the kind of a conflict between words of the claim and words of the passage; the first that fits.

    Opposites of one row; facts of one kind that are not the same; a negation or denial on one side only; who says it;
    an order word in the claim; else `paraphrase`.
    """
    return (
        _opposites(claim, passage)
        or _facts(alignment, claim, passage)
        or _negation(alignment, claim, passage)
        or _attribution(alignment, claim, passage)
        or _order(claim)
        or EvidenceKind.PARAPHRASE
    )


def _opposites(claim: Sequence[Word], passage: Sequence[Word]) -> EvidenceKind | None:
    there = [side for word in passage for side in word.sides]
    for word in claim:
        for side in word.sides:
            if any(other.row == side.row and other.column != side.column for other in there):
                return side.kind
    return None


def _facts(alignment: Alignment, claim: Sequence[Word], passage: Sequence[Word]) -> EvidenceKind | None:
    for fact_kind, kind in _BY_FACT:
        here = [fact for fact in _facts_in(alignment.claim, claim, fact_kind) if not _is_repeated(alignment, fact)]
        if here and _facts_in(alignment.passage, passage, fact_kind):
            is_office = all(isinstance(fact.value, Name) and not fact.value.tokens for fact in here)
            return EvidenceKind.ROLE if is_office else kind
    return None


def _facts_in(reading: Reading, words: Sequence[Word], kind: FactKind) -> list[Fact]:
    return [fact for fact in reading.facts.of(kind) if any(fact.span.overlaps(word.span) for word in words)]


def _is_repeated(alignment: Alignment, fact: Fact) -> bool:
    return all(alignment.matched(word.place) for word in alignment.claim.words_in(fact.span))


def _negation(alignment: Alignment, claim: Sequence[Word], passage: Sequence[Word]) -> EvidenceKind | None:
    here, there = _has_cue(alignment.claim, claim, _DENYING), _has_cue(alignment.passage, passage, _DENYING)
    return EvidenceKind.NEGATION if here != there else None


def _attribution(alignment: Alignment, claim: Sequence[Word], passage: Sequence[Word]) -> EvidenceKind | None:
    here, there = _has_cue(alignment.claim, claim, _SAYING), _has_cue(alignment.passage, passage, _SAYING)
    return EvidenceKind.ATTRIBUTION if here and there else None


def _order(claim: Sequence[Word]) -> EvidenceKind | None:
    words = load_order_words()
    return EvidenceKind.SEQUENCE if any(word.text in words for word in claim) else None


def _has_cue(reading: Reading, words: Sequence[Word], kinds: Sequence[PolarityKind]) -> bool:
    cues = _facts_in(reading, words, FactKind.POLARITY)
    return any(isinstance(cue.value, Polarity) and cue.value.kind in kinds for cue in cues)
