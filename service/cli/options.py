"""What several commands share: the data and configuration options, and the services they open."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from service.services import Services
from service.settings import Settings, load_settings
from service.wiring import build_services

F = TypeVar("F", bound=Callable[..., Any])


def day_option(*names: str, help: str) -> Callable[[F], F]:
    """Return an option that takes a day as YYYY-MM-DD."""
    kind = click.DateTime(formats=["%Y-%m-%d"])
    return click.option(*names, type=kind, metavar="YYYY-MM-DD", callback=lambda _, __, at: at and at.date(), help=help)


def settings_options(command: F) -> F:
    """Add --data and --config to a command."""
    data = click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Directory with all that the embedded engine keeps. [default: .data, or as configured]",
    )
    config = click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Settings file instead of config/isnad.toml.",
    )
    return data(config(command))


def read_settings(data: Path | None, config: Path | None, **server: str | int | None) -> Settings:
    """Return the settings, the options of the command line before the environment before the file."""
    given = {f"ISNAD_SERVER__{key.upper()}": str(value) for key, value in server.items() if value is not None}
    if data is not None:
        given["ISNAD_DATA"] = str(data)
    return load_settings(config, environ={**os.environ, **given})


@contextmanager
def opened(settings: Settings) -> Iterator[Services]:
    """Build the services and close them in the end."""
    services = build_services(settings)
    try:
        yield services
    finally:
        services.close()
