"""Copies: the same text again, near-verbatim copies with edits, an agency's text inside a longer article.

Same text: equal digests of the normalised words. Near copies: MinHash (datasketch) over the set of three-word
shingles; candidates share a band of the signature or a whole paragraph, and are believed when the estimated Jaccard
similarity, or the estimated share of the shorter text that the longer contains, is high enough. Passages of one
answer are few and short: there the shingle sets themselves are compared.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import numpy as np
from datasketch import MinHash

from service.arabic.normalise import normalise
from service.ingest.outlets import words_of

SHINGLE = 3
PERMUTATIONS, BAND = 64, 4
# On SaudiNewsNet pairs of different stories stay under .2 in both measures; copies with a new lead, a cut tail or edited
# words lie above: see test_copies.py for the precision and recall these thresholds give.
SIMILAR, CONTAINED = 0.5, 0.7
# Below so many shingles chance agreement is too easy: containment needs a text this long, similarity is asked for more.
LONG_ENOUGH, SIMILAR_WHEN_SHORT = 30, 0.8
# A paragraph of so many words is not said twice by chance.
PARAGRAPH_WORDS, MOST_PARAGRAPHS = 15, 8
# Passages: share of the shorter one's shingled words found in the other; «same AFP sentence, month names swapped» has .7.
FOLDED, FOLDED_WORDS = 0.6, 8


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What identifies a text and its near copies. The last number of `signature` is how many shingles the text has."""

    digest: str
    signature: tuple[int, ...]
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A stored or waiting article as copy detection sees it."""

    article_id: str
    group: str
    stored_at: datetime
    digest: str
    signature: tuple[int, ...]


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text's normalised form without regard to white space."""
    return hashlib.sha256(" ".join(normalise(text).split()).encode()).hexdigest()


def fingerprint(text: str) -> Fingerprint:
    """Return digest, MinHash signature and bands of a text."""
    shingles = _shingles(words_of(text))
    minhash = MinHash(num_perm=PERMUTATIONS, permutations=_permutations(), hashfunc=zlib.crc32)
    minhash.update_batch([" ".join(shingle).encode() for shingle in sorted(shingles)])
    values = tuple(int(value) for value in minhash.hashvalues)
    bands = (*_bands(values), *_paragraph_bands(text)) if shingles else ()
    return Fingerprint(digest_of(text), (*values, len(shingles)), bands)


@cache
def _permutations() -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    permutations: np.ndarray[tuple[int, ...], np.dtype[np.uint64]] = MinHash(num_perm=PERMUTATIONS, seed=1).permutations
    return permutations


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)}


def _bands(values: Sequence[int]) -> Iterator[str]:
    for start in range(0, PERMUTATIONS, BAND):
        row = ",".join(map(str, values[start : start + BAND]))
        yield f"{start // BAND}-{hashlib.sha256(row.encode()).hexdigest()[:12]}"


def _paragraph_bands(text: str) -> Iterator[str]:
    paragraphs = [words for line in text.split("\n") if len(words := words_of(line)) >= PARAGRAPH_WORDS]
    for words in sorted(paragraphs, key=len, reverse=True)[:MOST_PARAGRAPHS]:
        yield f"p-{hashlib.sha256(' '.join(words).encode()).hexdigest()[:12]}"


def similarity(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the estimated Jaccard similarity of two signatures, 0 to 1 (standard error about .06)."""
    same = sum(a == b for a, b in zip(one[:-1], other[:-1], strict=True))
    return same / PERMUTATIONS


def containment(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the estimated share of the shorter text's shingles that the other text has, too.

    From |A∩B| = J(|A|+|B|)/(1+J): the smaller J, the rougher the estimate.
    """
    jaccard = similarity(one, other)
    shorter = min(one[-1], other[-1])
    return min(1.0, jaccard * (one[-1] + other[-1]) / ((1 + jaccard) * shorter)) if shorter else 0.0


def is_copy(one: Sequence[int], other: Sequence[int]) -> bool:
    """Tell whether two texts go back to one wire text, judged by their signatures."""
    if min(one[-1], other[-1]) < LONG_ENOUGH:
        return min(one[-1], other[-1]) > 0 and similarity(one, other) >= SIMILAR_WHEN_SHORT
    return similarity(one, other) >= SIMILAR or containment(one, other) >= CONTAINED


def choose_group(article_id: str, print_: Fingerprint, candidates: Iterable[Printed]) -> str:
    """Return the source group of an article: that of the earliest text it copies or is copied by, else its own id."""
    copies = [
        other
        for other in candidates
        if other.article_id != article_id
        and (other.digest == print_.digest or is_copy(print_.signature, other.signature))
    ]
    earliest = min(copies, key=lambda other: (other.stored_at, other.article_id), default=None)
    return earliest.group if earliest else article_id


def fold_copies(texts: Sequence[str]) -> list[int]:
    """Group near-verbatim passages: for each text the position of the first text it says again (its own when none).

    Two texts are one when most words of the shorter stand in the other in runs of three; copies of copies are one
    group. Meant for the passages of one answer: the work grows with the square of their number.
    """
    words = [words_of(text) for text in texts]
    shingles = [_shingles(some) for some in words]
    first = list(range(len(texts)))
    for here in range(len(texts)):
        for earlier in range(here):
            if first[here] != first[earlier] and _says_again(words, shingles, here, earlier):
                old, new = sorted((first[here], first[earlier]), reverse=True)
                first = [new if group == old else group for group in first]
    return first


def _says_again(
    words: Sequence[Sequence[str]], shingles: Sequence[set[tuple[str, ...]]], one: int, other: int
) -> bool:
    shorter, longer = (one, other) if len(words[one]) <= len(words[other]) else (other, one)
    if len(words[shorter]) < FOLDED_WORDS:
        return list(words[one]) == list(words[other])
    return _covered(words[shorter], shingles[longer]) >= FOLDED


def _covered(words: Sequence[str], shingles: set[tuple[str, ...]]) -> float:
    """Return the share of words that stand in a shingle which the other text has, too."""
    covered: set[int] = set()
    for start in range(len(words) - SHINGLE + 1):
        if tuple(words[start : start + SHINGLE]) in shingles:
            covered.update(range(start, start + SHINGLE))
    return len(covered) / len(words)
