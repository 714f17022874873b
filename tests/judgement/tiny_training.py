"""Run by test_training where torch is there: train a two-layer body, interrupt, go on, export, restore, export again.

A process of its own, as torch raises warnings of its own that the suite takes for errors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from service.judgement.training.encoder import BodyShape, make_encoder
from service.judgement.training.export import build
from service.judgement.training.quantise import from_four_bits, to_four_bits
from service.judgement.training.restore import Shipped, restore_gemma, save_run
from service.judgement.training.train import Run, argument_parser, load_model

SHAPE = BodyShape("gemma", 64, 64, 2, 2, 1, 32, 96, 1e-6)


def main(folder: Path) -> None:
    """Write folder/out (the exported model) and folder/expected.npy (torch's own logits of one pair)."""
    torch.manual_seed(1)
    body = make_encoder(SHAPE)
    table = from_four_bits(*to_four_bits(body.embed_tokens.weight.detach().numpy()))
    state = body.state_dict() | {"embed_tokens.weight": torch.from_numpy(table)}
    (folder / "body").mkdir()
    SHAPE.save(folder / "body/shape.json")
    save_file(state, folder / "body/weights.safetensors")
    rng = np.random.default_rng(1)
    ids = rng.integers(4, 64, 60 * 9).astype(np.uint16)
    labels = rng.integers(0, 3, 60).astype(np.int8)
    np.savez(
        folder / "tiny.npz", ids=ids, starts=np.arange(61) * 9, label=labels,
        source=np.repeat([0, 1], 30).astype(np.int16),
        fold=rng.integers(0, 3, 60).astype(np.int8),
        sources=np.array(["news", "dev_claims"]),
    )  # fmt: skip
    command = ["--init", str(folder / "body"), "--shard", str(folder / "tiny.npz"), "--out", str(folder / "run"),
               "--mix", "news=all", "--epochs", "2", "--batch", "8", "--save-every", "2",
               "--log-every", "1"]  # fmt: skip
    interrupted = Run(argument_parser().parse_args(command))
    for rows in interrupted.batches[:4]:
        interrupted.train_step(rows)
        interrupted.step += 1
    interrupted.save_checkpoint()
    Run(argument_parser().parse_args(command)).run()
    log = [json.loads(line) for line in (folder / "run/log.jsonl").read_text().splitlines()]
    assert log[0].get("resumed"), log[0]
    assert log[0]["step"] == 4, log[0]
    build("cross", folder / "run", folder / "out", top=127, trained=None, wanted=folder)
    save_run(folder / "again", *restore_gemma(Shipped(folder / "out"), like=SHAPE))
    build("cross", folder / "again", folder / "out_again", top=127, trained=None, wanted=folder)
    for name in ("model.0.bin", "table.bin"):
        assert (folder / "out" / name).read_bytes() == (folder / "out_again" / name).read_bytes(), name
    model = load_model(folder / "run").eval()
    with torch.no_grad():
        ids_, mask = torch.tensor([[2, 7, 8, 1, 9, 10, 1, 0]]), torch.tensor([[1, 1, 1, 1, 1, 1, 1, 0]])
        np.save(folder / "expected.npy", model(ids_, mask).numpy())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
