"""Measure the judge by hand: `python -m tests.quality.measure WHAT …`, where WHAT is one of

claims    claims_dev (../shared): quotes as passages
headlines ANS (../shared): pairs of headlines
sentences XNLI in Arabic (../shared): pairs of sentences
news      a news_claims file (training rows: for finding rules, never for numbers that are reported)
pairs     the pairs of a cluster file, judged one by one
clusters  a cluster file through ingest, index and cross-reference
unifiedfc UnifiedFC (../shared): claims against whole web pages
seeds     the seed pages through the whole service
explained how often the model's flags need an explanation of its own on the pairs of a cluster file, and what it costs
worth     how well the picker of claims finds the sentences that people wrote claims about
typed-conflicts  what the typed comparison alone sees of every kind of conflict, on training rows: for finding rules
convert   claims_dev in the format of `isnad evaluate`
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from service.claims.read import read_claim
from service.judgement import Judge
from service.judgement.evaluate import Row, evaluate, report
from service.settings import SHIPPED_MODELS, load_settings
from service.wiring import WEIGHTS, build_judge
from tests.quality import rows, typed_conflicts
from tests.quality.worth import measure_worth

_WRONG = click.option("--wrong", default=0, help="How many wrong rows to show.")
_FILE = click.Path(exists=True, path_type=Path)


def make_judge() -> Judge:
    """Return the judge that is measured: the configured one; ISNAD_JUDGE__MODEL=big|small|typed."""
    return build_judge(load_settings())


@click.group()
def main() -> None:
    """Measure the judge."""


def _measure(labelled: list[Row], wrong: int) -> None:
    click.echo(report(evaluate(labelled, make_judge(), read_claim=read_claim), wrong=wrong))


@main.command()
def worth() -> None:
    """Measure the picker of claims on ../shared."""
    found = measure_worth()
    click.echo(f"{found.articles} articles, {found.sentences} sentences; of those taken have a claim:")
    click.echo(f"by score {found.by_score:.3f}, the first {found.by_place:.3f}, by chance {found.by_chance:.3f}")


@main.command()
@_WRONG
def claims(wrong: int) -> None:
    """Measure on claims_dev."""
    _measure(rows.claims_dev(), wrong)


@main.command()
@_WRONG
def headlines(wrong: int) -> None:
    """Measure on the headline pairs of ANS."""
    _measure(rows.headlines_dev(), wrong)


@main.command()
@_WRONG
def sentences(wrong: int) -> None:
    """Measure on the sentence pairs of XNLI."""
    _measure(rows.sentences_dev(), wrong)


@main.command()
@click.argument("file", type=_FILE)
@_WRONG
def news(file: Path, wrong: int) -> None:
    """Measure on a news_claims file."""
    _measure(rows.news_claims(file), wrong)


@main.command()
@click.argument("file", type=_FILE, default=rows.CLUSTERS_DEV)
@_WRONG
def pairs(file: Path, wrong: int) -> None:
    """Measure on the pairs of clusters."""
    _measure(rows.cluster_rows(rows.read_clusters(file)), wrong)


@main.command()
@click.argument("file", type=_FILE, default=rows.CLUSTERS_DEV)
@_WRONG
def clusters(file: Path, wrong: int) -> None:
    """Measure clusters through the whole service."""
    from tests.quality.clusters import evaluate_clusters, report_clusters

    with tempfile.TemporaryDirectory() as directory:
        found = evaluate_clusters(rows.read_clusters(file), make_judge(), Path(directory))
    click.echo(report_clusters(found))
    click.echo(report(found.pairs, wrong=wrong))


@main.command()
def seeds() -> None:
    """Answer the example claims on the seed pages."""
    from service.ingest.outlets import load_outlets
    from tests.quality.seeds import evaluate_seeds, report_seeds

    with tempfile.TemporaryDirectory() as directory:
        click.echo(report_seeds(evaluate_seeds(make_judge(), load_outlets(rows.OUTLETS), Path(directory))))


@main.command()
@click.option("--claims", "most", default=0, help="Only the first claims.")
def unifiedfc(most: int) -> None:
    """Answer the claims of UnifiedFC from the whole pages of the set."""
    from tests.quality.unifiedfc import evaluate_stances, read_stances, report_stances

    labelled = list(read_stances())
    chosen = list(dict.fromkeys(row.claim for row in labelled))[: most or None]
    with tempfile.TemporaryDirectory() as directory:
        found = evaluate_stances([row for row in labelled if row.claim in chosen], make_judge(), Path(directory))
    click.echo(report_stances(found))


@main.command()
@click.argument("file", type=_FILE, default=rows.CLUSTERS_DEV)
@click.option("--model", type=click.Choice(SHIPPED_MODELS), default="big", show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--rows", "most", default=0, help="Only the first pairs.")
def explained(file: Path, model: str, threads: int, most: int) -> None:
    """Measure the explanations of the model's flags."""
    from tests.quality.explanations import measure_explanations

    labelled = rows.cluster_rows(rows.read_clusters(file))
    click.echo(measure_explanations(labelled[: most or None], WEIGHTS / model, threads=threads))


@main.command("typed-conflicts")
@click.option("--half", type=click.Choice(typed_conflicts.HALVES), default="develop", show_default=True)
@click.option("--rows", "most", default=2000, show_default=True, help="How many rows, half of them conflicts.")
@click.option("--missed", help="Show the rows of this type of conflict without any evidence of it.")
@click.option("--alarms", help="Show the rows without conflict that show this kind of evidence.")
def typed(half: str, most: int, missed: str | None, alarms: str | None) -> None:
    """Measure the typed comparison on training rows."""
    chosen = typed_conflicts.choose_rows(typed_conflicts.training_rows(half), most=most)
    seen = typed_conflicts.look(chosen)
    click.echo(typed_conflicts.report_conflicts(seen))
    click.echo("\n\n".join(typed_conflicts.list_wrong(seen, missed=missed, alarms=alarms)))


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
def convert(out: Path) -> None:
    """Write claims_dev as lines for `isnad evaluate`."""
    labelled = rows.claims_dev()
    out.write_text("".join(rows.as_line(row) + "\n" for row in labelled), encoding="utf-8")
    click.echo(f"{len(labelled)} rows written to {out}")


if __name__ == "__main__":
    main()
