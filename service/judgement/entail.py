"""The neural model: a cross-encoder in ONNX that reads a claim and a passage together and scores the three flags.

A model is a folder: model.onnx (with its weights beside it), tokenizer.json and model.json, which says how a pair is
put to it (`ModelFormat`). The service ships two (weights/big, weights/small); any ONNX model of natural language
inference can stand in their place with a model.json of its own.

A pair of ours reads `<bos> claim <eos> head | title | passage <eos>`, where the head is the article's day with its
weekday, so that «الثلاثاء» and «أمس» mean something to the model; what is not known is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.errors import JudgeUnavailable
from service.model import JudgedText, Scores
from service.neural.session import BATCH_TOKENS, batches, encode_all, open_session, prepare, special_id

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

__all__ = [
    "BATCH_TOKENS",
    "EntailmentModel",
    "ModelFormat",
    "batches",
    "encode_all",
    "join_passage",
    "open_session",
    "prepare",
    "read_format",
    "softmax",
    "special_id",
    "write_passage",
]

WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
SEPARATOR = " | "
FLAGS = ("agrees", "conflicts", "mentions")


def join_passage(text: str, *, published: date | None = None, title: str = "", context: str = "") -> str:
    """Return the passage side of a pair: day and weekday of publication, title, sentence before, passage."""
    head = f"{published.isoformat()} {WEEKDAYS[published.weekday()]}" if published else ""
    body = f"{context} {text}" if context else text
    return SEPARATOR.join(prepare(part) for part in (head, title, body) if part)


def write_passage(passage: JudgedText) -> str:
    """Return a passage as the model reads it, with the sentence before only where it leans on it.

    The model has learned from passages alone. With the sentence before every passage 11 of the 16 seed verdicts came
    out right, without it 13.
    """
    context = passage.context if leans_on_context(passage.text) else ""
    return join_passage(passage.text, published=passage.published, title=passage.title, context=context)


def leans_on_context(text: str) -> bool:
    """Tell whether a passage opens with a pronoun or a speaker going on («وأضاف»): its subject stands before it."""
    match = FIRST_WORD.search(normalise(text))
    return match is not None and (match[0] in leaning_openers() or match[0][1:] in leaning_openers())


FIRST_WORD = re.compile(r"\w+")


@cache
def leaning_openers() -> frozenset[str]:
    """The first words of passages that have their subject in the sentence before."""
    return frozenset(row[0] for row in read_table("leaning_openers"))


@dataclass(frozen=True, slots=True)
class ModelFormat:
    """How a pair is put to a model, as model.json says it; the defaults are those of the shipped models.

    `labels` names the model's outputs in their order in our flags; `sides` says which side comes first; `open`,
    `between` and `close` are special tokens; `ids`, `mask` and `types` the names of the graph's inputs (`types` may be
    empty), `output` of the logits. `temperature` divides the logits.
    """

    name: str
    labels: tuple[str, ...] = FLAGS
    sides: Literal["claim_first", "passage_first"] = "claim_first"
    open: tuple[str, ...] = ("<bos>",)
    between: tuple[str, ...] = ("<eos>",)
    close: tuple[str, ...] = ("<eos>",)
    claim_tokens: int = 96
    passage_tokens: int = 256
    ids: str = "ids"
    mask: str = "mask"
    types: str = ""
    output: str = "logits"
    temperature: float = 1.0


def read_format(folder: Path) -> ModelFormat:
    """Read model.json. Raises `JudgeUnavailable` when it is missing, unreadable or names no three flags."""
    try:
        given: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise JudgeUnavailable(f"{folder}/model.json cannot be read: {error}") from error
    known = {f.name for f in fields(ModelFormat)}
    if unknown := sorted(set(given) - known):
        raise JudgeUnavailable(f"{folder}/model.json: unknown {', '.join(unknown)}")
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    form = ModelFormat(**({"name": folder.name} | values))
    if sorted(form.labels) != sorted(FLAGS):
        raise JudgeUnavailable(f"{folder}/model.json: labels must be {', '.join(FLAGS)} in the model's order")
    return form


class EntailmentModel:
    """Scores pairs with one model; loads it at the first call, once per process; safe between threads."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """`threads` for one product, 0 leaves the choice to the runtime. Raises `JudgeUnavailable` (model.json)."""
        self._folder, self._threads, self._lock = folder, threads, Lock()
        self._format = read_format(folder)
        self._session: onnxruntime.InferenceSession | None = None
        self._tokenizer: Tokenizer | None = None

    @property
    def version(self) -> str:
        """The model's name, as shown in an answer's `versions`."""
        return self._format.name

    def load(self) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
        """Return session and tokenizer. Raises `JudgeUnavailable` when the files are not there or not a model."""
        with self._lock:
            if self._session is None or self._tokenizer is None:
                self._session, self._tokenizer = open_session(self._folder, threads=self._threads)
            return self._session, self._tokenizer

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Scores]:
        """Return the probabilities of the flags for (claim, passage as `write_passage` gives it) pairs, in order.

        The pairs are sorted by length and put through the model in batches that need little padding.
        """
        if not pairs:
            return []
        session, tokenizer = self.load()
        rows = self._encode(pairs, tokenizer)
        logits = np.empty((len(rows), len(FLAGS)), np.float32)
        for chosen in batches(rows):
            (part,) = session.run([self._format.output], self._inputs([rows[i] for i in chosen]))
            logits[chosen] = part
        return [self._scores(row) for row in softmax(logits / self._format.temperature)]

    def _scores(self, row: np.ndarray[Any, Any]) -> Scores:
        named = dict(zip(self._format.labels, map(float, row), strict=True))
        return Scores(agrees=named["agrees"], conflicts=named["conflicts"], mentions=named["mentions"])

    def _encode(self, pairs: Sequence[tuple[str, str]], tokenizer: Tokenizer) -> list[tuple[list[int], int]]:
        """Return the ids of every pair and how many of them belong to the first side."""
        form = self._format
        opening, between, closing = (
            [special_id(tokenizer, token) for token in group] for group in (form.open, form.between, form.close)
        )
        claims = encode_all(tokenizer, [prepare(claim) for claim, _ in pairs], form.claim_tokens)
        passages = encode_all(tokenizer, [passage for _, passage in pairs], form.passage_tokens)
        sides = (
            zip(claims, passages, strict=True) if form.sides == "claim_first" else zip(passages, claims, strict=True)
        )
        return [
            ([*opening, *first, *between, *second, *closing], len(opening) + len(first) + len(between))
            for first, second in sides
        ]

    def _inputs(self, rows: list[tuple[list[int], int]]) -> dict[str, np.ndarray[Any, Any]]:
        width = max(len(ids) for ids, _ in rows)
        ids, mask, types = (np.zeros((len(rows), width), np.int64) for _ in range(3))
        for i, (row, first) in enumerate(rows):
            ids[i, : len(row)], mask[i, : len(row)], types[i, first : len(row)] = row, 1, 1
        named = {self._format.ids: ids, self._format.mask: mask}
        return named | {self._format.types: types} if self._format.types else named


def softmax(logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return probabilities along the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))
