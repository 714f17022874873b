"""Which words of a claim a passage repeats, and how much of the claim is said around a given place of the passage.

This is the measure of *the same thing*: a number, a date or a name of the passage is set against the claim's only when
the words around both speak of the same event. Strengths: the same word 1, another form of it .9, a synonym .75, a
name in another spelling its similarity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from service.judgement.sides import CONTENT, Reading, Word
from service.model import Fact, FactKind, Span

_FORM, _SHORT_FORM, _SYNONYM = 0.9, 0.6, 0.75
_SURE_KEY = 3
"""A key of fewer letters is shared by too many words to be trusted."""
_CLAIM_DECAY, _PASSAGE_DECAY = 0.1, 0.02
_OTHER_CLAUSE, _OTHER_SENTENCE = 0.9, 0.7
"""How fast words lose their say with the distance from the fact in question; claims are short, passages long."""
_FACT = 0.7
"""The weight of a date or a number beside the one in question, as that of a name."""
_SAME_NAME = 0.8
_WINDOW = 60
"""Words of a claim on either side of a fact that support it; a claim in one sentence has fewer."""
_MOST_TWINS = 12
"""Places of a passage that a word of the claim is matched with, so that repeating one word costs nothing."""

Matches = Mapping[int, Mapping[int, float]]
"""For the number of a claim's word, the numbers of the passage's words that say the same, with strengths."""
FactMatcher = Callable[[Fact, Fact], float]
"""How alike two names or two places are, 0..1."""
Agree = Callable[[Fact, Fact], float | None]
"""How well two dates or two numbers agree, 0..1, None when that cannot be told."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim and a passage with the words they share. `outside` holds words matched only in title or context.

    `days_later` is how long after the day the claim speaks of the passage was published, None when it cannot be told.
    `facts` has the places of the claim's dates and numbers that tell one occasion from another, each with the places of
    those of the passage that agree (none: they differ).
    """

    claim: Reading
    passage: Reading
    matches: Matches
    outside: Mapping[int, float] = field(default_factory=dict)
    days_later: int | None = None
    facts: Matches = field(default_factory=dict)
    is_foreign: bool = False

    @property
    def coverage(self) -> float:
        """Share of the claim's words, by weight, that the passage repeats anywhere, 0..1."""
        return self.cover(word.place for word in self.claim.words)

    @property
    def event_coverage(self) -> float:
        """The same without names and places: how much of what happened is repeated; 1 when the claim has only names."""
        words = [word for word in self.claim.words if word.weight >= CONTENT and not word.is_named]
        return self.cover(word.place for word in words) if words else 1.0

    @property
    def coverage_with_context(self) -> float:
        """The same, counting what only the title or the sentence before repeats."""
        best = {place: max(found.values()) for place, found in self.matches.items()}
        said = sum(
            word.weight * max(best.get(word.place, 0.0), self.outside.get(word.place, 0.0)) for word in self.claim.words
        )
        return said / self.claim.weight if self.claim.weight else 0.0

    def cover(self, places: Iterable[int]) -> float:
        """Share, by weight, of the given words of the claim that the passage repeats anywhere."""
        words = [self.claim.words[place] for place in places]
        weight = sum(word.weight for word in words)
        said = sum(word.weight * max(self.matches.get(word.place, {}).values(), default=0.0) for word in words)
        return said / weight if weight else 0.0

    def support(self, claim_span: Span, passage_span: Span) -> float:
        """Tell how much of what the claim says around one span the passage says around the other, 0..1."""
        here, there = self.claim.place_of(claim_span), self.passage.place_of(passage_span)
        own = {word.place for word in self.claim.words_in(claim_span)}
        whole = said = 0.0
        for word in self.claim.words[max(0, here - _WINDOW) : here + _WINDOW + 1]:
            if word.place in own or not word.weight:
                continue
            weight = word.weight / (1 + _CLAIM_DECAY * max(0, abs(word.place - here) - 1))
            if self._cannot_match(word):
                continue
            whole += weight
            said += weight * self._nearest(word.place, there)
        for place, others in self.facts.items():
            if place in own:
                continue
            weight = _FACT / (1 + _CLAIM_DECAY * max(0, abs(place - here) - 1))
            whole += weight
            said += weight * max((s * self._closeness(other, there) for other, s in others.items()), default=0.0)
        return said / whole if whole else 0.0

    def _cannot_match(self, word: Word) -> bool:
        """Tell whether a word is in another script than the passage and no list knows it: its absence says nothing."""
        return self.is_foreign and not word.groups and word.place not in self.matches

    def _nearest(self, place: int, there: int) -> float:
        best = self.outside.get(place, 0.0) * _OTHER_SENTENCE
        for other, strength in self.matches.get(place, {}).items():
            best = max(best, strength * self._closeness(other, there))
        return best

    def _closeness(self, place: int, there: int) -> float:
        word, centre = self.passage.words[place], self.passage.words[there]
        near = 1 / (1 + _PASSAGE_DECAY * max(0, abs(place - there) - 2))
        if word.sentence != centre.sentence:
            return near * _OTHER_SENTENCE
        return near if word.clause == centre.clause else near * _OTHER_CLAUSE

    def matched(self, place: int) -> bool:
        """Tell whether the passage repeats this word of the claim."""
        return bool(self.matches.get(place))

    def repeated(self) -> frozenset[int]:
        """Return the numbers of the passage's words that repeat a word of the claim."""
        return frozenset(other for found in self.matches.values() for other in found)


