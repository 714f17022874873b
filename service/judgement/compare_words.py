"""Words that exclude each other: rose and fell, won and lost, east and west, the husband and the wife.

A pair counts when the claim's word has no counterpart of its own in the passage, the passage's word none in the claim,
and the words around both agree. When exactly one of the two is negated they say the same («لم يفز», «خسر»), and so
they do when one event is told from two standpoints («فاز الأهلي على النجم», «خسر النجم أمام الأهلي»).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from service.judgement.alignment import Alignment
from service.judgement.findings import Finding, find
from service.judgement.lexicon import WEAK, Side
from service.judgement.sides import CONTENT, Reading, Word
from service.model import EvidenceKind, Relation

_STANDPOINTS = frozenset((0, 1))
_NEVER_NAMED = (EvidenceKind.OUTCOME, EvidenceKind.DIRECTION)
"""Kinds of which no word is part of a name: «عين الصقر» appoints nobody, «بني صالح» builds nothing."""


def compare_words(alignment: Alignment) -> list[Finding]:
    """Find opposed words, the best supported passage word for each word of the claim."""
    best: dict[int, Finding] = {}
    for one, two, side in _opposed(alignment):
        found = _judge(alignment, one, two, side)
        if one.place not in best or found.support > best[one.place].support:
            best[one.place] = found
    return list(best.values())


def _opposed(alignment: Alignment) -> Iterator[tuple[Word, Word, Side]]:
    said_here, said_there = _columns(alignment.claim), _columns(alignment.passage)
    repeated = alignment.repeated()
    here = [w for w in alignment.claim.words if w.sides and w.weight > WEAK and not alignment.matched(w.place)]
    there = [w for w in alignment.passage.words if w.sides and w.weight > WEAK and w.place not in repeated]
    for one in here:
        for two in there:
            for side in one.sides:
                apart = any(side.row == other.row and side.column != other.column for other in two.sides)
                if apart and _may_oppose(alignment, one, two, side.kind) and _are_one(said_here, said_there, side.row):
                    yield one, two, side


def _are_one(here: Mapping[int, set[int]], there: Mapping[int, set[int]], row: int) -> bool:
    """Tell whether each text says one side of a row only."""
    return len(here[row]) == 1 and len(there[row]) == 1


def _may_oppose(alignment: Alignment, one: Word, two: Word, kind: EvidenceKind) -> bool:
    """Tell whether neither word is part of a name that says nothing by it, and both are of one thing."""
    if kind in _NEVER_NAMED and (one.is_named or two.is_named):
        return False
    return kind is not EvidenceKind.DIRECTION or not _are_of_two_things(alignment, one, two)


def _columns(reading: Reading) -> dict[int, set[int]]:
    columns: dict[int, set[int]] = {}
    for word in reading.words:
        for side in word.sides:
            columns.setdefault(side.row, set()).add(side.column)
    return columns


def _judge(alignment: Alignment, one: Word, two: Word, side: Side) -> Finding:
    negated = alignment.claim.is_flipped(one.span) != alignment.passage.is_flipped(two.span)
    turned = side.is_reciprocal and _has_other_subject(alignment, one, two) and _are_standpoints(side, two)
    return find(
        side.kind,
        Relation.AGREES if negated != turned else Relation.CONFLICTS,
        alignment=alignment,
        claim=one.span,
        passage=two.span,
        support=alignment.support(one.span, two.span),
    )


def _are_standpoints(one: Side, two: Word) -> bool:
    """Tell whether both words are one of the first two sides: who drew has neither won nor lost."""
    columns = {one.column, *(other.column for other in two.sides if other.row == one.row)}
    return columns <= _STANDPOINTS


def _are_of_two_things(alignment: Alignment, one: Word, two: Word) -> bool:
    """Tell whether the words behind both are met nowhere: «ارتفعت أسعار القمح», «انخفض محصول القمح»."""
    here, there = _next(alignment.claim, one), _next(alignment.passage, two)
    if here is None or there is None:
        return False
    return not alignment.matched(here.place) and there.place not in alignment.repeated()


def _next(reading: Reading, word: Word) -> Word | None:
    behind = reading.words[word.place + 1 : word.place + 2]
    return next((w for w in behind if w.clause == word.clause and w.weight >= CONTENT), None)


def _has_other_subject(alignment: Alignment, one: Word, two: Word) -> bool:
    """Tell whether the first shared word behind the passage's verb is another than the one behind the claim's."""
    shared_here = {place for place, others in alignment.matches.items() if others}
    subject = _first_behind(alignment.claim, one, shared_here)
    other = _first_behind(alignment.passage, two, alignment.repeated())
    if subject is None or other is None:
        return False
    return other.place not in alignment.matches[subject.place]


def _first_behind(reading: Reading, verb: Word, shared: Collection[int]) -> Word | None:
    behind = reading.words[verb.place + 1 :]
    return next((w for w in behind if w.sentence == verb.sentence and w.weight >= CONTENT and w.place in shared), None)
