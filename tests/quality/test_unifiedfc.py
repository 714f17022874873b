"""What is counted of UnifiedFC."""

from __future__ import annotations

from collections import Counter

import pytest

from service.model import Flag
from tests.quality.unifiedfc import choose_stance, f1_of, holds_rationale


@pytest.mark.parametrize(
    ("flags", "stance"),
    [
        ([], "unrelated"),
        ([Flag.MENTIONS], "discuss"),
        ([Flag.MENTIONS, Flag.CONFLICTS], "disagree"),
        ([Flag.AGREES, Flag.MENTIONS], "agree"),
    ],
)
def test_a_side_goes_before_a_mention(flags: list[Flag], stance: str) -> None:
    assert choose_stance(flags) == stance


@pytest.mark.parametrize(
    ("passages", "rationale", "holds"),
    [
        (["قال الوزير إن الجسر افتتح الأحد"], ["قال الوزير إن الجسر افتتح الأحد . وحضر الحفل عدد من النواب"], True),
        (["وحضر الحفل عدد من النواب"], ["قال الوزير إن الجسر افتتح الأحد"], False),
        ([], ["قال الوزير"], False),
    ],
)
def test_a_rationale_is_found_by_its_words(passages: list[str], rationale: list[str], holds: bool) -> None:
    assert holds_rationale(passages, rationale) is holds


def test_f1_counts_both_ways_of_being_wrong() -> None:
    pairs = Counter({("agree", "agree"): 2, ("agree", "discuss"): 1, ("discuss", "agree"): 1})
    assert f1_of(pairs, "agree") == pytest.approx(2 / 3)
    assert f1_of(pairs, "disagree") == 0
