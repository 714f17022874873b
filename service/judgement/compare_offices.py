"""In what office a person is named: «وزير التربية عمر …» is not «المدير العام للامتحانات، عمر …».

The offices of a person are those written with the name, before it or behind it between commas, anywhere in the text.
Two exclude each other when their ranks differ, or one rank has two portfolios or two countries; who is a member or an
official may be anything else besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from service.arabic.names import name_similarity
from service.arabic.words import read_table
from service.judgement.alignment import Alignment
from service.judgement.findings import Finding, find
from service.judgement.lexicon import key_of, load_lexicon
from service.judgement.sides import Reading
from service.model import EvidenceKind, Fact, FactKind, Name, Relation

_SAME_NAME = 0.8
_SAYS_LITTLE = frozenset(
    ("", "member", "official", "candidate", "founder", "leader", "victim", "advisor", "envoy", "head")
)
"""Offices beside which a person may hold another."""
_APPOSITION = 3
"""Letters between a name and the office behind it («فلان، نائب المحافظ»)."""


def compare_offices(alignment: Alignment, one: Fact, two: Fact) -> Iterator[Finding]:
    """Find that a person named on both sides is given offices that exclude each other."""
    here, there = _roles_of(alignment.claim, one), _roles_of(alignment.passage, two)
    if here and there and all(_are_other_offices(a, b) for a in here for b in there):
        yield find(
            EvidenceKind.ROLE,
            Relation.CONFLICTS,
            alignment=alignment,
            claim=one.span,
            passage=two.span,
            support=alignment.support(one.span, two.span),
        )


def _roles_of(reading: Reading, person: Fact) -> list[Name]:
    """Return the readings of a person's name that tell an office, and the offices that stand behind it."""
    facts = reading.facts.of(FactKind.NAME)
    found: list[Name] = []
    for fact in facts:
        if not _is_same(person, fact):
            continue
        behind = [f for f in facts if 0 <= f.span.start - fact.span.end <= _APPOSITION]
        values = [fact.value, *(f.value for f in behind if isinstance(f.value, Name) and not f.value.tokens)]
        found += [value for value in values if isinstance(value, Name) and value.role]
    return found


def _is_same(one: Fact, two: Fact) -> bool:
    return (
        isinstance(one.value, Name)
        and isinstance(two.value, Name)
        and bool(one.value.tokens)
        and bool(two.value.tokens)
        and name_similarity(one.value, two.value) >= _SAME_NAME
    )


def _are_other_offices(one: Name, two: Name) -> bool:
    """Tell whether two offices exclude each other: by rank, portfolio or country, else by opposed words."""
    here, there = one.office.split("/"), two.office.split("/")
    if len(here) == len(there) == 3 and _tells(here[0]) and _tells(there[0]):
        return any(a != b for a, b in zip(here, there, strict=True) if a and b)
    return _are_opposed(one.role.split(), two.role.split())


def _tells(rank: str) -> bool:
    """Tell whether a rank is an office or an occupation that leaves no other; a general may be a minister."""
    kind = _kinds().get(rank.removeprefix("deputy-").removeprefix("former-"), "office")
    return rank not in _SAYS_LITTLE and kind in ("office", "occupation")


@cache
def _kinds() -> dict[str, str]:
    return {key: kind for key, kind, *_ in read_table("titles")}


def _are_opposed(here: list[str], there: list[str]) -> bool:
    """Tell whether two titles stand on two sides of one row of the list («وزير», «نائب وزير»)."""
    lexicon = load_lexicon()
    ranks_here = {side for side in lexicon.sides_of(here) if side.kind is EvidenceKind.ROLE}
    ranks_there = {side for side in lexicon.sides_of(there) if side.kind is EvidenceKind.ROLE}
    return any(a.row == b.row and a.column != b.column for a in ranks_here for b in ranks_there) and not (
        {key_of(word) for word in here[:1]} & {key_of(word) for word in there[:1]}
    )
