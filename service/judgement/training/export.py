"""Trained weights to the files that ship: a small ONNX graph and its weights beside it.

    python -m service.judgement.training.export cross RUN_DIR OUT_DIR --tokenizer VOC_DIR [--top 63]
    python -m service.judgement.training.export embed BODY_DIR OUT_DIR --tokenizer VOC_DIR

`cross` writes a cross-encoder (ids, mask → logits; `states` for explanations): embedding table in four bits, matrices
in eight (integers up to --top: 63 keeps AVX2's 16-bit sums from overflowing, 127 needs VNNI), run by ONNX Runtime's
DynamicQuantizeMatMul. `embed` writes a sentence embedder (mean pooling, unit length) with matrices in four bits.
The graph is put together by hand: a layer is about twenty nodes, queries, keys and values come from one product, and
nothing depends on an exporter's version. Weights lie in files of at most 90 MB beside the graph; `embed` shares the
table and the tokenizer of a `cross` model in the same folder (the table stays frozen in training, so it is the same).
As the table is frozen, a vocabulary can still be cut after training: --trained-with names the one trained with.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper
from safetensors.torch import load_file

from service.judgement.training.encoder import GLOBAL_EVERY, ROTARY_BASE, BodyShape
from service.judgement.training.quantise import BLOCK, pack_nibbles, to_eight_bits, to_four_bits

MICROSOFT = "com.microsoft"
FILE_LIMIT = 90_000_000
LONGEST = 512
EXTERNAL_FROM = 1024  # bytes from which a tensor lies outside the graph


class Graph:
    """Collects nodes and weights; every method returns the name of its result."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self.part, self.written = 0, 0
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{name}.*.bin"):
            old.unlink()

    def node(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> Any:
        """Add a node; return its output name, or the list of names."""
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def weight(self, values: np.ndarray, kind: int | None = None, shape: tuple[int, ...] | None = None,
               own_file: str = "") -> str:  # fmt: skip
        """Add a tensor, in a weights file when it is large; `kind` and `shape` describe packed data.

        `own_file` puts it into a file of that name, alone: two graphs of a folder may share it.
        """
        name = f"w{len(self.tensors)}"
        raw = np.ascontiguousarray(values).tobytes()
        tensor = TensorProto(name=name, data_type=kind or helper.np_dtype_to_tensor_dtype(values.dtype))
        tensor.dims.extend(shape or values.shape)
        if own_file:
            (self.folder / own_file).write_bytes(raw)
            self.point_outside(tensor, own_file, 0, len(raw))
        elif len(raw) < EXTERNAL_FROM:
            tensor.raw_data = raw
        else:
            self.write_outside(tensor, raw)
        self.tensors.append(tensor)
        return name

    def write_outside(self, tensor: TensorProto, raw: bytes) -> None:
        """Append bytes to the current weights file, at a page boundary."""
        if self.written + len(raw) > FILE_LIMIT:
            self.part, self.written = self.part + 1, 0
        path = self.folder / f"{self.name}.{self.part}.bin"
        with path.open("ab") as out:
            out.write(b"\0" * (-self.written % 64))
            self.written += -self.written % 64
            offset, self.written = self.written, self.written + len(raw)
            out.write(raw)
        self.point_outside(tensor, path.name, offset, len(raw))

    def point_outside(self, tensor: Any, location: str, offset: int, length: int) -> None:
        """Say where a tensor's bytes lie."""
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", location), ("offset", offset), ("length", length)):
            tensor.external_data.add(key=key, value=str(value))

    def ints(self, *values: int) -> str:
        """A constant vector of int64."""
        return self.weight(np.array(values, np.int64))

    def save(self, inputs: list[Any], outputs: list[Any]) -> None:
        """Write the graph."""
        graph = helper.make_graph(self.nodes, "isnad", inputs, outputs, self.tensors)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), self.folder / f"{self.name}.onnx")


