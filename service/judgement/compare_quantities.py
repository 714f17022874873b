"""Numbers: those of the same thing agree or cannot both be true; those of other things are left alone.

For each quantity of the claim the passage's quantities of the same dimension are ranked by what they count and by what
is said around them, and the best is taken: «450 كلم» of one town is never set against the distance of another. A toll
that grew with time is an update, not a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.arabic.agreement import Agreement
from service.arabic.quantity_agreement import compare_quantities
from service.judgement.alignment import Alignment
from service.judgement.findings import RELATIONS, Finding, find
from service.judgement.lexicon import load_lexicon
from service.judgement.tolls import is_grown_toll, read_outcomes
from service.model import Dimension, EvidenceKind, Fact, FactKind, Quantity, Relation

_UNNAMED = 0.7
"""What is left of the certainty when one side does not say what it counts."""
_RIVAL = 0.75
"""A quantity that agrees counts when its support is at least this share of the best one's."""
_PREFERENCE = (Relation.AGREES, Relation.UNCLEAR, Relation.UPDATE, Relation.CONFLICTS)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A quantity of the claim and one of the passage; `support` says how surely they are of one thing."""

    claim: Fact
    passage: Fact
    relation: Relation
    support: float


def compare_numbers(alignment: Alignment) -> list[Finding]:
    """Find agreeing and conflicting quantities, one finding for each quantity of the claim that has a counterpart."""
    found: list[Finding] = []
    for fact in alignment.claim.facts.of(FactKind.QUANTITY):
        pairs = [
            pair for other in alignment.passage.facts.of(FactKind.QUANTITY) if (pair := _pair(alignment, fact, other))
        ]
        if pairs:
            found.append(_finding(alignment, _choose(pairs)))
    return found


def _choose(pairs: list[_Pair]) -> _Pair:
    best = max(pairs, key=lambda pair: pair.support)
    rivals = [pair for pair in pairs if pair.support >= _RIVAL * best.support]
    return min(rivals, key=lambda pair: (_PREFERENCE.index(pair.relation), -pair.support))


def _pair(alignment: Alignment, one: Fact, two: Fact) -> _Pair | None:
    here, there = one.value, two.value
    if not isinstance(here, Quantity) or not isinstance(there, Quantity) or here.dimension is not there.dimension:
        return None
    same = _same_thing(here, there)
    relation = _relate(alignment, here, there)
    if not same or relation is None:
        return None
    return _Pair(one, two, relation, same * alignment.support(one.span, two.span))


def _same_thing(one: Quantity, two: Quantity) -> float:
    """Tell how well the counted things agree: 1 the same, 0 different, in between when a side does not say."""
    roles_here, roles_there = read_outcomes(one), read_outcomes(two)
    if roles_here and roles_there and not roles_here & roles_there:
        return 0.0
    if not one.counted or not two.counted:
        return _UNNAMED
    if set(one.counted) & set(two.counted):
        return 1.0
    if _groups(one) & _groups(two):
        return 0.9
    return _UNNAMED if one.dimension is not Dimension.COUNT else 0.0


def _groups(quantity: Quantity) -> set[int]:
    return {group for key in quantity.counted for group in _groups_of(key)}


@cache
def _groups_of(key: str) -> frozenset[int]:
    return load_lexicon().groups_of([key])


def _relate(alignment: Alignment, one: Quantity, two: Quantity) -> Relation | None:
    agreement = compare_quantities(one, two)
    if agreement is Agreement.CONFLICTS and _is_update(alignment, one, two):
        return Relation.UPDATE
    return RELATIONS[agreement]


def _is_update(alignment: Alignment, one: Quantity, two: Quantity) -> bool:
    """Tell whether two tolls differ as tolls do: the later one is the higher."""
    days = alignment.days_later or 0
    return (days > 0 and is_grown_toll(one, two)) or (days < 0 and is_grown_toll(two, one))


def _finding(alignment: Alignment, pair: _Pair) -> Finding:
    return find(
        EvidenceKind.UPDATE if pair.relation is Relation.UPDATE else EvidenceKind.QUANTITY,
        pair.relation,
        alignment=alignment,
        claim=pair.claim.span,
        passage=pair.passage.span,
        support=pair.support,
    )
