"""Which sentences are worth checking: facts and statements are, questions and opinions are not, nothing twice."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.words import read_table
from service.claims.signs import WORDS
from service.claims.worth import WORTH_FROM, Pick, pick_claims
from service.model import Period

TOLL = "أسفر انهيار مبنى سكني في حي الميناء فجر الأحد عن مقتل سبعة أشخاص وإصابة خمسة عشر آخرين."
DENIAL = "ونفت وزارة الموارد المائية صحة ما نُشر عن رفع سعر المياه المنزلية."
TRADE = "وارتفعت صادرات البلاد من القمح إلى 3.2 مليون طن خلال النصف الأول من عام 2023."
WORTH = [
    TOLL,
    DENIAL,
    TRADE,
    "ووقّعت شركة «أمواج» عقدا بقيمة 480 مليون دولار لبناء محطة لتحلية المياه في رأس الجود.",
    "وقال المتحدث باسم الشرطة طارق مراد إن الدورية أوقفت ثلاثة مشتبه بهم مساء الثلاثاء.",
    "وفاز نادي الفنار على نادي النواعير بهدفين مقابل هدف في نهائي كأس السهل.",
    "The ministry of health said 12 people died in the port on Tuesday.",
]
NOT_WORTH = [
    "فهل تتحرك السلطات قبل أن ينهار مبنى آخر في حي الميناء؟",
    "لماذا لم تُفتح تحقيقات جدية في حوادث سابقة حتى الآن؟",
    "يجب على البلدية أن تعيد النظر في طريقة إدارتها لهذا الملف برمته.",
    "أعتقد أن الناس ملوا من الوعود التي لا يرون لها أثرا.",
    "وكان الجو هادئا والشوارع خالية من المارة في ذلك الوقت.",
    "للأسف لا أحد يريد أن يتحمل المسؤولية عما جرى.",
    "اقرأ أيضا: ارتفاع أسعار الخضر في 12 مدينة خلال أسبوع واحد.",
    "تابعونا على مواقع التواصل لمعرفة آخر أخبار عام 2024.",
]
FILLER = "وتواصلت الأعمال في الموقع كما جرت العادة من دون توقف يذكر."


def picks_of(*sentences: str, as_of: date | None = None, most: int = 20) -> tuple[Pick, ...]:
    return pick_claims(" ".join(sentences), as_of=as_of, most=most).picks


def signs_of(pick: Pick) -> set[str]:
    return {reason.sign for reason in pick.reasons}


@pytest.mark.parametrize("sentence", WORTH)
def test_what_can_be_looked_up_is_worth_it(sentence: str) -> None:
    (pick,) = picks_of(sentence)
    assert pick.score >= WORTH_FROM


@pytest.mark.parametrize("sentence", NOT_WORTH)
def test_what_cannot_is_not(sentence: str) -> None:
    text = f"{TOLL} {sentence}"
    assert [pick.sentence.of(text) for pick in pick_claims(text).picks] == [TOLL]


@pytest.mark.parametrize(
    ("sentence", "sign", "is_for"),
    [
        (TOLL, "quantity", True),
        (TOLL, "period", True),
        (DENIAL, "denial", True),
        (DENIAL, "statement", True),
        ("وقال الوزير سامي الدهمان إن المحطة ستنتج 200 ألف متر مكعب يوميا.", "plan", False),
        ("وأظن أن 12 شخصا على الأقل قُتلوا في حي الميناء يوم الأحد.", "first_person", False),
        ("قُتل 12 شخصا في الميناء.", "short", False),
    ],
)
def test_every_reason_is_given_in_both_languages(sentence: str, sign: str, is_for: bool) -> None:
    (pick,) = picks_of(sentence)
    reason = next(reason for reason in pick.reasons if reason.sign == sign)
    assert (reason.points > 0) is is_for
    assert reason.note.ar
    assert reason.note.en


def test_headings_and_stumps_are_passed_over() -> None:
    text = f"ارتفاع حصيلة انهيار مبنى الميناء إلى 12 قتيلا\n{TOLL}\nقُتل 12 شخصا.\n"
    assert [pick.sentence.of(text) for pick in pick_claims(text).picks] == [TOLL]


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 50_000,
        "1,234.5 ، " * 10_000,
        "«" * 50_000 + " قال الوزير",
        "قال " * 25_000,
        "2024-03-05 الثلاثاء 12 قتيلا و" * 3_000,
        '"' + "ا" * 90_000 + '" 1 2 3 4 5',
        "الوزير محمد أحمد علي حسن " * 4_000,
        "a.b. " * 20_000,
    ],
)
def test_hostile_texts_are_read_in_bounded_time(text: str) -> None:
    started = time.process_time()
    assert len(pick_claims(text[:100_000]).picks) <= 20
    assert time.process_time() - started < 60


def test_a_text_without_anything_better_gives_its_best() -> None:
    (pick,) = picks_of(FILLER, "وقال أحد السكان إن الأمر محزن جدا.")
    assert pick.score < WORTH_FROM
    assert picks_of("خبر عاجل") == picks_of("هل؟") == picks_of("") == ()


def test_what_is_said_again_is_picked_once_and_another_number_is_not_the_same() -> None:
    again = "وقد أسفر انهيار مبنى سكني في حي الميناء فجر الأحد عن مقتل سبعة أشخاص وإصابة خمسة عشر آخرين."
    other = TOLL.replace("سبعة", "تسعة").replace("خمسة عشر", "عشرين")
    assert len(picks_of(TOLL, again, TRADE)) == 2
    assert len(picks_of(TOLL, other)) == 2


def test_the_best_are_picked_in_the_order_of_the_text() -> None:
    text = " ".join([FILLER, TRADE, DENIAL, TOLL])
    best = pick_claims(text, most=2).picks
    assert len(best) == 2
    assert best[0].span < best[1].span
    everything = {pick.sentence.of(text): pick.score for pick in pick_claims(text).picks}
    assert {pick.score for pick in best} == set(sorted(everything.values())[-2:])


def test_a_sentence_that_leans_is_asked_with_the_one_before() -> None:
    leaning = "وأضافت أن عدد المصابين بلغ 40 شخصا."
    text = f"{DENIAL} {leaning}"
    pick = pick_claims(text).picks[-1]
    assert pick.span.of(text) == leaning
    assert pick.context is not None
    assert pick.claim.text == text[pick.context.start : pick.span.end] == text
    assert "leans" in signs_of(pick)


def test_what_is_quoted_at_length_is_the_claim() -> None:
    quoted = "الحريق أتى على 700 هكتار من الغابات ولم يسفر عن ضحايا حتى الآن"
    text = f"{TRADE} وقال مدير مصلحة الغابات أنيس الرفاعي: «{quoted}»."
    pick = pick_claims(text).picks[-1]
    assert pick.claim.text == pick.span.of(text) == quoted
    assert pick.sentence.of(text).startswith("وقال مدير")
    assert pick.speaker is not None
    assert "الرفاعي" in pick.speaker.of(text)
    assert "quote" in signs_of(pick)


def test_a_name_in_quotes_is_no_claim() -> None:
    (pick,) = picks_of("وقال الوزير سامي الدهمان إن «الشروق» أنتجت 200 ألف متر مكعب يوم الثلاثاء.")
    assert pick.span == pick.sentence


def test_days_count_from_the_day_of_the_document() -> None:
    (pick,) = picks_of("أعلنت لجنة الانتخابات أمس فوز ندى الشواف بنسبة 54 بالمئة.", as_of=date(2024, 9, 9))
    days = {fact.value.start for fact in pick.claim.facts if isinstance(fact.value, Period)}
    assert days == {date(2024, 9, 8)}
    assert pick.claim.as_of == date(2024, 9, 9)


@given(st.lists(st.sampled_from([*WORTH, *NOT_WORTH, FILLER, "«", "\n", "🕊️ قُتل 3", "؟", '"']), max_size=12))
def test_spans_cut_the_text(parts: list[str]) -> None:
    text = " ".join(parts)
    picks = pick_claims(text, most=5).picks
    assert len(picks) <= 5
    for pick in picks:
        assert 0 <= pick.score <= 1
        assert pick.sentence.start <= pick.span.start < pick.span.end <= pick.sentence.end
        assert pick.claim.text == text[(pick.context or pick.span).start : pick.span.end]
        assert pick.claim.text.strip()


@pytest.mark.parametrize(("name", "columns"), [("worth", 4), ("unchecked_cues", 3)])
def test_lists_are_sorted_and_whole(name: str, columns: int) -> None:
    rows = read_table(name, package=WORDS)
    assert list(rows) == sorted(rows)
    assert {len(row) for row in rows} == {columns}
    assert len(set(rows)) == len(rows)
