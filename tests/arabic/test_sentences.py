"""Texts are written with | where a sentence is to begin."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.halving import LONGEST
from service.arabic.sentences import split_sentences

PLAIN = [
    "وصل الوفد إلى بنغازي. |وأجرى محادثات مع المسؤولين.",
    "هل وصل الوفد؟ |نعم! |وصل أمس.",
    "انهار المبنى؛ وقتل 3 أشخاص، وأصيب آخرون. |وما زال البحث جاريا.",
    "ماذا قال؟! |لا أحد يعلم.",
    "He left on Monday. |She stayed. |Why?",
    "Il est parti lundi. |Elle est restée.",
    "وزیر نے کہا۔ |پھر وہ چلے گئے۔",
]
QUOTATIONS = [
    "قال المتحدث: «لن نتراجع. سنواصل العمل.» |وأضاف أن المحادثات مستمرة.",
    'وتابع: "تشهد الزيارة مباحثات. وستنتهي غدا". |وذكر مصدر آخر غير ذلك.',
    "قال: “هذا كاف. انتهى الأمر”، ثم غادر القاعة. |ولم يعلق أحد.",
    "سأل: «من المسؤول؟» ثم غادر. |وبقي السؤال.",
    "في روايته «لماذا أعدموني؟» يروي القصة. |وقد ترجمت.",
    "قال: «هل يعقل هذا؟» |ورد الوزير بالنفي.",
    "شارك فيها الفريق (بقيادة اللواء. سالم) ثم عاد. |وانتهى التمرين.",
    "He said: “We stay. We fight.” |Then he left.",
    "«جملة بلا إغلاق. |وجملة أخرى. |وثالثة.",
]
ABBREVIATIONS = [
    "التقى د. أحمد علي بالوفد. |وحضر أ.د. سامي حسن ود.منى.",
    "نقلت (أ ف ب) عن مصدر. |وأكدت أ.ف.ب. ذلك لاحقا.",
    "قال م. خالد إن المشروع بدأ عام 2019 م. |وانتهى عام 1445 هـ. |ثم توقف.",
    "ترسل إلى ص.ب. 1500 الرياض. |وينتهي التقديم غدا.",
    "بثت «بي. بي. سي» المقابلة. |ونشرتها «سي.إن.إن» أيضا.",
    "The U.S. president met Mr. Smith and J. K. Rowling at 10 a.m. in Cairo. |The talks ended.",
    "He works for the U.S. |The army denied it.",
    "No. 5 was hit. |He said no. |Then he left.",
    "M. Macron a rencontré MM. Dupont et Durand. |Voir art. 5 et p. 12. |Fin.",
    "It rained, e.g. in Derna. |Prof. Ali vs. Dr. Omar.",
]
NUMBERS = [
    "ارتفع 0.5 في المئة إلى 1.0811 دولار. |وبلغ 76.000 برميل.",
    "وقع ذلك في 17.9.2023 الساعة 21:15. |وقتل 5ر2 ألف شخص.",
    "بلغ العدد 1500. |وفي 2023.15 شيء آخر.",
    "كان ذلك عام 2011. |وفي 2015. |15 قتيلا سقطوا.",
    "زوروا www.example.com أو اكتبوا إلى a.b@example.org. |وشكرا.",
]
PAUSES = [
    "حفتر يزور روسيا.. وبنغازي: تلبية لدعوة رسمية",
    "قال... ثم سكت. |وانصرف.",
    "ماذا بعد…؟ |لا أحد يعلم.",
    "He paused... and left. |It was over... |Then silence.",
]
GLUED = [
    "انتهت الزيارة.|وأعلن البيان ذلك.",
    "وصل الوفد إلى موسكو.|«نحن هنا» قال رئيسه.",
]
LINES = [
    "عنوان بلا نقطة\n|وصل الوفد.\n\n|• بند أول\n|• بند ثان\r\n|خاتمة",
    "1. الأمن والدفاع\n|2. الاقتصاد. |والتجارة\n",
    "أ. البند الأول\n|ب. البند الثاني",
    "قال الوزير إن الوفد وصل صباح اليوم،\nوإنه سيغادر غدا.\u2028|ثم صمت.",
    "- تفاح،\n|- موز،\n|- تمر",
    "\ufeffخبر عاجل.\u200f |وتفاصيل.\u202c",
    "  في الطرفين مسافة \u00a0",
]


@pytest.mark.parametrize("marked", [*PLAIN, *QUOTATIONS, *ABBREVIATIONS, *NUMBERS, *PAUSES, *GLUED, *LINES])
def test_sentences(marked: str) -> None:
    text = marked.replace("|", "")
    assert [span.of(text) for span in split_sentences(text)] == [part.strip() for part in marked.split("|")]


HALF = (
    "وقال المتحدث باسم الوزارة إن الوفد الذي وصل صباح اليوم إلى العاصمة سيبقى فيها ثلاثة أيام "
    "يلتقي خلالها عددا من كبار المسؤولين"
)
FURTHER = (
    "من الوزارات كلها ومن غرف التجارة والصناعة في المدن الكبرى قبل أن يعود إلى بلاده "
    "في نهاية الأسبوع على متن طائرة خاصة"
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{HALF} {FURTHER}؛", f"ولم يذكر، مع ذلك، شيئا عن {FURTHER}."),
        (f"{HALF}، {FURTHER}،", f"وأضاف أن ذلك كله {HALF}."),
        (f"{HALF} {FURTHER}،", f"مشيرا إلى ما قيل {HALF}."),
        (f"{HALF} {FURTHER}..", f"ثم {HALF}."),
    ],
)
def test_a_long_sentence_is_halved_where_it_halves_best(first: str, second: str) -> None:
    text = f"{first} {second}"
    assert [span.of(text) for span in split_sentences(text)] == [first, second]


def test_a_long_sentence_keeps_its_quotation_whole() -> None:
    quotation = f"«{FURTHER}، وهذا كله، وفق البيان، مؤكد»"
    text = f"{HALF} {FURTHER}، وأكد {quotation}."
    assert any(quotation in span.of(text) for span in split_sentences(text))


def test_a_sentence_without_any_mark_is_left_alone_until_twice_too_long() -> None:
    assert len(split_sentences("كلمة " * 2 * LONGEST)) == 1
    parts = split_sentences("كلمة " * 1000)
    assert max(part.end - part.start for part in parts) <= 2 * LONGEST * len("كلمة ")


TEXTS = st.one_of(st.text(), st.text(st.sampled_from("ابود.،؛؟!…«»\"()' \n\t\r\u2028\u200f\ufeff1aA•-"), max_size=200))


@given(TEXTS)
def test_sentences_rejoin_to_the_original(text: str) -> None:
    spans = split_sentences(text)
    ends = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    assert ends == sorted(ends)
    assert not "".join(text[end:start] for end, start in zip(ends[::2], ends[1::2], strict=True)).strip()
    assert all(before.end < after.start or not text[before.end : after.start] for before, after in pairwise(spans))


@given(TEXTS)
def test_sentences_begin_and_end_with_something_to_see(text: str) -> None:
    assert all(span.of(text) and span.of(text) == span.of(text).strip() for span in split_sentences(text))


@pytest.mark.parametrize(
    "unit", [".", "Mr. ", "د. ", "،\n", "(", '"', '" ', "«", " ", "\n", "؛ ", "كلمة، ", "ab ", "1. "]
)
def test_hostile_runs_take_linear_time(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    assert sum(span.end - span.start for span in split_sentences(text)) <= len(text)
