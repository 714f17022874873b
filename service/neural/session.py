"""What neural models share: text made ready, graphs opened with their tokenizers, texts to ids, ids to batches."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import ModelUnavailable

if TYPE_CHECKING:
    import onnxruntime
    from tokenizers import Tokenizer

INVISIBLE = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)  # Arabic vowel signs and Koranic marks, tatweel, zero-width and direction marks
DIGITS = {0x660 + n: str(n) for n in range(10)} | {0x6F0 + n: str(n) for n in range(10)}
BATCH_TOKENS = 512
"""Padded tokens put through the graph at once. More do not stay in the cache: with 4096 two cores take a third longer
and twice the memory (tests/benchmarks/judge_speed.py). With fewer than 256 nothing is gained."""


def prepare(text: str) -> str:
    """Return the text as the model reads it: compatibility forms and digits unified, invisible marks dropped."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(DIGITS).split())


def open_session(
    folder: Path, *, name: str = "model.onnx", threads: int = 0
) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
    """Open a graph of a folder with its tokenizer. Raises `ModelUnavailable` saying what is wrong with which file."""
    # Imported here: onnxruntime starts threads at import, and a process that forks afterwards dies when it ends.
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # leave the cores to the other workers
    try:
        session = onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # both libraries raise bare Exception subclasses of their own
        raise ModelUnavailable(f"the model in {folder} cannot be loaded: {error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return session, tokenizer


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """Return the id of a special token. Raises `ModelUnavailable` when the tokenizer has none such."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ModelUnavailable(f"the tokenizer has no token {token!r}")
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
