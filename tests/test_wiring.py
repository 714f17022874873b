"""The composition root: each setting leads to the part it names, and nothing is reached before it is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import IndexUnavailable, InvalidSettings, JudgeUnavailable
from service.index.documents_embedded import EmbeddedDocuments
from service.index.elastic import ElasticIndex
from service.index.elastic_documents import ElasticDocuments
from service.index.embedded import EmbeddedIndex
from service.judgement import ReportingJudge, judge_and_report
from service.judgement.decision import read_decision
from service.judgement.judge import CombinedJudge, TypedJudge
from service.model import Claim, Facts, Flag, JudgedText
from service.settings import (
    AuthSettings,
    ElasticsearchSettings,
    IndexSettings,
    IngestSettings,
    JudgeSettings,
    RemoteJudgeSettings,
    Secret,
    Settings,
)
from service.wiring import build_embedder, build_engine, build_judge, build_services
from tests.judgement.remote import chat_server as chat
from tests.judgement.test_entail import write_model


def test_the_embedded_engine_is_the_default(tmp_path: Path) -> None:
    services = build_services(Settings(data=tmp_path))
    assert isinstance(services.index, EmbeddedIndex)
    assert isinstance(services.documents, EmbeddedDocuments)
    assert services.outlets.resolve("رويترز").name == "رويترز"
    services.close()


def test_elasticsearch_is_not_asked_before_it_is_needed(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path / "none",
        index=IndexSettings(engine="elasticsearch"),
        elasticsearch=ElasticsearchSettings(hosts=("http://127.0.0.1:9",), max_retries=0),
    )
    index, documents = build_engine(settings)
    assert isinstance(index, ElasticIndex)
    assert isinstance(documents, ElasticDocuments)
    with pytest.raises(IndexUnavailable):
        index.check_ready()
    index.close()
    assert not settings.data.exists()


def test_the_bootstrap_key_is_handed_on(tmp_path: Path) -> None:
    services = build_services(Settings(data=tmp_path, auth=AuthSettings(bootstrap_key=Secret("k" * 32))))
    assert services.keys.verify("k" * 32) is not None
    services.close()


def test_a_bare_package_serves_without_known_outlets(tmp_path: Path) -> None:
    services = build_services(Settings(data=tmp_path, config_directory=tmp_path / "none"))
    assert len(services.outlets) == 0
    assert services.outlets.resolve("رويترز").name == "رويترز"
    services.close()


def test_outlets_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"none\.toml"):
        build_services(Settings(data=tmp_path, ingest=IngestSettings(outlets_file=tmp_path / "none.toml")))


# --- the embedder ---


@pytest.mark.parametrize(("wanted", "files", "built"), [(True, True, True), (False, True, False), (True, False, False)])
def test_the_embedder_is_built_where_it_is_wanted_and_installed(
    tmp_path: Path, wanted: bool, files: bool, built: bool, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "small").mkdir()
    for name in ("embed.onnx", "tokenizer.json") if files else ():
        (tmp_path / "small" / name).touch()
    embedder = build_embedder(Settings(index=IndexSettings(vectors=wanted)), weights=tmp_path)
    assert (embedder is not None) == built
    assert ("the embedder is not installed" in caplog.text) == (wanted and not files)


# --- the judge -----------------------------------------------------------------------------------------------------


def judged_by(model: str | Path) -> Settings:
    return Settings(judge=JudgeSettings(model=str(model), threads=1))


@pytest.mark.parametrize("name", ["big", "small"])
def test_a_shipped_model_is_wired_with_its_own_table(tmp_path: Path, name: str) -> None:
    write_model(tmp_path / name)
    judge = build_judge(judged_by(name), weights=tmp_path)
    table = read_decision(f"combined-{name}", otherwise="combined")
    assert isinstance(judge, CombinedJudge)
    assert judge.version == f"combined {table.version}, tiny"


@pytest.mark.parametrize(("sieve", "version"), [(True, "tiny behind tiny"), (False, "tiny")])
def test_the_big_model_stands_behind_the_small_one(tmp_path: Path, sieve: bool, version: str) -> None:
    write_model(tmp_path / "big")
    write_model(tmp_path / "small")
    settings = Settings(judge=JudgeSettings(model="big", sieve=sieve))
    assert build_judge(settings, weights=tmp_path).version.endswith(f", {version}")


def test_no_model_is_loaded_before_the_first_claim(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "small")
    (folder / "model.onnx").write_bytes(b"no graph at all")
    judge = build_judge(judged_by("small"), weights=tmp_path)
    with pytest.raises(JudgeUnavailable, match="cannot be loaded"):
        judge.judge(Claim("نعم", "ar", Facts()), [JudgedText("نعم نعم")])


def test_a_model_that_is_not_installed_is_replaced_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    judge = build_judge(judged_by("big"), weights=tmp_path)
    assert isinstance(judge, TypedJudge)
    assert judge.version == f"{TypedJudge().version} (model big is not installed)"
    assert "not installed" in caplog.text


def test_typed_asks_for_no_model(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert build_judge(judged_by("typed"), weights=tmp_path).version == TypedJudge().version
    assert caplog.text == ""


def test_a_foreign_model_judges_with_its_labels_in_its_order(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "foreign", name="theirs", labels=["conflicts", "agrees", "mentions"])
    judge = build_judge(judged_by(folder))
    claim = Claim("نعم لا", "ar", Facts())
    with_yes, with_no = judge.judge(claim, [JudgedText("نعم " * 8), JudgedText("لا " * 8)])
    assert judge.version == f"combined {read_decision('combined').version}, theirs"
    assert with_yes.scores.conflicts > with_yes.scores.agrees
    assert with_no.scores.agrees > with_no.scores.conflicts
    assert with_no.flag is Flag.AGREES


def test_a_model_json_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(JudgeUnavailable, match=r"model\.json"):
        build_judge(judged_by(tmp_path))


# --- a second opinion ----------------------------------------------------------------------------------------------


def test_nobody_is_asked_unless_a_base_url_says_whom() -> None:
    assert not isinstance(build_judge(judged_by("typed")), ReportingJudge)


def test_a_chat_endpoint_is_asked_when_the_configured_judge_is_unsure() -> None:
    with chat.serving(chat.says({"flag": "mentions", "quotes": []})) as server:
        endpoint = RemoteJudgeSettings(base_url=server.url, model="tester", api_key=Secret("s3"), unsure_below=1.0)
        judge = build_judge(Settings(judge=JudgeSettings(model="typed", remote=endpoint)))
        claim = Claim("أغلقت البلدية جسر الوادي", "ar", Facts())
        judged = judge_and_report(judge, claim, [JudgedText("جسر الوادي جديد.")])
    assert server.headers[0]["authorization"] == "Bearer s3"
    assert judged.versions == {"judge": TypedJudge().version, "remote": "tester: 1 answered"}
