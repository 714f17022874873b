from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.arabic.facts import read_facts
from service.arabic.language import detect_language
from service.judgement.compare import compare
from service.judgement.features import features
from service.model import Claim, Evidence, EvidenceKind, JudgedText, Relation

K, R = EvidenceKind, Relation
PUBLISHED = date(2023, 9, 26)  # a Tuesday


CROSSED = "عبرت القافلة الجسر يوم الثلاثاء"


def look(claim: str, passage: str, *, title: str = "", context: str = "", as_of: date | None = None) -> list[Evidence]:
    read = Claim(claim, detect_language(claim), read_facts(claim, reference=as_of), as_of)
    text = JudgedText(passage, published=PUBLISHED, title=title, context=context)
    return list(compare(read, text, read_facts(passage, reference=PUBLISHED)))


def found(evidence: list[Evidence], kind: EvidenceKind, relation: Relation) -> list[Evidence]:
    return [one for one in evidence if one.kind is kind and one.relation is relation]


# claim, passage, kind, relation
SEEN = [
    ("قتل 12 شخصا في حريق مصنع النسيج", "لقي 17 شخصا مصرعهم في حريق مصنع النسيج.", K.QUANTITY, R.CONFLICTS),
    ("قتل آلاف الأشخاص في السيول", "خلفت السيول 11470 قتيلا.", K.QUANTITY, R.AGREES),
    ("افتتح الوزير الجسر يوم 27 سبتمبر 2023", "افتتح الوزير الجسر يوم 26 سبتمبر 2023.", K.DATE, R.CONFLICTS),
    ("افتتح الوزير الجسر يوم 26 سبتمبر 2023", "افتتح الوزير الجسر الثلاثاء.", K.DATE, R.AGREES),
    ("وقع الاتفاق في الرباط", "وقع الاتفاق في تونس العاصمة.", K.PLACE, R.CONFLICTS),
    ("ارتفعت أسعار القمح في السوق", "انخفضت أسعار القمح في السوق.", K.DIRECTION, R.CONFLICTS),
    ("رفض البرلمان مشروع قانون الصيد", "صادق البرلمان على مشروع قانون الصيد.", K.OUTCOME, R.CONFLICTS),
    ("وقع المجلس اتفاق الصيد", "لم يوقع المجلس اتفاق الصيد.", K.NEGATION, R.CONFLICTS),
    ("لم يوقع المجلس اتفاق الصيد", "وقع المجلس اتفاق الصيد.", K.NEGATION, R.CONFLICTS),
    ("لم يوقع المجلس اتفاق الصيد", "لم يوقع المجلس اتفاق الصيد بعد.", K.NEGATION, R.AGREES),
    ("تأجيل زيارة الوفد إلى بنغازي", "نفت الوزارة تأجيل زيارة الوفد إلى بنغازي.", K.NEGATION, R.CONFLICTS),
    ("بعد زيارة موسكو اجتمع القائد بالسفير", "زار القائد موسكو بعد اجتماعه بالسفير.", K.SEQUENCE, R.CONFLICTS),
    ("أبحر المركب من صفاقس إلى جربة", "أبحر المركب من جربة إلى صفاقس.", K.DIRECTION, R.CONFLICTS),
    ("صدرت في حقه 16 منشور تفتيش بسبب السرقة", "تبين أنه محل 6 مناشير تفتيش بسبب السرقة.", K.QUANTITY, R.CONFLICTS),
    ("تابع المباراة ثلاثة آلاف شخص", "تابع المباراة ألفا متفرج.", K.QUANTITY, R.CONFLICTS),
    ("تنظم الشركة رحلتين أسبوعيا إلى صنعاء", "تنظم الشركة رحلتين يوميا إلى صنعاء.", K.QUANTITY, R.CONFLICTS),
    ("غرمت اللجنة اللاعب 30 ألف دولار", "غرمت اللجنة اللاعب 30 ألف ريال.", K.QUANTITY, R.CONFLICTS),
    ("فازت بالمسابقة سارة وعمرها 17 سنة", "فازت بالمسابقة سارة، 15 عاما، من الموصل.", K.QUANTITY, R.CONFLICTS),
    ("Six clubs from Tunisia take part", "تشارك أربعة أندية من تونس.", K.QUANTITY, R.CONFLICTS),
    ("وزير الصحة عمر الولباني يعلن فتح المستشفى", "أعلن وزير التربية عمر الولباني فتح المستشفى.", K.ROLE, R.CONFLICTS),
    ("منير اللومي، وزير الصحة، يفتتح المستشفى", "افتتح سفير تونس منير اللومي المستشفى.", K.ROLE, R.CONFLICTS),
    (
        "أعلنت وزارة العدل أن القانون أودع أمس",
        "أعلنت وزارة الداخلية أن القانون أودع أمس.",
        K.ATTRIBUTION,
        R.CONFLICTS,
    ),
    # numbers that a noun says by its form
    ("استهدفت حافلتان عسكريتان في هجوم تدمر", "استهدف الهجوم في تدمر حافلة عسكرية.", K.QUANTITY, R.CONFLICTS),
    ("تعرض زميلنا داخل السجن لثلاث جلطات", "تعرض زميلنا داخل السجن لجلطتين.", K.QUANTITY, R.CONFLICTS),
    # what a figure has become, and what it was before
    ("تراجعت البطالة إلى 7.4 بالمئة", "تراجعت البطالة من 7.4 بالمئة إلى 7.2 بالمئة.", K.QUANTITY, R.CONFLICTS),
    ("تراجعت البطالة إلى 7.2 بالمئة", "تراجعت البطالة من 7.4 بالمئة إلى 7.2 بالمئة.", K.QUANTITY, R.AGREES),
    (
        "صعدت كلفة المشروع من 800 مليون دولار إلى 1.1 مليار",
        "صعدت كلفة المشروع من 900 مليون دولار إلى 1.1 مليار.",
        K.QUANTITY,
        R.CONFLICTS,
    ),
    ("كلفة المشروع 1.1 مليار دولار", "صعدت كلفة المشروع من 900 مليون دولار إلى 1.1 مليار.", K.QUANTITY, R.AGREES),
    # other ways to negate, and a head behind a light word
    ("أصيب الحارس في انفجار المصنع", "انفجر المصنع ولم يصب الحارس.", K.NEGATION, R.CONFLICTS),
    (
        "نشب خلاف بين الوزيرين حول الميزانية",
        "نفى المتحدث وجود أي خلاف بين الوزيرين حول الميزانية.",
        K.NEGATION,
        R.CONFLICTS,
    ),
    ("وافق الوزير ونائبه على الخطة", "لم يوافق الوزير ولا نائبه على الخطة.", K.NEGATION, R.CONFLICTS),
    ("تشارك المدينة في القمة البحرية", "أكدت المدينة رفضها المشاركة في القمة البحرية.", K.NEGATION, R.CONFLICTS),
    ("محصول القمح أقل من 3 ملايين طن", "قدر محصول القمح بنحو 2.8 مليون طن.", K.QUANTITY, R.AGREES),
    ("تعادل الفنار مع النواعير", "فاز الفنار على ضيفه النواعير.", K.OUTCOME, R.CONFLICTS),
    ("البنك المركزي يخفض سعر الفائدة", "قرر البنك المركزي الإبقاء على سعر الفائدة.", K.DIRECTION, R.CONFLICTS),
    ("حققت الميزانية فائضا قدره خمسة ملايين", "سجلت الميزانية عجزا قدره خمسة ملايين.", K.DIRECTION, R.CONFLICTS),
]


