"""What a passage query asks an engine for: weighted terms per field, the same for both engines.

The weights and the BM25 parameters are stated here once, so that the engines rank alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.arabic.tokens import analyse, analyse_exact
from service.model import PassageQuery

BM25_K1 = 1.2
BM25_B = 0.75
"""Lucene's and tantivy's defaults (tantivy has no others); Elasticsearch's mapping states them too."""

FIELD_WEIGHTS = {"text": 1.0, "exact": 0.5, "title": 0.3}


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A term looked for in one field; its BM25 score counts `weight` times."""

    field: str
    text: str
    weight: float


def read_terms(query: PassageQuery) -> tuple[WeightedTerm, ...]:
    """Return the terms of a query, each once per field, in the order of the words."""
    return tuple(dict.fromkeys(_weigh(query.text)))


def _weigh(text: str) -> Iterator[WeightedTerm]:
    kept = set()
    for token in analyse(text):
        kept.add(token.span)
        yield WeightedTerm("text", token.text, FIELD_WEIGHTS["text"])
        yield WeightedTerm("title", token.text, FIELD_WEIGHTS["title"])
    for token in analyse_exact(text):
        if token.span in kept:
            yield WeightedTerm("exact", token.text, FIELD_WEIGHTS["exact"])
