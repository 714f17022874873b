"""`isnad rebuild`: the search index anew from the record."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.options import opened, read_settings, settings_options


@click.command()
@settings_options
def rebuild(data: Path | None, config: Path | None) -> None:
    """Make the search index anew from the record of articles.

    Searches go on with the old index until the new one is whole. Never needed to go on after a crash.
    """
    settings = read_settings(data, config)
    if settings.index.engine == "embedded" and not settings.data.is_dir():
        raise click.ClickException(f"{settings.data}: there is no such directory, so there is nothing to rebuild")
    with opened(settings) as services:
        passages = services.index.rebuild()
    click.echo(f"{passages:,} passages indexed")
