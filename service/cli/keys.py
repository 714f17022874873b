"""`isnad keys`: make, list and revoke API keys."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from service.cli.options import opened, read_settings, settings_options
from service.cli.terminal import output, show_isolated
from service.keys import ApiKey, Scope


def read_scopes(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> list[Scope]:
    """Return the scopes of lists separated by commas."""
    try:
        return [Scope(part.strip()) for parts in given for part in parts.split(",")]
    except ValueError as error:
        raise click.BadParameter(f"{error}; there are {', '.join(Scope)}") from error


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command()
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    callback=read_scopes,
    metavar="SCOPE[,SCOPE]",
    help="read, ingest, admin.",
)
@click.option("--name", required=True, help="Who will use it, for the list.")
@settings_options
def create(scopes: list[Scope], name: str, data: Path | None, config: Path | None) -> None:
    """Make a key and show it, once: only its hash is kept.

    The key alone goes to standard output: KEY=$(isnad keys create --scope read --name desk)
    """
    with opened(read_settings(data, config)) as services:
        key, text = services.keys.create(name, scopes)
    click.echo(f"key {key.id} for {name}; keep it now, it cannot be shown again:", err=True)
    click.echo(text)


@keys.command(name="list")
@settings_options
def list_keys(data: Path | None, config: Path | None) -> None:
    """List all keys, the revoked ones too."""
    with opened(read_settings(data, config)) as services:
        known = sorted(services.keys.all(), key=lambda key: key.created_at)
    table = Table("id", "scopes", "created", "last used", "revoked", "name", box=None, header_style="bold")
    for key in known:
        table.add_row(*_row(key), show_isolated(key.name))
    output().print(table if known else "there are no keys")


@keys.command()
@click.argument("key_id")
@settings_options
def revoke(key_id: str, data: Path | None, config: Path | None) -> None:
    """Refuse a key from now on, everywhere. KEY_ID as `isnad keys list` shows it."""
    with opened(read_settings(data, config)) as services:
        key = services.keys.revoke(key_id)
    click.echo(f"revoked {key.id} ({key.name})")


def _row(key: ApiKey) -> tuple[str, ...]:
    times = (_minute(moment) for moment in (key.created_at, key.used_at, key.revoked_at))
    return (key.id, ",".join(sorted(key.scopes)), *times)


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "-"
