"""A passage in clauses, a claim in stretches: the parts that an explanation can point at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from service.judgement.sides import CONTENT, Reading, Word
from service.model import FactKind, Span

MOST_STRETCHES, MOST_CLAUSES = 5, 4
_SHORTEST_CLAUSE = 3
Stretch = tuple[Word, ...]
"""Words that stand behind one another, at least one."""


def split_clauses(reading: Reading) -> list[Stretch]:
    """Return the clauses of a passage, at most `MOST_CLAUSES`: short ones join the next, the lightest are left out."""
    clauses: list[Stretch] = []
    held: Stretch = ()
    for _, group in groupby(reading.words, key=lambda word: (word.sentence, word.clause)):
        held = (*held, *group)
        if len(held) >= _SHORTEST_CLAUSE:
            clauses.append(held)
            held = ()
    if held:
        clauses[-1:] = [(*clauses[-1], *held) if clauses else held]
    heaviest = sorted(clauses, key=lambda clause: -sum(word.weight for word in clause))[:MOST_CLAUSES]
    return [clause for clause in clauses if clause in heaviest]


def split_claim(reading: Reading) -> list[Stretch]:
    """Return the claim in at most `MOST_STRETCHES` stretches.

    Names, numbers and dates stay whole, and small words with the word they lead to.
    """
    units = list(_units(reading))
    size = math.ceil(len(units) / MOST_STRETCHES) if units else 1
    return [tuple(word for unit in units[i : i + size] for word in unit) for i in range(0, len(units), size)]


def _units(reading: Reading) -> Iterator[Stretch]:
    """Yield small words with the content word, or the whole of the fact, that they stand before."""
    facts = [fact.span for fact in reading.facts if fact.kind is not FactKind.POLARITY]
    held: list[Word] = []
    for place, word in enumerate(reading.words):
        held.append(word)
        behind = reading.words[place + 1].span if place + 1 < len(reading.words) else None
        is_cut = behind is not None and any(span.overlaps(word.span) and span.overlaps(behind) for span in facts)
        is_content = word.weight >= CONTENT or any(span.overlaps(word.span) for span in facts)
        if is_content and not is_cut:
            yield tuple(held)
            held = []
    if held:
        yield tuple(held)


def leave_out(text: str, stretch: Sequence[Word]) -> str:
    """Return a text without a stretch of it."""
    span = span_of(stretch)
    return f"{text[: span.start].rstrip()} {text[span.end :].lstrip()}".strip()


def span_of(stretch: Sequence[Word]) -> Span:
    """Return the span from the first to the last word."""
    return Span(stretch[0].span.start, stretch[-1].span.end)


def is_within(word: Word, spans: Sequence[Span]) -> bool:
    """Tell whether a word lies in one of the spans."""
    return any(span.start <= word.span.start and word.span.end <= span.end for span in spans)
