"""An embedder that a test can foresee: a text is the sum of its words, and some words mean the same."""

from __future__ import annotations

import time
import zlib

import numpy as np
from numpy.typing import NDArray

from service.errors import ModelUnavailable
from service.index.embedded_vectors import WIDTH

SAME = {"هزة": "زلزال", "أرضية": "زلزال", "earthquake": "زلزال", "رحل": "توفي", "died": "توفي"}


class WordVectors:
    """Counts what it embedded; `seconds` is how long a passage takes."""

    def __init__(self, version: str = "words", *, seconds: float = 0.0) -> None:
        self.version = version
        self.embedded: list[str] = []
        self._seconds = seconds

    def embed_passage(self, text: str) -> NDArray[np.float32]:
        time.sleep(self._seconds)
        self.embedded.append(text)
        return sum_words(text)

    def embed_claim(self, text: str) -> NDArray[np.float32]:
        return sum_words(text)


class Missing:
    """An embedder whose model is not there."""

    @property
    def version(self) -> str:
        raise ModelUnavailable("no model")

    def embed_passage(self, text: str) -> NDArray[np.float32]:
        raise ModelUnavailable("no model")

    def embed_claim(self, text: str) -> NDArray[np.float32]:
        raise ModelUnavailable("no model")


def sum_words(text: str) -> NDArray[np.float32]:
    words = {SAME.get(word, word) for word in text.replace(".", " ").split()}
    seeds = [zlib.crc32(word.encode()) for word in sorted(words)]
    total = np.sum([np.random.default_rng(seed).standard_normal(WIDTH) for seed in seeds], axis=0)
    vector: NDArray[np.float32] = (total / np.linalg.norm(total)).astype(np.float32)
    return vector