@pytest.mark.parametrize(("claim", "passage", "kind", "relation"), SEEN)
def test_evidence_is_seen(claim: str, passage: str, kind: EvidenceKind, relation: Relation) -> None:
    assert found(look(claim, passage), kind, relation)


# what must not be taken for a conflict of this kind
UNSEEN = [
    # the distance of another town, the count of another thing, the wounded for the dead
    ("تبعد براك عن طرابلس 700 كيلومتر", "سرت (450 كلم شرق طرابلس)، وبراك (700 كلم جنوب طرابلس).", K.QUANTITY),
    ("قتل 12 شخصا في الحريق", "أصيب 17 شخصا في الحريق وقتل 12.", K.QUANTITY),
    ("قتل 12 شخصا في الحريق", "شارك 40 إطفائيا في إخماد الحريق.", K.QUANTITY),
    ("تكلف واردات الغاز 1.4 مليون دولار أسبوعيا", "تكلف واردات الغاز 200 ألف دولار يوميا.", K.QUANTITY),
    # imprecision
    ("حضر نحو 360 ألف متظاهر", "حضر 358 ألف متظاهر.", K.QUANTITY),
    ("افتتح الوزير الجسر في سبتمبر 2023", "افتتح الوزير الجسر يوم 26 سبتمبر 2023.", K.DATE),
    ("وقع الاتفاق في ليبيا", "وقع الاتفاق في بنغازي.", K.PLACE),
    # the same from two standpoints, or negated
    ("فاز الأهلي على الزمالك في النهائي", "خسر الزمالك أمام الأهلي في النهائي.", K.OUTCOME),
    ("لم ترتفع أسعار القمح في السوق", "انخفضت أسعار القمح في السوق.", K.DIRECTION),
    # both sides are named on each side
    ("رفض الحزب القانون ووافق عليه البرلمان", "وافق البرلمان على القانون ورفضه الحزب.", K.OUTCOME),
    # words that look like opposites
    ("أعلنت الشركة مواصلة العمل", "أعلنت الشركة عبر مواقع التواصل جائزة العمل.", K.OUTCOME),
    # one speaker in two forms, an unnamed one, and one that the passage quotes too
    ("أعلنت وزارة العدل إيداع مقترح القانون", "أعلن المتحدث باسم وزارة العدل إيداع مقترح القانون.", K.ATTRIBUTION),
    ("أعلن وزير العدل إيداع مقترح القانون", "أعلن مصدر حكومي إيداع مقترح القانون.", K.ATTRIBUTION),
    ("أعلنت وزارة العدل إيداع القانون", "أعلنت وزارة الداخلية إيداع القانون، وأكدته وزارة العدل.", K.ATTRIBUTION),
    # a rank beside an office, and an office that leaves room for another
    ("نفى اللواء طلال العثمان رفع الرسوم", "نفى وكيل وزارة الداخلية طلال العثمان رفع الرسوم.", K.ROLE),
    ("حضر عضو الحزب منير اللومي الجلسة", "حضر وزير الصحة منير اللومي الجلسة.", K.ROLE),
    ("استهدفت حافلتان عسكريتان في هجوم تدمر", "فتش الجيش كل حافلة بعد هجوم تدمر.", K.QUANTITY),
    ("استهدفت حافلتان عسكريتان في هجوم تدمر", "استهدف هجوم تدمر حافلات عسكرية.", K.QUANTITY),
    # what the passage's figures come to, and its own figure without what it counts
    ("ضبطت الجمارك 176 كبسولة كوكايين وهيروين", "ضبطت الجمارك 87 كبسولة كوكايين و89 كبسولة هيروين.", K.QUANTITY),
    ("تنتظر العائلات 580 خيمة", "وصلت إلى العائلات 120 خيمة من 700 خيمة وعدت بها.", K.QUANTITY),
    ("من جملة 120 شخصا أوقفت الشرطة 32", "أوقفت الشرطة 32 شخصا من جملة 120.", K.QUANTITY),
    # another occasion: months apart, or elsewhere and with another number
    ("افتتح الوزير الجسر في 3 مايو 2023", "افتتح الوزير الجسر يوم 26 سبتمبر 2023.", K.DATE),
    ("ضرب زلزال بقوة 6 درجات غرب تركيا", "ضرب زلزال بقوة 5.1 درجات وسط اليونان.", K.QUANTITY),
    ("ضرب زلزال بقوة 6 درجات غرب تركيا", "ضرب زلزال بقوة 5.1 درجات وسط اليونان.", K.PLACE),
    # protests there against what was decided here
    (
        "تظاهر المئات في الخرطوم ضد نقل السفارة إلى القدس",
        "تظاهر الآلاف في نواكشوط ضد نقل السفارة إلى القدس.",
        K.QUANTITY,
    ),
    # who does not, not what is not done; who survived it; what is said after all
    ("مدير المصنع في الساحل يزور العمال", "لن يتمكن مدير المصنع في الساحل من السفر.", K.NEGATION),
    ("غرق قارب الصيد قبالة الساحل", "نجا الصيادون من غرق القارب قبالة الساحل.", K.NEGATION),
    ("لم تعثر دورية على القارب بل عثر عليه صيادون", "عثر صيادون على القارب.", K.NEGATION),
    # of two things
    ("ارتفعت أسعار القمح 10 بالمئة", "انخفض محصول القمح 10 بالمئة.", K.DIRECTION),
    # part of a name
    ("أقالت الشركة حارس محطة عين الصقر", "وصل الحارس إلى عين الصقر.", K.OUTCOME),
]


