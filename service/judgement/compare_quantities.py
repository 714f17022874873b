"""Numbers: those of the same thing agree or cannot both be true; those of other things are left alone.

For each quantity of the claim the passage's quantities of the same dimension are ranked by what they count and by what
is said around them, and the best is taken: «450 كلم» of one town is never set against the distance of another. A toll
that grew with time is an update, not a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.arabic.agreement import Agreement
from service.arabic.quantity_agreement import compare_quantities
from service.judgement.alignment import Alignment
from service.judgement.bare_nouns import bare_counts
from service.judgement.figures import TimedQuantity, is_bare_figure, is_worked_out, read_timed_quantities
from service.judgement.findings import RELATIONS, Finding, find
from service.judgement.rates import Rate, read_rate
from service.judgement.same_thing import as_ages, same_thing
from service.judgement.tolls import is_grown_toll
from service.model import Dimension, EvidenceKind, Quantity, Relation, Span

_BARE = 0.8
"""What is left of the support when a noun says its number only by its form."""
_SAME_FIGURE = 0.6
"""What is left of the doubt whether two sums are of one thing when their figure is the same."""
_RIVAL = 0.75
"""A quantity that agrees counts when its support is at least this share of the best one's."""
_PREFERENCE = (Relation.AGREES, Relation.UNCLEAR, Relation.UPDATE, Relation.CONFLICTS)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A quantity of the claim and one of the passage; `support` says how surely they are of one thing."""

    claim: Span
    passage: Span
    relation: Relation
    support: float


def compare_numbers(alignment: Alignment) -> list[Finding]:
    """Find agreeing and conflicting quantities, one finding for each quantity of the claim that has a counterpart."""
    found: list[Finding] = []
    there = read_timed_quantities(alignment.passage)
    for figure in read_timed_quantities(alignment.claim):
        pairs = [pair for other in _of_the_same_time(figure, there) if (pair := _pair(alignment, figure, other))]
        pairs = pairs or list(_pairs_with_bare_nouns(alignment, figure))
        if pairs:
            found.append(_finding(alignment, _doubt(figure, _choose(pairs), there)))
    return found


def _of_the_same_time(figure: TimedQuantity, there: Sequence[TimedQuantity]) -> list[TimedQuantity]:
    """Return the figures of the passage without what they were before, when the claim says what its own is now."""
    before = [other for other in there if other.was_before]
    return before if figure.was_before and before else [other for other in there if not other.was_before]


def _doubt(figure: TimedQuantity, pair: _Pair, there: Sequence[TimedQuantity]) -> _Pair:
    """Leave open a conflict with a figure that the passage has after all, or that its figures come to.

    On the written training rows 28 % of such conflicts are some (counted without the bounds of `is_worked_out`), of the
    others 64 %.
    """
    if pair.relation is not Relation.CONFLICTS:
        return pair
    of_one_thing = [other.value for other in there if _are_of_one_thing(figure.value, other.value)]
    is_said = any(is_bare_figure(other.value, figure.value) for other in there)
    is_open = is_said or is_worked_out(figure.value, of_one_thing)
    return replace(pair, relation=Relation.UNCLEAR) if is_open else pair


def _are_of_one_thing(one: Quantity, two: Quantity) -> bool:
    return one.dimension is two.dimension and same_thing(one, two) > 0


def _pairs_with_bare_nouns(alignment: Alignment, figure: TimedQuantity) -> Iterator[_Pair]:
    """Set a count of the claim against nouns of the passage that say one or two by their form."""
    value = figure.value
    if value.dimension is not Dimension.COUNT:
        return
    for word, number in bare_counts(alignment.passage, value):
        relation = RELATIONS[compare_quantities(value, replace(value, low=float(number), high=float(number)))]
        if relation is not None:
            yield _Pair(figure.span, word.span, relation, _BARE * alignment.support(figure.span, word.span))


def _choose(pairs: list[_Pair]) -> _Pair:
    best = max(pairs, key=lambda pair: pair.support)
    rivals = [pair for pair in pairs if pair.support >= _RIVAL * best.support]
    return min(rivals, key=lambda pair: (_PREFERENCE.index(pair.relation), -pair.support))


def _pair(alignment: Alignment, one: TimedQuantity, two: TimedQuantity) -> _Pair | None:
    here, there = as_ages(one.value, two.value)
    if not isinstance(here, Quantity) or not isinstance(there, Quantity) or here.dimension is not there.dimension:
        return None
    same = same_thing(here, there)
    relation = _relate(alignment, here, there)
    if not same or relation is None:
        return None
    support = same * alignment.support(one.span, two.span)
    is_slip = relation is Relation.CONFLICTS and (here.low, here.high) == (there.low, there.high)
    pair = _Pair(one.span, two.span, relation, _surer(support) if is_slip else support)
    return _with_rates(pair, read_rate(alignment.claim, one.span), read_rate(alignment.passage, two.span))


def _surer(support: float) -> float:
    """Return the support of a difference beside one and the same figure (another currency, another rate)."""
    return 1 - _SAME_FIGURE * (1 - support)


def _with_rates(pair: _Pair, here: Rate | None, there: Rate | None) -> _Pair | None:
    """Set the rates against each other: one figure a day and a week conflicts, two figures cannot be compared."""
    if not here or not there or here.key == there.key:
        return pair
    if pair.relation is not Relation.AGREES:
        return None
    return _Pair(here.span, there.span, Relation.CONFLICTS, _surer(pair.support))


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
        claim=pair.claim,
        passage=pair.passage,
        support=pair.support,
    )
