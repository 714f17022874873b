"""`isnad demo`: the service with sample articles, and one request to try; what `make run` calls."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from service.cli.options import opened, read_settings, settings_options
from service.cli.serve import check_address
from service.model import Filters
from service.sample import TRY_CLAIM, load_sample
from service.settings import Settings


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
    # A fresh process: the server forks, and what was loaded with the sample has threads.
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "service", "serve", *serve_options(settings, config)], quieter())


def serve_options(settings: Settings, config: Path | None) -> list[str]:
    """Return the options of `isnad serve` for the same address, data and configuration."""
    server = settings.server
    options = ["--host", server.host, "--port", str(server.port), "--data", str(settings.data)]
    return [*options, "--config", str(config)] if config else options


def quieter() -> dict[str, str]:
    """Return the environment, with a log for people that only warns, unless the caller chose one."""
    return {"ISNAD_LOGGING__LEVEL": "warning", "ISNAD_LOGGING__FORMAT": "text", **os.environ}


def invitation(settings: Settings) -> str:
    """Return what to try first."""
    host = settings.server.host
    address = f"http://[{host}]:{settings.server.port}" if ":" in host else f"http://{host}:{settings.server.port}"
    key = "" if settings.is_open else " -H 'X-API-Key: <isnad keys create --scope read --name me>'"
    return (
        f"\nThe page for people: {address}/\nOr ask with curl:\n\n"
        f"  curl -s {address}/v1/cross-references{key} -H 'Content-Type: application/json' \\\n"
        f'       -d \'{{"claim": "{TRY_CLAIM}"}}\' | python3 -m json.tool --no-ensure-ascii\n'
    )
