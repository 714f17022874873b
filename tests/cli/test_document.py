"""Documents checked on the terminal: the same answer as over HTTP, from a file, a pipe or a stored article."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.contract_client import schema_of
from tests.cli.conftest import Isnad

TEXT = (
    "أسفر انهيار المبنى السكني في حي الميناء بمدينة مرسى الرمل عن مقتل سبعة أشخاص.\n"
    "وأعلنت مصلحة الغابات السيطرة على حريق جبل السرو بعد أن أتى على 1200 هكتار.\n"
    "فمن المسؤول عما جرى في المدينة؟\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "خبر.txt"
    file.write_text(TEXT, "utf-8")
    return file


def test_the_answer_for_people(isnad: Isnad, sample_data: Path, file: Path) -> None:
    said = isnad("document", file, "--data", sample_data).stdout
    answer = json.loads(isnad("document", file, "--data", sample_data, "--json").stdout)
    schema_of("DocumentAnswer").validate(answer)
    assert "2 claims of 3 sentences" in said
    assert "has a number" in said
    assert said.count("\u2068") == said.count("\u2069") > 4
    for claim, row in zip(answer["claims"], answer["matrix"]["rows"], strict=True):
        assert claim["summary"]["verdict"].upper() in said
        for cell in row:
            assert cell is None or f"{cell['confidence']:.2f}" in said
    assert "فيها رقم" in isnad("document", file, "--data", sample_data, "--notes", "ar").stdout


def test_from_a_pipe_and_from_an_article(isnad: Isnad, sample_data: Path) -> None:
    piped = isnad("document", "-", "--data", sample_data, "--max-claims", "1", "--json", stdin=TEXT).stdout
    assert len(json.loads(piped)["claims"]) == 1
    stored = json.loads(isnad("document", "--article", "collapse-1", "--data", sample_data, "--json").stdout)
    schema_of("DocumentAnswer").validate(stored)
    assert stored["document"]["article"]["id"] == "collapse-1"
    assert stored["left_out"]["outlet"]["name"] == "صدى المرسى"
    columns = [column["outlet"]["name"] for column in stored["matrix"]["outlets"]]
    assert columns
    assert "صدى المرسى" not in columns


def test_what_is_known_of_a_text_counts(isnad: Isnad, sample_data: Path, file: Path) -> None:
    options = ("--outlet", "صدى المرسى", "--published", "2024-03-03", "--title", "خبر", "--json")
    answer = json.loads(isnad("document", file, "--data", sample_data, *options).stdout)
    assert answer["left_out"]["outlet"]["name"] == "صدى المرسى"
    assert (answer["document"]["as_of"], answer["document"]["title"]) == ("2024-03-03", "خبر")


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "said"),
    [
        ([], None, 2, "exactly one of FILE and --article"),
        (["-", "--article", "x"], TEXT, 2, "exactly one of FILE and --article"),
        (["--article", "x", "--title", "t"], None, 2, "known of a stored article"),
        (["--article", "none"], None, 1, "none"),
        (["missing.txt"], None, 1, "missing.txt"),
        (["-"], "؟!", 1, "no words"),
        (["-", "--max-claims", "101"], TEXT, 2, "101"),
    ],
)
def test_bad_input_is_one_clear_line(
    isnad: Isnad, tmp_path: Path, arguments: list[str], stdin: str | None, code: int, said: str
) -> None:
    assert said in isnad("document", *arguments, "--data", tmp_path, code=code, stdin=stdin).stderr
