"""Compares a claim with passages and remembers how texts read: a text's facts and words never change.

The same passages come back for the next claim on a topic, and a claim is held against many passages; reading a text
costs about as much as comparing it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock
from typing import Protocol

from service.arabic.facts import read_facts
from service.judgement.compare import Comparison, compare_sides
from service.judgement.sides import Reading, read_side
from service.model import Claim, Facts, JudgedText

_REMEMBERED = 300
"""Texts whose reading is kept: about 20 MB (a reading of 50 words takes 70 KiB)."""

_Key = tuple[str, date | None]


class ReadFacts(Protocol):
    """Reads the facts of a text, its dates from a day."""

    def __call__(self, text: str, *, reference: date | None = None) -> Facts:
        """Return the facts, ordered by span."""


class Comparer:
    """Compares, each text read once while it is remembered; safe between threads."""

    def __init__(self, *, size: int = _REMEMBERED, read: ReadFacts = read_facts) -> None:
        self._size = size
        self._read_facts = read
        self._known: OrderedDict[_Key, Reading] = OrderedDict()
        self._lock = Lock()

    def compare(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Comparison]:
        """Compare a claim with each passage, in their order; dates count from the day a passage was published."""
        side = read_side(claim.text, claim.facts)
        return [
            compare_sides(
                claim,
                passage,
                sides=(side, self._read(passage.text, passage.published)),
                around=[self._read(text, None) for text in (passage.title, passage.context) if text],
            )
            for passage in passages
        ]

    def _read(self, text: str, published: date | None) -> Reading:
        key = (text, published)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known
        reading = read_side(text, self._read_facts(text, reference=published))
        with self._lock:
            self._known[key] = reading
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return reading
