"""Parts that do as they are told, for what the real ones cannot be made to do at will."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.errors import ServiceError
from service.model import (
    Claim,
    Evidence,
    EvidenceKind,
    Flag,
    JudgedText,
    Judgement,
    Note,
    Relation,
    Scores,
    Span,
)

SCORES = {
    Flag.AGREES: Scores(0.81236, 0.05004, 0.1376),
    Flag.CONFLICTS: Scores(0.05, 0.9, 0.05),
    Flag.MENTIONS: Scores(0.1, 0.1, 0.8),
}


class WordJudge:
    """Flags by a word of the passage; its evidence covers the first word of the claim and that word."""

    version = "word 1"

    def __init__(self, words: dict[str, Flag]) -> None:
        self._words = words
        self.seen: list[JudgedText] = []

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        self.seen.extend(passages)
        return [self._judge_one(claim, passage) for passage in passages]

    def _judge_one(self, claim: Claim, passage: JudgedText) -> Judgement:
        for word, flag in self._words.items():
            start = passage.text.find(word)
            if start >= 0:
                relation = Relation.CONFLICTS if flag is Flag.CONFLICTS else Relation.AGREES
                evidence = Evidence(
                    EvidenceKind.QUANTITY,
                    relation,
                    Span(0, claim.text.find(" ")),
                    Span(start, start + len(word)),
                    Note(ar=f"في النص «{word}»", en=f"the text has «{word}»"),
                )
                return Judgement(flag, max(SCORES[flag].agrees, SCORES[flag].conflicts), SCORES[flag], (evidence,))
        return Judgement(Flag.MENTIONS, 0.8, SCORES[Flag.MENTIONS])


class Raising:
    """Stands for any part; whatever is asked of it raises the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        if name == "close":
            return lambda: None

        def fail(*_: Any, **__: Any) -> Any:
            raise self._error

        return fail


class FlakyOnce:
    """A part whose named method raises the first time and then works."""

    def __init__(self, part: Any, method: str, error: ServiceError) -> None:
        self._part, self._method, self._error = part, method, error
        self._has_failed = False

    def __getattr__(self, name: str) -> Any:
        if name == self._method and not self._has_failed:

            def fail(*_: Any, **__: Any) -> Any:
                self._has_failed = True
                raise self._error

            return fail
        return getattr(self._part, name)
