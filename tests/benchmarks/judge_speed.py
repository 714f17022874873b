"""How long the judge's models take: `python -m tests.benchmarks.judge_speed [--threads 2] [--runs 10]`.

One claim of 12 words and 16 passages of 40 words, with a day and a title, as a claim has them in an answer; the median
and the best of the runs, the same pairs put to the model one at a time, and the memory it takes. Each model has a
process of its own, so that the memory is its own. On a machine that does other things too, the processor time (cpu)
over the number of threads comes nearer to the truth. The texts are of the clusters of the tests.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click

from service.cores import count_cores
from service.judgement.entail import EntailmentModel, join_passage
from service.settings import SHIPPED_MODELS
from service.wiring import WEIGHTS
from tests.quality import rows

CLAIM_WORDS, PASSAGE_WORDS, PASSAGES, TITLE_WORDS = 12, 40, 16, 8
Pairs = list[tuple[str, str]]


def make_pairs() -> Pairs:
    """Cut the clusters' texts into passages of one length, and a claim."""
    words = [w for cluster in rows.read_clusters() for passage in cluster.passages for w in passage.text.split()]
    claim = " ".join(words[:CLAIM_WORDS])
    size = PASSAGE_WORDS + TITLE_WORDS
    parts = [words[start : start + size] for start in range(0, PASSAGES * size, size)]
    day = date(2024, 5, 1)
    return [
        (claim, join_passage(" ".join(w[TITLE_WORDS:]), published=day, title=" ".join(w[:TITLE_WORDS]))) for w in parts
    ]


def time_runs(run: Callable[[], object], *, runs: int) -> list[float]:
    """Return the seconds of every run."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return taken


def read_memory(name: str) -> int:
    """Return a figure of /proc/self/status in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) // 1024


def measure(name: str, threads: int, runs: int) -> str:
    """Measure one model and return its line of the table."""
    pairs = make_pairs()
    before = read_memory("VmRSS")
    model = EntailmentModel(WEIGHTS / name, threads=threads)
    (load,) = time_runs(model.load, runs=1)
    model.score(pairs[:1])
    spent = time.process_time()
    together = time_runs(lambda: model.score(pairs), runs=runs)
    spent = (time.process_time() - spent) / runs
    apart = time_runs(lambda: [model.score([pair]) for pair in pairs], runs=max(1, runs // 3))
    p50, single = statistics.median(together), statistics.median(apart)
    return (
        f"{name:6} {load:7.2f} {p50 * 1000:9.0f} {min(together) * 1000:9.0f} {spent * 1000:7.0f} "
        f"{single * 1000:11.0f} {single / p50:6.2f} {read_memory('VmRSS') - before:8}"
    )


@click.command()
@click.option("--threads", default=min(2, count_cores()), show_default=True)
@click.option("--runs", default=10, show_default=True)
@click.option("--model", "names", multiple=True, type=click.Choice(SHIPPED_MODELS), default=SHIPPED_MODELS)
def main(threads: int, runs: int, names: tuple[str, ...]) -> None:
    """Print a line for each model."""
    click.echo(f"{PASSAGES} passages of {PASSAGE_WORDS} words, {threads} threads, {runs} runs; ms, memory in MB")
    click.echo("model   load s    p50 16      best     cpu  one by one  ratio   memory")
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for name in names:
            click.echo(pool.apply(measure, (name, threads, runs)))


if __name__ == "__main__":
    main()
