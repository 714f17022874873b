"""What is said again in the claim's own words: no score alone makes a conflict of it."""

from __future__ import annotations

import pytest

from service.arabic.facts import read_facts
from service.arabic.language import detect_language
from service.judgement.judge import CombinedJudge, compare_passage
from service.judgement.repetition import repeats_claim, rule_conflict_out
from service.model import Claim, Flag, JudgedText, Scores
from tests.judgement.test_judge import ALIKE, FakeScorer

CLAIM = "أبلغ وزير النقل رئيس البلدية خلال اتصال أن الوزارة بدأت ترميم جسر الوادي"
COPIED = (
    "ونقلت صحيفة الساحل عن مكتب الوزير أمس قوله إنه أبلغ وزير النقل رئيس البلدية، خلال اتصال هاتفي قصير، أن الوزارة"
    " بدأت ترميم جسر الوادي. ولم يصدر عن البلدية بيان."
)
ASKED = [
    (CLAIM, COPIED, True),
    (CLAIM, COPIED.replace("إنه أبلغ وزير النقل", "إن وزير النقل أبلغ"), True),
    (CLAIM, COPIED.replace("بدأت ترميم", "أرجأت ترميم"), False),  # a word of its own
    (CLAIM, COPIED.replace("أبلغ وزير النقل رئيس البلدية", "أبلغ رئيس البلدية وزير النقل"), False),  # another order
    (CLAIM, "أبلغ وزير النقل رئيس البلدية خلال اتصال أن الوزارة بدأت ترميم جسر الوادي.", False),  # short as a headline
    (CLAIM, COPIED.replace("بدأت", "لم تبدأ"), False),  # denied
    ("قُتل 12 شخصا في حريق مصنع النسيج بالسويس", COPIED, False),
    ("The minister told the mayor that the ministry began to repair the bridge", COPIED, False),
    ("من إلى", COPIED, False),
]


def read(text: str) -> Claim:
    return Claim(text, detect_language(text), read_facts(text))


@pytest.mark.parametrize(("claim", "passage", "expected"), ASKED)
def test_what_repeats_a_claim(claim: str, passage: str, expected: bool) -> None:
    assert repeats_claim(compare_passage(read(claim), JudgedText(passage))) is expected


def test_words_spread_over_sentences_do_not_repeat_a_claim() -> None:
    spread = COPIED.replace("، خلال اتصال هاتفي قصير، أن", ". وجرى خلال اتصال هاتفي قصير عرض ما يلي. إن")
    assert not repeats_claim(compare_passage(read(CLAIM), JudgedText(spread)))


def test_without_a_conflict_its_chance_is_that_of_neither_side() -> None:
    left = rule_conflict_out(Scores(agrees=0.3, conflicts=0.6, mentions=0.1))
    assert (left.agrees, left.conflicts, left.mentions) == pytest.approx((0.3, 0.0, 0.7))


def test_no_score_alone_makes_a_conflict_of_a_copy() -> None:
    judge = CombinedJudge(FakeScorer(Scores(0.15, 0.8, 0.05)), ALIKE)
    copied, changed = judge.judge(read(CLAIM), [JudgedText(COPIED), JudgedText(ASKED[2][1])])
    assert (copied.flag, copied.scores.conflicts) == (Flag.MENTIONS, 0)
    assert changed.flag is Flag.CONFLICTS
