"""Judges: for a claim and passages, say agrees, conflicts or mentions, with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from service.model import Claim, JudgedText, Judgement


class Judge(Protocol):
    """Anything that can flag passages against a claim."""

    @property
    def version(self) -> str:
        """Name and version of the judge, as shown in an answer's `versions`."""

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        """Return one judgement per passage, in their order, computed as one batch."""
