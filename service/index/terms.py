"""What a passage is found by and what a query asks for: terms per field, the same for both engines.

Fields of a passage, each a list of terms made here, so that an engine only splits at spaces:

- `text`: its stems without stop words. `title`: those of the article's title.
- `wide`: the stems of the passage and of its two neighbours: a claim's words are spread over an article.
- `sound`, `title_sound`: the consonants a stem is heard by. One term for «تشلسي» and «تشيلسي», «جسر» and «جسور»,
  «حفتر» and "Haftar": spelling variants, broken plurals and Latin letters all lead to the same passages.

Weights and the BM25 parameters stand here once, so that the engines rank alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from service.arabic.tokens import Token, analyse, stemmed_terms
from service.arabic.transliterate import skeleton
from service.model import PassageQuery

BM25_K1 = 1.2
BM25_B = 0.75
"""Lucene's and tantivy's defaults (tantivy has no others); Elasticsearch's mapping states them too."""

FIELD_WEIGHTS = {"text": 0.5, "wide": 0.4, "title": 0.3, "sound": 0.5, "title_sound": 0.2}
"""Found on claims_dev over SaudiNewsNet, the same in both halves of the claims: `text` alone has .68 of the passages
among the first 20, with `title` .73, with `wide` .75, with all .76 (tests/benchmarks/retrieval.py). The unstemmed form
as a further field cost .02; so did doubling names, squaring the weight of rare words, and phrases."""

ALSO_WEIGHT = 1.0
"""Weight of one other word for a thing, against the claim's own words (.6 to 2 are alike); of several words for it,
each gets this over the root of their number."""

_SHORTEST_SOUND = 3
"""Consonants a sound must have: with two, «وصل» and «سيول» are one (no difference in what is found, less noise)."""


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A term looked for in one field; its BM25 score counts `weight` times."""

    field: str
    text: str
    weight: float


def write_fields(passages: Sequence[str], title: str) -> list[dict[str, str]]:
    """Return for each passage of an article its fields: terms joined by single spaces."""
    stems = [stemmed_terms(passage) for passage in passages]
    of_title = stemmed_terms(title)
    shared = {"title": " ".join(of_title), "title_sound": " ".join(map(_sound, of_title))}
    return [
        {
            "text": " ".join(own),
            "wide": " ".join(stem for near in stems[max(0, place - 1) : place + 2] for stem in near),
            "sound": " ".join(map(_sound, own)),
            **shared,
        }
        for place, own in enumerate(stems)
    ]


def read_terms(query: PassageQuery) -> tuple[WeightedTerm, ...]:
    """Return the terms of a query, each once per field under its highest weight, in the order of the words."""
    weights: dict[tuple[str, str], float] = {}
    others = [(words, ALSO_WEIGHT / sqrt(len(group))) for group in query.also for words in group]
    for text, weight in [(query.text, 1.0), *sorted(others, key=lambda other: -other[1])]:
        for field, term in _ask(text):
            weights.setdefault((field, term), FIELD_WEIGHTS[field] * weight)
    return tuple(WeightedTerm(field, term, weight) for (field, term), weight in weights.items())


def _ask(text: str) -> Iterator[tuple[str, str]]:
    for token in analyse(text):
        for field in ("text", "wide", "title"):
            yield field, token.text
        sound = _sound(token.text)
        if _is_heard(token, text, sound):
            yield "sound", sound
            yield "title_sound", sound


def _is_heard(token: Token, text: str, sound: str) -> bool:
    """Tell whether to look for a word by its sound, too: Arabic words, and Latin ones that may be names."""
    first = text[token.span.start]
    return not _is_latin(first) or (first.isupper() and len(sound) >= _SHORTEST_SOUND)


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and letter < "\u0250"


@lru_cache(maxsize=1 << 17)
def _sound(stem: str) -> str:
    """Return the consonants of a stem; numbers, and what has too few consonants, stay as they are."""
    sound = skeleton(stem) if stem.isalpha() else ""
    return sound if len(sound) >= _SHORTEST_SOUND else stem
