"""What the docs show is what happens: their curl commands are run as they stand, and answers hold what is shown.

An answer shown is shortened: what is shown must be in the real one, members by name, items of a list in any place, a
text up to its «…», a decimal number about as large.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import main
from tests.api.contract_client import read_contract, schema_of
from tests.api.test_server import ROOT, Server

ADDRESS = "http://127.0.0.1:8000"
PAGES = (ROOT / "README.md", ROOT / "config" / "examples" / "CURL.md")
ABOUT = 0.15
RUN_S = 240
MARK = "\x1f"  # U+001F, between the outputs of two blocks
TELL_STATUS = f"""
curl() {{ command curl -w '%{{stderr}}%{{http_code}}\\n' "$@"; }}
step() {{ printf '{MARK}'; printf '{MARK}' >&2; }}
"""


@dataclass(frozen=True)
class Block:
    """Commands of a page, the status that they are to have, and the answer that is shown behind them."""

    commands: str
    status: str
    shown: Any


def read_blocks(page: Path) -> list[Block]:
    fenced = re.findall(r"^```(\w*)[ ]?(\d*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    found = []
    for place, (kind, status, text) in enumerate(fenced):
        if kind in ("", "bash") and re.search(r"curl -|^\w+=", text, re.MULTILINE):
            after = fenced[place + 1] if place + 1 < len(fenced) else ("", "", "")
            found.append(Block(text, status or "2..", json.loads(after[2]) if after[0] == "json" else None))
    return found


def run_page(blocks: list[Block], service: Server, folder: Path) -> tuple[list[str], list[list[str]]]:
    """Run the blocks of a page in one shell; return output and statuses of each."""
    script = TELL_STATUS + "".join(f"step\n{block.commands}" for block in blocks).replace(ADDRESS, service.url)
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, capture_output=True, text=True, timeout=RUN_S, check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split(MARK)[1:], [told.split() for told in done.stderr.split(MARK)[1:]]


def holds(real: Any, shown: Any) -> bool:
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(
            name in real and holds(real[name], value) for name, value in shown.items()
        )
    if isinstance(shown, list):
        return (
            isinstance(real, list)
            and bool(shown) == bool(real)
            and all(any(holds(item, value) for item in real) for value in shown)
        )
    if isinstance(shown, str) and shown.endswith("…"):
        return isinstance(real, str) and real.startswith(shown.removesuffix("…").strip())
    if isinstance(shown, float):
        return isinstance(real, float) and abs(real - shown) <= ABOUT
    return bool(real == shown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_of_a_page_do_what_is_shown(page: Path, service: Server, tmp_path: Path) -> None:
    blocks = read_blocks(page)
    assert len(blocks) >= 1
    outputs, statuses = run_page(blocks, service, tmp_path)
    for block, output, told in zip(blocks, outputs, statuses, strict=True):
        assert all(re.fullmatch(block.status, status) for status in told), (block.commands, told, output)
        assert len(told) >= ("curl -" in block.commands), block.commands
        if block.shown is not None:
            real = json.loads(output)
            assert holds(real, block.shown), (
                f"{block.commands}\nsays now:\n{json.dumps(shorten(real, block.shown), ensure_ascii=False, indent=1)}"
            )
    if page.name == "CURL.md":
        assert (tmp_path / "answer.csv").read_bytes().startswith(b"\xef\xbb\xbf")
        assert len((tmp_path / "answers.csv").read_text("utf-8-sig").splitlines()) >= 3
        assert "<feed" in (tmp_path / "feed.xml").read_text("utf-8")


def shorten(real: Any, shown: Any) -> Any:
    """Return of a real answer what a page shows, for whoever mends the page."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return {name: shorten(real.get(name), value) for name, value in shown.items()}
    if isinstance(shown, list) and isinstance(real, list) and shown:
        return [shorten(item, shown[0]) for item in real[:3]]
    return real


def test_what_is_shown_can_be_missed() -> None:
    real = {"a": 1, "b": [{"c": "نص طويل", "d": 0.5}], "e": []}
    assert holds(real, {"b": [{"c": "نص…", "d": 0.55}], "e": []})
    for wrong in ({"a": 2}, {"x": 1}, {"b": [{"c": "طويل…"}]}, {"b": [{"d": 0.9}]}, {"b": []}, {"e": [1]}, {"a": 1.0}):
        assert not holds(real, wrong), wrong


def test_the_problem_that_the_readme_shows_is_one() -> None:
    (problem,) = re.findall(
        r'```json\n(\{"type": "/problems/.*?)```', (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    schema_of("Problem").validate(json.loads(problem))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_is_there(page: Path) -> None:
    paths = {(method.upper(), path) for path, item in read_contract()["paths"].items() for method in item}
    named = re.findall(r"`(GET|POST|DELETE) (/v1/[^`?\s]+)", page.read_text("utf-8"))
    missing = [
        each for each in named if (each[0], each[1]) not in {(m, re.sub(r"\{\w+\}", "{id}", p)) for m, p in paths}
    ]
    assert missing == []


def test_every_command_that_the_readme_names_is_there() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    named = set(re.findall(r"^isnad ([\w-]+)(.*?)(?:#.*)?$", text, re.MULTILINE))
    assert len(named) > 8
    for command, rest in named:
        shown = CliRunner().invoke(main, [command, "--help"])
        assert shown.exit_code == 0, command
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown.output, (command, option)
