"""Which sentences of a document are worth checking: a score for each, with the reasons, and the best of them.

1. Sentences are split as everywhere; headings, boilerplate, stumps of fewer than five words and what is too long for a
   claim are left out.
2. Each gets a score from what it holds (`signs`, words/worth.tsv). From `WORTH_FROM` on it is picked; a text without
   such a sentence gives its best one.
3. Where somebody is quoted at length, the words in the quotation are the claim (`statements`); a sentence that leans on
   the one before («وأضاف أن …») is asked together with it.
4. Of sentences that say the same only the best is kept.

The points were set by hand. Nobody has labelled what is worth checking in our sources, so they were held against
sentences that people wrote claims about, see `python -m tests.quality.measure worth` and what it says of its limits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from service.arabic.facts import read_facts
from service.arabic.language import detect_language
from service.arabic.sentences import split_sentences
from service.arabic.words import read_table
from service.claims.highlights import content_stems
from service.claims.signs import WORDS, read_signs
from service.claims.statements import count_words, find_quoted_claim, find_speaker
from service.judgement.entail import leans_on_context
from service.model import Claim, FactKind, Facts, Note, Span

VERSION = "worth 1"
WORTH_FROM = 0.5
FEWEST_WORDS = 5
SHORT_WORDS = 7
HEADING_WORDS = 15
ALIKE = 0.7
"""Share of common stems from which two sentences say the same; a report told twice with one number changed lies
below."""

LONGEST_CLAIM = 2000
"""Characters of a claim; nobody writes a sentence of so many, but a page may hold data that look like one."""

_ENDS = (".", "؟", "!", "?", ":", "…", "؛", "۔")
_CLOSING = "\"'»”’)] \u200f"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign that counts for or against a sentence, with its points."""

    sign: str
    points: float
    note: Note


@dataclass(frozen=True, slots=True)
class Pick:
    """A sentence worth checking: `document[span]` is what it says.

    `claim` is what is asked: the words of `span`, with those of `context` before them where it leans on these.
    `sentence` is the whole sentence, also where only what it quotes is the claim; `speaker` lies in the document.
    """

    claim: Claim
    span: Span
    sentence: Span
    score: float
    reasons: tuple[Reason, ...]
    context: Span | None = None
    speaker: Span | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """The picks in the order of the document, and how many sentences of a report were looked at."""

    picks: tuple[Pick, ...]
    sentences: int


def pick_claims(text: str, *, as_of: date | None = None, most: int = 20) -> Picked:
    """Return at most `most` sentences worth checking, in the order of the document.

    `as_of` is the day its relative dates count from: that of the document.
    """
    rated = rate_sentences(text, as_of=as_of)
    best = sorted(rated, key=lambda one: (-one.score, one.sentence.start))
    worth = [one for one in best if one.score >= WORTH_FROM] or best[:1]
    kept = _without_repeats(text, worth, most)
    picks = (_make_claim(text, one, as_of) for one in sorted(kept, key=lambda one: one.sentence))
    return Picked(tuple(picks), len(rated))


@dataclass(frozen=True, slots=True)
class Rated:
    """A sentence of the report with its score, 0 to 1, and the sentence before where it leans on that."""

    sentence: Span
    score: float
    reasons: tuple[Reason, ...]
    facts: Facts
    context: Span | None


def rate_sentences(text: str, *, as_of: date | None = None) -> list[Rated]:
    """Return the sentences of a report with their scores, without headings, boilerplate and stumps."""
    spans = split_sentences(text)
    return [rated for place in range(len(spans)) if (rated := _rate(text, spans, place, as_of))]


def _rate(text: str, spans: Sequence[Span], place: int, as_of: date | None) -> Rated | None:
    """Return a sentence with its score, None for what is no sentence of the report."""
    span = spans[place]
    sentence = span.of(text)
    words = count_words(sentence)
    if words < FEWEST_WORDS or len(sentence) > LONGEST_CLAIM or _is_heading(text, spans, place, words):
        return None
    facts = read_facts(sentence, reference=as_of)
    signs = read_signs(sentence, facts)
    if "boilerplate" in signs:
        return None
    context = _context_of(text, spans, place)
    signs |= {"short": int(words < SHORT_WORDS), "leans": int(context is not None)}
    reasons = tuple(_reasons(signs))
    points = _weights()["base"][0] + sum(reason.points for reason in reasons)
    return Rated(span, 1 / (1 + math.exp(-points)), reasons, facts, context)


def _reasons(signs: dict[str, int]) -> Iterable[Reason]:
    """Return the signs with their points, what counts most first."""
    found = [(sign, _weights()[sign], count) for sign, count in signs.items() if count]
    reasons = (Reason(sign, round(points * count, 2), note) for sign, (points, note), count in found)
    return sorted(reasons, key=lambda reason: (-abs(reason.points), reason.sign))


def _is_heading(text: str, spans: Sequence[Span], place: int, words: int) -> bool:
    """Tell whether a sentence stands alone in its line without a full stop, and is short enough for a heading."""
    span = spans[place]
    before = text[spans[place - 1].end : span.start] if place else "\n"
    behind = text[span.end : spans[place + 1].start] if place + 1 < len(spans) else "\n"
    is_alone = "\n" in before and "\n" in behind and len(spans) > 1
    return is_alone and words < HEADING_WORDS and not span.of(text).rstrip(_CLOSING).endswith(_ENDS)


def _context_of(text: str, spans: Sequence[Span], place: int) -> Span | None:
    """Return the sentence before, for one that leans on it; a heading helps nobody."""
    if not place or not leans_on_context(spans[place].of(text)):
        return None
    before = spans[place - 1]
    words = count_words(before.of(text))
    is_usable = words >= FEWEST_WORDS and not _is_heading(text, spans, place - 1, words)
    return before if is_usable and spans[place].end - before.start <= LONGEST_CLAIM else None


def _without_repeats(text: str, rated: Sequence[Rated], most: int) -> list[Rated]:
    """Return the first `most` that say something else than those before them."""
    kept: list[tuple[Rated, frozenset[object]]] = []
    for one in rated:
        said = _what_is_said(text, one)
        if len(kept) < most and all(_likeness(said, other) < ALIKE for _, other in kept):
            kept.append((one, said))
    return [one for one, _ in kept]


def _what_is_said(text: str, one: Rated) -> frozenset[object]:
    """Return the stems of a sentence and its quantities: another number is another claim."""
    quantities = ((fact.value, fact.kind) for fact in one.facts.of(FactKind.QUANTITY))
    return frozenset([*content_stems(one.sentence.of(text)), *quantities])


def _likeness(one: frozenset[object], other: frozenset[object]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0


def _make_claim(text: str, rated: Rated, as_of: date | None) -> Pick:
    sentence = rated.sentence
    quotation = find_quoted_claim(sentence.of(text), rated.facts)
    span = quotation.shift(sentence.start) if quotation else sentence
    context = None if quotation else rated.context
    asked = text[(context or span).start : span.end]
    facts = rated.facts if span == sentence and context is None else read_facts(asked, reference=as_of)
    speaker = find_speaker(rated.facts)
    return Pick(
        claim=Claim(asked, detect_language(asked), facts, as_of),
        span=span,
        sentence=sentence,
        score=rated.score,
        reasons=rated.reasons,
        context=context,
        speaker=speaker.shift(sentence.start) if speaker else None,
    )


@cache
def _weights() -> dict[str, tuple[float, Note]]:
    return {
        sign: (float(points), Note(ar=arabic, en=english))
        for sign, points, arabic, english in read_table("worth", package=WORDS)
    }
