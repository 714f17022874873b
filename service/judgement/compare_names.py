"""Names and places: who did it, in what office, and where.

A name that both texts share agrees; when it is a person with a different office on each side, the office is compared.
A name or place that the claim alone has is set against one of the same kind that the passage alone has, when the words
around both agree and the same preposition governs them: another actor, another place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from service.arabic.gazetteers import is_nationality
from service.arabic.names import name_similarity
from service.arabic.normalise import normalise
from service.arabic.places import compare_places
from service.judgement.alignment import Alignment
from service.judgement.compare_offices import compare_offices
from service.judgement.findings import Finding, find
from service.judgement.lexicon import load_role_words
from service.judgement.sides import Reading
from service.model import EvidenceKind, Fact, FactKind, Name, Place, Relation

_SAME_NAME = 0.8
_OTHER_NAME = 0.5
"""Names less alike than this are of two persons; in between nothing is said."""
_PLACE_ALIKE = {"same": 1.0, "contains": 0.85, "within": 0.85}
_PLACE_RELATIONS = {
    "same": Relation.AGREES,
    "contains": Relation.AGREES,  # the claim says Libya, the passage Benghazi
    "within": Relation.UNCLEAR,
    "disjoint": Relation.CONFLICTS,
}
_PREFERENCE = (Relation.AGREES, Relation.UNCLEAR, Relation.CONFLICTS)
_RIVAL = 0.75
"""A place that agrees counts when its support is at least this share of the best one's."""
_MET_ELSEWHERE = 0.85
_OTHER_PART, _UNKNOWN_PART = 0.6, 0.8
"""What is left of the support of a difference when other prepositions govern the two («من طرابلس», «إلى بنغازي»), and
when none tells the part they play: many names stand in a passage, few of them in the claim's stead."""


def how_alike(one: Fact, two: Fact) -> float:
    """Tell how alike two names or two places are, 0..1; a place that lies in the other counts as nearly the same."""
    if isinstance(one.value, Name) and isinstance(two.value, Name):
        return name_similarity(one.value, two.value)
    if isinstance(one.value, Place) and isinstance(two.value, Place):
        return _PLACE_ALIKE.get(compare_places(one.value, two.value), 0.0)
    return 0.0


def compare_names(alignment: Alignment) -> list[Finding]:
    """Find shared and differing names, offices and places.

    A nationality («الروسي») is no place where something happens: it is set against nationalities only.
    """
    claim, passage = alignment.claim.facts, alignment.passage.facts
    here, nationalities = _part_nisbas(claim.of(FactKind.PLACE))
    there, others = _part_nisbas(passage.of(FactKind.PLACE))
    return [
        *_compare_group(alignment, claim.of(FactKind.NAME), passage.of(FactKind.NAME)),
        *_compare_group(alignment, nationalities, others),
        *_compare_places(alignment, here, there),
    ]


def _part_nisbas(places: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Part the places from the nationalities."""
    parted: tuple[list[Fact], list[Fact]] = ([], [])
    for fact in places:
        parted[is_nationality(normalise(fact.text))].append(fact)
    return parted


def _compare_places(alignment: Alignment, here: Sequence[Fact], there: Sequence[Fact]) -> Iterator[Finding]:
    """Set each place of the claim against the passage's places: the one that plays the same part by the same event."""
    for one in here:
        others = [other for other in here if other is not one]
        known = [
            _finding(alignment, one, two, relation)
            for two in there
            if (relation := _relate(one, two)) and not any(how_alike(other, two) >= _SAME_NAME for other in others)
        ]
        known = _doubt_conflicts(known)
        if known:
            best = max(finding.support for finding in known)
            rivals = [finding for finding in known if finding.support >= _RIVAL * best]
            yield min(rivals, key=lambda f: (_PREFERENCE.index(f.evidence.relation), -f.support))


def _doubt_conflicts(findings: list[Finding]) -> list[Finding]:
    """Lower the support of a conflict when the passage has the claim's place too, if by another event."""
    if all(finding.evidence.relation is Relation.CONFLICTS for finding in findings):
        return findings
    return [
        replace(f, support=f.support * _MET_ELSEWHERE) if f.evidence.relation is Relation.CONFLICTS else f
        for f in findings
    ]


def _relate(one: Fact, two: Fact) -> Relation | None:
    if not isinstance(one.value, Place) or not isinstance(two.value, Place):
        return None
    return _PLACE_RELATIONS.get(compare_places(one.value, two.value))


def _compare_group(alignment: Alignment, here: Sequence[Fact], there: Sequence[Fact]) -> Iterator[Finding]:
    shared = [(one, two) for one in here for two in there if how_alike(one, two) >= _SAME_NAME]
    met, meeting = {one for one, _ in shared}, {two for _, two in shared}
    for one, two in _best_pairs(alignment, shared):
        yield _finding(alignment, one, two, Relation.AGREES)
        yield from compare_offices(alignment, one, two)
    rivals = [
        (one, two)
        for one in here
        for two in there
        if one not in met and two not in meeting and not _is_said(alignment, one) and _excludes(one, two)
    ]
    for one, two in _best_pairs(alignment, rivals):
        yield _finding(alignment, one, two, Relation.CONFLICTS)


def _best_pairs(alignment: Alignment, pairs: list[tuple[Fact, Fact]]) -> Iterator[tuple[Fact, Fact]]:
    """Yield for each fact of the claim the partner with the most support."""
    for one in dict.fromkeys(one for one, _ in pairs):
        partners = [two for other, two in pairs if other is one]
        yield one, max(partners, key=lambda two: _support(alignment, one, two))


def _is_said(alignment: Alignment, fact: Fact) -> bool:
    """Tell whether the passage has all words of a name after all, only not read as a name."""
    return all(alignment.matched(word.place) for word in alignment.claim.words_in(fact.span))


def _excludes(one: Fact, two: Fact) -> bool:
    if isinstance(one.value, Name) and isinstance(two.value, Name):
        kinds = {one.value.kind, two.value.kind}
        return len(kinds) == 1 and "other" not in kinds and name_similarity(one.value, two.value) < _OTHER_NAME
    if isinstance(one.value, Place) and isinstance(two.value, Place):
        return compare_places(one.value, two.value) == "disjoint"
    return False


def _finding(alignment: Alignment, one: Fact, two: Fact, relation: Relation) -> Finding:
    return find(
        EvidenceKind.PLACE if one.kind is FactKind.PLACE else EvidenceKind.ACTOR,
        relation,
        alignment=alignment,
        claim=one.span,
        passage=two.span,
        support=_support(alignment, one, two),
    )


def _support(alignment: Alignment, one: Fact, two: Fact) -> float:
    parts = _part(alignment.claim, one), _part(alignment.passage, two)
    share = _UNKNOWN_PART if not (parts[0] and parts[1]) else 1.0 if parts[0] == parts[1] else _OTHER_PART
    is_plain = one.kind is FactKind.NAME and how_alike(one, two) >= _SAME_NAME
    return alignment.support(one.span, two.span) * (1.0 if is_plain else share)


def _part(reading: Reading, fact: Fact) -> str:
    """Return the part that the preposition before a name gives it, "" when there is none."""
    words = reading.words_in(fact.span)
    if not words:
        return ""
    parts = load_role_words()
    if words[0].span.start < fact.span.start:  # «ببنغازي»: the preposition is written with the name
        return parts.get(words[0].text[: fact.span.start - words[0].span.start].removeprefix("و"), "")
    before = reading.words[max(0, words[0].place - 2) : words[0].place]
    return next((parts[word.text] for word in reversed(before) if word.text in parts), "")
