"""How a figure stands to those that were out before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.arabic.agreement import Agreement
from service.arabic.quantity_agreement import compare_quantities
from service.judgement.tolls import is_grown_toll
from service.model import Move, Quantity


def compare_move(figure: Quantity, listed: Sequence[Quantity], earlier: Sequence[Quantity]) -> Move:
    """Return how a figure stands to those listed before it, of which `earlier` were surely out before.

    It is the same as one that it agrees with or cannot be told from («عشرات القتلى»), an update when it is a toll grown
    over every earlier one that it differs from, as the judge has it.
    """
    if not listed:
        return Move.FIRST
    agreements = [compare_quantities(_bare(figure), _bare(other)) for other in listed]
    others = [other for other, how in zip(listed, agreements, strict=True) if how is Agreement.CONFLICTS]
    if Agreement.AGREES in agreements or not others:
        return Move.SAME
    is_update = all(other in earlier and is_grown_toll(other, figure) for other in others)
    return Move.UPDATE if is_update else Move.DIFFERS


def _bare(quantity: Quantity) -> Quantity:
    """Return a quantity without the words around it: that two figures are of one thing is settled already."""
    return replace(quantity, counted=())