def align(
    claim: Reading,
    passage: Reading,
    *,
    alike: FactMatcher,
    around: Iterable[Reading] = (),
    agree: Agree | None = None,
    days_later: int | None = None,
    is_foreign: bool = False,
) -> Alignment:
    """Match the words of a claim with those of a passage; `around` are its title and the sentence before."""
    matches = _match(claim, passage, alike)
    outside: dict[int, float] = {}
    for reading in around:
        for place, found in _match(claim, reading, alike).items():
            outside[place] = max(outside.get(place, 0.0), *found.values())
    return Alignment(
        claim=claim,
        passage=passage,
        matches=matches,
        outside=outside,
        days_later=days_later,
        facts=_match_dates_and_numbers(claim, passage, agree) if agree else {},
        is_foreign=is_foreign,
    )


def _match_dates_and_numbers(claim: Reading, passage: Reading, agree: Agree) -> dict[int, dict[int, float]]:
    """Return the claim's dates and numbers that can be compared, each with those of the passage that agree."""
    matches: dict[int, dict[int, float]] = {}
    for kind in (FactKind.PERIOD, FactKind.QUANTITY):
        for one in claim.facts.of(kind):
            found = {passage.place_of(two.span): agree(one, two) for two in passage.facts.of(kind)}
            known = {place: strength for place, strength in found.items() if strength is not None}
            if known and (kind is FactKind.PERIOD or any(known.values())):
                matches[claim.place_of(one.span)] = {place: s for place, s in known.items() if s}
    return matches


def _match(claim: Reading, other: Reading, alike: FactMatcher) -> dict[int, dict[int, float]]:
    index = _index(other.words)
    matches: dict[int, dict[int, float]] = {}
    for word in claim.words:
        if word.weight:
            twins = sorted(_candidates(word, index))[:_MOST_TWINS]
            found = {place: _strength(word, other.words[place]) for place in twins}
            if found:
                matches[word.place] = found
    for one, two, strength in _match_facts(claim, other, alike):
        for word in claim.words_in(one.span):
            for twin in other.words_in(two.span):
                _keep_best(matches.setdefault(word.place, {}), twin.place, strength)
    return matches


_Index = tuple[Mapping[str, list[int]], Mapping[int, list[int]]]


def _index(words: Iterable[Word]) -> _Index:
    by_key: dict[str, list[int]] = defaultdict(list)
    by_group: dict[int, list[int]] = defaultdict(list)
    for word in words:
        if not word.weight:
            continue
        by_key[word.key].append(word.place)
        for group in word.groups:
            by_group[group].append(word.place)
    return by_key, by_group


def _candidates(word: Word, index: _Index) -> set[int]:
    by_key, by_group = index
    found = set(by_key.get(word.key, ()))
    for group in word.groups:
        found.update(by_group.get(group, ()))
    return found


def _strength(word: Word, other: Word) -> float:
    if word.text == other.text:
        return 1.0
    if word.key == other.key:
        return _FORM if len(word.key) >= _SURE_KEY else max(_SHORT_FORM, _SYNONYM * bool(word.groups & other.groups))
    return _SYNONYM


def _match_facts(claim: Reading, other: Reading, alike: FactMatcher) -> Iterable[tuple[Fact, Fact, float]]:
    for kind in (FactKind.NAME, FactKind.PLACE):
        for one in claim.facts.of(kind):
            for two in other.facts.of(kind):
                strength = alike(one, two)
                if strength >= _SAME_NAME:
                    yield one, two, strength


def _keep_best(found: dict[int, float], place: int, strength: float) -> None:
    found[place] = max(found.get(place, 0.0), strength)
