"""What figures are of: the quantities of a sentence, and the thing that each counts or measures."""

from __future__ import annotations

from collections.abc import Iterator

from service.arabic.counted import kinds_by_key
from service.arabic.numbers import read_quantities
from service.arabic.units import base_currency
from service.judgement.tolls import read_outcomes
from service.model import Dimension, Figure, Quantity, Thing


def read_figures(sentence: str) -> Iterator[Figure]:
    """Yield the quantities of a sentence."""
    for fact in read_quantities(sentence):
        if isinstance(fact.value, Quantity):
            yield Figure(fact.value, sentence, fact.span)


def thing_of(quantity: Quantity) -> Thing:
    """Return what a quantity is of: for counts what became of whom, for the rest only dimension and unit.

    «22 قتيلا» and «مقتل 22 شخصا» are one thing, «مقتل ثلاثة أطفال» is another. What a measure or a sum is of, the words
    around it do not tell well enough.
    """
    if quantity.dimension is not Dimension.COUNT:
        return Thing(quantity.dimension, _family(quantity))
    kinds = kinds_by_key()
    outcomes = read_outcomes(quantity)
    whom = {key for key in quantity.counted if kinds.get(key) not in ("role", "person")}
    return Thing(Dimension.COUNT, "", tuple(sorted(outcomes | whom)) or quantity.counted)


def is_toll(thing: Thing) -> bool:
    """Tell whether a thing is what became of people."""
    return any(kinds_by_key().get(key) == "role" for key in thing.counted)


def _family(quantity: Quantity) -> str:
    if quantity.dimension is Dimension.MONEY:
        return base_currency(quantity.unit)
    return quantity.unit if quantity.dimension is Dimension.PERCENT else ""
