"""Copies: same text, edited copies, agency text inside a longer one; and what is no copy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ingest.copies import (
    PERMUTATIONS,
    Fingerprint,
    Printed,
    choose_group,
    containment,
    fingerprint,
    is_copy,
    similarity,
)

WIRE = (
    "أعلنت وزارة الزراعة السودانية الأحد بدء موسم حصاد القمح في ولاية الجزيرة بعد تأخر دام أسبوعين بسبب نقص الوقود. "
    "وقال وكيل الوزارة إن المساحة المزروعة بلغت 320 ألف فدان، وإن الإنتاج المتوقع لن يقل عن نصف مليون طن هذا العام. "
    "وأضاف أن البنك الزراعي خصص مبالغ لشراء المحصول من المزارعين بالسعر التركيزي الذي حددته اللجنة الاقتصادية. "
    "وكان مزارعون قد شكوا من ارتفاع كلفة الحصاد ومن قلة الآلات، وطالبوا الحكومة بتوفير قطع الغيار قبل نهاية الشهر. "
    "ويعد مشروع الجزيرة أكبر مشروع زراعي مروي في أفريقيا، وتعتمد عليه مئات آلاف الأسر في معيشتها منذ عشرات السنين."
)
OTHER = (
    "افتتح رئيس بلدية طنجة معرض الكتاب في دورته العاشرة بمشاركة تسعين دار نشر من عشرين بلدا عربيا وأوروبيا. "
    "ويستمر المعرض عشرة أيام، ويتضمن برنامجه ندوات عن الترجمة وأدب الطفل وورشات للكتابة يديرها كتاب معروفون. "
    "وقالت مديرة المعرض إن عدد الزوار في الدورة السابقة تجاوز ستين ألفا، وإنها تأمل أن يزيد العدد هذا العام. "
    "ونظمت إدارة المعرض حافلات مجانية تنقل الزوار من محطة القطار إلى القاعة الكبرى طوال أيام المعرض كلها. "
    "ويختتم المعرض بحفل توزيع جوائز على أفضل الكتب في الرواية والشعر والبحث، تمنحها لجنة من خمسة نقاد."
)
EDITED = WIRE.replace("الأحد", "أمس الأحد").replace("فدان", "فدانا تقريبا").replace("وأضاف أن", "وأوضح المسؤول أن")
LONGER = f"{OTHER} {WIRE}"
TELEGRAM = (
    "بعث أمير البلاد ببرقية تهنئة إلى رئيس جمهورية {} بمناسبة ذكرى استقلال بلاده، أعرب فيها عن خالص تهانيه "
    "وتمنياته لفخامته بموفور الصحة والعافية ولشعب {} الصديق بالمزيد من التقدم والازدهار."
)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (WIRE.replace(" ", "\n  ", 3), True),  # white space
        (WIRE.replace("أعلنت", "أَعْلَنَت"), True),  # diacritics
        (WIRE.replace("320", "٣٢٠"), True),
        (WIRE.replace("320", "350"), False),
        (WIRE.replace("لن يقل", "لم يقل"), False),
    ],
)
def test_digest(other: str, same: bool) -> None:
    assert (fingerprint(other).digest == fingerprint(WIRE).digest) is same


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (WIRE, WIRE, True),
        (WIRE, EDITED, True),
        (WIRE, LONGER, True),
        (WIRE, f"الخرطوم (وكالات) - {WIRE}", True),
        (WIRE, OTHER, False),
        (TELEGRAM.format("بوليفيا", "بوليفيا"), TELEGRAM.format("تشاد", "تشاد"), False),
        ("عاجل", "عاجل الآن", False),
        ("", "", False),
    ],
)
def test_is_copy(one: str, other: str, expected: bool) -> None:
    left, right = fingerprint(one), fingerprint(other)
    assert is_copy(left.signature, right.signature) is expected
    assert is_copy(right.signature, left.signature) is expected


@pytest.mark.parametrize("copy", [EDITED, LONGER, f"{WIRE} وتابع الوكيل حديثه."])
def test_copies_share_a_band(copy: str) -> None:
    assert set(fingerprint(WIRE).bands) & set(fingerprint(copy).bands)
    assert not set(fingerprint(WIRE).bands) & set(fingerprint(OTHER).bands)


def test_containment_is_about_the_shorter() -> None:
    short, long = fingerprint(WIRE).signature, fingerprint(LONGER).signature
    assert containment(short, long) > 0.8 > similarity(short, long)


@given(st.text(max_size=300))
def test_fingerprints_are_stable(text: str) -> None:
    one, again = fingerprint(text), fingerprint(f"  {text}\n")
    assert one == again
    assert len(one.signature) == PERMUTATIONS + 1


MORNING = datetime(2024, 1, 1, 8, tzinfo=UTC)


def _printed(id_: str, text: str, *, group: str | None = None, hours: int = 0) -> Printed:
    print_ = fingerprint(text)
    return Printed(id_, group or id_, MORNING + timedelta(hours=hours), print_.digest, print_.signature)


@pytest.mark.parametrize(
    ("candidates", "group"),
    [
        ([], "new"),
        ([_printed("a", OTHER)], "new"),
        ([_printed("b", EDITED, hours=2), _printed("a", WIRE, hours=1)], "a"),
        ([_printed("b", EDITED, group="first")], "first"),
        ([_printed("b", EDITED), _printed("a", EDITED)], "a"),  # stored together: by id
        ([_printed("new", EDITED)], "new"),  # its own earlier revision is no copy
    ],
)
def test_choose_group(candidates: list[Printed], group: str) -> None:
    print_: Fingerprint = fingerprint(WIRE)
    assert choose_group("new", print_, candidates) == group
