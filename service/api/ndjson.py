"""Read a body of lines as it arrives: chunks of the connection → gzip taken off → lines, each bounded.

Nothing here holds more than one line and one chunk. A gzip bomb is stopped by what it grows to in proportion to what
was sent; a line that is too long is passed over up to its end.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from werkzeug.exceptions import HTTPException

from service.api.problems import Problem

CHUNK = 1024
"""Bytes waited for at a time, so that a slow sender sees results soon; gunicorn itself waits for no fewer."""
INFLATED = 65536
FREE_BYTES = 64 * 1024 * 1024
MOST_GROWTH = 200
"""Articles as JSON shrink to a fifth or a tenth, the most repetitive ones to a fiftieth; bombs to a thousandth. Up to
`FREE_BYTES` nobody counts."""
_GZIP = 31


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, with its number in the body from 1; no data when it was longer than allowed."""

    number: int
    data: bytes | None

    @property
    def size(self) -> int:
        """Return the bytes it holds."""
        return len(self.data or b"")


def read_chunks(stream: IO[bytes], *, length: int | None) -> Iterator[bytes]:
    """Yield the body as it comes in. Raises `Problem` when it breaks off before `length` or its last chunk."""
    left = length
    try:
        while chunk := stream.read(CHUNK):
            left = left and left - len(chunk)
            yield chunk
    except OSError as error:
        raise Problem("malformed-request", "the body could not be read to its end") from error
    except HTTPException as error:
        slug = "too-large" if error.code == 413 else "malformed-request"
        raise Problem(slug, error.description or "the body could not be read to its end") from error
    if left:
        raise Problem("malformed-request", "the body is shorter than Content-Length says")


def inflate(chunks: Iterable[bytes], *, free: int = FREE_BYTES, growth: int = MOST_GROWTH) -> Iterator[bytes]:
    """Take gzip off, in pieces of bounded size. Raises `Problem` for what is no gzip, breaks off, or grows too much."""
    decoder = zlib.decompressobj(_GZIP)
    taken = made = 0
    for chunk in chunks:
        taken += len(chunk)
        while chunk:
            if decoder.eof:  # members may follow one another (RFC 1952)
                decoder = zlib.decompressobj(_GZIP)
            piece = _decompress(decoder, chunk)
            made += len(piece)
            if made > max(free, taken * growth):
                raise Problem("too-large", f"the gzip data grows to more than {growth} times its size")
            yield piece
            chunk = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    while piece := _decompress(decoder, b""):
        yield piece
    if not decoder.eof:
        raise Problem("malformed-request", "the gzip data breaks off")


def _decompress(decoder: zlib._Decompress, data: bytes) -> bytes:
    try:
        return decoder.decompress(data, INFLATED)
    except zlib.error as error:
        raise Problem("malformed-request", "the body is not gzip, as Content-Encoding says") from error


def read_lines(chunks: Iterable[bytes], *, longest: int) -> Iterator[Line]:
    r"""Yield the lines that are not blank, cut at \n; the last one may do without it."""
    number, held = 1, _Held(longest)
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            held.add(piece)
            yield from held.take(number)
            number += 1
        held.add(rest)
    yield from held.take(number)


class _Held:
    """The pieces of the line that has not ended yet; forgotten once they are more than the longest line."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self._longest:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    def take(self, number: int) -> Iterator[Line]:
        data = b"".join(self._pieces).strip() if self._size <= self._longest else None
        self._pieces.clear()
        self._size = 0
        if data != b"":
            yield Line(number, data)
