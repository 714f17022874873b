"""Runs of one start, averaged: flatter and steadier than any of them, at no cost when it is used.

    python -m service.judgement.training.blend OUT_DIR RUN_DIR RUN_DIR@2 START_DIR@0.5

Every weight of OUT_DIR is the mean of those of the runs, each counted as often as its @part says (once without one).
After Wortsman et al., "Model soups" (2022); with the start among them, some of the way back to it ("WiSE-FT", 2022).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from service.judgement.training.pack import read_run, write_run


def blend(runs: Sequence[tuple[Mapping[str, np.ndarray], float]]) -> dict[str, np.ndarray]:
    """Return the weighted mean of weights of the same names and shapes."""
    names = runs[0][0].keys()
    for weights, _ in runs:
        if weights.keys() != names:
            raise ValueError(f"the runs differ in what they hold: {sorted(names ^ weights.keys())}")
    total = sum(part for _, part in runs)
    return {
        name: np.sum([weights[name] * np.float32(part / total) for weights, part in runs], axis=0) for name in names
    }


def read_part(text: str) -> tuple[Path, float]:
    """Read `RUN_DIR` or `RUN_DIR@part`."""
    folder, _, part = text.partition("@")
    return Path(folder), float(part or 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("runs", nargs="+", type=read_part, metavar="run", help="RUN_DIR or RUN_DIR@part")
    args = parser.parse_args(arguments)
    blended = blend([(read_run(folder), part) for folder, part in args.runs])
    write_run(blended, args.out, shape=args.runs[0][0] / "shape.json")


if __name__ == "__main__":
    main()
