"""Printed dates, as tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ingest.datelines import has_clock, is_stamp, read_stamps


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("تاريخ النشر: 26th, September 2023 GMT", "2023-09-26T00:00:00+00:00"),
        ("3rd, December 2023 GMT", "2023-12-03T00:00:00+00:00"),
        ("تم النشر: 2023/09/26 الساعة 21:15 بتوقيت غرينتش", "2023-09-26T21:15:00+00:00"),
        ("الثلاثاء 26 سبتمبر 2023 - 14:05", "2023-09-26T14:05:00+00:00"),
        ("الأربعاء، 23-08-2023 04:34 ص", "2023-08-23T04:34:00+00:00"),
        ("23-08-2023 12:10 ص", "2023-08-23T00:10:00+00:00"),
        ("23.08.2023 | 04:34 م", "2023-08-23T16:34:00+00:00"),
        ("٢٦ سبتمبر/أيلول ٢٠٢٣", "2023-09-26T00:00:00+00:00"),
        ("28 كانون الأول / ديسمبر 2017", "2017-12-28T00:00:00+00:00"),
        ("15 تشرين الثاني/نوفمبر 2017 - 14:53 بتوقيت جرينتش", "2017-11-15T14:53:00+00:00"),
        ("27 ديسمبر 2017 01:13 م بتوقيت مكة المكرمة", "2017-12-27T13:13:00+03:00"),
        ("2017/12/8 الساعة 22:20 (مكة المكرمة) الموافق 1439/3/20 هـ", "2017-12-08T22:20:00+03:00"),
        ("الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس", "2015-08-11T00:00:00+00:00"),
        ("2023-09-26T21:15:00+03:00", "2023-09-26T21:15:00+03:00"),
        ("2023-09-26T21:15:00Z", "2023-09-26T21:15:00+00:00"),
        ("2023-09-26", "2023-09-26T00:00:00+00:00"),
        ("Aug 11, 2015 1:48 PM", "2015-08-11T13:48:00+00:00"),
        ("Tuesday, 11 August 2015 - 13:48 pm", "2015-08-11T13:48:00+00:00"),
        ("11 août 2015 à 13h48", "2015-08-11T13:48:00+00:00"),
        ("1er mars 2021", "2021-03-01T00:00:00+00:00"),
        ("12/25/2021", "2021-12-25T00:00:00+00:00"),
    ],
)
def test_first_stamp(line: str, moment: str) -> None:
    assert read_stamps(line)[0].moment.isoformat() == moment


@pytest.mark.parametrize(
    "line", ["31/02/2020", "في عام 2023 قال الوزير", "1439/3/20 هـ", "من 2019 إلى 2020", "5+5", "9999/99/99", ""]
)
def test_no_full_date(line: str) -> None:
    assert read_stamps(line) == []


@pytest.mark.parametrize(
    ("line", "is_one", "clock"),
    [
        ("الأربعاء، 23-08-2023 04:34 ص", True, True),
        ("منذ 3 ساعات", True, True),
        ("قبل يومين", True, True),
        ("2 hours ago", True, True),
        ("26 سبتمبر 2023", True, False),
        ("18:35 ت م", True, True),
        ("وصل الوفد يوم 26 سبتمبر 2023", False, False),
        ("منذ عام 2017 رست حاملة الطائرات قبالة بنغازي", False, False),
        ("قبل الانتخابات", False, False),
        ("ناقد لا حاقد", False, False),
    ],
)
def test_stamp_lines(line: str, is_one: bool, clock: bool) -> None:
    assert (is_stamp(line), has_clock(line)) == (is_one, clock)


@given(st.text(alphabet="0123456789/-.: صمسبتمبر٠١٢٣٤", max_size=60))
def test_any_digits_are_read_without_complaint(line: str) -> None:
    for stamp in read_stamps(line):
        assert 1900 <= stamp.moment.year <= 2099
    is_stamp(line)
