"""Fit the combined decision of a shipped model on the development sets: two tables, one command.

    python -m service.judgement.training.fit_combined DATA_DIR --model big [--cache SCORES.npz]

1. claims_dev (every quote with and without the title of its article) is what somebody puts beside a claim: it makes the
   table `combined` (`combined-small` for the small model). The event clusters, where most passages tell of something
   near the claim, are what a search brings up: they make `combined-searched`.
2. The shipped model scores every pair as the service has it scored, behind the sieve; it has seen none of them.
3. Each table is fitted by `fit_decision`, over folds in which no claim, passage or cluster stands on both sides; the
   thresholds are those of the best macro-F1 among those that keep --precision (--searched-precision) of the flagged
   conflicts, over the folds. The second is lower: a verdict over all passages of a search is wrong as soon as its only
   conflict is missed.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from service.judgement import PairScorer
from service.judgement.decision import write_decision
from service.judgement.entail import EntailmentModel, write_passage
from service.judgement.evaluate import Row
from service.judgement.sieve import SievedModel
from service.judgement.training import rows as source
from service.judgement.training.fit_decision import WEIGHTS, Sample, fit, read_sample
from service.model import Flag, JudgedText, Scores

GIVEN, SEARCHED = "claims_dev with and without titles", "clusters_dev"


def claim_rows(data: Path) -> list[Row]:
    """Return claims_dev twice, without and with the title of the article that the quote stands in."""
    titles = {r["url"]: r["title"] or "" for r in source.read_lines(data / "corpora/saudinewsnet.jsonl.gz")}
    found: list[Row] = []
    for with_title in (False, True):
        for r in source.read_lines(data / "dev/claims_dev.jsonl.gz"):
            title = titles.get(r["url"], "") if with_title and r["field"] != "title" else ""
            passage = JudgedText(r["quote"], published=source.read_day(r["date"]), title=title)
            found.append(Row(r["claim"], passage, Flag(r["label"]), r["conflict_type"] or "", r["lang"]))
    return found


def cluster_rows(data: Path) -> tuple[list[Row], list[str]]:
    """Return the pairs of clusters_dev, and the cluster of each."""
    read = list(source.cluster_rows(data / "dev/clusters_dev.jsonl.gz"))
    flags = tuple(Flag)
    return [
        Row(r.claim, JudgedText(r.passage, published=r.published, is_searched=True), flags[r.label], r.kind, r.language)
        for r in read
    ], [r.group for r in read]


def join_groups(links: Sequence[tuple[Hashable, Hashable]]) -> list[int]:
    """Number the rows so that two that share either of their two names, directly or over others, get one number."""
    above: dict[tuple[int, Hashable], tuple[int, Hashable]] = {}

    def top(name: tuple[int, Hashable]) -> tuple[int, Hashable]:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    for one, other in links:
        above[top((0, one))] = top((1, other))
    numbers: dict[tuple[int, Hashable], int] = {}
    return [numbers.setdefault(top((0, one)), len(numbers)) for one, _ in links]


def score_rows(rows: Sequence[Row], scorer: PairScorer, cache: Path | None) -> list[Scores]:
    """Return the model's scores of every row; kept in `cache`, so that a fit after a change of the rules is quick."""
    pairs = [(row.claim, write_passage(row.passage)) for row in rows]
    names = np.array(["\t".join(pair) for pair in pairs])
    known = dict[str, np.ndarray]()
    if cache and cache.exists():
        stored = np.load(cache)
        known = dict(zip(stored["names"], stored["scores"], strict=True))
    missing = [place for place, name in enumerate(names) if name not in known]
    for place, scores in zip(missing, scorer.score([pairs[place] for place in missing]), strict=True):
        known[names[place]] = np.array([scores.agrees, scores.conflicts, scores.mentions])
    if cache and missing:
        np.savez_compressed(cache, names=np.array([*known]), scores=np.array([*known.values()]))
    return [Scores(*map(float, known[name])) for name in names]


def open_scorer(weights: Path, model: str) -> PairScorer:
    """Return the model as the service runs it."""
    small = EntailmentModel(weights / "small")
    return small if model == "small" else SievedModel(EntailmentModel(weights / model), small)


def fit_table(name: str, sample: Sample, *, version: str, precision: float, trained_on: str, out: Path) -> None:
    """Fit one table, write it and say its numbers."""
    decision, numbers = fit(sample, version=version, precision=precision)
    write_decision(out, name, decision, note=f"Fitted on {trained_on}: {numbers}")
    click.echo(f"{name}: {numbers}; agrees from {decision.agrees_from}, conflicts from {decision.conflicts_from}")


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--model", type=click.Choice(["big", "small"]), default="big", show_default=True)
@click.option("--cache", type=click.Path(path_type=Path), help="Keeps the model's scores between two fits.")
@click.option("--precision", default=0.77, show_default=True, help="Precision that flagged conflicts must keep.")
@click.option("--searched-precision", default=0.76, show_default=True, help="The same among what a search brings up.")
@click.option("--version", required=True, help="Shown in the versions of every answer.")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, show_default=True)
def main(
    data: Path, model: str, cache: Path | None, precision: float, searched_precision: float, version: str, out: Path
) -> None:
    """Fit both tables of a model on the development sets in DATA and write them to the decision file."""
    scorer = open_scorer(WEIGHTS.parent, model)
    table = "combined" if model == "big" else f"combined-{model}"
    given = claim_rows(data)
    searched, clusters = cluster_rows(data)
    scores = score_rows([*given, *searched], scorer, cache)
    chosen = read_sample(given, scores[: len(given)])
    chosen = replace(chosen, groups=np.array(join_groups([(row.claim, row.passage.text) for row in given])))
    fit_table(table, chosen, version=version, precision=precision, trained_on=GIVEN, out=out)
    found = read_sample(searched, scores[len(given) :])
    found = replace(found, groups=np.array(join_groups([(c, c) for c in clusters])))
    fit_table(f"{table}-searched", found, version=version, precision=searched_precision, trained_on=SEARCHED, out=out)


if __name__ == "__main__":
    main()
