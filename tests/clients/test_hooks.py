"""The examples for those who build a CMS on the service, run as they stand against a running one."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from service.watches.watch import new_secret
from tests.api.test_server import ROOT, Server, free_port
from tests.clients.conftest import Isnad

EXAMPLES = ROOT / "config" / "examples"
DRAFT = (
    "أسفر انهيار المبنى السكني في حي الميناء بمدينة مرسى الرمل عن مقتل سبعة أشخاص.\n"
    "وشيّد المبنى المنهار في ستينيات القرن الماضي."
)
QUIET = "افتتحت البلدية معرضا للزهور في الحديقة القديمة يوم الخميس 7 مارس 2030."
PATIENCE_S = 60


def check(draft: Path, service: Server, *more: str, key: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ISNAD_URL": service.url, "ISNAD_KEY": key, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-I", str(EXAMPLES / "check_draft.py"), str(draft), *more]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)


def test_a_draft_that_others_contradict_is_shown_with_their_words(service: Server, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(DRAFT, "utf-8")
    done = check(draft, service)
    assert done.returncode == 1, done.stderr
    assert "في المسودة: أسفر انهيار المبنى السكني" in done.stdout
    assert "عند صحيفة البيدر: «" in done.stdout
    assert "تسعة أشخاص" in done.stdout
    assert "https://albaydar.example/" in done.stdout
    own = check(draft, service, "صحيفة البيدر")
    assert "عند صحيفة البيدر" not in own.stdout, "an outlet does not contradict its own draft"


def test_a_draft_that_nobody_contradicts_passes(service: Server, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(QUIET, "utf-8")
    done = check(draft, service)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_key_is_sent(service: Server, isnad: Isnad, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(QUIET, "utf-8")
    key = isnad.run("keys", "create", "--scope", "read", "--name", "cms").split()[-1]
    assert check(draft, service, key=key).returncode == 0
    refused = check(draft, service, key="isnad_wrong")
    assert (refused.returncode, "401" in refused.stderr) == (1, True)


@pytest.mark.parametrize("name", ["check_draft.py", "receive_webhook.py"])
def test_an_example_is_short_and_needs_nothing_but_python(name: str) -> None:
    text = (EXAMPLES / name).read_text("utf-8")
    tree = ast.parse(text)
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    imported |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    code = text[text.index('"""', 3) + 3 :].splitlines()
    assert len([line for line in code if line.strip()]) <= 34


@contextmanager
def receiving(secret: str, log: Path) -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, "WATCH_SECRET": secret, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-I", str(EXAMPLES / "receive_webhook.py"), str(port)]
    with log.open("wb") as output, subprocess.Popen(command, env=environment, stdout=output) as process:
        url = f"http://127.0.0.1:{port}/"
        try:
            wait_for(lambda: answers(url))
            yield url
        finally:
            process.kill()


def answers(url: str) -> bool:
    try:
        return requests.post(url, data=b"{}", timeout=5).status_code == 401
    except requests.ConnectionError:
        return False


def wait_for(is_so: object) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_signed_calls_are_believed_and_others_are_not(service: Server, tmp_path: Path) -> None:
    secret, log = new_secret(), tmp_path / "log"
    with receiving(secret, log) as url:
        claim = "أسفر انهيار جسر الوادي القديم عن إصابة أربعة عمال"
        made = service.call("POST", "/v1/watches", json={"claim": claim, "webhook": {"url": url, "secret": secret}})
        assert made.status_code == 201, made.text
        ping = service.call("POST", f"/v1/watches/{made.json()['id']}/ping")
        assert ping.json()["taken"] is True
        wait_for(lambda: f"watch.ping: {claim}" in log.read_text("utf-8"))
        text = "أسفر انهيار جسر الوادي القديم عن إصابة أربعة عمال صباح الأحد، بحسب الدفاع المدني."
        assert service.call("POST", "/v1/articles", json={"text": text, "id": "bridge"}).status_code == 201
        wait_for(lambda: f"agrees: {claim}\n  {text}" in log.read_text("utf-8"))
        forged = {"webhook-id": "m1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,AAAA"}
        assert requests.post(url, data=b"{}", headers=forged, timeout=5).status_code == 401
