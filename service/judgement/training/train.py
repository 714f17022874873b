"""Train a cross-encoder on shards: one run, seeded, logged, resumable.

    python -m service.judgement.training.train --init BODY_DIR --shard DATA/gemma.npz --out RUN_DIR \
        --mix news=all,clusters=all,mnli_ar_train=6000 --epochs 3 --lr 3e-5

BODY_DIR holds shape.json and weights.safetensors (a body alone or a cross-encoder of an earlier run). RUN_DIR gets
weights.safetensors, shape.json, log.jsonl, and while running checkpoint.pt every --save-every steps, from which the
same command goes on. `--without-fold k` leaves the rows of fold k out (and scores them at the end: --predict).
`--stored DIR` with `--frozen N` trains the layers above N on what `lower` stored of those below, where there is no GPU.
`--soft FILE` adds a teacher's probabilities as targets. Measures the dev_ sources at the end of every epoch.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (torch's own convention)
from safetensors.torch import load_file, save_file
from torch import Tensor

from service.judgement.training.batches import Shard, draw_epoch, make_batches, read_mix
from service.judgement.training.encoder import BodyShape, CrossEncoder, make_encoder
from service.judgement.training.store import Store

WARM_UP = 0.06
SMOOTHING = 0.05


def load_model(folder: Path, *, layers: int | None = None) -> CrossEncoder:
    """Load a body or cross-encoder, cut to its first `layers` layers; a missing head starts at random."""
    shape = BodyShape.load(folder / "shape.json")
    if layers:
        shape = BodyShape(**{f: getattr(shape, f) for f in BodyShape.__slots__} | {"layers": layers})
    model = CrossEncoder(make_encoder(shape))
    state = load_file(folder / "weights.safetensors")
    state = {k if k.startswith(("body.", "dense.", "out.")) else f"body.{k}": v.float() for k, v in state.items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert all(k.startswith(("dense.", "out.")) for k in missing), missing
    assert all(".layers." in k for k in unexpected), unexpected
    return model


def parameter_groups(model: CrossEncoder, lr: float, *, decay: float, head_lr: float, frozen: int = 0) -> list[dict]:
    """Embeddings and the first `frozen` layers stay; layers further down learn more slowly; the head learns fastest."""
    model.body.embed_tokens.weight.requires_grad_(False)
    for layer in model.body.layers[:frozen]:
        layer.requires_grad_(False)
    depth = model.body.shape.layers
    groups: dict[float, list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith(("dense", "out")):
            rate = head_lr
        elif ".layers." in name:
            rate = lr * decay ** (depth - 1 - int(name.split(".layers.")[1].split(".")[0]))
        else:
            rate = lr if name.startswith("body.norm") else lr * decay**depth
        groups.setdefault(rate, []).append(parameter)
    return [{"params": p, "lr": rate, "initial_lr": rate} for rate, p in groups.items()]


def loss_of(logits: Tensor, label: Tensor, soft: Tensor | None, weight: float) -> Tensor:
    """Cross-entropy with the label (smoothed) and with the teacher, each where there is one."""
    hard = F.cross_entropy(logits, label.clamp_min(0), reduction="none", label_smoothing=SMOOTHING)
    has_label = (label >= 0).float()
    if soft is None:
        return (hard * has_label).sum() / has_label.sum().clamp_min(1)
    has_soft = (~soft[:, 0].isnan()).float()
    taught = -(soft.nan_to_num(1 / 3) * F.log_softmax(logits, -1)).sum(-1)
    part = torch.where(has_label > 0, has_soft * weight, has_soft)
    return (hard * has_label * (1 - part) + taught * part).mean()


def macro_f1(label: np.ndarray, guess: np.ndarray) -> float:
    """Return the mean F1 of the three flags."""
    scores = []
    for flag in range(3):
        hit = ((label == flag) & (guess == flag)).sum()
        scores.append(2 * hit / max(1, (label == flag).sum() + (guess == flag).sum()))
    return float(np.mean(scores))


class Reader:
    """Puts rows through the model, from their ids, or from what `lower` has stored of the frozen layers."""

    def __init__(self, model: CrossEncoder, shard: Shard, device: str, *, store: Store | None = None,
                 frozen: int = 0) -> None:  # fmt: skip
        self.model, self.shard, self.device, self.store, self.frozen = model, shard, device, store, frozen

    def logits(self, rows: np.ndarray) -> Tensor:
        """Return logits (rows, 3)."""
        if self.store is None:
            logits: Tensor = self.model(*self.shard.batch(rows, self.device))
            return logits
        states, mask = self.shard.stored_batch(rows, self.store, self.device)
        return self.model.conclude(self.model.body.climb(states, mask, first=self.frozen), mask)


@torch.no_grad()
def predict(reader: Reader, rows: np.ndarray, *, size: int) -> np.ndarray:
    """Return logits (rows, 3)."""
    reader.model.eval()
    order = np.argsort(-reader.shard.lengths[rows], kind="stable")
    out = np.zeros((len(rows), 3), np.float32)
    for at in range(0, len(rows), size):
        part = order[at : at + size]
        with torch.autocast(reader.device, torch.bfloat16, enabled=reader.device == "cuda"):
            out[part] = reader.logits(rows[part]).float().cpu().numpy()
    reader.model.train()
    return out


def measure(reader: Reader, usable: np.ndarray | None, *, size: int) -> dict[str, float]:
    """Return macro-F1 on every dev_ source (accuracy for XNLI) and what the flagged conflicts are worth."""
    result, shard = {}, reader.shard
    for name in sorted(set(shard.source[np.char.startswith(shard.source.astype(str), "dev_")])):
        rows = shard.rows_of(name)
        rows = rows if usable is None else rows[usable[rows]]
        if not len(rows):
            continue
        guess, label = predict(reader, rows, size=size).argmax(-1), shard.label[rows]
        result[str(name)] = round(macro_f1(label, guess), 4)
        result[f"{name}_accuracy"] = round(float((label == guess).mean()), 4)
        flagged = guess == 1
        result[f"{name}_conflict_precision"] = round(float((label[flagged] == 1).mean()) if flagged.any() else 0.0, 3)
    return result


class Run:
    """One training run: its state, how it is saved and how it goes on."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.out = args, Path(args.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.is_short = self.device == "cuda" or args.bf16
        torch.manual_seed(args.seed)
        random.seed(args.seed)
        self.rng = np.random.default_rng(args.seed)
        self.shard = Shard(Path(args.shard))
        self.model = load_model(Path(args.init), layers=args.layers).to(self.device)
        groups = parameter_groups(self.model, args.lr, decay=args.decay, head_lr=args.head_lr, frozen=args.frozen)
        self.optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=self.device == "cuda")
        self.soft = np.load(args.soft)["probabilities"] if args.soft else None
        self.store = Store(Path(args.stored), hidden=self.model.body.shape.hidden) if args.stored else None
        self.usable = self.shard.stored_rows(self.store) if self.store else None
        self.reader = Reader(self.model, self.shard, self.device, store=self.store, frozen=args.frozen)
        self.batches: list[np.ndarray] = []
        self.epoch_ends: set[int] = set()
        for _ in range(args.epochs):
            rows = draw_epoch(self.shard, read_mix(args.mix), without=args.without_fold, soft=self.soft,
                              stored=self.usable, rng=self.rng)  # fmt: skip
            self.batches += make_batches(self.shard, rows, args.batch, self.rng)
            self.epoch_ends.add(len(self.batches))
        self.batches = self.batches[: args.steps or None]
        self.step, self.started = 0, time.time()

    def log(self, **fields: object) -> None:
        """Append one line to log.jsonl and print it."""
        line = json.dumps({"step": self.step, "seconds": round(time.time() - self.started, 1), **fields})
        with (self.out / "log.jsonl").open("a") as log:
            log.write(line + "\n")
        print(self.out.name, line, flush=True)

    def resume(self) -> None:
        """Go on from checkpoint.pt when there is one."""
        path = self.out / "checkpoint.pt"
        if path.exists():
            state = torch.load(path, map_location=self.device, weights_only=False)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = state["step"]
            self.log(resumed=True)

    def save_checkpoint(self) -> None:
        """Write checkpoint.pt whole or not at all."""
        part = self.out / "checkpoint.part"
        torch.save(
            {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step}, part
        )
        part.replace(self.out / "checkpoint.pt")

    def set_rate(self) -> None:
        """Linear warm-up, then cosine to a twentieth."""
        done = self.step / max(1, len(self.batches))
        rate = done / WARM_UP if done < WARM_UP else 0.05 + 0.95 * (1 + math.cos(math.pi * done)) / 2
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"] * rate

    def train_step(self, rows: np.ndarray) -> float | Tensor:
        """Learn from one batch; return its loss."""
        self.set_rate()
        label = torch.from_numpy(self.shard.label[rows]).to(self.device)
        soft = torch.from_numpy(self.soft[rows]).float().to(self.device) if self.soft is not None else None
        with torch.autocast(self.device, torch.bfloat16, enabled=self.is_short):
            logits = self.reader.logits(rows)
        loss = loss_of(logits.float(), label, soft, self.args.soft_weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for g in self.optimizer.param_groups for p in g["params"]], 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss.detach()

    def steps(self) -> Iterator[np.ndarray]:
        """The batches still to do."""
        while self.step < len(self.batches):
            yield self.batches[self.step]

    def run(self) -> None:
        """Train to the end, measure, save, predict."""
        self.resume()
        self.model.train()
        total: float | Tensor = 0.0
        for rows in self.steps():
            total = total + self.train_step(rows)
            self.step += 1
            if self.step % self.args.log_every == 0:
                self.log(of=len(self.batches), loss=round(float(total) / self.args.log_every, 4))
                total = 0.0
            if self.args.save_every and self.step % self.args.save_every == 0:
                self.save_checkpoint()
            if self.step in self.epoch_ends and not self.args.quiet:
                self.log(**measure(self.reader, self.usable, size=256))
        self.finish()

    def finish(self) -> None:
        """Save weights and shape, then the predictions asked for."""
        self.model.body.shape.save(self.out / "shape.json")
        state = {k: v.contiguous().cpu() for k, v in self.model.state_dict().items() if "embed_tokens" not in k}
        save_file(state | {"body.embed_tokens.weight": self.model.body.embed_tokens.weight.detach().half().cpu()},
                  self.out / "weights.safetensors")  # fmt: skip
        if self.args.predict:
            rows = np.concatenate([self.shard.rows_of(n) for n in self.args.predict.split(",")])
            logits = predict(self.reader, rows, size=512)
            np.savez_compressed(self.out / "predictions.npz", rows=rows, logits=logits.astype(np.float16))
        self.log(finished=True, **measure(self.reader, self.usable, size=256))
        (self.out / "checkpoint.pt").unlink(missing_ok=True)


