"""Who won and who lost: «فاز أ على ب» cannot be true with «تغلب ب على أ», nor with «خسر أ أمام ب».

The sides are the words around a verb or noun of winning or losing and the word that leads to the other side («على»,
«أمام»); they need not be known as names, since clubs are called «الهلال» and «النصر».
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.judgement.alignment import Alignment
from service.judgement.findings import Finding, find
from service.judgement.sides import CONTENT, Reading, Word
from service.model import EvidenceKind, Relation, Span

_REACH = 6
"""Words in which the other side is named."""
_LONGEST_SIDE = 3
_SAME = 0.6
"""Share of a side's words, by weight, that make it the same side."""


@dataclass(frozen=True, slots=True)
class _Contest:
    """The words of the winner and of the loser, and where both are told."""

    winner: tuple[Word, ...]
    loser: tuple[Word, ...]
    span: Span


def compare_winners(alignment: Alignment) -> list[Finding]:
    """Find contests of the same two sides with the other one as the winner."""
    there = list(_contests(alignment.passage))
    found = [f for one in _contests(alignment.claim) for two in there for f in _set_against(alignment, one, two)]
    return sorted(found, key=lambda finding: finding.support, reverse=True)[:1]


def _set_against(alignment: Alignment, one: _Contest, two: _Contest) -> Iterator[Finding]:
    straight = min(_share(alignment, one.winner, two.winner), _share(alignment, one.loser, two.loser))
    crossed = min(_share(alignment, one.winner, two.loser), _share(alignment, one.loser, two.winner))
    if max(straight, crossed) < _SAME or straight == crossed:
        return
    relation = Relation.CONFLICTS if crossed > straight else Relation.AGREES
    support = max(straight, crossed)
    yield find(EvidenceKind.OUTCOME, relation, alignment=alignment, claim=one.span, passage=two.span, support=support)


def _share(alignment: Alignment, here: Sequence[Word], there: Sequence[Word]) -> float:
    places = {word.place for word in there}
    weight = sum(word.weight for word in here)
    said = sum(
        word.weight * max((s for p, s in alignment.matches.get(word.place, {}).items() if p in places), default=0.0)
        for word in here
    )
    return said / weight if weight else 0.0


def _contests(reading: Reading) -> Iterator[_Contest]:
    for verb in reading.words:
        known = _verbs().get(verb.text)
        if known is None:
            continue
        wins, leading = known
        behind = [w for w in reading.words[verb.place + 1 : verb.place + 1 + _REACH] if w.sentence == verb.sentence]
        cut = next((place for place, word in enumerate(behind) if word.text in leading), None)
        if cut is None:
            continue
        own = _side(behind[:cut]) or _side(_before(reading, verb))
        other = _side(reading.words[behind[cut].place + 1 : behind[cut].place + 1 + _REACH])
        if own and other:
            told = sorted((*own, verb, *other), key=lambda word: word.place)
            span = Span(told[0].span.start, told[-1].span.end)
            yield _Contest(*((own, other) if wins else (other, own)), span)


def _before(reading: Reading, verb: Word) -> list[Word]:
    """Return the words before the verb in its clause, the nearest at the end."""
    words = [w for w in reading.words[max(0, verb.place - _LONGEST_SIDE) : verb.place] if w.clause == verb.clause]
    return [word for word in words if word.sentence == verb.sentence]


def _side(words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words that name a side: the first of content, as long as nothing else comes in between."""
    side: list[Word] = []
    for word in words:
        if word.text in _counterparts():
            continue
        is_named = word.weight >= CONTENT and not any(letter.isdigit() for letter in word.text)
        if not is_named or len(side) == _LONGEST_SIDE or (side and word.clause != side[0].clause):
            break
        side.append(word)
    return tuple(side)


@cache
def _verbs() -> dict[str, tuple[bool, frozenset[str]]]:
    """Map the forms to whether the first named wins, and to the words that lead to the other side."""
    known: dict[str, tuple[bool, frozenset[str]]] = {}
    for outcome, leading, forms in read_table("contests"):
        words = frozenset(normalise(word.split()[-1]) for word in leading.split("|"))
        known |= {normalise(form): (outcome == "wins", words) for form in forms.split("|")}
    return known


@cache
def _counterparts() -> frozenset[str]:
    return frozenset(normalise(word) for (word,) in read_table("counterparts"))
