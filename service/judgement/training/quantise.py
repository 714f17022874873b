"""How weights are stored: 4-bit blocks for embedding tables, 8-bit rows for matrices that multiply.

Four bits: blocks of 32 along a row, signed, scale chosen to lose least (a search over 13 candidates), as ONNX Runtime's
GatherBlockQuantized reads them. Eight bits: one scale per output row, as DynamicQuantizeMatMul reads them.
"""

from __future__ import annotations

import numpy as np

BLOCK = 32
SEARCH = np.append(np.linspace(0.75, 1.05, 12, dtype=np.float32), np.float32(1))
"""Factors tried on the plain scale; 1 is among them, so that what was rounded before stays as it is."""


def to_four_bits(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return integers -8..7 (rows, columns) as int8 and float16 scales (rows, columns / BLOCK)."""
    rows, columns = matrix.shape
    blocks = matrix.astype(np.float32).reshape(rows, columns // BLOCK, BLOCK)
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
    base = np.where(extreme == 0, 1e-8, extreme / -8)  # the extreme value maps to -8, its sign goes into the scale
    best, best_loss = base, np.full(base.shape, np.inf, np.float32)
    for factor in SEARCH:
        scale = (base * factor).astype(np.float16).astype(np.float32)
        loss = ((np.round(blocks / scale[..., None]).clip(-8, 7) * scale[..., None] - blocks) ** 2).sum(-1)
        best, best_loss = np.where(loss < best_loss, scale, best), np.minimum(loss, best_loss)
    scales = best.astype(np.float16)
    safe = np.where(scales == 0, np.float16(6e-8), scales).astype(np.float32)
    return np.round(blocks / safe[..., None]).clip(-8, 7).astype(np.int8).reshape(rows, columns), scales


def from_four_bits(values: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Return the float32 matrix that four bits stand for."""
    rows, columns = values.shape
    blocks = values.reshape(rows, columns // BLOCK, BLOCK).astype(np.float32)
    return (blocks * scales.astype(np.float32)[..., None]).reshape(rows, columns)


def pack_nibbles(values: np.ndarray) -> np.ndarray:
    """Two integers -8..7 a byte, the first in the low half (rows, columns / 2)."""
    nibbles = (values & 0xF).astype(np.uint8)
    return nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)


def unpack_nibbles(packed: np.ndarray) -> np.ndarray:
    """Undo `pack_nibbles`."""
    out = np.empty((packed.shape[0], packed.shape[1] * 2), np.int8)
    out[:, 0::2], out[:, 1::2] = (packed & 0xF).astype(np.int8), (packed >> 4).astype(np.int8)
    return np.where(out > 7, out - 16, out).astype(np.int8)


def to_eight_bits(matrix: np.ndarray, *, top: int = 127) -> tuple[np.ndarray, np.ndarray]:
    """Return int8 (rows, columns) and float32 scales (rows,); `top` is the largest integer used."""
    scales = np.maximum(np.abs(matrix).max(1), 1e-8).astype(np.float32) / top
    return np.round(matrix / scales[:, None]).clip(-top, top).astype(np.int8), scales
