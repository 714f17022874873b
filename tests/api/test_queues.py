"""Counters of stages and queues: what an answer took, what waits, and that a store that is away hides nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.app import create_app
from service.claims.read import read_claim
from service.errors import IndexUnavailable
from service.model import JudgedText
from service.services import Services
from service.settings import IndexSettings, JudgeSettings, Settings
from service.stages import timed
from service.wiring import WEIGHTS, build_judge
from tests.api.conftest import CLAIM, SEVEN, client_of, make_app
from tests.api.contract_client import ContractClient
from tests.api.fakes import Raising


def values_of(text: str, name: str) -> dict[str, float]:
    lines = [line.split(" ") for line in text.splitlines() if line.startswith(name)]
    return {label: float(value) for label, value in lines}


def test_what_waits_is_counted(client: ContractClient) -> None:
    for _ in range(2):
        client.post("/v1/cross-references/batch?async=true", json={"claims": [CLAIM]})
    client.post("/v1/feeds", json={"url": "https://almarfa.example/rss"})
    queues = values_of(client.get("/metrics").text, "isnad_queue_length")
    assert queues['isnad_queue_length{queue="jobs"}'] == 2
    assert queues['isnad_queue_length{queue="feeds"}'] == 1
    assert queues['isnad_queue_length{queue="webhooks"}'] == 0
    assert queues['isnad_queue_length{queue="articles"}'] == 0


def test_a_store_that_is_away_leaves_the_other_counters(services: Services) -> None:
    client = client_of(make_app(services, index=Raising(IndexUnavailable("no node answers"))))
    client.get("/healthz")
    text = client.get("/metrics").text
    assert 'isnad_queue_length{queue="jobs"} 0.0' in text
    assert 'queue="articles"' not in text
    assert "isnad_requests_total" in text


def test_stages_of_answers_are_timed(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, judge=JudgeSettings(model="typed"), index=IndexSettings(vectors=False))
    app = create_app(settings)
    client = app.test_client()
    client.post("/v1/articles?wait=true", json={"text": SEVEN, "outlet": "الواحة"})
    for _ in range(2):
        assert client.post("/v1/cross-references", json={"claim": CLAIM}).status_code == 200
    counts = values_of(client.get("/metrics").text, "isnad_stage_seconds_count")
    assert counts == {f'isnad_stage_seconds_count{{stage="{stage}"}}': 2 for stage in ("search", "compare")}
    app.extensions["isnad"].close()


@pytest.mark.skipif(not (WEIGHTS / "small" / "model.onnx").is_file(), reason="the small model is not installed")
def test_the_model_is_a_stage_of_its_own() -> None:
    seen: list[tuple[str, float]] = []
    judge = build_judge(Settings(judge=JudgeSettings(model="small")), observe=lambda *told: seen.append(told))
    judge.judge(read_claim(CLAIM), [JudgedText(SEVEN)])
    assert [stage for stage, _ in seen] == ["compare", "model", "explain"]
    assert all(seconds >= 0 for _, seconds in seen)


def test_a_stage_that_fails_took_its_time_too() -> None:
    seen: list[str] = []
    with pytest.raises(ValueError, match="x"), timed(lambda stage, _: seen.append(stage), "search"):
        raise ValueError("x")
    assert seen == ["search"]
