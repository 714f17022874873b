"""The order of things: before and after the same event, and who stands on which side of «من … إلى …» or «على».

Order: both texts join two events by a word of before or after; they conflict when the event that comes first in the
one comes last in the other. Swap: two names or places that both texts share stand under each other's prepositions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from service.judgement.alignment import Alignment
from service.judgement.findings import Finding, find
from service.judgement.lexicon import load_order_words, load_role_words
from service.judgement.sides import CONTENT, Reading, Word
from service.model import EvidenceKind, Fact, FactKind, Relation, Span

_EXCHANGED = (frozenset({"from", "to"}), frozenset({"", "against"}))
"""Parts that tell who did what to whom when they are exchanged: «من أ إلى ب», «فاز أ على ب»."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A before-or-after word with the places of the words of the earlier and of the later event."""

    cue: Word
    earlier: frozenset[int]
    later: frozenset[int]


def compare_order(alignment: Alignment) -> list[Finding]:
    """Find events told in the opposite (or the same) order."""
    orders = list(_orders(alignment.passage))
    found = [f for one in _orders(alignment.claim) for two in orders for f in _set_orders(alignment, one, two)]
    return sorted(found, key=lambda finding: finding.support, reverse=True)[:1]


def _orders(reading: Reading) -> Iterator[_Order]:
    order_words = load_order_words()
    for cue in reading.words:
        sense = order_words.get(cue.text)
        if sense is None or (cue.place and reading.words[cue.place - 1].text == "من" and sense == "before"):
            continue  # «من قبل» is "by"
        for joined, main in _split(reading, cue):
            if joined and main:
                yield _Order(cue, joined, main) if sense == "after" else _Order(cue, main, joined)


def _split(reading: Reading, cue: Word) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    """Yield the places of the event that the cue governs and of the other one.

    Without a main clause before it or a comma behind («بعد عودته التقى …») every place to cut is tried.
    """
    sentence = [w for w in reading.words if w.sentence == cue.sentence and w.weight >= CONTENT]
    behind = [w.place for w in sentence if w.place > cue.place and w.clause == cue.clause]
    rest = frozenset(w.place for w in sentence if w.place < cue.place or w.clause != cue.clause)
    if rest:
        yield frozenset(behind), rest
    else:
        for cut in range(1, len(behind)):
            yield frozenset(behind[:cut]), frozenset(behind[cut:])


def _set_orders(alignment: Alignment, one: _Order, two: _Order) -> Iterator[Finding]:
    straight = min(_share(alignment, one.earlier, two.earlier), _share(alignment, one.later, two.later))
    crossed = min(_share(alignment, one.earlier, two.later), _share(alignment, one.later, two.earlier))
    if max(straight, crossed) == 0 or straight == crossed:
        return
    yield find(
        EvidenceKind.SEQUENCE,
        Relation.CONFLICTS if crossed > straight else Relation.AGREES,
        alignment=alignment,
        claim=_span(alignment.claim, one),
        passage=_span(alignment.passage, two),
        support=max(straight, crossed),
    )


def _share(alignment: Alignment, here: frozenset[int], there: frozenset[int]) -> float:
    words = [alignment.claim.words[place] for place in here]
    weight = sum(word.weight for word in words)
    said = sum(
        word.weight * max((s for p, s in alignment.matches.get(word.place, {}).items() if p in there), default=0.0)
        for word in words
    )
    return said / weight if weight else 0.0


def _span(reading: Reading, order: _Order) -> Span:
    clause = [word for word in reading.words if word.clause == order.cue.clause]
    return Span(clause[0].span.start, clause[-1].span.end)


# --- swaps ---------------------------------------------------------------------------------------------------------


def compare_swaps(alignment: Alignment) -> list[Finding]:
    """Find two shared names or places whose governing prepositions are exchanged."""
    roles_here, roles_there = _roles(alignment.claim), _roles(alignment.passage)
    pairs = [(one, two) for one in roles_here for two in roles_there if _same(alignment, one, two)]
    found: list[Finding] = []
    supports: dict[tuple[Span, Span], float] = {}  # names that come again and again make the same pair many times
    for (one, one_there), (two, two_there) in combinations(pairs, 2):
        if one is two or one_there is two_there:
            continue
        here, there = (roles_here[one], roles_here[two]), (roles_there[one_there], roles_there[two_there])
        if here == there[::-1] and frozenset(here) in _EXCHANGED:
            spans = (one.span, one_there.span)
            if spans not in supports:
                supports[spans] = alignment.support(*spans)
            found.append(
                find(
                    EvidenceKind.DIRECTION,
                    Relation.CONFLICTS,
                    alignment=alignment,
                    claim=_join(one.span, two.span),
                    passage=_join(one_there.span, two_there.span),
                    support=supports[spans],
                )
            )
    return found


def _roles(reading: Reading) -> dict[Fact, str]:
    """Map each name and place to the preposition before it ("" when none), titles between them allowed."""
    words = load_role_words()
    roles: dict[Fact, str] = {}
    for fact in reading.facts:
        if fact.kind in (FactKind.NAME, FactKind.PLACE):
            first = reading.words_in(fact.span)
            before = reading.words[max(0, first[0].place - 1) : first[0].place] if first else ()
            roles[fact] = next((words[word.text] for word in reversed(before) if word.text in words), "")
    return roles


def _same(alignment: Alignment, one: Fact, two: Fact) -> bool:
    inside = {word.place for word in alignment.passage.words_in(two.span)}
    return any(inside & alignment.matches.get(word.place, {}).keys() for word in alignment.claim.words_in(one.span))


def _join(one: Span, two: Span) -> Span:
    return Span(min(one.start, two.start), max(one.end, two.end))
