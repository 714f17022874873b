"""All facts of a text: quantities, periods, names, places and polarity, what overlaps resolved.

Names, places, quantities and periods never share a letter: of two that overlap the one whose reader knows more of the
words wins (`_RANK`), and of equals the longer. Polarity cues stand beside them: their scopes cover other facts, and a
cue that lies inside a bound («لا يقل عن 40») or a name («أطباء بلا حدود») belongs to it and is left out.
"""

from __future__ import annotations

from datetime import date

from service.arabic.dates import read_periods
from service.arabic.names import names_among
from service.arabic.numbers import read_quantities
from service.arabic.polarity import cues_among
from service.arabic.spotting import read_words
from service.model import Fact, FactKind, Facts, Name

_RANK = {FactKind.PERIOD: 0, FactKind.QUANTITY: 1, FactKind.NAME: 2, FactKind.PLACE: 3}


def read_facts(text: str, *, reference: date | None = None) -> Facts:
    """Return all facts of `text`, ordered by span; `reference` is the day that «أمس» counts from."""
    words = read_words(text)
    typed = [*read_periods(text, reference=reference), *read_quantities(text), *names_among(words)]
    kept = _without_overlaps(typed)
    holders = [fact.span for fact in kept if fact.kind in (FactKind.QUANTITY, FactKind.NAME)]
    cues = [fact for fact in cues_among(words) if not any(fact.span.overlaps(holder) for holder in holders)]
    return Facts(tuple(sorted([*kept, *cues], key=lambda fact: (fact.span, fact.kind))))


def _without_overlaps(facts: list[Fact]) -> list[Fact]:
    kept: list[Fact] = []
    for fact in sorted(facts, key=_precedence):
        if not any(fact.span.overlaps(other.span) for other in kept):
            kept.append(fact)
    return kept


def _precedence(fact: Fact) -> tuple[int, int, int]:
    """Known organisations and people come first: «حركة 20 فبراير» is no date."""
    is_known = isinstance(fact.value, Name) and ":" in fact.value.key and fact.value.tokens != ()
    return (-1 if is_known else _RANK[fact.kind], fact.span.start - fact.span.end, fact.span.start)
