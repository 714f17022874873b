"""`isnad demo`: the service with sample articles, and one request to try; what `make run` calls."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from service.cli.options import opened, read_settings, settings_options
from service.cli.serve import check_address
from service.model import Filters
from service.sample import TRY_CLAIM, load_sample
from service.settings import LoggingSettings, Settings


@click.command()
@click.option("--host", help="[default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: 8000]")
@settings_options
def demo(host: str | None, port: int | None, data: Path | None, config: Path | None) -> None:
    """Load the sample articles if there are none yet, and serve.

    The sample is some 40 invented articles of 8 invented outlets on 7 invented events.
    """
    settings = read_settings(data, config, host=host, port=port)
    check_address(settings.server)
    with opened(settings) as services:
        stored = services.index.coverage(Filters()).articles
        if stored:
            click.echo(f"{settings.data} holds {stored:,} articles; the sample is not loaded")
        else:
            click.echo(f"{len(load_sample(services))} sample articles of invented outlets loaded into {settings.data}")
    click.echo(invitation(settings))
    from service.server import serve

    serve(replace(settings, logging=LoggingSettings(level="warning", format="text")))


def invitation(settings: Settings) -> str:
    """Return what to try first."""
    address = f"http://{settings.server.host}:{settings.server.port}"
    key = "" if settings.is_open else " -H 'X-API-Key: <isnad keys create --scope read --name me>'"
    return (
        f"\nThe page for people: {address}/\nOr ask with curl:\n\n"
        f"  curl -s {address}/v1/cross-references{key} -H 'Content-Type: application/json' \\\n"
        f'       -d \'{{"claim": "{TRY_CLAIM}"}}\' | python3 -m json.tool --no-ensure-ascii\n'
    )
