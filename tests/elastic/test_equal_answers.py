"""The same articles in both engines give the same answers: verdicts, flags of outlets, and matches up to ties."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from service import sample
from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.index import PassageIndex
from service.index.elastic import ElasticIndex
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import load_outlets
from service.ingest.sources import Submission
from service.judgement.judge import TypedJudge
from service.model import CrossReference
from service.sample import take_folder
from tests.quality.rows import OUTLETS, SHARED, read_lines

pytestmark = pytest.mark.elastic

FOLDER = Path(sample.__file__).parent
SEEDS = SHARED / "seeds"
ALL = 200  # candidates: every passage there is, so that a tie at the end of the list decides nothing


@pytest.fixture
def engines(index: ElasticIndex, tmp_path: Path) -> Iterable[tuple[PassageIndex, PassageIndex]]:
    embedded = EmbeddedIndex(tmp_path / "embedded")
    yield embedded, index
    embedded.close()


def outline(answer: CrossReference) -> dict[str, object]:
    """What a reader takes from an answer: the verdict, each outlet's flag, and every article put on a side."""
    sides = {
        (match.article.id, match.passage.ordinal, str(match.judgement.flag))
        for outlet in answer.outlets
        for match in outlet.matches
        if match.judgement.flag != "mentions"
    }
    flags = {
        outlet.outlet.name: str(outlet.flag) for outlet in answer.outlets if outlet.outlet and outlet.flag != "mentions"
    }
    return {"verdict": str(answer.verdict), "flags": flags, "sides": sides}


def assert_equal_answers(engines: tuple[PassageIndex, PassageIndex], claims: Iterable[str]) -> None:
    judge = TypedJudge()
    asked = [CrossReferencer(engine, judge, candidates=ALL) for engine in engines]
    for text in claims:
        claim = read_claim(text)
        ours, theirs = (outline(one.answer(claim)) for one in asked)
        assert ours == theirs, text


def test_sample_claims(engines: tuple[PassageIndex, PassageIndex]) -> None:
    outlets = load_outlets(FOLDER / "outlets.toml")
    for engine in engines:
        assert len(take_folder(FOLDER / "articles", Intake(engine, outlets))) > 40
    claims = [row["claim"] for row in json.loads((FOLDER / "claims.json").read_text(encoding="utf-8"))]
    assert len(claims) > 20
    assert_equal_answers(engines, claims)


@pytest.mark.shared
@pytest.mark.skipif(not SEEDS.is_dir(), reason="SKIPPED: ../shared/seeds is not there, its claims are not compared")
def test_seed_claims(engines: tuple[PassageIndex, PassageIndex]) -> None:
    outlets = load_outlets(OUTLETS)
    for engine in engines:
        intake = Intake(engine, outlets)
        for path in sorted(SEEDS.glob("*.txt")):
            intake.take(Submission(content=path.read_text(encoding="utf-8"), kind="page"), wait=True)
    assert_equal_answers(engines, [row["claim"] for row in read_lines(SEEDS / "claims_examples.jsonl")])
