"""The book of fact-checks, as small documents.

- `fact-check`: a fact-check, under the id that its address and claim make: brought in again, it is there already.
- `fact-check-terms`: what its claim is recognised by, apart, since all of them are read to be held in memory.
- `fact-check-edition`: one document, written after every change, with the ids that the latest changes touched, so that
  who holds the claims in memory notices, and reads only those again.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Literal

from service.claims.claim_terms import Face, read_faces, read_reading, write_reading
from service.claims.read import read_claim
from service.errors import NotFound, StaleRevision
from service.factchecks.records import name_review, read_fact_check, write_fact_check
from service.index.documents import Document, DocumentStore
from service.model import FactCheck, Review
from service.pauses import pauses

FACT_CHECK, TERMS, EDITION = "fact-check", "fact-check-terms", "fact-check-edition"
ONE = "one"
PAGE = 1_000
REMEMBERED = 1_000
"""Ids of the latest changes that the edition names: as many as are read at a time."""
TRIES, FIRST_PAUSE_S, LONGEST_PAUSE_S = 20, 0.005, 0.5
"""Of writers who are not first, and their pauses; then what changed is not told, and everything is read again."""

Outcome = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Edition:
    """The state of the book: a number that grows, and the ids that each of the latest steps touched."""

    number: int
    steps: tuple[tuple[int, tuple[str, ...]], ...] = ()

    def touched_since(self, number: int) -> set[str] | None:
        """Return what changed since an earlier edition, None when that is not known any more."""
        later = [ids for step, ids in self.steps if step > number]
        return {one for ids in later for one in ids} if len(later) == self.number - number else None


class FactCheckBook:
    """Reads and writes of the book; safe between threads, processes and machines."""

    def __init__(self, documents: DocumentStore, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._documents = documents
        self._clock = clock

    def add(self, reviews: Sequence[Review]) -> list[tuple[FactCheck, Outcome]]:
        """Keep reviews, and return each as it is kept now, with what became of it."""
        kept = [self._keep(review) for review in reviews]
        changed = dict.fromkeys(one.id for one, _ in kept)  # also the unchanged: the writer before may not have told
        if changed:
            self._tell(list(changed))
        return kept

    def get(self, fact_check_id: str) -> FactCheck:
        """Return a fact-check. Raises `NotFound`."""
        document = self._documents.get(FACT_CHECK, fact_check_id)
        if document is None:
            raise NotFound(f"there is no fact-check {fact_check_id}")
        return read_fact_check(document.key, document.body)

    def get_many(self, ids: Sequence[str]) -> dict[str, FactCheck]:
        """Return those that are there, by id."""
        found = self._documents.get_many(FACT_CHECK, ids)
        return {document.key: read_fact_check(document.key, document.body) for document in found}

    def page(self, *, after: str, limit: int) -> list[FactCheck]:
        """Return fact-checks in the order of their ids, behind the id `after`."""
        found = self._documents.list_documents(FACT_CHECK, after=after, limit=limit)
        return [read_fact_check(document.key, document.body) for document in found]

    def remove(self, fact_check_id: str) -> None:
        """Drop a fact-check. Raises `NotFound`."""
        terms = self._documents.get(TERMS, fact_check_id)
        was_there = self._documents.delete(FACT_CHECK, fact_check_id)
        if terms:
            with contextlib.suppress(StaleRevision):  # somebody adds the fact-check anew at this moment
                self._documents.delete(TERMS, fact_check_id, version=terms.version)
        self._tell([fact_check_id])
        if not was_there:
            raise NotFound(f"there is no fact-check {fact_check_id}")

    # --- what claims are recognised by ---

    def edition(self) -> Edition:
        """Return the state of the book; 0 when nothing was ever kept."""
        document = self._documents.get(EDITION, ONE)
        return _read_edition(document) if document else Edition(0)

    def all_faces(self) -> Iterator[tuple[str, tuple[Face, ...]]]:
        """Iterate over all ids with what their claims are recognised by."""
        after = ""
        while page := self._documents.list_documents(TERMS, after=after, limit=PAGE):
            yield from map(_read_faces, page)
            after = page[-1].key

    def faces(self, ids: Sequence[str]) -> dict[str, tuple[Face, ...]]:
        """Return what these are recognised by, without those that are gone."""
        return dict(map(_read_faces, self._documents.get_many(TERMS, ids)))

    def _keep(self, review: Review) -> tuple[FactCheck, Outcome]:
        key, now = name_review(review), self._clock()
        for pause in _tries():
            time.sleep(pause)
            document = self._documents.get(FACT_CHECK, key)
            before = read_fact_check(key, document.body) if document else None
            if before and before.review == review:
                return before, "unchanged"
            kept = replace(before, review=review, updated_at=now) if before else FactCheck(key, review, now, now)
            try:
                if before is None or before.review.claim != review.claim:
                    self._documents.put(TERMS, key, _write_terms(review))
                version = document.version if document else 0
                self._documents.put(FACT_CHECK, key, write_fact_check(kept), version=version)
            except StaleRevision:
                continue
            return kept, "updated" if before else "created"
        raise StaleRevision(f"the fact-check {key}: other writers were always first")

    def _tell(self, ids: Sequence[str]) -> None:
        for pause in _tries():
            time.sleep(pause)
            document = self._documents.get(EDITION, ONE)
            edition = _read_edition(document) if document else Edition(0)
            steps = _shorten((*edition.steps, (edition.number + 1, tuple(ids))))
            body = {"steps": [[number, list(touched)] for number, touched in steps]}
            try:
                self._documents.put(EDITION, ONE, body, version=document.version if document else 0)
            except StaleRevision:
                continue
            return
        self._documents.put(EDITION, ONE, {"steps": []})


def _tries() -> Iterator[float]:
    """Yield the pause before each try."""
    return chain((0.0,), pauses(TRIES, base=FIRST_PAUSE_S, cap=LONGEST_PAUSE_S))


def _shorten(steps: tuple[tuple[int, tuple[str, ...]], ...]) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """Leave out the oldest steps, until few enough ids are left."""
    total = sum(len(ids) for _, ids in steps)
    while steps and total > REMEMBERED:
        total -= len(steps[0][1])
        steps = steps[1:]
    return steps


def _read_edition(document: Document) -> Edition:
    return Edition(document.version, tuple((number, tuple(ids)) for number, ids in document.body["steps"]))


def _write_terms(review: Review) -> dict[str, Any]:
    return {"claim": review.claim, "reading": write_reading(read_faces(read_claim(review.claim)))}


def _read_faces(document: Document) -> tuple[str, tuple[Face, ...]]:
    faces = read_reading(document.body["reading"])
    return document.key, read_faces(read_claim(document.body["claim"])) if faces is None else faces
