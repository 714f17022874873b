"""Per what a quantity is: «رحلتان يوميا» is not «رحلتان أسبوعيا», whatever the figures say.

The words behind a quantity, in its clause, are looked up in words/rates.tsv.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.judgement.sides import Reading
from service.model import Span

_WITHIN = 2
"""How many words may stand between the quantity and its rate («رحلتان جويتان أسبوعيا»)."""
_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Rate:
    """What a quantity is per ("day", "kg"), and the words from the quantity to those that say so."""

    key: str
    span: Span


def read_rate(reading: Reading, quantity: Span) -> Rate | None:
    """Return the rate behind a quantity, None when the text names none."""
    last = reading.words_in(quantity)[-1:]
    for place in (last[0].place + 1 + step for step in range(_WITHIN + 1)) if last else ():
        behind = [word for word in reading.words[place : place + _LONGEST] if word.clause == last[0].clause]
        for length in range(len(behind), 0, -1):
            key = _rates().get(tuple(word.text for word in behind[:length]))
            if key:
                return Rate(key, Span(quantity.start, behind[length - 1].span.end))
    return None


@cache
def _rates() -> dict[tuple[str, ...], str]:
    return {tuple(normalise(phrase).split()): key for phrase, key in read_table("rates")}
