"""Weights in small pieces, for a training machine that is only reached through narrow transfers.

    python -m service.judgement.training.pack pack RUN_DIR PIECES_DIR [--megabytes 56]
    python -m service.judgement.training.pack unpack PIECES_DIR RUN_DIR
    python -m service.judgement.training.pack delta START_DIR RUN_DIR PIECES_DIR [--megabytes 15]
    python -m service.judgement.training.pack apply START_DIR PIECES_DIR RUN_DIR

`pack` keeps matrices in eight bits (weights restored from what is shipped come through unchanged), the embedding table
in four and vectors in sixteen; `delta` keeps what training changed in four bits: a smaller change loses
less. A piece is one compressed .npz (--megabytes counts before that); pieces can travel in any order. Both ends need
numpy and safetensors.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from service.judgement.training.quantise import (
    BLOCK,
    from_four_bits,
    pack_nibbles,
    to_eight_bits,
    to_four_bits,
    unpack_nibbles,
)

Arrays = dict[str, np.ndarray]
TABLE = "embed_tokens.weight"
TOP = 63
"""The largest integer of shipped matrices: with it they come back bit by bit."""


def shrink(name: str, values: np.ndarray, *, bits: int) -> Arrays:
    """Return a tensor as the arrays that travel; tensors that are no matrix of whole blocks stay float16."""
    if values.ndim != 2 or values.shape[1] % BLOCK:
        return {f"{name}/plain": values.astype(np.float16)}
    if bits == 4 or name.endswith(TABLE):
        whole, scales = to_four_bits(values)
        return {f"{name}/four": pack_nibbles(whole), f"{name}/scales": scales}
    whole, scales = to_eight_bits(values, top=TOP)
    return {f"{name}/eight": whole, f"{name}/scales": scales}


def grow(arrays: Mapping[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the tensors that `shrink` was given, as float32."""
    for key, values in arrays.items():
        name, _, kind = key.rpartition("/")
        if kind == "plain":
            yield name, values.astype(np.float32)
        elif kind == "eight":
            yield name, values.astype(np.float32) * arrays[f"{name}/scales"][:, None]
        elif kind == "four":
            yield name, from_four_bits(unpack_nibbles(values), arrays[f"{name}/scales"])


def write_pieces(tensors: Mapping[str, np.ndarray], folder: Path, *, bits: int, most: int) -> list[Path]:
    """Write tensors into pieces of about `most` bytes; a tensor is never cut."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("piece.*.npz"):
        old.unlink()
    written: list[Path] = []
    piece: dict[str, Any] = {}  # keyword arguments of savez
    for name, values in [*tensors.items(), ("", np.zeros(0))]:
        arrays = shrink(name, values, bits=bits) if name else {}
        if piece and (not name or _bytes(piece) + _bytes(arrays) > most):
            written.append(folder / f"piece.{len(written)}.npz")
            np.savez_compressed(written[-1], **piece)
            piece = {}
        piece |= arrays
    return written


def read_pieces(folder: Path) -> Arrays:
    """Return the tensors of all pieces of a folder."""
    arrays: Arrays = {}
    for path in sorted(folder.glob("piece.*.npz")):
        with np.load(path) as piece:
            arrays |= {key: piece[key] for key in piece.files}
    return dict(grow(arrays))


def _bytes(arrays: Arrays) -> int:
    return sum(values.nbytes for values in arrays.values())


def read_run(folder: Path) -> Arrays:
    """Return the weights of a run as float32."""
    from safetensors.numpy import load_file

    return {name: values.astype(np.float32) for name, values in load_file(folder / "weights.safetensors").items()}


def write_run(tensors: Arrays, folder: Path, *, shape: Path) -> None:
    """Write weights and shape as `train` does."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(values) for name, values in tensors.items()}, folder / "weights.safetensors")
    shutil.copy(shape, folder / "shape.json")


def changes(start: Arrays, run: Arrays) -> Arrays:
    """Return what training changed; the table stays frozen and is left out."""
    return {name: values - start[name] for name, values in run.items() if not name.endswith(TABLE)}


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("pack", "unpack", "delta", "apply"))
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--megabytes", type=int, default=0)
    args = parser.parse_args()
    folders: list[Path] = args.folders
    most = 1_000_000 * (args.megabytes or (15 if args.step == "delta" else 56))
    if args.step == "pack":
        pieces = write_pieces(read_run(folders[0]), folders[1], bits=8, most=most)
        shutil.copy(folders[0] / "shape.json", folders[1] / "shape.json")
        print({path.name: path.stat().st_size for path in pieces})
    elif args.step == "delta":
        changed = changes(read_run(folders[0]), read_run(folders[1]))
        print({p.name: p.stat().st_size for p in write_pieces(changed, folders[2], bits=4, most=most)})
    elif args.step == "unpack":
        write_run(read_pieces(folders[0]), folders[1], shape=folders[0] / "shape.json")
    else:
        start, changed = read_run(folders[0]), read_pieces(folders[1])
        tuned = {name: values + changed[name] if name in changed else values for name, values in start.items()}
        write_run(tuned, folders[2], shape=folders[0] / "shape.json")


if __name__ == "__main__":
    main()
