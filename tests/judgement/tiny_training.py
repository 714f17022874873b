"""Run by test_training where torch is there: train a two-layer body, interrupt, go on, export, restore, export again.

Then the upper layer alone on what the shipped lower one makes of the rows, the mean of two runs, pairs of headlines.

A process of its own, as torch raises warnings of its own that the suite takes for errors.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from service.judgement.training import blend, lower
from service.judgement.training.batches import Shard, read_mix
from service.judgement.training.encoder import BodyShape, make_encoder
from service.judgement.training.export import build
from service.judgement.training.neighbours import unrelated_headlines
from service.judgement.training.pack import read_run
from service.judgement.training.quantise import from_four_bits, to_four_bits
from service.judgement.training.restore import Shipped, restore_gemma, save_run
from service.judgement.training.store import Store
from service.judgement.training.train import Reader, Run, argument_parser, load_model, predict

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
    refuse_unclear_mixes()
    pair_headlines()
    train_upper(folder)
    average(folder)


def pair_headlines() -> None:
    """A headline gets the nearest of the others that does not tell the same, or none."""
    others = [
        "ارتفاع أسعار النفط بعد اجتماع المنتجين في فيينا",
        "النفط يتراجع مع زيادة المخزونات",
        "البرلمان يقر قانون الصيد البحري الجديد",
        "افتتاح معرض الكتاب في الرباط بحضور الوزير",
        "إصابة لاعب المنتخب قبل مباراة الكأس",
    ]
    headlines = [f"{others[0]} رغم المخزونات", "انعقاد معرض الخيول في القصيم", "عاصفة ثلجية تعزل بلدات"]
    assert list(unrelated_headlines(headlines, others)) == [(headlines[0], others[1]), (headlines[1], others[3])]


def refuse_unclear_mixes() -> None:
    """A mix that cannot be read is named."""
    for unclear in ("news", "news=some", "=all", "news=all,"):
        said = ""
        try:
            read_mix(unclear)
        except ValueError as error:
            said = str(error)
        assert "source=all" in said, unclear


def train_upper(folder: Path) -> None:
    """Store the lower layer's states in two sittings, read them as the whole model would, train on them."""
    step = [str(folder / "out"), str(folder / "tiny.npz"), str(folder / "store"), "--layers", "1", "--hidden", "64"]
    lower.main([*step, "--mix", "news=10"])
    lower.main([*step, "--mix", "news=all"])
    store, shard = Store(folder / "store", hidden=64), Shard(folder / "tiny.npz")
    assert len(store.places) == 30, "a row that is there is not stored twice"
    assert store.end == 30 * 9
    rows = shard.rows_of("news")
    model = load_model(folder / "again")
    whole = predict(Reader(model, shard, "cpu"), rows, size=8)
    upper = predict(Reader(model, shard, "cpu", store=store, frozen=1), rows, size=8)
    assert np.abs(whole - upper).max() < 0.1 * max(1, np.abs(whole).max()), np.abs(whole - upper).max()
    command = ["--init", str(folder / "again"), "--shard", str(folder / "tiny.npz"), "--out", str(folder / "upper"),
               "--mix", "news=all", "--batch", "8", "--stored", str(folder / "store"), "--frozen", "1"]  # fmt: skip
    Run(argument_parser().parse_args(command)).run()
    before, after = read_run(folder / "again"), read_run(folder / "upper")
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    assert any(name.startswith("body.layers.1.") for name in moved), moved
    assert not any(name.startswith(("body.layers.0.", "body.embed")) for name in moved), moved


def average(folder: Path) -> None:
    """Three parts of one run and one of another."""
    blend.main([str(folder / "blended"), f"{folder / 'again'}@3", str(folder / "upper")])
    one, other, mean = (read_run(folder / name) for name in ("again", "upper", "blended"))
    for name, values in mean.items():
        np.testing.assert_allclose(values, 0.75 * one[name] + 0.25 * other[name], atol=1e-6, err_msg=name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
