"""`isnad serve`: the HTTP service under gunicorn."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import click

from service.cli.options import read_settings, settings_options
from service.settings import ServerSettings


@click.command()
@click.option("--host", help="Address to listen on. Other than loopback: API keys are needed. [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: 8000]")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes, about one for each core. [default: 2]")
@settings_options
def serve(host: str | None, port: int | None, workers: int | None, data: Path | None, config: Path | None) -> None:
    """Serve the HTTP API and the page for people.

    Stops after finishing what runs on SIGTERM or Ctrl-C.
    """
    settings = read_settings(data, config, host=host, port=port, workers=workers)
    check_address(settings.server)
    from service.server import serve as run

    run(settings)


def check_address(server: ServerSettings) -> None:
    """Refuse an address that cannot be listened on now, before anything is started."""
    try:
        found = socket.getaddrinfo(server.host.strip("[]"), server.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise click.ClickException(f"{server.host} is no address of this machine: {error.strerror}") from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            hint = "; choose another with --port" if error.errno == errno.EADDRINUSE else ""
            raise click.ClickException(f"{server.host}:{server.port}: {error.strerror}{hint}") from error
