from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from service.errors import InvalidInput
from service.judgement.evaluate import Evaluation, evaluate, read_rows, report
from service.model import Claim, Facts, Flag, JudgedText, Judgement, Scores

A, C, M = Flag.AGREES, Flag.CONFLICTS, Flag.MENTIONS


class ScriptedJudge:
    """Says what the passage's title tells it to: "flag confidence-in-conflict"."""

    version = "scripted"

    def __init__(self) -> None:
        self.batches: list[int] = []

    def judge(self, claim: Claim, passages: Sequence[JudgedText]) -> list[Judgement]:
        self.batches.append(len(passages))
        return [self._say(passage.title) for passage in passages]

    def _say(self, script: str) -> Judgement:
        flag, conflict = script.split()
        rest = (1 - float(conflict)) / 2
        return Judgement(Flag(flag), 0.5, Scores(agrees=rest, conflicts=float(conflict), mentions=rest))


def read(text: str) -> Claim:
    return Claim(text=text, language="ar", facts=Facts())


def measure(rows: list[tuple[str, Flag, Flag, float, str]]) -> Evaluation:
    lines = [
        json.dumps({"claim": claim, "passage": "نص", "title": f"{said} {conflict}", "label": label, "type": kind})
        for claim, label, said, conflict, kind in rows
    ]
    return evaluate(read_rows(lines), ScriptedJudge(), read_claim=read)


ROWS = [
    ("أ", C, C, 0.9, "number"),
    ("أ", C, M, 0.3, "date"),
    ("ب", A, A, 0.1, ""),
    ("ب", A, C, 0.6, ""),
    ("ب", M, M, 0.2, ""),
]


def test_counts_per_flag() -> None:
    found = measure(ROWS)
    assert found.accuracy == pytest.approx(3 / 5)
    scores = {
        flag: (score.precision, score.recall, score.support, score.flagged) for flag, score in found.flags.items()
    }
    assert scores == {A: (1.0, 0.5, 2, 1), C: (0.5, 0.5, 2, 2), M: (0.5, 1.0, 1, 2)}
    assert found.macro_f1 == pytest.approx((2 / 3 + 1 / 2 + 2 / 3) / 3)


def test_counts_per_type_and_keeps_wrong_rows_in_order() -> None:
    found = measure(ROWS)
    assert [(t.label, t.type, t.right, t.total) for t in found.types] == [
        (A, "", 1, 2), (C, "date", 0, 1), (C, "number", 1, 1), (M, "", 1, 1),
    ]  # fmt: skip
    assert [outcome.row.type or outcome.row.claim for outcome in found.wrong] == ["date", "ب"]


RANKINGS = [
    ("the best ranked suffice", [(C, 0.9), (C, 0.8), (A, 0.7), (M, 0.1)], 1.0),
    ("one false above the needed", [(A, 0.95), (C, 0.9), (C, 0.8)], 2 / 3),
    ("ties are taken together", [(C, 0.9), (A, 0.9), (M, 0.9), (M, 0.1)], 1 / 3),
    ("no conflict rows", [(A, 0.9), (M, 0.1)], 0.0),
]


@pytest.mark.parametrize(("name", "ranking", "precision"), RANKINGS)
def test_conflict_precision_at_recall(name: str, ranking: list[tuple[Flag, float]], precision: float) -> None:
    found = measure([("أ", label, M, conflict, "") for label, conflict in ranking])
    assert found.precision_at_recall == pytest.approx(precision)


def test_passages_of_one_claim_are_one_batch() -> None:
    judge = ScriptedJudge()
    lines = [json.dumps({"claim": c, "passage": "نص", "title": "mentions 0.1", "label": "mentions"}) for c in "أبأ"]
    evaluate(read_rows(lines), judge, read_claim=read)
    assert sorted(judge.batches) == [1, 2]


def test_reads_every_field_and_skips_empty_lines() -> None:
    line = '{"claim": "ادعاء", "passage": "نص", "label": "agrees", "published_at": "2023-09-26T21:15:00+00:00", '
    line += '"title": "عنوان", "context": "قبله", "type": null, "lang": "fr"}'
    (row,) = read_rows(["", line, "\n"])
    assert row.passage.published is not None
    assert row.passage.published.isoformat() == "2023-09-26"
    assert (row.passage.title, row.passage.context, row.type, row.language) == ("عنوان", "قبله", "", "fr")


BAD_LINES = [
    ("{", "/1"),
    ("[]", "/1"),
    ('{"passage": "نص", "label": "agrees"}', "/1/claim"),
    ('{"claim": "  ", "passage": "نص", "label": "agrees"}', "/1/claim"),
    ('{"claim": "أ", "passage": 5, "label": "agrees"}', "/1/passage"),
    ('{"claim": "أ", "passage": "نص", "label": "true"}', "/1/label"),
    ('{"claim": "أ", "passage": "نص"}', "/1/label"),
    ('{"claim": "أ", "passage": "نص", "label": "agrees", "published_at": "26 سبتمبر"}', "/1/published_at"),
]


@pytest.mark.parametrize(("line", "pointer"), BAD_LINES)
def test_a_bad_line_says_where(line: str, pointer: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_rows([line])
    assert error.value.pointer == pointer


def test_report_names_the_numbers_and_the_wrong_rows() -> None:
    text = report(measure(ROWS), wrong=1)
    assert "accuracy 0.600" in text
    assert "conflicts        0.500     0.500     0.500       2        2" in text
    assert "number" in text
    assert "conflicts date → mentions (0.50)" in text
    assert text.count("claim:") == 1
