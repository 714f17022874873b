"""How the figures of one thing moved: a series for everything that the claim counts, and for what else moved.

A figure belongs to a thing of the claim when the judge set the two against each other, or when both count the same.
Every article stands in a series once for each figure it gave; a copy of another outlet's text with the same figure
stands under that one. Of several tolls in one text the highest is its toll: the others are parts or earlier ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service.claims.timeline.moves import compare_move
from service.claims.timeline.reports import are_copies
from service.claims.timeline.statements import Lineage
from service.claims.timeline.things import is_toll, read_figures, thing_of
from service.claims.timeline.times import is_before
from service.model import (
    Claim,
    Dimension,
    EvidenceKind,
    Fact,
    FactKind,
    Figure,
    Move,
    Point,
    Quantity,
    Relation,
    Series,
    Span,
    Thing,
)

_SET_AGAINST = (EvidenceKind.QUANTITY, EvidenceKind.UPDATE, EvidenceKind.PARAPHRASE)
"""A paraphrase covers words that say the same; the one figure of the claim's kind among them is the claim's figure."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A series: a thing, and which quantity of the claim is of it."""

    thing: Thing
    claimed: int | None = None


def follow_figures(claim: Claim, lineages: Sequence[Lineage], sources: Mapping[str, int]) -> tuple[Series, ...]:
    """Return the series, those of the claim's own quantities first."""
    claimed = claim.facts.of(FactKind.QUANTITY)
    found: defaultdict[_Key, list[Point]] = defaultdict(list)
    for lineage in lineages:
        for key, point in _points(lineage, claimed):
            found[key].append(point)
    series = [_series(key, points, sources) for key, points in found.items()]
    return tuple(sorted((one for one in series if one.is_claimed or _moved(one)), key=_order))


def _points(lineage: Lineage, claimed: Sequence[Fact]) -> Iterator[tuple[_Key, Point]]:
    """Yield the figures of a sentence in all its forms."""
    latest = _number(lineage.statements[-1].text)
    ties = {one: tie for tie in _ties(lineage, claimed) if (one := _only_one(latest, tie, claimed))}
    places = _claimed_things(claimed) | {one.thing: tie.place for one, tie in ties.items() if one.is_count}
    measured = {(one.thing, one.number, one.total): tie.place for one, tie in ties.items() if not one.is_count}
    relations = {(tie.place, one.figure.quantity): tie.relation for one, tie in ties.items()}
    for statement in lineage.statements:
        for one in _number(statement.text):
            place = places.get(one.thing) if one.is_count else measured.get((one.thing, one.number, one.total))
            if place is not None or one.is_count:
                relation = None if place is None else relations.get((place, one.figure.quantity))
                yield (
                    _key(one.thing, place, claimed),
                    Point(one.figure, statement.article, statement.when, None, relation),
                )


@dataclass(frozen=True, slots=True)
class _Tie:
    """What the judge set against a quantity of the claim: where in the sentence, which one, and how they stand."""

    span: Span
    place: int
    relation: Relation


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A figure with its number among those of its thing in one sentence."""

    figure: Figure
    thing: Thing
    number: int
    total: int

    @property
    def is_count(self) -> bool:
        """Tell whether it counts something, which then says what it is of."""
        return self.thing.dimension is Dimension.COUNT


def _ties(lineage: Lineage, claimed: Sequence[Fact]) -> list[_Tie]:
    """Return the ties of a sentence, the one with the fewest words last: it says best what is meant."""
    ties = [
        _Tie(evidence.passage_span.shift(-lineage.start), place, evidence.relation)
        for evidence in lineage.match.judgement.evidence
        for place, fact in enumerate(claimed)
        if evidence.kind in _SET_AGAINST and fact.span.overlaps(evidence.claim_span)
    ]
    return sorted(ties, key=lambda tie: tie.span.start - tie.span.end)


def _only_one(figures: Sequence[_Numbered], tie: _Tie, claimed: Sequence[Fact]) -> _Numbered | None:
    """Return the figure that a tie covers, None when there is none of the claim's dimension or there are several."""
    value = claimed[tie.place].value
    covered = [one for one in figures if one.figure.span.overlaps(tie.span)]
    if not isinstance(value, Quantity):
        return None
    if len(covered) > 1:
        covered = [one for one in covered if one.thing == thing_of(value)]
    return covered[0] if len(covered) == 1 and covered[0].thing.dimension is value.dimension else None


