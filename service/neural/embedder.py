"""A sentence embedder: texts in, unit vectors out; what a passage says lies near what a claim says, in any language.

The model is multilingual-e5-small (weights/small/embed.onnx), which was trained on pairs marked "query: " and
"passage: "; both marks are part of its input. Texts go through one by one: on one core a batch is no faster (57
passages a second alone, 48 in batches of 2048 tokens), and nothing is padded.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from service.errors import ModelUnavailable
from service.neural.session import encode_all, open_session, prepare, special_id

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

WIDTH = 384
"""Numbers of a vector."""

GRAPH = "embed.onnx"
CLAIM_TOKENS = 128
PASSAGE_TOKENS = 254
"""Longest texts, without the marks at both ends: nineteen passages in twenty have fewer than 110 tokens."""

CLAIMS_KEPT = 1024

Vector = NDArray[np.float32]


class Embedder:
    """Embeds with one model, on one thread; loads it at the first call, once per process; safe between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, Lock()
        self._session: onnxruntime.InferenceSession | None = None
        self._tokenizer: Tokenizer | None = None
        self._version = ""
        self._claims = lru_cache(CLAIMS_KEPT)(self._embed_claim)

    @property
    def version(self) -> str:
        """A name for what the model's files hold: vectors of two can't be compared. Raises `ModelUnavailable`."""
        with self._lock:
            if not self._version:
                self._version = _digest(self._folder)
            return self._version

    def embed_passage(self, text: str) -> Vector:
        """Return the vector of a passage. Raises `ModelUnavailable`."""
        return self._embed(f"passage: {prepare(text)}", PASSAGE_TOKENS)

    def embed_claim(self, text: str) -> Vector:
        """Return the vector of a claim; those of the last claims are kept. Raises `ModelUnavailable`."""
        return self._claims(text)

    def _embed_claim(self, text: str) -> Vector:
        return self._embed(f"query: {prepare(text)}", CLAIM_TOKENS)

    def _embed(self, text: str, most: int) -> Vector:
        session, tokenizer = self._load()
        opening, closing = special_id(tokenizer, "<s>"), special_id(tokenizer, "</s>")
        ids = np.array([[opening, *encode_all(tokenizer, [text], most)[0], closing]], np.int64)
        (vectors,) = session.run(["vectors"], {"ids": ids, "mask": np.ones_like(ids)})
        vector: Vector = vectors[0]
        vector.setflags(write=False)
        return vector

    def _load(self) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
        with self._lock:
            if self._session is None or self._tokenizer is None:
                self._session, self._tokenizer = open_session(self._folder, name=GRAPH, threads=1)
            return self._session, self._tokenizer


def has_embedder(folder: Path) -> bool:
    """Tell whether the weights of an embedder lie in a folder."""
    return (folder / GRAPH).is_file() and (folder / "tokenizer.json").is_file()


def _digest(folder: Path) -> str:
    """Return a short name for the content of the files that decide about a vector."""
    hashed = blake2b(digest_size=6)
    try:
        for path in (folder / GRAPH, *sorted(folder.glob("embed.*.bin")), *sorted(folder.glob("table*.bin")),
                     folder / "tokenizer.json"):  # fmt: skip
            hashed.update(path.read_bytes())
    except OSError as error:
        raise ModelUnavailable(f"the embedder in {folder} cannot be read: {error}") from error
    return hashed.hexdigest()
