"""Fitting a decision table: what it counts, what signs it holds, and that it learns what the rows say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service.judgement.decision import parse_decision, write_decision
from service.judgement.evaluate import Row
from service.judgement.training.count_words import count_keys
from service.judgement.training.counting import group_folds, log_loss, macro_f1, precision_of, recall_of
from service.judgement.training.fit_decision import (
    Sample,
    choose,
    choose_thresholds,
    fit,
    read_claim,
    read_sample,
    sign_of,
    softmax,
)
from service.model import Flag, JudgedText, Scores

AGREES, CONFLICTS, MENTIONS = range(3)
NAMES = ("coverage", "missing_names", "quantity_conflicts")


def test_folds_keep_groups_together_and_are_equally_large() -> None:
    groups = np.repeat(np.arange(12), [5, 1, 1, 1, 2, 2, 3, 1, 1, 1, 1, 1])
    tests = []
    for train, test in group_folds(groups, folds=4):
        assert not set(groups[train]) & set(groups[test])
        assert len(train) + len(test) == len(groups)
        tests.append(test)
    assert sorted(np.concatenate(tests)) == list(range(len(groups)))
    assert {len(test) for test in tests} == {5}


def test_counts_are_those_of_the_definitions() -> None:
    labels, flags = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 2, 2, 2])
    assert precision_of(labels, flags, CONFLICTS) == 1 / 2
    assert recall_of(labels, flags, AGREES) == 1 / 2
    assert macro_f1(labels, flags) == pytest.approx((2 / 3 + 1 / 2 + 4 / 5) / 3)
    assert precision_of(labels, np.zeros(6, int), CONFLICTS) == 0
    assert log_loss(np.array([0, 1]), np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]])) == pytest.approx(np.log(2))


@pytest.mark.parametrize(
    ("name", "flag", "sign"),
    [
        ("quantity_conflicts", Flag.AGREES, -1),
        ("quantity_conflicts", Flag.CONFLICTS, 1),
        ("quantity_agrees", Flag.AGREES, 1),
        ("quantity_agrees", Flag.CONFLICTS, 0),
        ("neural_agrees", Flag.CONFLICTS, -1),
        ("coverage", Flag.AGREES, 1),
        ("missing_names", Flag.AGREES, -1),
        ("claim_length", Flag.AGREES, 0),
    ],
)
def test_signs_are_those_that_a_person_expects(name: str, flag: Flag, sign: int) -> None:
    assert sign_of(name, flag) == sign


def make_sample(rows: int = 600) -> Sample:
    """Invent rows: what is covered agrees, unless a number differs; what is not covered only mentions."""
    rng = np.random.default_rng(7)
    values = rng.random((rows, len(NAMES)))
    values[:, 2] *= rng.random(rows) < 0.4
    labels = np.where(values[:, 0] < 0.4, MENTIONS, np.where(values[:, 2] > 0.3, CONFLICTS, AGREES))
    return Sample(NAMES, values, labels, np.arange(rows) // 3, values[:, 2] > 0)


def test_a_conflict_needs_evidence_and_the_thresholds() -> None:
    sample = replace(make_sample(3), may_conflict=np.array([True, False, True]))
    predicted = np.array([[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.3, 0.4, 0.3]])
    assert list(choose(predicted, sample, 0.5, 0.6)) == [CONFLICTS, MENTIONS, MENTIONS]


def test_thresholds_keep_the_asked_precision() -> None:
    sample = replace(make_sample(4), labels=np.array([1, 1, 2, 0]), may_conflict=np.full(4, True))
    predicted = np.array([[0.0, 0.9, 0.1], [0.1, 0.7, 0.2], [0.0, 0.6, 0.4], [0.8, 0.1, 0.1]])
    _, conflicts_from = choose_thresholds(predicted, sample, precision=1.0)
    assert 0.6 < conflicts_from <= 0.7


def test_a_table_learns_what_its_rows_say_and_reads_back(tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="SKIPPED: the training extra is not installed, no table is fitted")
    sample = make_sample()
    decision, numbers = fit(sample, version="7", precision=0.8)
    assert decision.conflicts["quantity_conflicts"] > 1
    assert decision.agrees["quantity_conflicts"] <= 0 <= decision.agrees["coverage"]
    assert decision.agrees["missing_names"] <= 0
    assert "600 rows" in numbers
    weights = np.array(
        [[side[name] for name in ("intercept", *NAMES)] for side in (decision.agrees, decision.conflicts)]
    )
    chances = softmax(sample.values, weights)
    right = choose(chances, sample, decision.agrees_from, decision.conflicts_from) == sample.labels
    assert right.mean() > 0.8
    one = decision.score(dict(zip(NAMES, sample.values[0], strict=True)))
    assert one.conflicts == pytest.approx(chances[0, CONFLICTS])
    write_decision(tmp_path / "decision.toml", "typed", decision, note=f"Fitted on invented rows: {numbers}")
    assert parse_decision((tmp_path / "decision.toml").read_text("utf-8"), "typed") == decision


def test_rows_become_features_and_passages_groups() -> None:
    passage = JudgedText("لقي 17 شخصا مصرعهم في حريق مصنع النسيج.")
    sample = read_sample(
        [
            Row("قتل 12 شخصا في حريق مصنع النسيج", passage, Flag.CONFLICTS),
            Row("قتل 17 شخصا في حريق مصنع النسيج", passage, Flag.AGREES),
            Row("زار الوزير ميناء الصيد", JudgedText("زار الوزير ميناء الصيد."), Flag.AGREES),
        ],
        None,
    )
    assert list(sample.groups) == [0, 0, 1]
    assert list(sample.labels) == [CONFLICTS, AGREES, AGREES]
    assert list(sample.may_conflict) == [True, False, False]
    differing = sample.values[:, sample.names.index("quantity_conflicts")]
    assert differing[0] > 0.3 > differing[1] == differing[2] == 0


def test_a_table_may_see_a_part_of_the_features() -> None:
    sample = make_sample(9)
    part = sample.keep({"quantity_conflicts", "coverage", "none such"})
    assert part.names == ("coverage", "quantity_conflicts")
    assert (part.values == sample.values[:, [0, 2]]).all()
    assert part.labels is sample.labels


def test_what_the_model_is_sure_of_weighs_anew() -> None:
    claim, passage = "قتل 12 شخصا في حريق المصنع", JudgedText("لقي 17 شخصا مصرعهم في حريق المصنع.")
    rows = [Row(claim, passage, Flag.CONFLICTS), Row(claim, passage, Flag.AGREES)]
    sample = read_sample(rows, [Scores(0.04, 0.92, 0.04), Scores(0.2, 0.6, 0.2)])
    sure, unsure = (dict(zip(sample.names, line, strict=True)) for line in sample.values)
    assert sure["surely_conflicts"] == pytest.approx(np.log(0.92 / 0.04) - 2)
    assert unsure["neural_conflicts"] == pytest.approx(np.log(3))
    assert unsure["surely_conflicts"] == unsure["surely_agrees"] == sure["surely_agrees"] == 0


def test_the_numbers_of_each_set_are_told() -> None:
    pytest.importorskip("scipy", reason="SKIPPED: the training extra is not installed, no table is fitted")
    sample = replace(make_sample(90), parts=("one",) * 60 + ("two",) * 30)
    _, numbers = fit(sample, version="7", precision=0.8)
    assert numbers.index("90 rows") < numbers.index("one: macro-F1") < numbers.index("two: macro-F1")


def test_a_claim_is_read_without_a_date_of_its_own() -> None:
    assert read_claim("قتل 12 شخصا أمس").as_of is None


def test_words_are_counted_once_an_article_under_their_key() -> None:
    articles = ["زار الوزير وزيرا و 12 سفيرا", "استقبل الوزير الوفد"]
    assert count_keys(articles) == {"وزر": 10_000} | dict.fromkeys(("زار", "سفر", "ستقبل", "وفد"), 5_000)
