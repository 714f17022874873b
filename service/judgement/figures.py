"""What the figures of a text say together.

A change tells what a figure was before: «تراجعت البطالة من 7.4 إلى 7.2 بالمئة» says that it is 7.2. Its first figure is
set against first figures only, and the second counts and measures what the first does, where it leaves that out («من
900 مليون دولار إلى 1.1 مليار»). And a figure may be the sum or the difference of two others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isclose

from service.judgement.sides import Reading, Word
from service.model import Dimension, Fact, FactKind, Quantity, Span

_FROM, _TO = frozenset(("من", "from", "de")), frozenset(("الي", "حتي", "to", "à"))
_NEVER_SUMMED = (Dimension.ORDINAL, Dimension.SCORE)
_LEAST_PART = 0.1
_WITHIN = 5
"""How many words may stand between the two («من 7.4 في المئة في يناير إلى 7.2»)."""


@dataclass(frozen=True, slots=True)
class TimedQuantity:
    """A quantity of a text; `value` is completed by its change, `was_before` tells that it has changed since."""

    span: Span
    value: Quantity
    was_before: bool = False


def read_timed_quantities(reading: Reading) -> list[TimedQuantity]:
    """Return the quantities of a text in its order, the two of a change told apart."""
    figures: list[TimedQuantity] = []
    for fact in reading.facts.of(FactKind.QUANTITY):
        figure = _figure(fact)
        if figures and _are_change(reading, figures[-1], figure):
            figure = replace(figure, value=_complete(figure.value, figures[-1].value))
            figures[-1] = replace(figures[-1], was_before=True)
        figures.append(figure)
    return figures


def _figure(fact: Fact) -> TimedQuantity:
    if not isinstance(fact.value, Quantity):
        raise TypeError(f"{fact.text!r} is no quantity")
    return TimedQuantity(fact.span, fact.value)


def _are_change(reading: Reading, one: TimedQuantity, two: TimedQuantity) -> bool:
    """Tell whether «من» stands before the one and «إلى» before the other, and both may be of one thing."""
    if one.was_before or not (_is_bare(two.value) or one.value.dimension is two.value.dimension):
        return False
    first, second = _before(reading, one.span), _before(reading, two.span)
    if not first or not second or first.sentence != second.sentence or second.place - first.place > _WITHIN + 2:
        return False
    return first.text in _FROM and second.text in _TO


def _before(reading: Reading, span: Span) -> Word | None:
    words = reading.words_in(span)
    return reading.words[words[0].place - 1] if words and words[0].place else None


def _complete(two: Quantity, one: Quantity) -> Quantity:
    """Return the second value with the unit and the counted thing of the first, where it has none."""
    if two.dimension is not one.dimension:
        two = replace(two, dimension=one.dimension, unit=one.unit)
    return two if two.counted else replace(two, counted=one.counted)


def _is_bare(value: Quantity) -> bool:
    return value.dimension is Dimension.COUNT and not value.counted and value.second is None


def is_bare_figure(value: Quantity, figure: Quantity) -> bool:
    """Tell whether `value` is the very figure of another quantity, and leaves out what it counts («من جملة 120»)."""
    return _is_bare(value) and (value.low, value.high) == (figure.low, figure.high)


def is_worked_out(figure: Quantity, others: Sequence[Quantity]) -> bool:
    """Tell whether an exact figure is the sum or the difference of two others («700 خيمة وصل منها 120»: 580).

    The smallest of the three is a tenth of the largest at least: 202 and 2 are 204 by chance.
    """
    if figure.low is None or figure.low != figure.high or figure.dimension in _NEVER_SUMMED:
        return False
    exact = [other.low for other in others if other.low is not None and other.low == other.high != figure.low]
    pairs = ((one, two) for place, one in enumerate(exact) for two in exact[place + 1 :])
    return any(_is_sum(*sorted((one, two, figure.low))) for one, two in pairs)


def _is_sum(least: float, middle: float, most: float) -> bool:
    return least >= _LEAST_PART * most > 0 and isclose(least + middle, most, rel_tol=1e-9)