def test_a_sum_is_of_one_thing_and_no_chance() -> None:
    """The dead and the wounded together are no dead, and 202 and 2 are 204 by chance."""
    wounded = look("سبعة قتلى في اصطدام سيارة بناقة", "قتل أربعة أشخاص وأصيب ثلاثة آخرون في اصطدام سيارة بناقة.")
    assert found(wounded, K.QUANTITY, R.CONFLICTS)
    votes = look("أيد عزل الرئيس 204 نواب", "أيد عزل الرئيس 202 نائبا وعارضه نائبان.")
    assert found(votes, K.QUANTITY, R.CONFLICTS)


def test_a_weekday_of_no_week_says_nothing_against_what_a_search_brings_up() -> None:
    claim = Claim(CROSSED, "ar", read_facts(CROSSED))
    texts = [JudgedText("عبرت القافلة الجسر يوم الجمعة.", is_searched=searched) for searched in (False, True)]
    chosen, searched = (list(compare(claim, text, read_facts(text.text))) for text in texts)
    assert found(chosen, K.DATE, R.CONFLICTS)
    assert not found(searched, K.DATE, R.CONFLICTS)


def test_a_slip_of_the_month_is_a_conflict() -> None:
    slip = look("افتتح الوزير الجسر يوم 26 أغسطس 2023", "افتتح الوزير الجسر يوم 26 سبتمبر 2023.")
    assert found(slip, K.DATE, R.CONFLICTS)


