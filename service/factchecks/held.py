"""All reviewed claims in the memory of one process, so that a claim finds those that may be its own.

Before each question the edition of the book is read (one small document). What changed since is read again, a thousand
ids at most; when more has changed, or nothing is held yet, everything is.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from service.claims.claim_index import ClaimIndex
from service.claims.claim_terms import read_faces, read_text_terms
from service.factchecks.book import Edition, FactCheckBook
from service.model import Claim, FactCheck

LEAST_SHARE = 0.4
"""Share of a reviewed claim's weight that a claim must name. Of eleven written pairs of the same or the opposite claim
the least is .5, of one that only shares a place .24."""

WORN = 0.5
"""Share of dead rows from which the index is made anew."""


@dataclass(frozen=True, slots=True)
class _Held:
    edition: Edition
    index: ClaimIndex


class HeldFactChecks:
    """Finds fact-checks by their claims; safe between threads."""

    def __init__(self, book: FactCheckBook, *, most: int) -> None:
        """Find at most `most` for a claim, the likeliest."""
        self._book = book
        self._most = most
        self._lock = threading.Lock()
        self._held: _Held | None = None

    def warm_up(self) -> None:
        """Read what there is, so that the first claim need not wait for it. Raises `IndexUnavailable`."""
        self._refresh()

    def find(self, claim: Claim) -> list[FactCheck]:
        """Return the fact-checks whose claims may be this one, the likeliest first. Raises `IndexUnavailable`."""
        index = self._refresh()
        if not len(index):
            return []
        named = (term for face in read_faces(claim) for thing in face for term in thing.terms)
        terms = read_text_terms(claim.text).union(named)
        scores: dict[str, float] = {}
        for key, score in index.score(terms, least_share=LEAST_SHARE):
            scores[key] = max(score, scores.get(key, 0.0))
        best = sorted(scores, key=lambda key: (-scores[key], key))[: self._most]
        found = self._book.get_many(best) if best else {}
        return [found[key] for key in best if key in found]

    def _refresh(self) -> ClaimIndex:
        """Return the index as the book is now."""
        edition = self._book.edition()
        held = self._held
        if held is not None and held.edition.number >= edition.number:
            return held.index
        with self._lock:
            held = self._held
            if held is None or held.edition.number < edition.number:
                held = self._held = _Held(edition, self._read(held, edition))
            return held.index

    def _read(self, held: _Held | None, edition: Edition) -> ClaimIndex:
        touched = edition.touched_since(held.edition.number) if held else None
        if held is None or touched is None:
            return ClaimIndex.of(self._book.all_faces())
        faces = self._book.faces(sorted(touched))
        index = held.index.with_changes(faces, without=touched - faces.keys())
        worn = len(index.keys) > 1_000 and len(index) < WORN * len(index.keys)
        return ClaimIndex.of(self._book.all_faces()) if worn else index
