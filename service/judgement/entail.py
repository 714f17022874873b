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
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from service.errors import JudgeUnavailable
from service.model import JudgedText, Scores

INVISIBLE = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)  # Arabic vowel signs and Koranic marks, tatweel, zero-width and direction marks
DIGITS = {0x660 + n: str(n) for n in range(10)} | {0x6F0 + n: str(n) for n in range(10)}
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
SEPARATOR = " | "
FLAGS = ("agrees", "conflicts", "mentions")
BATCH_TOKENS = 4096
"""Padded tokens put through the graph at once: more gains no speed on two cores and costs memory."""


def prepare(text: str) -> str:
    """Return the text as the model reads it: compatibility forms and digits unified, invisible marks dropped."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(DIGITS).split())


def join_passage(text: str, *, published: date | None = None, title: str = "", context: str = "") -> str:
    """Return the passage side of a pair: day and weekday of publication, title, sentence before, passage."""
    head = f"{published.isoformat()} {WEEKDAYS[published.weekday()]}" if published else ""
    body = f"{context} {text}" if context else text
    return SEPARATOR.join(prepare(part) for part in (head, title, body) if part)


def write_passage(passage: JudgedText) -> str:
    """Return a passage as the model reads it."""
    return join_passage(passage.text, published=passage.published, title=passage.title, context=passage.context)


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


def open_session(
    folder: Path, *, name: str = "model.onnx", threads: int = 0
) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
    """Open a graph of a folder with its tokenizer. Raises `JudgeUnavailable` saying what is wrong with which file."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave the cores to the other workers
    try:
        session = onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # both libraries raise bare Exception subclasses of their own
        raise JudgeUnavailable(f"the model in {folder} cannot be loaded: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return session, tokenizer


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """Return the id of a special token. Raises `JudgeUnavailable` when the tokenizer has none such."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise JudgeUnavailable(f"the tokenizer has no token {token!r}")
    return int(found)


def encode_all(tokenizer: Tokenizer, texts: Sequence[str], most: int) -> list[list[int]]:
    """Return the first `most` ids of every text; a text that occurs several times is encoded once."""
    distinct = list(dict.fromkeys(texts))
    encoded = tokenizer.encode_batch(distinct, add_special_tokens=False)
    ids = {text: encoding.ids[:most] for text, encoding in zip(distinct, encoded, strict=True)}
    return [ids[text] for text in texts]


def batches(rows: Sequence[tuple[list[int], int]]) -> Iterator[list[int]]:
    """Yield the numbers of rows of similar length, so that a padded batch stays within BATCH_TOKENS."""
    order = iter(sorted(range(len(rows)), key=lambda i: -len(rows[i][0])))
    while (first := next(order, None)) is not None:
        size = max(1, BATCH_TOKENS // len(rows[first][0]))
        yield [first, *islice(order, size - 1)]


def softmax(logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return probabilities along the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))
