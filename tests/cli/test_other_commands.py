"""articles, keys, evaluate, rebuild, reindex; and what all commands do with settings they cannot work with."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.cli.reindex import say_report, shown_progress
from service.index.documents_embedded import EmbeddedDocuments
from service.index.elastic_reindex import Progress, Report
from service.keys import KeyRing, Scope
from tests.api.contract_client import schema_of
from tests.cli.conftest import Isnad

ROWS = [
    {"claim": "قُتل سبعة أشخاص في انهيار المبنى", "passage": "قُتل سبعة أشخاص في انهيار المبنى.", "label": "agrees"},
    {
        "claim": "قُتل سبعة أشخاص في انهيار المبنى",
        "passage": "قُتل تسعة أشخاص في انهيار المبنى.",
        "label": "conflicts",
        "type": "number",
        "published_at": "2024-03-03",
    },
    {"claim": "قُتل سبعة أشخاص", "passage": "قُتل سبعة أشخاص.", "label": "conflicts", "type": "wrong on purpose"},
]


def rows_file(path: Path) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), "utf-8")
    return path


# --- articles ---


def test_articles_are_listed(isnad: Isnad, sample_data: Path) -> None:
    said = isnad("articles", "--data", sample_data, "--outlet", "منصة مرقاب").stdout
    assert "collapse-6" in said
    assert "2024-03-04" in said
    assert len(said.splitlines()) == 4


def test_articles_as_json_lines(isnad: Isnad, sample_data: Path) -> None:
    options = ("--from", "2024-10-01", "--to", "2024-10-31", "--json")
    heads = [json.loads(each) for each in isnad("articles", "--data", sample_data, *options).stdout.splitlines()]
    assert {"mosaic-1", "mosaic-2", "mosaic-3"} < {head["id"] for head in heads}
    assert len(heads) == 4


def test_one_article_whole(isnad: Isnad, sample_data: Path) -> None:
    said = isnad("articles", "collapse-3", "--data", sample_data).stdout
    for words in ("الغد المفتوح", "وكالة ربان للأنباء", "1 of 1, 2 passages", "وفتحت النيابة العامة تحقيقا"):
        assert words in said
    article = json.loads(isnad("articles", "collapse-3", "--data", sample_data, "--json").stdout)
    schema_of("Article").validate(article)


def test_an_article_that_is_not_there(isnad: Isnad, sample_data: Path) -> None:
    assert "no article" in isnad("articles", "none", "--data", sample_data, code=1).stderr
    assert "ARTICLE_ID" in isnad("articles", "--revision", 1, "--data", sample_data, code=2).stderr


def test_no_articles(isnad: Isnad, tmp_path: Path) -> None:
    assert "there are no articles" in isnad("articles", "--data", tmp_path).stdout


# --- keys ---


def test_a_key_is_made_listed_and_revoked(isnad: Isnad, tmp_path: Path) -> None:
    assert "there are no keys" in isnad("keys", "list", "--data", tmp_path).stdout
    made = isnad("keys", "create", "--scope", "read,ingest", "--name", "مكتب التحقق", "--data", tmp_path)
    text = made.stdout.strip()
    documents = EmbeddedDocuments(tmp_path)
    key = KeyRing(documents).verify(text)
    assert key is not None
    assert key.scopes == {Scope.READ, Scope.INGEST}
    listed = isnad("keys", "list", "--data", tmp_path).stdout
    assert key.id in listed
    assert "ingest,read" in listed
    assert "مكتب التحقق" in listed
    assert text not in listed
    isnad("keys", "revoke", key.id, "--data", tmp_path)
    assert KeyRing(documents).verify(text) is None
    documents.close()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["create", "--scope", "write", "--name", "x"], 2, "read, ingest, admin"),
        (["create", "--scope", "read", "--name", " "], 1, "a name"),
        (["create", "--name", "x"], 2, "--scope"),
        (["revoke", "0123"], 1, "there is no key 0123"),
    ],
)
def test_keys_that_cannot_be(isnad: Isnad, tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    assert said in isnad("keys", *arguments, "--data", tmp_path, code=code).stderr


# --- evaluate ---


def test_evaluate_says_numbers_and_wrong_rows(isnad: Isnad, tmp_path: Path) -> None:
    said = isnad("evaluate", rows_file(tmp_path / "rows.jsonl"), "--wrong", 1).stdout
    assert "rows 3  accuracy 0.667" in said
    assert "wrong on purpose" in said
    assert "claim:   قُتل سبعة أشخاص\n" in said


def test_evaluate_as_json_from_standard_input(isnad: Isnad, tmp_path: Path) -> None:
    rows = rows_file(tmp_path / "rows.jsonl").read_text("utf-8")
    numbers = json.loads(isnad("evaluate", "-", "--json", "--wrong", 5, stdin=rows).stdout)
    assert numbers["rows"] == 3
    assert [row["type"] for row in numbers["wrong"]] == ["wrong on purpose"]
    assert numbers["flags"]["conflicts"]["support"] == 2


def test_evaluate_unpacks(isnad: Isnad, tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(rows_file(tmp_path / "rows.jsonl").read_bytes()))
    assert "rows 3" in isnad("evaluate", packed).stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "there are no rows"),
        (b"{", "line 1 is not JSON"),
        (b'\n{"claim": "a", "passage": "b", "label": "maybe"}', "line 2: label must be one of"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_rows_that_cannot_be_read(isnad: Isnad, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    assert said in isnad("evaluate", file, code=1).stderr


def test_rows_that_are_not_there(isnad: Isnad, tmp_path: Path) -> None:
    missing = tmp_path / "none.jsonl"
    assert isnad("evaluate", missing, code=1).stderr == f"Error: {missing}: No such file or directory\n"


# --- rebuild, reindex ---


def test_rebuild_counts_passages(isnad: Isnad, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("عاجل\nضربت عاصفة رملية الساحل مساء الاثنين، وتوقفت الملاحة في الميناء.", "utf-8")
    isnad("ingest", tmp_path / "a.txt", "--data", tmp_path / "data")
    assert isnad("rebuild", "--data", tmp_path / "data").stdout == "1 passages indexed\n"


def test_rebuild_makes_no_directory(isnad: Isnad, tmp_path: Path) -> None:
    said = isnad("rebuild", "--data", tmp_path / "mistyped", code=1).stderr
    assert "mistyped: there is no such directory" in said
    assert not (tmp_path / "mistyped").exists()


def test_reindex_is_for_elasticsearch(isnad: Isnad, tmp_path: Path) -> None:
    assert "isnad rebuild" in isnad("reindex", "--data", tmp_path, code=1).stderr


# --- all commands ---


def test_settings_that_nobody_knows_are_named(isnad: Isnad, tmp_path: Path) -> None:
    config = tmp_path / "isnad.toml"
    config.write_text("[server]\nprot = 80\n")
    said = isnad("articles", "--config", config, code=1).stderr
    assert said.startswith("Error: server.prot: unknown setting")
    assert len(said.splitlines()) == 1


def test_an_engine_that_is_away_is_one_line(isnad: Isnad, tmp_path: Path) -> None:
    config = tmp_path / "isnad.toml"
    config.write_text(
        '[index]\nengine = "elasticsearch"\n[elasticsearch]\nhosts = ["http://127.0.0.1:9"]\nmax_retries = 0\n'
        f'[ingest]\noutlets_file = "{(Path(__file__).parents[2] / "config" / "outlets.toml").as_posix()}"\n'
    )
    said = isnad("articles", "--config", config, code=1).stderr
    assert said.startswith("Error: ")
    assert len(said.splitlines()) == 1


def test_python_m_service_is_isnad() -> None:
    said = subprocess.run([sys.executable, "-m", "service", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("isnad, version ")


def test_a_reindex_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        for step in (Progress("copying", 1, 2), Progress("comparing", 5, 4), Progress("changed", 0, 0)):
            progress(step)
    say_report(Report("isnad-passages-2-7", 1200, 5000, 1199, 1, 61.4, kept=("isnad-passages-1-6",), dropped=("x",)))
    assert capsys.readouterr().out.splitlines() == [
        "isnad-passages-2-7: 1,200 articles, 5,000 passages in 61 s (1,199 copied, 1 mended)",
        "dropped x",
        "kept isnad-passages-1-6; `isnad reindex --drop-old` removes it",
    ]
