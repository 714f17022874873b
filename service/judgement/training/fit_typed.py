"""Fit the table of the typed judge on the training rows: one command.

    python -m service.judgement.training.fit_typed DATA_DIR --version 3

1. The claims written for news passages (both files), the pairs of the training clusters, and for every tenth claim the
   nearest passage of another month (`neighbours`): a search brings up many such, and they are other occasions.
2. The typed comparison sees each with and without its day, in the shares that `rows.vary_context` draws.
3. `fit_decision` fits the table over folds in which no passage and no cluster stands on both sides. The development
   sets are not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from service.judgement.decision import write_decision
from service.judgement.evaluate import Row
from service.judgement.training import rows as source
from service.judgement.training.fit_decision import WEIGHTS, fit, read_sample
from service.model import Flag, JudgedText

FLAGS = tuple(Flag)
_NEWS = ("news_claims_train", "news_claims2_train")
_WITH_NEIGHBOURS = 0.1


def training_rows(data: Path, *, with_neighbours: bool = True) -> list[source.Row]:
    """Return the rows in the order of the files; `data` holds nli_train and corpora."""
    trained = data / "nli_train"
    news = [row for name in _NEWS for row in source.news_rows(trained / f"{name}.jsonl.gz", titles={})]
    clusters = list(source.cluster_rows(trained / "clusters_train.jsonl.gz"))
    found = [*news, *clusters]
    if with_neighbours:
        found += other_occasions(news, data / "corpora/ant_corpus.jsonl.gz")
    return [source.vary_context(row) for row in found]


def other_occasions(news: Iterable[source.Row], corpus: Path) -> Iterator[source.Row]:
    """Yield for a share of the claims the nearest passage of another month."""
    from service.judgement.training.neighbours import corpus_passages, neighbour_rows  # needs scikit-learn

    chosen = [row for row in news if source.chance("neighbour", row.claim) < _WITH_NEIGHBOURS]
    near = neighbour_rows(chosen, list(corpus_passages(corpus)), best=1)
    return (row for row in near if row.label != source.UNLABELLED)


def as_judged(row: source.Row) -> Row:
    """Return a training row as the judge sees it."""
    passage = JudgedText(row.passage, published=row.published, title=row.title)
    return Row(row.claim, passage, FLAGS[row.label], row.kind, row.language)


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--version", required=True, help="Shown in the versions of every answer.")
@click.option("--precision", default=0.76, show_default=True, help="Precision that flagged conflicts must keep.")
@click.option("--neighbours/--no-neighbours", default=True, show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, show_default=True)
def main(data: Path, version: str, precision: float, neighbours: bool, out: Path) -> None:
    """Fit the table `typed` on the training rows in DATA and write it to the decision file."""
    found = training_rows(data, with_neighbours=neighbours)
    sample = read_sample([as_judged(row) for row in found], None)
    groups = {group: number for number, group in enumerate(dict.fromkeys(row.group for row in found))}
    sample = replace(sample, groups=np.array([groups[row.group] for row in found]))
    decision, numbers = fit(sample, version=version, precision=precision)
    trained_on = "news_claims_train, news_claims2_train, clusters_train" + " and other occasions" * neighbours
    write_decision(out, "typed", decision, note=f"Fitted on {trained_on}: {numbers}")
    click.echo(f"{numbers}; agrees from {decision.agrees_from}, conflicts from {decision.conflicts_from}")


if __name__ == "__main__":
    main()