def _claimed_things(claimed: Sequence[Fact]) -> dict[Thing, int]:
    things = [thing_of(fact.value) for fact in claimed if isinstance(fact.value, Quantity)]
    return {thing: place for place, thing in enumerate(things) if thing.dimension is Dimension.COUNT}


def _number(sentence: str) -> list[_Numbered]:
    by_thing: defaultdict[Thing, list[Figure]] = defaultdict(list)
    for figure in read_figures(sentence):
        by_thing[thing_of(figure.quantity)].append(figure)
    return [
        _Numbered(figure, thing, number, len(figures))
        for thing, figures in by_thing.items()
        for number, figure in enumerate(figures)
    ]


def _key(thing: Thing, place: int | None, claimed: Sequence[Fact]) -> _Key:
    value = None if place is None else claimed[place].value
    return _Key(thing_of(value), place) if isinstance(value, Quantity) else _Key(thing)


def _series(key: _Key, points: Sequence[Point], sources: Mapping[str, int]) -> Series:
    earliest = {(point.article.id, point.figure.quantity): point for point in reversed(points)}
    said = {(point.article.id, point.figure.quantity): point.to_claim for point in points if point.to_claim}
    unique = [
        replace(point, to_claim=said.get((point.article.id, point.figure.quantity))) for point in earliest.values()
    ]
    unique = _leave_parts(unique) if is_toll(key.thing) else unique
    dated = sorted((point for point in unique if point.when), key=_time)
    undated = sorted((point for point in unique if not point.when), key=_place)
    return Series(key.thing, key.claimed is not None, tuple(_move(_fold(dated, sources))), tuple(undated))


def _leave_parts(points: Sequence[Point]) -> list[Point]:
    """Return for each text only its highest toll: «12 قتيلا … وكانت حصيلة سابقة تشير إلى سبعة» reports twelve."""
    highest: dict[tuple[str, int], float] = {}
    for point in points:
        highest[_place(point)] = max(highest.get(_place(point), 0.0), point.figure.quantity.low or 0.0)
    return [point for point in points if (point.figure.quantity.low or 0.0) >= highest[_place(point)]]


def _fold(points: Sequence[Point], sources: Mapping[str, int]) -> list[Point]:
    kept: list[tuple[Point, list[Point]]] = []
    for point in points:
        copies = next((copies for first, copies in kept if _repeats(first, point, sources)), None)
        if copies is None:
            kept.append((point, []))
        else:
            copies.append(point)
    return [replace(point, copies=tuple(copies)) for point, copies in kept]


def _repeats(first: Point, point: Point, sources: Mapping[str, int]) -> bool:
    same = (first.figure.quantity.low, first.figure.quantity.high) == (
        point.figure.quantity.low,
        point.figure.quantity.high,
    )
    return same and first.article.id != point.article.id and are_copies(first.article, point.article, sources)


def _move(points: Sequence[Point]) -> Iterator[Point]:
    for place, point in enumerate(points):
        before = points[:place]
        earlier = [one.figure.quantity for one in before if one.when and point.when and is_before(one.when, point.when)]
        yield replace(point, move=compare_move(point.figure.quantity, [one.figure.quantity for one in before], earlier))


def _moved(series: Series) -> bool:
    return any(point.move in (Move.UPDATE, Move.DIFFERS) for point in series.points)


def _time(point: Point) -> tuple[float, tuple[str, int]]:
    return point.when.at.timestamp() if point.when else 0.0, _place(point)


def _place(point: Point) -> tuple[str, int]:
    return point.article.id, point.article.revision


def _order(series: Series) -> tuple[bool, int, tuple[str, ...], str]:
    return not series.is_claimed, -len(series.points), series.thing.counted, series.thing.dimension
