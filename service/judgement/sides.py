"""One side of a comparison: a text as words with keys and weights, its clauses, and its facts.

A word keeps its span in the original text, so that everything found can be pointed at. Words inside a quantity or a
date carry no weight of their own: those are compared as facts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from service.arabic.tokens import analyse_exact
from service.judgement.lexicon import Lexicon, Side, key_of, load_lexicon
from service.model import Fact, FactKind, Facts, Polarity, PolarityKind, Span

_NAMED = 0.7
"""The weight of a word inside a name or a place; others weigh 1 at most, by how rare they are. Less than a rare word:
texts on the same people and places tell of many events (on the training clusters a shared name does not help at all to
tell the same occasion from another, shared event words do)."""
CONTENT = 0.3
"""The weight from which a word says something of its own."""
_CLAUSE_END = re.compile(r"[.!?؟؛;\n]+|،|,(?!\d)|:(?!\d)")
_SENTENCE_END = re.compile(r"[.!?؟\n]+(?!\d)")
_ENTRY_LENGTH = 3
_FLIPPING = (PolarityKind.NEGATION, PolarityKind.DENIAL)
_CARRIED_ON = "ولا"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. `clause` and `sentence` count from 0; `place` is its number in the text."""

    text: str
    key: str
    span: Span
    place: int
    clause: int
    sentence: int
    weight: float
    groups: frozenset[int]
    sides: frozenset[Side]

    @property
    def is_named(self) -> bool:
        """Tell whether the word is part of a name or a place."""
        return self.weight == _NAMED


MOST_FACTS = 24
"""Facts of one kind that are compared of one text: a sentence has a few, and lists of hundreds would take minutes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text read for comparison; `words` and `facts` are in the order of the text."""

    text: str
    words: tuple[Word, ...]
    facts: Facts
    starts: tuple[int, ...]

    @property
    def weight(self) -> float:
        """Sum of the words' weights."""
        return sum(word.weight for word in self.words)

    def place_of(self, span: Span) -> int:
        """Return the number of the word at the start of a span (the last one before it when none starts there)."""
        return max(0, bisect_right(self.starts, span.start) - 1)

    def words_in(self, span: Span) -> tuple[Word, ...]:
        """Return the words that overlap a span."""
        return tuple(word for word in self.words if word.span.overlaps(span))

    def is_flipped(self, span: Span) -> bool:
        """Tell whether the words of a span are negated or denied (twice is not at all).

        «ولا» carries a negation on and is none of its own: «لم يحضر الوزير ولا نائبه».
        """
        over = [fact for fact in self.facts.of(FactKind.POLARITY) if _flips(fact, span)]
        own = [fact for fact in over if fact.text != _CARRIED_ON]
        return len(own or over[:1]) % 2 == 1


def _flips(fact: Fact, span: Span) -> bool:
    cue = fact.value
    return isinstance(cue, Polarity) and cue.kind in _FLIPPING and cue.scope.start <= span.start < cue.scope.end


def read_side(text: str, facts: Facts) -> Reading:
    """Read one text for comparison."""
    lexicon = load_lexicon()
    tokens = analyse_exact(text)
    texts = [token.text for token in tokens]
    clauses, sentences = _ends(_CLAUSE_END, text), _ends(_SENTENCE_END, text)
    counted = [fact.span for fact in facts if fact.kind in (FactKind.QUANTITY, FactKind.PERIOD)]
    named = [fact.span for fact in facts if fact.kind in (FactKind.NAME, FactKind.PLACE)]
    words = tuple(
        Word(
            text=token.text,
            key=key_of(token.text),
            span=token.span,
            place=place,
            clause=bisect_right(clauses, token.span.start),
            sentence=bisect_right(sentences, token.span.start),
            weight=_weigh(token.text, key_of(token.text), token.span, counted=counted, named=named, lexicon=lexicon),
            groups=lexicon.groups_of(texts[place : place + _ENTRY_LENGTH]),
            sides=lexicon.sides_of(texts[place : place + _ENTRY_LENGTH]),
        )
        for place, token in enumerate(tokens)
    )
    starts = tuple(word.span.start for word in words)
    return Reading(text=text, words=words, facts=_first_of_each_kind(facts), starts=starts)


def _first_of_each_kind(facts: Facts) -> Facts:
    """Keep what is compared within bounds: every fact of a kind is held against every one of the other side."""
    return Facts(tuple(sorted((f for kind in FactKind for f in facts.of(kind)[:MOST_FACTS]), key=lambda f: f.span)))


def _ends(pattern: re.Pattern[str], text: str) -> list[int]:
    return [found.end() for found in pattern.finditer(text)]


def _weigh(
    text: str, key: str, span: Span, *, counted: Iterable[Span], named: Iterable[Span], lexicon: Lexicon
) -> float:
    if any(span.overlaps(other) for other in counted):
        return 0.0
    if any(span.overlaps(other) for other in named):
        return _NAMED
    return lexicon.weigh(text, key)


def fact_words(reading: Reading, fact: Fact) -> tuple[Word, ...]:
    """Return the words of a fact."""
    return reading.words_in(fact.span)
