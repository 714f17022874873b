"""serve and demo as processes: they answer, stop when told, and say in one line why they cannot start."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from service.cli.demo import invitation
from service.sample import TRY_CLAIM
from service.settings import AuthSettings, ServerSettings, Settings
from tests.api.test_server import free_port
from tests.cli.conftest import Isnad

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@contextmanager
def running(*arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ISNAD_", "PROMETHEUS_"))}
    environment |= {"ISNAD_SERVER__WORKERS": "1", "ISNAD_JUDGE__MODEL": "small"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", *arguments], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{url}/readyz", timeout=10).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.2)
    pytest.fail(log.read_text("utf-8"))


def stop(process: subprocess.Popen[bytes], log: Path) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) == 0
    said = log.read_text("utf-8")
    assert "SIGABRT" not in said
    assert "SIGSEGV" not in said
    assert "terminate called" not in said


def test_demo_loads_the_sample_once_and_its_curl_works(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    arguments = ("demo", "--port", str(port), "--data", str(tmp_path / "data"))
    with running(*arguments, log=log) as process:
        wait_for(f"http://127.0.0.1:{port}", process, log)
        said = log.read_text("utf-8")
        assert "42 sample articles of invented outlets loaded" in said
        command = said[said.index("curl -s") :].partition("|")[0]
        words = [word for word in shlex.split(command) if word.strip()]
        answer = requests.post(words[2], data=words[-1].encode(), headers=dict([words[4].split(": ")]), timeout=60)
        assert answer.status_code == 200
        assert {each["outlet"]["name"] for each in answer.json()["outlets"]} >= {"صدى المرسى", "صحيفة البيدر"}
        assert "<title>إسناد" in requests.get(f"http://127.0.0.1:{port}/", timeout=10).content.decode()
        stop(process, log)
    with running(*arguments, log=log) as process:
        wait_for(f"http://127.0.0.1:{port}", process, log)
        assert "holds 42 articles; the sample is not loaded" in log.read_text("utf-8")
        stop(process, log)


def test_serve_takes_host_port_and_data(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    arguments = ("serve", "--host", "localhost", "--port", str(port), "--data", str(tmp_path / "data"))
    with running(*arguments, log=log) as process:
        wait_for(f"http://localhost:{port}", process, log)
        assert (tmp_path / "data" / "record.sqlite3").is_file()
        stop(process, log)


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_in_use(isnad: Isnad, tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = isnad(command, "--port", port, "--data", tmp_path / "data", code=1).stderr
    assert said == f"Error: 127.0.0.1:{port}: Address already in use; choose another with --port\n"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--host", "192.0.2.1"], 1, "192.0.2.1:8000: Cannot assign requested address"),
        (["--host", "no such host"], 1, "is no address of this machine"),
        (["--port", "0"], 2, "1<=x<=65535"),
    ],
)
def test_addresses_that_cannot_be(isnad: Isnad, arguments: list[str], code: int, said: str) -> None:
    assert said in isnad("serve", *arguments, code=code).stderr


def test_open_mode_is_refused_where_others_can_call(isnad: Isnad, tmp_path: Path) -> None:
    config = tmp_path / "isnad.toml"
    config.write_text('[auth]\nmode = "open"\n')
    said = isnad("serve", "--config", config, "--host", "0.0.0.0", code=1).stderr
    assert said.startswith("Error: auth.mode: ")


def test_where_keys_are_needed_the_invitation_says_so() -> None:
    assert "X-API-Key" not in invitation(Settings())
    assert "-H 'X-API-Key: <" in invitation(Settings(auth=AuthSettings(mode="keys")))
    assert TRY_CLAIM in invitation(Settings())
    assert "http://[::1]:8000/v1" in invitation(Settings(server=ServerSettings(host="::1")))


def test_nothing_that_starts_threads_is_imported_before_the_fork() -> None:
    program = "import sys, service.cli, service.server; assert 'onnxruntime' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
