from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.facts import read_facts
from service.model import FactKind

READ = [
    (
        "استقبل نائب وزير الدفاع الروسي يونس بك يفكوروف في 17 سبتمبر 2023 نحو 40 ضابطا في بنغازي",
        [
            ("place", "الروسي"),
            ("name", "يونس بك يفكوروف"),
            ("period", "17 سبتمبر 2023"),
            ("quantity", "نحو 40 ضابطا"),
            ("place", "بنغازي"),
        ],
    ),
    (
        "نفت وزارة الصحة في ليبيا وفاة 12 شخصا",
        [("polarity", "نفت"), ("name", "وزارة الصحة"), ("place", "ليبيا"), ("quantity", "12 شخصا")],
    ),
    ("عالجهم فريق من أطباء بلا حدود", [("name", "أطباء بلا حدود")]),
    ("لا يقل عدد القتلى عن عشرين قتيلا", [("quantity", "عشرين قتيلا")]),
    ("زار السيد رمضان الدوسري المصنع في 2019", [("name", "رمضان الدوسري"), ("period", "2019")]),
    (
        "Haftar arrived in Moscow on 26 September 2023",
        [("name", "Haftar"), ("place", "Moscow"), ("period", "26 September 2023")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_facts_of_all_kinds_in_order(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(fact.kind.value, fact.text) for fact in read_facts(text)] == expected


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("في عام 2019", ["period"]),
        ("حركة 20 فبراير دعت إلى مسيرة", ["name", "polarity"]),
        ("وقع الهجوم في مايو", ["period"]),
        ("جامعة القاهرة أعلنت النتائج", ["name", "polarity"]),
    ],
)
def test_one_stretch_is_one_fact(text: str, kinds: list[str]) -> None:
    assert [fact.kind.value for fact in read_facts(text)] == kinds


def test_the_reference_anchors_relative_dates() -> None:
    (period,) = read_facts("وصل أمس", reference=date(2023, 9, 27)).of(FactKind.PERIOD)
    assert getattr(period.value, "start", None) == date(2023, 9, 26)


PIECES = st.sampled_from(
    ["الرئيس", "محمد", "رمضان", "2019", "١٢", "ألفا", "و", "470", "قتيلا", "في", "مايو",
     "بنغازي", "نفت", "لم", "لا", "يقل",
     "عن", "أمس", "وزارة", "الدفاع", "،", ".", "«", "»", "26", "September", "Putin", "%",
     "حركة", "20", "فبراير", "\u200f", "مـ"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=80))
def test_facts_are_exact_ordered_and_apart(text: str) -> None:
    facts = list(read_facts(text))
    assert all(text[fact.span.start : fact.span.end] == fact.text for fact in facts)
    assert [fact.span for fact in facts] == sorted(fact.span for fact in facts)
    typed = [fact for fact in facts if fact.kind is not FactKind.POLARITY]
    assert all(one.span.end <= two.span.start for one, two in pairwise(typed))
