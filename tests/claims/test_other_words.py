"""Other words for what a claim speaks of."""

from __future__ import annotations

import pytest

from service.claims.other_words import read_other_words
from service.claims.read import read_claim

FOUND = (
    ("a number in words is looked for in digits", "خمسة عشر مليار ريال", ["15", "15000000000"]),
    ("in thousands, with either mark", "ستة وسبعون ألف متر مربع", ["76", "76000", "76.000", "76,000"]),
    ("a broken number of millions", "2.5 مليون نازح", ["2500000", "2.5", "2,5"]),
    ("a small number in digits is looked for in words", "٩ مصابين", ["تسعة", "9"]),
    ("tens too", "سقط 30 قتيلا", ["ثلاثون", "ثلاثين"]),
    ("a month under its other names", "في ٢٦ أيلول ٢٠٢٣", ["سبتمبر"]),
    ("with tashkeel", "في أَيْلُول 2023 قُتِلَ ثلاثون", ["سبتمبر", "30"]),
    ("a person named in Latin letters", "Haftar met Putin in Moscow", ["حفتر", "بوتين", "موسكو"]),
    ("a country and its adjective", "The Egyptian minister left Libya", ["مصري", "ليبيا"]),
    ("in French", "Le ministre égyptien a quitté la Libye en septembre", ["مصري", "ليبيا", "سبتمبر"]),
    ("what is counted", "Thirty people were killed", ["30", "ثلاثون", "قتل"]),
)


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_found(text: str, expected: list[str]) -> None:
    words = {word for group in read_other_words(read_claim(text)) for word in group}
    assert set(expected) <= words


NOT_FOUND = (
    ("a year is no number of things", "في 26 سبتمبر 2023", ["2,023", "26"]),
    ("a vague number is none", "آلاف القتلى", ["1000"]),
    ("Arabic names stand in the claim already", "التقى حفتر بوتين", ["خليفة حفتر", "فلاديمير بوتين"]),
    ("an ambiguous spelling is not used", "Assad spoke", ["الأسد"]),
)


@pytest.mark.parametrize(("text", "unwanted"), [row[1:] for row in NOT_FOUND], ids=[row[0] for row in NOT_FOUND])
def test_not_found(text: str, unwanted: list[str]) -> None:
    words = {word for group in read_other_words(read_claim(text)) for word in group}
    assert words.isdisjoint(unwanted)


def test_every_group_has_words_and_stands_once() -> None:
    groups = read_other_words(read_claim("في سبتمبر وسبتمبر قتل 30 و30 في September"))
    assert all(groups)
    assert len(set(groups)) == len(groups)
