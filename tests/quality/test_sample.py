"""Accuracy floors on the sample: the whole way from files to verdicts. A floor falls only on purpose."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from service.model import Flag
from service.wiring import WEIGHTS
from tests.quality.sample import Answered, answer_sample, score

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Floor:
    """Least verdicts right (of 21), least sides found (of 53), most sides given to articles that do not take them."""

    verdicts: int
    found: int
    wrong_sides: int


# Measured when the floors were set: big 16, 40, 1; small 10, 29, 6; typed 8, 28, 17.
FLOORS = {"big": Floor(13, 34, 4), "small": Floor(8, 24, 9), "typed": Floor(6, 22, 20)}


@pytest.fixture(scope="module", params=FLOORS)
def model(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name != "typed" and not (WEIGHTS / name / "model.onnx").is_file():
        pytest.skip(f"the model {name!r} is not installed")
    return name


@pytest.fixture(scope="module")
def answered(model: str, tmp_path_factory: pytest.TempPathFactory) -> list[Answered]:
    return answer_sample(tmp_path_factory.mktemp("sample"), model=model)


def test_accuracy(model: str, answered: list[Answered]) -> None:
    got, floor = score(answered), FLOORS[model]
    said = "\n".join(got.wrong)
    assert got.verdicts >= floor.verdicts, said
    assert got.found >= floor.found, said
    assert got.wrong_sides <= floor.wrong_sides, said


def test_nearly_every_article_that_takes_a_side_comes_back(answered: list[Answered]) -> None:
    wanted = [(one, name) for one in answered for side in Flag for name in one.expected.get(side, [])]
    missed = [(one.expected["claim"], name) for one, name in wanted if name not in one.said]
    assert len(wanted) == 53
    assert len(missed) <= 2, missed


def test_a_wire_text_counts_once(answered: list[Answered]) -> None:
    matches = [match for outlet in answered[0].answer.outlets for match in outlet.matches]
    groups = {match.article.id: match.article.source_group for match in matches}
    assert groups["collapse-2"] == groups["collapse-3"] != groups["collapse-1"]


def test_the_same_kind_of_event_elsewhere_takes_no_side(model: str, answered: list[Answered]) -> None:
    baits = ("collapse-8", "water-6", "cup-6", "mayor-6", "fire-6")
    sides = [name for one in answered for name in baits if one.said.get(name, Flag.MENTIONS) is not Flag.MENTIONS]
    assert len(sides) <= (1 if model == "big" else 3)
