"""What a model's lower layers make of every row, stored once: an epoch over the upper layers then costs a quarter.

    python -m service.judgement.training.lower WEIGHTS_DIR DATA/big.npz STORE_DIR --layers 18 --mix written=all,ans=500

runs the shipped graph up to the layer asked for, as the service runs it (so the upper layers learn on what they will
get, rounding included), and appends to STORE_DIR/states.f16 (one float16 vector a token, rows end to end) and
STORE_DIR/rows.npz (`names`: a digest of the row's ids, `starts`, `lengths`). Rows that are there already are skipped:
the step can be interrupted, and repeated when rows are added. `train --stored` trains on them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from service.judgement.training.batches import Shard, draw_epoch, pad, read_mix
from service.judgement.training.store import STATE, Store, name_row
from service.neural.session import batches

CHUNK = 512  # rows computed between two writes


def open_lower(weights: Path, layers: int) -> onnxruntime.InferenceSession:
    """Return a session on the shipped graph with one output, `lower`: the residual stream after `layers` layers."""
    model = onnx.load(weights / "model.onnx", load_external_data=False)
    adds = [node for node in model.graph.node if node.op_type == "Add"]
    end = adds[2 * layers - 1].output[0]  # a layer adds twice: attention and feed-forward
    count = next(place for place, node in enumerate(model.graph.node) if end in node.output)
    del model.graph.node[count + 1 :]
    model.graph.node.append(helper.make_node("Identity", [end], ["lower"]))
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info("lower", TensorProto.FLOAT, ["batch", "length", None]))
    used = {name for node in model.graph.node for name in node.input}
    kept = [tensor for tensor in model.graph.initializer if tensor.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    path = weights / f"lower.{layers}.onnx"  # beside the weights that it points to
    onnx.save(model, path)
    try:
        return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    finally:
        path.unlink()


def compute(session: Any, pieces: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the states of every row, (tokens, hidden) in float16."""
    found: dict[int, np.ndarray] = {}
    for chosen in batches([(piece.tolist(), 0) for piece in pieces]):
        ids, mask = pad([pieces[place] for place in chosen], np.int64)
        (states,) = session.run(["lower"], {"ids": ids, "mask": mask})
        found |= {place: states[line, : len(pieces[place])].astype(STATE) for line, place in enumerate(chosen)}
    return [found[place] for place in range(len(pieces))]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("shard", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("--layers", type=int, required=True)
    parser.add_argument("--hidden", type=int, default=768)
    parser.add_argument("--mix", required=True, help="source=all or source=rows, as `train` takes it")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args(arguments)
    shard, store = Shard(args.shard), Store(args.store, hidden=args.hidden)
    pieces = {}
    for row in draw_epoch(shard, read_mix(args.mix), rng=np.random.default_rng(args.seed)):
        ids = shard.ids_of(row)
        pieces[name_row(ids)] = ids
    missing = [name for name in pieces if name not in store.places]
    session, begun = open_lower(args.weights, args.layers), time.monotonic()
    for at in range(0, len(missing), CHUNK):
        names = missing[at : at + CHUNK]
        store.add(names, compute(session, [pieces[name] for name in names]))
        rate = (at + len(names)) / (time.monotonic() - begun)
        print(f"{at + len(names)} of {len(missing)} rows, {rate:.1f} a second", flush=True)


if __name__ == "__main__":
    main()
