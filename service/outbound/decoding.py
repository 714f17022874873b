"""Undoing the compression of an answer, never into more bytes than were asked for: small answers can hold gigabytes."""

from __future__ import annotations

import zlib

from service.outbound.http import Answer, CallFailed

ACCEPTED = "gzip, deflate"
"""The value of Accept-Encoding that `read_body` can undo."""

_MOST_CODINGS = 2
_MOST_MEMBERS = 64
"""Of one gzip stream: each costs a copy of what is left."""


def read_body(answer: Answer, *, most: int) -> bytes:
    """Return the body without its content codings. Raises `CallFailed` when it has more than `most` bytes, or is cut,
    broken or coded in a way that was not asked for."""
    codings = [name.strip().lower() for name in answer.headers.get("content-encoding", "").split(",")]
    codings = [name for name in codings if name not in ("", "identity")]
    if answer.is_cut or len(answer.body) > most:
        raise CallFailed(f"larger than {_say_size(most)}")
    if len(codings) > _MOST_CODINGS:
        raise CallFailed(f"compressed {len(codings)} times over")
    body = answer.body
    if not body:
        return body
    for coding in reversed(codings):
        body = _undo(coding, body, most)
    return body


def _undo(coding: str, body: bytes, most: int) -> bytes:
    if coding in ("gzip", "x-gzip"):
        return _inflate(body, 16 + zlib.MAX_WBITS, most)
    if coding == "deflate":  # meant as zlib, sent without its head by some
        try:
            return _inflate(body, zlib.MAX_WBITS, most)
        except _Broken:
            return _inflate(body, -zlib.MAX_WBITS, most)
    raise CallFailed(f"compressed as {coding[:40]!r}, which was not asked for")


class _Broken(CallFailed):
    """Not what it says it is."""


def _inflate(body: bytes, window: int, most: int) -> bytes:
    """Unpack one stream after the other: gzip may have several."""
    parts: list[bytes] = []
    left = most + 1
    for _ in range(_MOST_MEMBERS):
        unpacker = zlib.decompressobj(window)
        try:
            parts.append(unpacker.decompress(body, left))
        except zlib.error as error:
            raise _Broken(f"the compressed answer is broken: {error}") from error
        left -= len(parts[-1])
        if left <= 0:
            raise CallFailed(f"larger than {_say_size(most)} once it is unpacked")
        if not unpacker.eof:
            raise _Broken("the compressed answer ends too early")
        body = unpacker.unused_data.lstrip(b"\0")
        if not body:
            return b"".join(parts)
    raise CallFailed(f"compressed in more than {_MOST_MEMBERS} pieces")


def _say_size(size: int) -> str:
    return f"{size / 1024 / 1024:g} MiB" if size >= 1024 * 1024 else f"{size / 1024:g} KiB"