@pytest.mark.parametrize(("claim", "passage", "kind"), UNSEEN)
def test_no_conflict_is_seen(claim: str, passage: str, kind: EvidenceKind) -> None:
    assert not found(look(claim, passage), kind, R.CONFLICTS)


def test_a_weekday_that_stands_for_one_day_of_the_claim_says_nothing_against_the_other() -> None:
    claim = "قال الناطق يوم الثلاثاء إن زيارة الرئيس جرت يوم الاثنين"
    passage = "قال الناطق اليوم الثلاثاء إن زيارة الرئيس كانت قصيرة."
    read = Claim(claim, detect_language(claim), read_facts(claim))
    undated = list(compare(read, JudgedText(passage), read_facts(passage)))
    assert found(undated, K.DATE, R.AGREES)
    assert not found(undated, K.DATE, R.CONFLICTS)
    dated = look(claim, passage)
    assert found(dated, K.DATE, R.CONFLICTS), "with a day of its own the passage says which Monday it is not"
    other = "قال الناطق اليوم الأربعاء إن زيارة الرئيس كانت قصيرة."
    assert found(list(compare(read, JudgedText(other), read_facts(other))), K.DATE, R.CONFLICTS)


def test_a_later_toll_is_an_update_and_an_earlier_one_too() -> None:
    later = look("قتل 12 شخصا في زلزال الحوز", "ارتفع عدد قتلى زلزال الحوز إلى 40 شخصا.", as_of=date(2023, 9, 20))
    assert found(later, K.UPDATE, R.UPDATE)
    assert not found(later, K.QUANTITY, R.CONFLICTS)
    falling = look("قتل 40 شخصا في زلزال الحوز", "قتل 12 شخصا في زلزال الحوز.", as_of=date(2023, 9, 20))
    assert not found(falling, K.UPDATE, R.UPDATE)
    assert found(falling, K.QUANTITY, R.CONFLICTS)


def test_the_note_names_both_sides_in_both_languages() -> None:
    (one,) = found(look(*SEEN[2][:2]), K.DATE, R.CONFLICTS)
    assert "27 سبتمبر 2023" in one.note.ar
    assert "26 سبتمبر 2023" in one.note.ar
    assert one.note.ar.startswith("التاريخ: الادعاء")
    assert one.note.en.startswith("Date: the claim has “")


def test_spans_point_at_the_words() -> None:
    claim, passage = SEEN[0][:2]
    (one,) = found(look(claim, passage), K.QUANTITY, R.CONFLICTS)
    assert one.claim_span.of(claim) == "12 شخصا"
    assert one.passage_span.of(passage) == "17 شخصا"


def test_title_and_context_help_to_tell_the_event_but_are_never_pointed_at() -> None:
    claim, passage = "قتل 12 شخصا في حريق مصنع النسيج بالسويس", "وقتل فيه 17 شخصا."
    alone, helped = (look(claim, passage, context=text) for text in ("", "شب حريق في مصنع النسيج بالسويس."))
    assert not found(alone, K.QUANTITY, R.CONFLICTS)
    (one,) = found(helped, K.QUANTITY, R.CONFLICTS)
    assert one.passage_span.of(passage) == "17 شخصا"


def test_features_have_fixed_names_whatever_is_compared() -> None:
    pairs = [pair[:2] for pair in SEEN]
    names = {
        tuple(features(Claim(c, "ar", read_facts(c)), JudgedText(p), read_facts(p))) for c, p in [*pairs, ("س", "")]
    }
    assert len(names) == 1


_TEXT = st.text(alphabet="ابتحدرسعفقكلمنهويأإةى 0123456789٠١٢.,،؛:()«»-%\u0640\u064b\u200fab", max_size=60)


@settings(max_examples=60, deadline=None)
@given(_TEXT, _TEXT)
def test_every_span_lies_in_its_text(claim: str, passage: str) -> None:
    for one in look(f"قتل 12 {claim}", f"لم يقتل 17 {passage}"):
        assert 0 <= one.claim_span.start < one.claim_span.end <= len(f"قتل 12 {claim}")
        assert 0 <= one.passage_span.start < one.passage_span.end <= len(f"لم يقتل 17 {passage}")


SWAPPED = [SEEN[0], SEEN[2], SEEN[4], SEEN[5], SEEN[6]]


@pytest.mark.parametrize(("claim", "passage", "kind", "relation"), SWAPPED)
def test_swapping_claim_and_passage_keeps_a_conflict(
    claim: str, passage: str, kind: EvidenceKind, relation: Relation
) -> None:
    assert found(look(passage.rstrip("."), claim + "."), kind, relation)
