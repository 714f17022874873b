"""The file of passage vectors: rows of one size, appended in the order of the passages' keys and never changed.

A row holds a passage's key, what filters look at, and its vector in 8-bit steps with the length of a step: 412 bytes,
so 200,000 passages take 82 MB, which all processes map and share. Rows are never changed in place: a file whose end a
crash has torn, or that holds many passages of old revisions, is written anew beside the old one and put in its place;
whoever reads the old one reads it to the end. Each row carries a sum over itself: what a power cut has left of a row
does not pass for one.

The file's name says which record and which model it belongs to; others are of no use and are removed. Nothing in it
is needed to make it anew: the embedder starts over from the record.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.index.embedded_pending import BarePassage

WIDTH = 384

ROW = np.dtype(
    [
        ("sum", "<u4"),
        ("outlet", "<i4"),
        ("key", "<i8"),
        ("day", "<i4"),
        ("step", "<f4"),
        ("language", "S4"),
        ("vector", "i1", (WIDTH,)),
    ]
)
UNDATED = -1
_SALT = 0x15AD0001  # a row of zeros, as file systems leave them after a power cut, must not pass
_CHUNK = 8192

Rows = NDArray[Any]
Stamp = tuple[int, int]
"""Inode and size of a file."""

NO_FILE: Stamp = (0, 0)


def vector_path(directory: Path, identity: str, model: str) -> Path:
    """Return where the vectors of one record by one model lie."""
    return directory / f"{identity}-{model}.vectors"


def make_rows(passages: Sequence[BarePassage], vectors: Sequence[NDArray[np.float32]]) -> Rows:
    """Return the rows of passages and their unit vectors."""
    rows = np.zeros(len(passages), ROW)
    for place, (passage, vector) in enumerate(zip(passages, vectors, strict=True)):
        step = float(np.abs(vector).max()) / 127
        rows["key"][place] = passage.key
        rows["outlet"][place] = passage.outlet
        rows["day"][place] = UNDATED if passage.day is None else passage.day
        rows["language"][place] = passage.language.encode("ascii", "replace")
        rows["step"][place] = step
        rows["vector"][place] = np.round(vector / step)
    rows["sum"] = _sums(rows)
    return rows


def append_rows(path: Path, rows: Rows) -> None:
    """Append rows durably."""
    with path.open("ab") as file:
        file.write(rows.tobytes())
        file.flush()
        os.fdatasync(file.fileno())


def map_rows(path: Path) -> tuple[Rows, Stamp]:
    """Return the whole rows of a file, mapped for reading, and its stamp; none when there is no file."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            count = status.st_size // ROW.itemsize
            rows = np.memmap(file, ROW, mode="r", shape=(count,)) if count else np.zeros(0, ROW)
            return rows, (status.st_ino, status.st_size)
    except FileNotFoundError:
        return np.zeros(0, ROW), NO_FILE


def read_stamp(path: Path) -> Stamp:
    """Return what tells a file from another one and from itself before rows were appended."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return NO_FILE
    return status.st_ino, status.st_size


def are_whole(rows: Rows) -> NDArray[np.bool_]:
    """Tell for each row whether it is as it was written."""
    parts = [_sums(rows[start : start + _CHUNK]) == rows["sum"][start : start + _CHUNK] for start in _starts(rows)]
    return np.concatenate([np.zeros(0, np.bool_), *parts])


def replace_rows(path: Path, rows: Rows, keep: NDArray[np.bool_]) -> None:
    """Put a file with the rows that are kept in the place of the one they come from."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        for start in _starts(rows):
            file.write(rows[start : start + _CHUNK][keep[start : start + _CHUNK]].tobytes())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def remove_others(path: Path) -> None:
    """Remove the vectors of other records and models beside `path`."""
    for other in path.parent.glob("*.vectors"):
        if other != path:
            other.unlink(missing_ok=True)


def _starts(rows: Rows) -> Iterator[int]:
    return iter(range(0, len(rows), _CHUNK))


def _sums(rows: Rows) -> NDArray[np.uint32]:
    words = np.ascontiguousarray(rows).view("<u4").reshape(len(rows), -1)
    sums: NDArray[np.uint32] = (words[:, 1:].sum(axis=1, dtype=np.uint32) ^ np.uint32(_SALT)).astype(np.uint32)
    return sums
