"""`isnad serve` with the sample articles, as anybody starts it, for clients that are programs of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.sample import load_sample
from service.settings import Settings
from service.wiring import build_services
from tests.api.test_server import ROOT, Server, free_port, wait_until_ready


@dataclass(frozen=True)
class Isnad:
    """The command line over one data directory, with one environment."""

    data: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> str:
        """Run a command to its end and return what it wrote."""
        command = [sys.executable, "-m", "service", *arguments, "--data", str(self.data)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self, log: Path) -> Server:
        """Start `isnad serve` with one worker on a free port."""
        port = free_port()
        command = [sys.executable, "-m", "service", "serve", "--port", str(port), "--workers", "1"]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*command, "--data", str(self.data)], cwd=ROOT, env=self.environment, stdout=output, stderr=output
            )
        return Server(port, process, self.data, log)


@pytest.fixture(scope="session")
def isnad(tmp_path_factory: pytest.TempPathFactory) -> Isnad:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ISNAD_", "PROMETHEUS_"))}
    return Isnad(tmp_path_factory.mktemp("clients") / "data", {**inherited, "ISNAD_OUTBOUND__ALLOW": "127.0.0.1"})


@pytest.fixture(scope="session")
def service(isnad: Isnad) -> Iterator[Server]:
    """A running service with the sample, the models as shipped, and nobody asked for a key."""
    services = build_services(Settings(data=isnad.data))  # as `isnad demo` does
    load_sample(services)
    services.close()
    server = isnad.serve(isnad.data.parent / "log")
    try:
        wait_until_ready(server, "/readyz")
        yield server
    finally:
        server.process.terminate()
        server.process.wait(40)
