"""Which reviewed claims count as a claim itself, or as its opposite, by the shipped big model: the numbers that
`service/claims/reviews.py` names. The pairs were written for this test (CC0).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.claims.read import read_claim
from service.claims.reviews import judged_review, relate_reviews
from service.judgement import Judge
from service.model import FactCheck, Rating, Review, ReviewRelation
from service.settings import JudgeSettings, Settings
from service.wiring import WEIGHTS, build_judge

PAIRS = (
    ("same", "قررت وزارة الموارد رفع سعر المياه المنزلية", "وزارة الموارد قررت زيادة أسعار المياه المنزلية"),
    ("same", "انهار جسر النخيل في مدينة الرافد صباح الأحد", "انهيار جسر النخيل بمدينة الرافد يوم الأحد"),
    ("same", "وفاة المطرب سامر العلي في حادث سير", "توفي الفنان سامر العلي في حادث سير"),
    ("same", "منظمة الصحة تعلن تفشي الكوليرا في إقليم الواحة", "أعلنت منظمة الصحة تفشي وباء الكوليرا في إقليم الواحة"),
    ("same", "اللقاح الجديد يسبب العقم", "لقاح جديد يؤدي إلى العقم لدى النساء"),
    ("opposite", "قررت وزارة الموارد المائية رفع سعر المياه", "لم تقرر وزارة الموارد المائية رفع سعر المياه"),
    ("opposite", "فاز الفنار على النواعير في نهائي كأس السهل", "خسر الفنار أمام النواعير في نهائي كأس السهل"),
    ("opposite", "رئيس البلدية استقال من منصبه", "رئيس البلدية نفى استقالته من منصبه"),
    ("opposite", "قتل 22 شخصا في فيضانات وادي الزهور", "قتل 92 شخصا في فيضانات وادي الزهور"),
    ("opposite", "مصادر تنفي وفاة المطرب سامر العلي", "وفاة المطرب سامر العلي"),
    ("opposite", "وفاة المطرب سامر العلي", "مصادر تنفي وفاة المطرب سامر العلي"),
    ("related", "انهار مبنى الميناء وقتل 12 شخصا", "انهيار مبنى الميناء بسبب إهمال رئيس البلدية الذي تلقى رشوة"),
    ("related", "صورة تظهر انهيار جسر النخيل في مدينة الرافد", "إعادة بناء جسر النخيل في الرافد تكلف 30 مليون دولار"),
    ("related", "قتل 12 شخصا في انهيار مبنى الميناء", "قتل 12 شخصا في انهيار مبنى الميناء بينهم ابن رئيس الحكومة"),
    ("related", "ارتفعت أسعار الوقود في الساحل", "فوز منتخب الساحل بكأس القارة"),
    ("related", "زلزال يضرب مدينة الرافد ويقتل 40 شخصا", "زلزال يضرب مدينة الرافد ولا إصابات"),
)  # fmt: skip


def relation(judge: Judge, claim: str, reviewed: str) -> ReviewRelation:
    now = datetime(2024, 3, 6, tzinfo=UTC)
    asked, found = read_claim(claim), FactCheck("f", Review(reviewed, "ar", Rating("خاطئ")), now, now)
    judgements = judge.judge(asked, [judged_review(found)])
    ((match,),) = relate_reviews(judge, [(asked, [found], judgements)])
    return match.relation


@pytest.mark.slow
@pytest.mark.skipif(not (WEIGHTS / "big" / "model.onnx").is_file(), reason="the big model is not installed")
def test_reviewed_claims_are_told_apart() -> None:
    judge = build_judge(Settings(judge=JudgeSettings(model="big")))
    said = [(wanted, relation(judge, claim, reviewed)) for wanted, claim, reviewed in PAIRS]
    assert [pair for pair in said if pair[1] != "related" and pair[0] != pair[1]] == []
    assert sum(pair == ("same", "same") for pair in said) >= 4
    assert sum(pair == ("opposite", "opposite") for pair in said) >= 6
