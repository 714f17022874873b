"""Which words of a passage are words of the claim: what a reader's eye should fall on first."""

from __future__ import annotations

from collections.abc import Iterable

from service.arabic.tokens import analyse, stemmed_terms
from service.model import Span


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of a text without its stop words."""
    return frozenset(stemmed_terms(text))


def find_highlights(passage: str, stems: frozenset[str]) -> tuple[Span, ...]:
    """Return the spans of `passage` whose words have one of the claim's stems; neighbours are joined."""
    return tuple(_join(passage, (token.span for token in analyse(passage) if token.text in stems)))


def _join(text: str, spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and text[joined[-1].end : span.start].isspace():
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
