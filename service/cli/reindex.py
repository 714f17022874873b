"""`isnad reindex`: the next generation of what is searched on Elasticsearch, while reads and writes go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.cli.options import opened, read_settings, settings_options
from service.cli.terminal import messages

if TYPE_CHECKING:
    from service.index.elastic_reindex import Progress as Step
    from service.index.elastic_reindex import Report


@click.command()
@click.option("--drop-old", is_flag=True, help="Remove the generations that are not read afterwards.")
@settings_options
def reindex(drop_old: bool, data: Path | None, config: Path | None) -> None:
    """Build the next search index on Elasticsearch and change over to it.

    Reads and writes go on meanwhile. Killed at any point it can be run again and goes on where it was. Needed after an
    upgrade whose notes name a new schema.
    """
    with opened(read_settings(data, config)) as services:
        from service.index.elastic import ElasticIndex

        if not isinstance(services.index, ElasticIndex):
            raise click.ClickException("only Elasticsearch has generations to build; use `isnad rebuild` here")
        with shown_progress() as progress:
            report = services.index.reindex(drop_old=drop_old, progress=progress)
    say_report(report)


@contextmanager
def shown_progress() -> Iterator[Callable[[Step], None]]:
    """Show one bar per stage."""
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=messages()) as bars:
        tasks = {stage: bars.add_task(stage, total=None, visible=False) for stage in ("copying", "comparing")}

        def show(step: Step) -> None:
            if step.stage in tasks:
                bars.update(tasks[step.stage], completed=step.done, total=max(step.total, step.done), visible=True)

        yield show


def say_report(report: Report) -> None:
    """Say what was built, mended, kept and dropped."""
    click.echo(
        f"{report.generation}: {report.articles:,} articles, {report.passages:,} passages in {report.seconds:.0f} s "
        f"({report.copied:,} copied, {report.mended:,} mended)"
    )
    for name in report.dropped:
        click.echo(f"dropped {name}")
    for name in report.kept:
        click.echo(f"kept {name}; `isnad reindex --drop-old` removes it")
