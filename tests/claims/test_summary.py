"""Counts and verdict over outlets."""

from __future__ import annotations

import pytest

from service.claims.outlets import group_by_outlet
from service.claims.summary import count_flags, decide_verdict
from service.model import Flag, FlagCount, Verdict
from tests.claims.fakes import make_match

A, C, M = Flag.AGREES, Flag.CONFLICTS, Flag.MENTIONS

VERDICTS = (
    ("nothing found", [], Verdict.UNCOVERED),
    ("only mentions", [("a", M), ("b", M)], Verdict.UNCOVERED),
    ("one agrees", [("a", A), ("b", M)], Verdict.CORROBORATED),
    ("one conflicts", [("a", C), ("b", M)], Verdict.CONTRADICTED),
    ("both", [("a", A), ("b", C)], Verdict.CONTESTED),
    ("both in one outlet alike", [("a", A), ("a", C)], Verdict.CONTESTED),
    ("on both sides alike beside one that agrees", [("a", A), ("a", C), ("b", A)], Verdict.CORROBORATED),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "verdict"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS])
def test_verdict(rows: list[tuple[str, Flag]], verdict: Verdict) -> None:
    matches = [make_match(str(number), outlet, flag) for number, (outlet, flag) in enumerate(rows)]
    assert decide_verdict(group_by_outlet(matches)) is verdict


def test_counts() -> None:
    matches = [
        make_match("1", "a", A, group="wire"),
        make_match("2", "a", A),
        make_match("3", "a", C, 0.5),  # the weaker side of an agreeing outlet counts nowhere
        make_match("4", "b", A, group="wire"),
        make_match("5", "c", C),
        make_match("6", "d", M),
        make_match("7", "d", M),
        make_match("8", "e", A),
        make_match("9", "e", C),
    ]
    assert count_flags(group_by_outlet(matches)) == {
        A: FlagCount(outlets=2, independent_sources=2, articles=3),
        C: FlagCount(outlets=1, independent_sources=1, articles=1),
        M: FlagCount(outlets=2, independent_sources=2, articles=3),
    }


def test_counts_of_nothing() -> None:
    assert count_flags(()) == dict.fromkeys(Flag, FlagCount(0, 0, 0))
