"""What a claim is recognised by among many: the things it speaks of, each under every term a text may name it by.

A term is the key of a word («ارتفع» and «ارتفاع» are one) or the consonants by which a name is heard in both scripts.
Words weigh by how rare they are in the news, numbers and dates nothing: an article that conflicts has others. Synonyms
are left to the judge: with them, five times as many articles would have to be judged for a hundredth more found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.arabic.tokens import exact_terms
from service.arabic.transliterate import skeleton
from service.claims.other_words import read_other_words
from service.judgement.lexicon import key_of, load_lexicon
from service.judgement.sides import CONTENT, Word, read_side
from service.model import Claim

READING = 2
"""Version of what is read here; readings that are kept from an older one are then made anew."""

_RAREST = 15 / 10_000
"""Share of articles that a word is taken to stand in when the table of frequent words (40 of 10,000) has it not."""
_SHORTEST_SOUND = 3
"""Consonants a sound must have: with two, «وصل» and «سيول» are one."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that a claim speaks of, and how much it tells about which event is meant (0..1)."""

    terms: frozenset[str]
    weight: float


Face = tuple[Thing, ...]
"""A claim as texts of one script put it."""


def read_faces(claim: Claim) -> tuple[Face, ...]:
    """Return what a claim speaks of, by its own words; of one in Latin letters also by the Arabic words for them."""
    own = _read_own(claim)
    faces = (own, _read_foreign(claim)) if claim.language != "ar" else (own,)
    return tuple(face for face in faces if face)


def write_reading(faces: Sequence[Face]) -> dict[str, Any]:
    """Return faces as JSON, to be kept with their claim: a line a thing, so that many are soon read again."""
    blocks = ("\n".join(f"{thing.weight!r} {' '.join(sorted(thing.terms))}" for thing in face) for face in faces)
    return {"version": READING, "faces": "\n\n".join(blocks)}


def read_reading(reading: Mapping[str, Any]) -> tuple[Face, ...] | None:
    """Return the faces that were kept, None when they are of another version."""
    if reading["version"] != READING:
        return None
    blocks = reading["faces"].split("\n\n") if reading["faces"] else []
    return tuple(tuple(map(_read_thing, block.split("\n"))) for block in blocks)


def _read_thing(line: str) -> Thing:
    weight, *terms = line.split(" ")
    return Thing(frozenset(terms), float(weight))


def read_text_terms(text: str) -> frozenset[str]:
    """Return every term by which a text names something."""
    return frozenset(term for word in exact_terms(text) for term in _terms_of(word))


def _read_own(claim: Claim) -> Face:
    """Return the content words of a claim; of one that has none («قال 12») all its words."""
    words = read_side(claim.text, claim.facts).words
    content = [word for word in words if word.weight >= CONTENT]
    return tuple(Thing(_terms_of_word(word), _weigh(word)) for word in content or words)


def _terms_of_word(word: Word) -> frozenset[str]:
    return frozenset(_terms_of(word.text)) if word.is_named else frozenset({_key_term(word.text)})


def _weigh(word: Word) -> float:
    """Return the inverse document frequency of a word, 1 for one that is in no table."""
    share = max(_RAREST, load_lexicon().frequency.get(word.key, _RAREST))
    return math.log(1 / share) / math.log(1 / _RAREST)


def _terms_of(word: str) -> Iterator[str]:
    yield _key_term(word)
    sound = skeleton(word) if word.isalpha() else ""
    if len(sound) >= _SHORTEST_SOUND:
        yield f"s{sound}"


def _key_term(word: str) -> str:
    return f"k{key_of(word)}"


def _read_foreign(claim: Claim) -> Face:
    """Return what a claim in Latin letters names, as Arabic texts name it."""
    groups = ({_key_term(word) for text in group for word in exact_terms(text)} for group in read_other_words(claim))
    return tuple(Thing(frozenset(terms), 1.0) for terms in groups if terms)
