"""Shipped weights back to trainable ones: where a training that begins elsewhere starts from.

    python -m service.judgement.training.restore service/judgement/weights/big RUN_DIR

writes weights.safetensors and shape.json as `train` does, so that `train --init RUN_DIR` goes on from what is shipped
when the run that it came from is no longer there. What the rounding to eight and four bits took is lost; exporting the
result unchanged gives the shipped integers again. The graph is walked node by node, in the order in which `export`
puts a layer together.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save_file

from service.judgement.training.encoder import EMBEDDING_GEMMA, BodyShape
from service.judgement.training.quantise import BLOCK, from_four_bits, unpack_nibbles

LAYER_NORMS = ("input_layernorm", "self.q_norm", "self.k_norm", "post_attention_layernorm",
               "pre_feedforward_layernorm", "post_feedforward_layernorm")  # fmt: skip


class Shipped:
    """The graph of an exported model: its nodes by kind, in order, and their weights."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.graph = onnx.load(folder / "model.onnx").graph
        self.tensors = {t.name: t for t in self.graph.initializer}

    def nodes(self, kind: str) -> Iterator[onnx.NodeProto]:
        """Yield the nodes of one kind, in the order they were put together."""
        return (node for node in self.graph.node if node.op_type == kind)

    def array(self, name: str) -> np.ndarray:
        """Return a weight as it is stored."""
        return numpy_helper.to_array(self.tensors[name])

    def matrices(self) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
        """Yield every eight-bit matrix as float32 (out, in), with its bias where there is one."""
        for node in self.nodes("DynamicQuantizeMatMul"):
            values, scales = self.array(node.input[1]), self.array(node.input[2])
            bias = self.array(node.input[4]) if len(node.input) > 4 else None
            yield (values.astype(np.float32) * scales[None, :]).T, bias

    def norms(self) -> Iterator[np.ndarray]:
        """Yield the weights of every norm as they are trained: less the one that is added."""
        for node in self.nodes("SimplifiedLayerNormalization"):
            yield self.array(node.input[1]) - 1.0

    def table(self) -> np.ndarray:
        """Return the embedding table that the four bits stand for."""
        (node,) = self.nodes("GatherBlockQuantized")
        scales = self.array(node.input[2])
        packed = np.fromfile(self.folder / "table.bin", np.uint8).reshape(len(scales), -1)
        assert packed.shape[1] * 2 == scales.shape[1] * BLOCK, "table.bin and its scales do not belong together"
        return from_four_bits(unpack_nibbles(packed), scales)


def restore_gemma(shipped: Shipped, *, like: BodyShape = EMBEDDING_GEMMA) -> tuple[BodyShape, dict[str, np.ndarray]]:
    """Return shape and state of a cross-encoder over a Gemma body; `like` says all of its shape but the counts."""
    table, matrices, norms = shipped.table(), shipped.matrices(), shipped.norms()
    layers = (sum(1 for _ in shipped.nodes("DynamicQuantizeMatMul")) - 1) // 4
    shape = replace(like, vocabulary=len(table), layers=layers)
    queries, keys = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    state = {"body.embed_tokens.weight": table}
    for at in (f"body.layers.{i}" for i in range(layers)):
        q, k, v = np.split(next(matrices)[0], [queries, queries + keys])
        mixed, (gate, up), down = next(matrices)[0], np.split(next(matrices)[0], 2), next(matrices)[0]
        named = {"q_proj": q, "k_proj": k, "v_proj": v, "o_proj": mixed, "gate_proj": gate, "up_proj": up,
                 "down_proj": down}  # fmt: skip
        state |= {f"{at}.{name}.weight": value for name, value in named.items()}
        state |= {f"{at}.{name.removeprefix('self.')}.weight": next(norms) for name in LAYER_NORMS}
    state["body.norm.weight"] = next(norms)
    state["dense.weight"], bias = next(matrices)
    assert bias is not None
    state["dense.bias"] = bias
    last = list(shipped.nodes("Add"))[-1]
    product = next(node for node in shipped.nodes("MatMul") if node.output[0] == last.input[0])
    state["out.weight"], state["out.bias"] = shipped.array(product.input[1]).T, shipped.array(last.input[1])
    return shape, state


def save_run(out: Path, shape: BodyShape, state: dict[str, np.ndarray]) -> None:
    """Write the folder that `train` and `export` read."""
    out.mkdir(parents=True, exist_ok=True)
    shape.save(out / "shape.json")
    tensors = {name: torch.from_numpy(np.array(value, np.float32, order="C")) for name, value in state.items()}
    table = "body.embed_tokens.weight"
    save_file(tensors | {table: tensors[table].half()}, out / "weights.safetensors")


def main() -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shipped", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    shape, state = restore_gemma(Shipped(args.shipped))
    save_run(args.out, shape, state)
    print(f"{shape.layers} layers, {shape.vocabulary} tokens")


if __name__ == "__main__":
    main()
