import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from service.arabic.marks import read_marks
from service.arabic.numerals import parse_digits, read_numerals


def read(text: str) -> list[tuple[str, float, float | None]]:
    marks = read_marks(text)
    return [(marks.original_of(n.first, n.last), n.low, n.high) for n in read_numerals(marks)]


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
@given(number=st.integers(min_value=2, max_value=10**12 - 1))
def test_numbers_in_words_read_back(language: str, number: int) -> None:
    words = num2words(number, lang=language)
    if re.search("ألف ألف|مليون مليون|مليار مليار|(ألفا|مليونا|مليارا)$", words):
        return  # num2words writes 101,000 as «مائة و ألف ألف», and 2,000 as «ألفا», which needs a noun behind it
    assert read(words) == [(words, number, number)]


DIGITS = [
    ("76", 76, None),
    ("1,250,000", 1_250_000, None),
    ("1.250.000", 1_250_000, None),
    ("1.250.000,5", 1_250_000.5, None),
    ("1,250.5", 1_250.5, None),
    ("15 000", 15_000, None),
    ("15\u00a0000", 15_000, None),
    ("76.000", 76_000, 76.0),
    ("2.301", 2_301, 2.301),
    ("0.523", 0.523, None),
    ("2,5", 2.5, None),
    ("2،5", 2.5, None),
    ("2٫5", 2.5, None),
    ("5ر2", 2.5, None),
    ("824ر2294", 2294.824, None),
]


@pytest.mark.parametrize(("text", "value", "decimal"), DIGITS)
def test_digits_with_signs(text: str, value: float, decimal: float | None) -> None:
    assert parse_digits(text) == (value, decimal)


APART = [
    ("قتل ثلاثة وجرح خمسة", [3, 5]),
    ("20 و30", [20, 30]),
    ("بين مئة ومئتين", [100, 200]),
    ("ثلاثة آلاف قتيل و500 جريح", [3000, 500]),
    ("كمية هامة من المياه", []),
    ("بعده وعدّها", []),
]


@pytest.mark.parametrize(("text", "values"), APART)
def test_numbers_that_are_no_sum_stay_apart(text: str, values: list[float]) -> None:
    assert [low for _, low, _ in read(text)] == values
