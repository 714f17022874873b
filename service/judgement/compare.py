"""Compare a claim with a passage: typed evidence, each with its words on both sides.

1. Both texts are read as words and facts (`sides`), and the words they share are aligned (`alignment`).
2. One comparator per kind looks for what agrees and what cannot both be true: quantities, dates, names and places,
   polarity, speakers, opposed words, order. Each says how much of what the claim says around the one span the passage
   says around the other: its support.
3. A difference counts as evidence of conflict only with enough support: a number of another thing, a date of another
   event is no conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from service.arabic.agreement import Agreement
from service.arabic.facts import read_facts
from service.arabic.period_agreement import compare_periods
from service.arabic.quantity_agreement import compare_quantities
from service.judgement.alignment import Alignment, align
from service.judgement.compare_dates import compare_dates
from service.judgement.compare_names import compare_names, how_alike
from service.judgement.compare_polarity import compare_polarity
from service.judgement.compare_quantities import compare_numbers
from service.judgement.compare_sequence import compare_order, compare_swaps
from service.judgement.compare_speakers import compare_speakers
from service.judgement.compare_winners import compare_winners
from service.judgement.compare_words import compare_words
from service.judgement.findings import Finding
from service.judgement.sides import Reading, read_side
from service.model import Claim, Evidence, EvidenceKind, Fact, FactKind, Facts, JudgedText, Period, Quantity, Relation

_COMPARATORS: tuple[Callable[[Alignment], list[Finding]], ...] = (
    compare_numbers,
    compare_dates,
    compare_names,
    compare_polarity,
    compare_speakers,
    compare_words,
    compare_order,
    compare_swaps,
    compare_winners,
)
_SHOWN_FROM = {Relation.AGREES: 0.25, Relation.CONFLICTS: 0.4, Relation.UPDATE: 0.4, Relation.UNCLEAR: 0.4}
"""The support from which a finding is shown as evidence. For conflicts: on the written training claims, differences
with less support belong to another thing more often than not."""
_OCCASION = frozenset((EvidenceKind.QUANTITY, EvidenceKind.DATE, EvidenceKind.PLACE))
_OTHER_FROM = 2
"""So many of these kinds differ when a passage tells of another occasion."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A claim and a passage compared; `findings` are all, strongest first, `evidence` those fit to be shown."""

    alignment: Alignment
    findings: tuple[Finding, ...]
    is_foreign: bool

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The findings with enough support, strongest first."""
        return tuple(found.evidence for found in self.findings if found.support >= _SHOWN_FROM[found.evidence.relation])

    @property
    def is_related(self) -> bool:
        """Tell whether the two texts share a word, or are in two languages, so that words cannot tell."""
        return self.is_foreign or bool(self.alignment.matches) or bool(self.alignment.outside)

    def strongest(self, relation: Relation) -> float:
        """Return the support of the best finding with this relation, 0 when there is none."""
        return max((f.support for f in self.findings if f.evidence.relation is relation), default=0.0)

    def meets(self, fact: Fact) -> bool:
        """Tell whether a fact of the claim has a counterpart in the passage, equal or not."""
        if fact.kind in (FactKind.NAME, FactKind.PLACE):
            return all(self.alignment.matched(word.place) for word in self.alignment.claim.words_in(fact.span))
        return any(found.evidence.claim_span.overlaps(fact.span) for found in self.findings)


def compare(claim: Claim, passage: JudgedText, facts: Facts) -> tuple[Evidence, ...]:
    """Return the typed evidence of a passage for or against a claim, strongest first.

    `facts` are those of the passage's text; spans index the claim's and the passage's text. Title and the sentence
    before only help to tell whether both speak of the same thing.
    """
    return compare_texts(claim, passage, facts).evidence


def compare_texts(claim: Claim, passage: JudgedText, facts: Facts) -> Comparison:
    """Compare, and return all findings with the alignment they rest on."""
    around = [read_side(text, read_facts(text)) for text in (passage.title, passage.context) if text]
    sides = read_side(claim.text, claim.facts), read_side(passage.text, facts)
    return compare_sides(claim, passage, sides=sides, around=around)


def compare_sides(
    claim: Claim, passage: JudgedText, *, sides: tuple[Reading, Reading], around: Sequence[Reading]
) -> Comparison:
    """Compare texts already read: `sides` are claim and passage, `around` the passage's title and context."""
    is_foreign = claim.language != passage.language
    alignment = align(
        *sides,
        alike=how_alike,
        agree=how_agreed,
        around=around,
        days_later=_days_later(claim, passage),
        is_foreign=is_foreign,
    )
    findings = [found for comparator in _COMPARATORS for found in comparator(alignment)]
    if passage.is_searched:
        findings = _doubt_weekdays(claim, findings)
    findings = sorted(_doubt_occasion(findings), key=lambda found: found.support, reverse=True)
    return Comparison(alignment=alignment, findings=tuple(findings), is_foreign=is_foreign)


def _doubt_occasion(findings: list[Finding]) -> list[Finding]:
    """Leave open the differences of a passage that differs in two of where, when and how many.

    It tells of another occasion: on the training rows 25 % of such pairs conflict, and 57 % of those with one such
    difference.
    """
    shown = _SHOWN_FROM[Relation.CONFLICTS]
    differ = [found for found in findings if found.evidence.relation is Relation.CONFLICTS and found.support >= shown]
    if len({found.evidence.kind for found in differ} & _OCCASION) < _OTHER_FROM:
        return findings
    return [_leave_open(found) if found.evidence.kind in _OCCASION else found for found in findings]


def _doubt_weekdays(claim: Claim, findings: list[Finding]) -> list[Finding]:
    """Leave open other days than a weekday of no known week: a search brings up passages of every week."""
    floating = [fact.span for fact in claim.facts.of(FactKind.PERIOD) if _has_weekday_alone(fact)]
    return [
        _leave_open(found)
        if found.evidence.kind is EvidenceKind.DATE and any(found.evidence.claim_span.overlaps(s) for s in floating)
        else found
        for found in findings
    ]


def _has_weekday_alone(fact: Fact) -> bool:
    period = fact.value
    return isinstance(period, Period) and period.weekday is not None and period.start is None and period.day is None


def _leave_open(found: Finding) -> Finding:
    if found.evidence.relation is not Relation.CONFLICTS:
        return found
    return replace(found, evidence=replace(found.evidence, relation=Relation.UNCLEAR))


_AGREED = {Agreement.AGREES: 1.0, Agreement.COMPATIBLE: 0.7, Agreement.CONFLICTS: 0.0}


def how_agreed(one: Fact, two: Fact) -> float | None:
    """Tell how well two dates or two numbers agree, 0..1; None when that cannot be told."""
    if isinstance(one.value, Period) and isinstance(two.value, Period):
        return _AGREED.get(compare_periods(one.value, two.value))
    if isinstance(one.value, Quantity) and isinstance(two.value, Quantity):
        return _AGREED.get(compare_quantities(one.value, two.value))
    return None


def _days_later(claim: Claim, passage: JudgedText) -> int | None:
    """Return the days from what the claim speaks of (`as_of`, else its latest date) to the passage's publication.

    Negative when it was published before; 0 within the stretch that the claim states.
    """
    periods = [fact.value for fact in claim.facts if isinstance(fact.value, Period)]
    stretches = [(period.start, period.end) for period in periods if period.start and period.end]
    if claim.as_of:
        stretches = [(claim.as_of, claim.as_of)]
    if not passage.published or not stretches:
        return None
    start, end = max(stretches, key=lambda stretch: stretch[1])
    return max(0, (passage.published - end).days) - max(0, (start - passage.published).days)
