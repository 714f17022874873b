"""How a statement is put: negated, denied, doubted, only planned, on one side and not on the other.

A negation or denial is set against the words it governs: it conflicts when the other side says those words without
one. A doubt, a condition or a plan on the passage's side alone leaves the matter unclear, and so does the plan in the
claim of what the passage reports as done.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.judgement.alignment import Alignment
from service.judgement.findings import Finding, find
from service.judgement.lexicon import load_order_words
from service.judgement.sides import CONTENT, Reading, Word
from service.model import EvidenceKind, Fact, FactKind, Polarity, PolarityKind, Relation, Span

_FLIPPING = (PolarityKind.NEGATION, PolarityKind.DENIAL)
_LEAVES_OPEN = {
    PolarityKind.DOUBT: EvidenceKind.ATTRIBUTION,
    PolarityKind.CONDITION: EvidenceKind.OUTCOME,
    PolarityKind.PLAN: EvidenceKind.OUTCOME,
}
_HEAD_WITHIN = 3
"""A cue turns the first word after it that is no light one, within so many words; the rest is what it is about."""
_SHORTEST_VERB = 3
_DENIED_SHARE = 0.45
"""A denial concerns the claim when at least this share of the claim stands in its scope (half, less inflection)."""


def compare_polarity(alignment: Alignment) -> list[Finding]:
    """Find statements that are put differently on the two sides."""
    return [*_negations(alignment), *_denials(alignment), *_open_statements(alignment)]


def _cues(reading: Reading, *kinds: PolarityKind) -> Iterator[tuple[Fact, Polarity]]:
    for fact in reading.facts.of(FactKind.POLARITY):
        if isinstance(fact.value, Polarity) and fact.value.kind in kinds:
            yield fact, fact.value


def _heads(reading: Reading, cue: Polarity) -> list[Word]:
    """Return the words that a cue turns: «لم يوقع المجلس الاتفاق» turns the signing, not the council.

    Of light words («نفى وجود خلاف») those that say something are among them, and the first that is none is the last.
    """
    heads: list[Word] = []
    leads = _light_heads().get(cue.cue.split()[-1], "")
    for word in reading.words_in(cue.scope)[:_HEAD_WITHIN]:
        following = _light_heads().get(word.text)
        if following is None and (word.is_named or _is_subject(word.text, leads)):
            break
        if following == "over" and leads == "on":
            break  # «لم يرد في التقرير»
        if word.weight >= CONTENT or (following is None and _is_imperfect(word.text)):
            heads.append(word)
        if following is None:
            break
        leads = following
    return heads


def _is_subject(word: str, leads: str) -> bool:
    """Tell whether a word behind a light one is its subject, and no verb or predicate."""
    if leads not in ("verb", "be") or word[0].isascii():
        return False
    if leads == "be":
        return word.startswith("ال")
    return not (word.endswith("ا") or _is_imperfect(word))


def _is_imperfect(word: str) -> bool:
    return word[0] in "يتن" and len(word) > _SHORTEST_VERB


def _is_said_after_all(reading: Reading, head: Word) -> bool:
    """Tell whether the text says the negated word of others: «لم تعثر عليها دورية، بل عثر عليها أطفال»."""
    behind = [word for word in reading.words[head.place + 1 :] if word.sentence == head.sentence]
    return any(word.key == head.key and not reading.is_flipped(word.span) for word in behind)


@cache
def _light_heads() -> dict[str, str]:
    return {normalise(word): leads for leads, word in read_table("light_heads")}


def _negations(alignment: Alignment) -> Iterator[Finding]:
    for fact, cue in _cues(alignment.claim, *_FLIPPING):
        pairs = [
            (word.span, alignment.passage.words[place].span)
            for word in _heads(alignment.claim, cue)
            if not _is_said_after_all(alignment.claim, word)
            for place in alignment.matches.get(word.place, {})
            if alignment.passage.words[place].text not in load_order_words()
        ]
        yield from _against(alignment, fact.span, None, pairs)
    for fact, cue in _cues(alignment.passage, PolarityKind.NEGATION):
        heads = {word.place for word in _heads(alignment.passage, cue)}
        pairs = [
            (word.span, alignment.passage.words[place].span)
            for word in alignment.claim.words
            for place in alignment.matches.get(word.place, {})
            if place in heads and word.text not in load_order_words()
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
