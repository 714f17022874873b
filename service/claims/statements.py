"""What somebody is quoted with: the words of a statement that can be checked by themselves.

Reported speech («قال الوزير إن …») stays whole: asked without its speaker, 16 statements of the sample articles brought
up two more outlets that agree (big judge), at least one of them wrongly.
"""

from __future__ import annotations

import re

from service.arabic.tokens import tokenise
from service.model import FactKind, Facts, Polarity, Span

QUOTED_WORDS, QUOTED_SHARE = 7, 0.5
"""Words of a quotation that can be a claim by itself, and its least share of the sentence: «عاجل» in quotes is none."""

_QUOTATION = re.compile(r"«([^«»]+)»|“([^“”]+)”|(?<!\w)\"(?=\S)([^\"]+)(?<=\S)\"(?!\w)")


def find_quoted_claim(sentence: str, facts: Facts) -> Span | None:
    """Return the quotation that makes up most of a statement and has something to check."""
    quotation = find_quotation(sentence)
    if quotation is None or find_speaker(facts) is None:
        return None
    words = count_words(quotation.of(sentence))
    is_claim = words >= QUOTED_WORDS and words >= QUOTED_SHARE * count_words(sentence)
    holds_fact = any(fact.span.overlaps(quotation) and fact.kind is not FactKind.POLARITY for fact in facts)
    return quotation if is_claim and holds_fact else None


def find_quotation(sentence: str) -> Span | None:
    """Return the longest quotation of a sentence, without its marks."""
    spans = [Span(*found.span(found.lastindex or 0)) for found in _QUOTATION.finditer(sentence)]
    return max(spans, key=lambda span: span.end - span.start, default=None)


def find_speaker(facts: Facts) -> Span | None:
    """Return who says, denies or doubts it, where the sentence names somebody."""
    speakers = (fact.value.speaker for fact in facts if isinstance(fact.value, Polarity))
    return next((speaker for speaker in speakers if speaker is not None), None)


def count_words(text: str) -> int:
    """Return how many words a text has."""
    return len(tokenise(text))