def argument_parser() -> argparse.ArgumentParser:
    """The options of a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("init", "shard", "out", "mix"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--steps", type=int, default=0, help="stop after so many steps (trials)")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=3e-5)
    parser.add_argument("--head-lr", type=float, default=3e-4)
    parser.add_argument("--decay", type=float, default=0.95, help="learning rate of a layer over that of the one above")
    parser.add_argument("--frozen", type=int, default=0, help="the first so many layers stay as they are")
    parser.add_argument("--bf16", action="store_true", help="train in bfloat16 on a processor that has it, too")
    parser.add_argument("--stored", help="folder that `lower` has filled with the outputs of the frozen layers")
    parser.add_argument("--layers", type=int, help="use only the first so many layers of the body")
    parser.add_argument("--soft", help="npz with `probabilities` (all rows, 3), NaN where the teacher is silent")
    parser.add_argument("--soft-weight", type=float, default=0.5, help="the teacher's part where there is a label too")
    parser.add_argument("--without-fold", type=int)
    parser.add_argument("--predict", default="", help="sources to score at the end")
    parser.add_argument("--save-every", type=int, default=0)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quiet", action="store_true", help="do not measure after every epoch")
    return parser


def main() -> None:
    """Run the step."""
    Run(argument_parser().parse_args()).run()


if __name__ == "__main__":
    main()
