"""Packed answers: unpacked as far as was asked for, and no further."""

from __future__ import annotations

import gzip
import time
import zlib

import pytest

from service.outbound.decoding import read_body
from service.outbound.http import Answer, CallFailed

TEXT = "خبر من الميناء ".encode() * 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def read(body: bytes, coding: str = "", *, most: int = 1000, is_cut: bool = False) -> bytes:
    headers = {"content-encoding": coding} if coding else {}
    return read_body(Answer(200, headers, body, is_cut), most=most)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (gzip.compress(TEXT), "gzip"),
        (gzip.compress(TEXT), "X-GZIP"),
        (gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:]), "gzip"),
        (gzip.compress(TEXT) + b"\0\0\0", "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (raw_deflate(TEXT), "deflate"),
        (gzip.compress(zlib.compress(TEXT)), "deflate, gzip"),
    ],
)
def test_what_was_packed_is_unpacked(body: bytes, coding: str) -> None:
    assert read(body, coding) == TEXT


def test_nothing_is_nothing() -> None:
    assert read(b"", "gzip") == b""


@pytest.mark.parametrize(
    ("body", "coding", "said"),
    [
        (b"x" * 1001, "", "larger than 0.976562 KiB"),
        (gzip.compress(b"x" * 1001), "gzip", "once it is unpacked"),
        (gzip.compress(b"x" * 600) * 2, "gzip", "once it is unpacked"),
        (gzip.compress(gzip.compress(b"x" * 5000)), "gzip, gzip", "once it is unpacked"),
        (gzip.compress(TEXT)[:-9], "gzip", "ends too early"),
        (b"not gzip", "gzip", "is broken"),
        (b"not deflate", "deflate", "is broken"),
        (gzip.compress(b"") * 65, "gzip", "more than 64 pieces"),
        (TEXT, "br", "'br', which was not asked for"),
        (TEXT, "gzip, gzip, gzip", "3 times over"),
    ],
)
def test_what_cannot_be_unpacked(body: bytes, coding: str, said: str) -> None:
    with pytest.raises(CallFailed, match=said):
        read(body, coding, most=max(1000, len(body)) if "pieces" in said else 1000)


def test_a_cut_answer_is_too_large() -> None:
    with pytest.raises(CallFailed, match="larger than"):
        read(TEXT, is_cut=True)


def test_a_bomb_is_left_when_it_is_large_enough() -> None:
    bomb = gzip.compress(bytes(200_000_000), 1)
    begun = time.process_time()
    with pytest.raises(CallFailed, match="once it is unpacked"):
        read(bomb, "gzip", most=len(bomb))
    assert time.process_time() - begun < 1.0
