"""The Postman collection of a running service, gone through by newman, Postman's own runner: every request passes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.api.contract_client import read_contract
from tests.api.test_server import Server

NEWMAN = "newman@6.2.1"
METHODS = ("get", "post", "put", "patch", "delete")
FETCH_S, RUN_S = 240, 240


@pytest.fixture(scope="session")
def newman() -> Path:
    """newman, fetched once into a cache folder."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("SKIPPED LOUDLY: newman needs node and npm")
    cache = Path(os.environ.get("ISNAD_NEWMAN_CACHE") or Path.home() / ".cache" / "isnad-newman") / NEWMAN
    program = cache / "node_modules" / ".bin" / "newman"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(cache), NEWMAN]
            done = subprocess.run(install, capture_output=True, text=True, timeout=FETCH_S, check=False)
            if done.returncode:
                pytest.skip(f"SKIPPED LOUDLY: newman cannot be fetched: {done.stderr[-300:]}")
    return program


def run(newman: Path, collection: str, report: Path, *options: str) -> Any:
    command = [str(newman), "run", collection, "--reporters", "json", "--reporter-json-export", str(report), *options]
    subprocess.run(command, capture_output=True, timeout=RUN_S, check=False)
    return json.loads(report.read_text("utf-8"))["run"]


def failures_of(ran: Any) -> list[str]:
    return [
        f"{each['source']['name']}: {each['error']['test']}: {each['error']['message']}" for each in ran["failures"]
    ]


def operations_sent(ran: Any) -> set[tuple[str, str]]:
    """Return method and path of every request as the contract has them, by the names in the paths."""
    sent = set()
    for each in ran["executions"]:
        asked = each["item"]["request"]
        steps = [f"{{{step[1:]}}}" if step.startswith(":") else step for step in asked["url"].get("path", [])]
        sent.add((asked["method"].lower(), "/" + "/".join(steps)))
    return sent


def test_newman_goes_through_the_collection_of_a_running_service(newman: Path, service: Server, tmp_path: Path) -> None:
    ran = run(newman, f"{service.url}/postman.json", tmp_path / "report.json")
    assert failures_of(ran) == []
    promised = {
        (method, path) for path, item in read_contract()["paths"].items() for method in METHODS if method in item
    }
    assert operations_sent(ran) == promised
    assert ran["stats"]["assertions"]["total"] > 2 * len(promised)
    again = run(newman, f"{service.url}/postman.json", tmp_path / "again.json")
    assert failures_of(again) == [], "a second time, over what the first one left"


def test_a_failing_request_is_told(newman: Path, service: Server, tmp_path: Path) -> None:
    ran = run(
        newman,
        f"{service.url}/postman.json",
        tmp_path / "report.json",
        "--env-var",
        "baseUrl=http://127.0.0.1:9",
        "--bail",
    )
    assert ran["failures"], "the tests of the collection can fail"


def test_a_key_is_filled_in_as_a_variable(newman: Path, service: Server, isnad: Any, tmp_path: Path) -> None:
    key = isnad.run("keys", "create", "--scope", "read", "--name", "postman").split()[-1]
    folder = ["--folder", "List articles", "--folder", "Bring in an article: A raw scraped page"]
    ran = run(newman, f"{service.url}/postman.json", tmp_path / "report.json", "--env-var", f"apiKey={key}", *folder)
    codes = {each["item"]["name"]: each["response"]["code"] for each in ran["executions"]}
    assert codes == {"List articles": 200, "Bring in an article: A raw scraped page": 403}, "the key may only read"