class Builder:
    """Puts a body together; subclasses know the two architectures."""

    def __init__(self, graph: Graph, shape: BodyShape, state: dict[str, np.ndarray], *, bits: int, top: int) -> None:
        self.g, self.shape, self.state, self.bits, self.top = graph, shape, state, bits, top

    def matrix(self, x: str, *names: str, bias: bool = False) -> str:
        """Multiply by one or several weight matrices side by side (each (out, in), as torch keeps them)."""
        whole = np.concatenate([self.state[f"{n}.weight"] for n in names])
        added = np.concatenate([self.state[f"{n}.bias"] for n in names]).astype(np.float32) if bias else None
        if self.bits == 4:
            return self.four_bit_product(x, whole, added)
        values, scales = to_eight_bits(whole, top=self.top)
        inputs = [x, self.g.weight(values.T.copy()), self.g.weight(scales), ""]
        inputs += [self.g.weight(added)] if added is not None else []
        return str(self.g.node("DynamicQuantizeMatMul", *inputs, domain=MICROSOFT))

    def four_bit_product(self, x: str, whole: np.ndarray, added: np.ndarray | None) -> str:
        """Multiply by a matrix kept in four bits; float16 scales are widened when the graph is loaded."""
        values, scales = to_four_bits(whole)
        packed = pack_nibbles(values + 8).reshape(len(whole), -1, BLOCK // 2)
        wide = self.g.node("Cast", self.g.weight(scales.reshape(-1)), to=TensorProto.FLOAT)
        y = self.g.node("MatMulNBits", x, self.g.weight(packed), wide, domain=MICROSOFT, K=whole.shape[1],
                        N=len(whole), bits=4, block_size=BLOCK, accuracy_level=4)  # fmt: skip
        return str(self.g.node("Add", y, self.g.weight(added)) if added is not None else y)

    def embedding(self) -> str:
        """Look the tokens up in the four-bit table."""
        values, scales = to_four_bits(self.state["embed_tokens.weight"])
        table = self.g.weight(pack_nibbles(values), TensorProto.INT4, values.shape, own_file="table.bin")
        steps = self.g.weight(scales, own_file="table.scales.bin")
        rows = self.g.node("GatherBlockQuantized", table, "ids", steps, domain=MICROSOFT,
                           gather_axis=0, quantize_axis=1, block_size=BLOCK)  # fmt: skip
        return str(self.g.node("Cast", rows, to=TensorProto.FLOAT))

    def attention(self, q: str, k: str, v: str, mask: str, scale: float) -> str:
        """Attention over (batch, length, heads x size) tensors."""
        return str(self.g.node("MultiHeadAttention", q, k, v, "", mask, domain=MICROSOFT,
                               num_heads=self.shape.heads, scale=scale, mask_filter_value=-1e4))  # fmt: skip

    def norm(self, x: str, name: str) -> str:
        """Root-mean-square norm with (1 + weight)."""
        weight = self.g.weight(1.0 + self.state[f"{name}.weight"].astype(np.float32))
        return str(self.g.node("SimplifiedLayerNormalization", x, weight, epsilon=self.shape.eps, axis=-1))

    def layer_norm(self, x: str, name: str) -> str:
        """Layer norm with bias."""
        weight, bias = (self.g.weight(self.state[f"{name}.{part}"].astype(np.float32)) for part in ("weight", "bias"))
        return str(self.g.node("LayerNormalization", x, weight, bias, epsilon=self.shape.eps, axis=-1))


class GemmaBuilder(Builder):
    """EmbeddingGemma's body."""

    def rotary_caches(self) -> dict[str, tuple[str, str]]:
        """Cosines and sines of the rotary bases in use, (LONGEST, head_dim / 2)."""
        size, caches = self.shape.head_dim, {}
        used = ("local", "global") if self.shape.layers >= GLOBAL_EVERY else ("local",)
        for name, base in ((n, ROTARY_BASE[n]) for n in used):
            inverse = 1.0 / base ** (np.arange(0, size, 2) / size)
            angles = np.arange(LONGEST)[:, None] * inverse[None, :]
            caches[name] = tuple(self.g.weight(f(angles).astype(np.float32)) for f in (np.cos, np.sin))
        return caches  # type: ignore[return-value]

    def turned(self, x: str, name: str, heads: int, caches: tuple[str, str], start: str) -> str:
        """Norm every head and rotate it."""
        size = self.shape.head_dim
        apart = self.norm(self.g.node("Reshape", x, self.g.ints(0, 0, heads, size)), name)
        joined = self.g.node("Reshape", apart, self.g.ints(0, 0, heads * size))
        return str(self.g.node("RotaryEmbedding", joined, start, *caches, domain=MICROSOFT, num_heads=heads,
                               rotary_embedding_dim=0))  # fmt: skip

    def body(self, mask: str) -> str:
        """Return the name of the hidden states."""
        s, g = self.shape, self.g
        x = g.node("Mul", self.embedding(), g.weight(np.array(s.hidden**0.5, np.float32)))
        caches, start = self.rotary_caches(), g.ints(0)
        parts = g.ints(s.heads * s.head_dim, s.kv_heads * s.head_dim, s.kv_heads * s.head_dim)
        for i in range(s.layers):
            at, cache = f"layers.{i}", caches["global" if (i + 1) % GLOBAL_EVERY == 0 else "local"]
            h = self.matrix(self.norm(x, f"{at}.input_layernorm"), f"{at}.q_proj", f"{at}.k_proj", f"{at}.v_proj")
            q, k, v = g.node("Split", h, parts, outputs=3, axis=-1)
            q = self.turned(q, f"{at}.q_norm", s.heads, cache, start)
            k = self.turned(k, f"{at}.k_norm", s.kv_heads, cache, start)
            k, v = (g.node("Concat", *[t] * s.heads, axis=-1) for t in (k, v))
            mixed = self.attention(q, k, v, mask, s.head_dim**-0.5)
            x = g.node("Add", x, self.norm(self.matrix(mixed, f"{at}.o_proj"), f"{at}.post_attention_layernorm"))
            h = self.matrix(self.norm(x, f"{at}.pre_feedforward_layernorm"), f"{at}.gate_proj", f"{at}.up_proj")
            gate, up = g.node("Split", h, outputs=2, axis=-1, num_outputs=2)
            h = g.node("Mul", g.node("FastGelu", gate, domain=MICROSOFT), up)
            x = g.node("Add", x, self.norm(self.matrix(h, f"{at}.down_proj"), f"{at}.post_feedforward_layernorm"))
        return self.norm(x, "norm")


class BertBuilder(Builder):
    """multilingual-e5-small's body."""

    def body(self, mask: str) -> str:
        """Return the name of the hidden states."""
        s, g = self.shape, self.g
        table = (self.state["positions.weight"] + self.state["token_type"])[:LONGEST].astype(np.float16)
        length = g.node("Slice", g.node("Shape", "ids"), g.ints(1), g.ints(2))
        places = g.node("Cast", g.node("Slice", g.weight(table), g.ints(0), length, g.ints(0)), to=TensorProto.FLOAT)
        x = self.layer_norm(g.node("Add", self.embedding(), places), "embedding_norm")
        for i in range(s.layers):
            at = f"layers.{i}"
            h = self.matrix(x, f"{at}.query", f"{at}.key", f"{at}.value", bias=True)
            q, k, v = g.node("Split", h, outputs=3, axis=-1, num_outputs=3)
            mixed = self.attention(q, k, v, mask, s.head_dim**-0.5)
            x = self.layer_norm(g.node("Add", x, self.matrix(mixed, f"{at}.output", bias=True)), f"{at}.attention_norm")
            h = g.node("Gelu", self.matrix(x, f"{at}.up", bias=True), domain=MICROSOFT)
            x = self.layer_norm(g.node("Add", x, self.matrix(h, f"{at}.down", bias=True)), f"{at}.output_norm")
        return str(x)


def pooled(g: Graph, states: str) -> str:
    """Mean of the states of real tokens."""
    weights = g.node("Unsqueeze", g.node("Cast", "mask", to=TensorProto.FLOAT), g.ints(2))
    total = g.node("ReduceSum", g.node("Mul", states, weights), g.ints(1), keepdims=0)
    return str(g.node("Div", total, g.node("ReduceSum", weights, g.ints(1), keepdims=0)))


def recut(table: np.ndarray, trained: Path, wanted: Path) -> np.ndarray:
    """Return the rows of the tokens of a smaller vocabulary; both folders hold kept.json of the same tokenizer."""
    position = {old: row for row, old in enumerate(json.loads((trained / "kept.json").read_text()))}
    return table[[position[old] for old in json.loads((wanted / "kept.json").read_text())]]


def build(kind: str, run: Path, out: Path, *, top: int, trained: Path | None, wanted: Path) -> None:
    """Write the graph and weights of one model."""
    shape = BodyShape.load(run / "shape.json")
    loaded = {k: v.float().numpy() for k, v in load_file(run / "weights.safetensors").items()}
    state = {k.removeprefix("body."): v for k, v in loaded.items()}
    if trained:
        state["embed_tokens.weight"] = recut(state["embed_tokens.weight"], trained, wanted)
    g = Graph(out, "model" if kind == "cross" else "embed")
    maker = GemmaBuilder if shape.kind == "gemma" else BertBuilder
    builder = maker(g, shape, state, bits=8 if kind == "cross" else 4, top=top)
    states = builder.body(g.node("Cast", "mask", to=TensorProto.INT32))
    mean = pooled(g, states)
    if kind == "cross":
        h = g.node("Tanh", builder.matrix(mean, "dense", bias=True))
        weight, bias = g.weight(state["out.weight"].T.astype(np.float32).copy()), g.weight(state["out.bias"])
        result, width = g.node("Add", g.node("MatMul", h, weight), bias), 3
    else:
        result = g.node("LpNormalization", mean, axis=-1, p=2)
        width = shape.hidden
    g.nodes += [helper.make_node("Identity", [result], ["logits" if kind == "cross" else "vectors"]),
                helper.make_node("Identity", [states], ["states"])]  # fmt: skip
    ints = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "length"]) for n in ("ids", "mask")]
    first = helper.make_tensor_value_info(g.nodes[-2].output[0], TensorProto.FLOAT, ["batch", width])
    g.save(ints, [first, helper.make_tensor_value_info("states", TensorProto.FLOAT, ["batch", "length", shape.hidden])])


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("cross", "embed"))
    parser.add_argument("run", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with the cut tokenizer.json")
    parser.add_argument("--trained-with", type=Path, help="vocabulary folder of the training, where it was larger")
    parser.add_argument("--top", type=int, default=63)
    args = parser.parse_args()
    build(args.kind, args.run, args.out, top=args.top, trained=args.trained_with, wanted=args.tokenizer)
    shutil.copy(args.tokenizer / "tokenizer.json", args.out / "tokenizer.json")
    print({p.name: p.stat().st_size for p in sorted(args.out.iterdir())})


if __name__ == "__main__":
    main()
