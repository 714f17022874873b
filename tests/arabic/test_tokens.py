"""Rows are what Elasticsearch 9.4 answers (tests/elastic/test_analysis.py asks it); here they run without a server."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.normalise import normalise
from service.arabic.tokens import (
    Token,
    analyse,
    analyse_exact,
    exact_terms,
    stemmed_terms,
    tokenise,
)
from service.arabic.word_break import word_classes
from service.arabic.words import read_table

Row = tuple[str, int, int, int]

ALEF_ABOVE_FFFF, SHADDA = "\U00010330", "\u0651"

STEMMED: list[tuple[str, list[Row]]] = [
    ("قَالَ الرئيسُ إنَّ", [("قال", 0, 5, 0), ("رئيس", 6, 13, 1), ("ان", 14, 18, 2)]),  # إنَّ with tashkeel is not stopped
    ("لن يصل إلى القاهرة", [("يصل", 3, 6, 1), ("قاهر", 11, 18, 3)]),  # stop words leave a gap
    ("والمعلمين للمدينة وسياراتهم", [("معلم", 0, 9, 0), ("مدين", 10, 17, 1), ("سياراتهم", 18, 27, 2)]),
    ("ـــ نعم", [("", 0, 3, 0), ("نعم", 4, 7, 1)]),  # nothing but tatweel
    ("حفتر\u200f وصل", [("حفتر\u200f", 0, 5, 0), ("وصل", 6, 9, 1)]),  # RLM is only dropped in the exact form
    ("ﺍﻟﻘﺎﻫﺮﺓ ﻻ", [("ﺍﻟﻘﺎﻫﺮﺓ", 0, 7, 0), ("ﻻ", 8, 9, 1)]),  # presentation forms too
    ("می\u200cخواهم", [("می\u200cخواهم", 0, 8, 0)]),
    ("القاهرة_الدولي __ _أ_", [("قاهره_الدول", 0, 14, 0), ("_ا_", 18, 21, 1)]),
    ("İSTANBUL ΣΑΣ", [("istanbul", 0, 8, 0), ("σασ", 9, 12, 1)]),
    ("\ufeffقال\u202b «نعم»\u202c", [("قال\u202b", 1, 5, 0), ("نعم", 7, 10, 1)]),
    ("\U00011950 \u1c90", [("ა", 2, 3, 0)]),  # a digit and a letter too new for the tokenizer: only the letter is in
]
EXACT: list[tuple[str, list[Row]]] = [
    ("لن يصل إلى القاهرة", [("لن", 0, 2, 0), ("يصل", 3, 6, 1), ("الي", 7, 10, 2), ("القاهره", 11, 18, 3)]),
    ("قَالَ الرئيسُ إنَّ", [("قال", 0, 5, 0), ("الرئيس", 6, 13, 1), ("ان", 14, 18, 2)]),
    ("ـــ نعم", [("نعم", 4, 7, 0)]),
    ("حفتر\u200f وصل", [("حفتر", 0, 5, 0), ("وصل", 6, 9, 1)]),
    ("ﺍﻟﻘﺎﻫﺮﺓ ﻻ", [("القاهره", 0, 7, 0), ("لا", 8, 9, 1)]),
    ("می\u200cخواهم", [("ميخواهم", 0, 8, 0)]),
    ("\U0001ee00\U0001ee01 \U00010330و", [("اب", 0, 2, 0), ("\U00010330و", 3, 5, 1)]),
    ("و\u0654 e\u0301t", [("ؤ", 0, 2, 0), ("ét", 3, 6, 1)]),
    ("ℹ\ufe0fabc Ⓜ", [("ℹabc", 0, 5, 0), ("ⓜ", 6, 7, 1)]),
    ("\U00011950 \u1c90", [("0", 0, 1, 0), ("ა", 2, 3, 1)]),
    ("_🏻\u200c", [("🏻", 1, 3, 0)]),
    # The server gives the first three no width, [0, 0): a part of a ligature is the whole ligature to us.
    ("ﷺ", [("صلي", 0, 1, 0), ("الله", 0, 1, 1), ("عليه", 0, 1, 2), ("وسلم", 0, 1, 3)]),
    # The server does not count the shadda behind a cut: it ends at 255.
    ("ا" * 255 + SHADDA + "ا", [("ا" * 255, 0, 256, 0), ("ا", 256, 257, 1)]),
    (f"🇦{SHADDA * 300}🇧", [("🇦🇧", 0, 302, 0)]),
]
VERBATIM: list[tuple[str, list[Row]]] = [
    ("", []),
    (" \n؟!", []),
    ("أ.ف.ب. د.محمد", [("أ.ف.ب", 0, 5, 0), ("د.محمد", 7, 13, 1)]),
    ("1,500 1.5 ١٬٢٣٤٫٥", [("1,500", 0, 5, 0), ("1.5", 6, 9, 1), ("١٬٢٣٤٫٥", 10, 17, 2)]),
    ("5ر2 21:15 26/9", [("5ر2", 0, 3, 0), ("21", 4, 6, 1), ("15", 7, 9, 2), ("26", 10, 12, 3), ("9", 13, 14, 4)]),
    ("U.S. don't l'été ‘ok’", [("U.S", 0, 3, 0), ("don't", 5, 10, 1), ("l'été", 11, 16, 2), ("ok", 18, 20, 3)]),
    ("👨\u200d👩\u200d👧 👍🏽", [("👨\u200d👩\u200d👧", 0, 5, 0), ("👍🏽", 6, 8, 1)]),
    ("🇪🇬🇸🇦 #\ufe0f\u20e3 #", [("🇪🇬", 0, 2, 0), ("🇸🇦", 2, 4, 1), ("#\ufe0f\u20e3", 5, 8, 2)]),
    ("ℹ\ufe0fabc ℹ\u200d😀", [("ℹ\ufe0fabc", 0, 5, 0), ("ℹ\u200d😀", 6, 9, 1)]),
    ('צה"ל ז\' א"א"א', [('צה"ל', 0, 4, 0), ("ז'", 5, 7, 1), ('א"א', 8, 11, 2), ("א", 12, 13, 3)]),
    (
        "東京ひ カタ한국 ไทย",
        [("東", 0, 1, 0), ("京", 1, 2, 1), ("ひ", 2, 3, 2), ("カタ", 4, 6, 3), ("한국", 6, 8, 4), ("ไทย", 9, 12, 5)],
    ),
    ("ا" * 300, [("ا" * 255, 0, 255, 0), ("ا" * 45, 255, 300, 1)]),
    (ALEF_ABOVE_FFFF * 130, [(ALEF_ABOVE_FFFF * 127, 0, 127, 0), (ALEF_ABOVE_FFFF * 3, 127, 130, 1)]),
    ("_" * 300 + "ا", [("_" * 254 + "ا", 46, 301, 0)]),  # no more than 255 units are looked at
    (f"🇦{SHADDA * 300}🇧", []),
    ("ا\ud800ب", [("ا", 0, 1, 0), ("ب", 2, 3, 1)]),  # a lone surrogate separates
    ("ا\x00ب", [("ا", 0, 1, 0), ("ب", 2, 3, 1)]),
]


@pytest.mark.parametrize(
    ("analysis", "text", "expected"),
    [(analyse, *row) for row in STEMMED]
    + [(analyse_exact, *row) for row in EXACT]
    + [(tokenise, *row) for row in VERBATIM],
)
def test_tokens(analysis: Callable[[str], list[Token]], text: str, expected: list[Row]) -> None:
    assert [(token.text, token.span.start, token.span.end, token.position) for token in analysis(text)] == expected


def test_every_stop_word_is_left_out_as_it_is_listed_and_kept_in_the_exact_form() -> None:
    for (word,) in read_table("stop_words"):
        assert analyse(word) == []
        assert [token.text for token in analyse_exact(word)] == [normalise(word)]


def test_negation_is_in_the_exact_form() -> None:
    assert exact_terms("لا لم لن ما غير ليس") == ["لا", "لم", "لن", "ما", "غير", "ليس"]
    assert stemmed_terms("لا لم لن ما غير ليس") == ["ليس"]


MIXED = st.one_of(st.text(), st.text(st.sampled_from("اأةلو_ــ\u0651\u064bﻻﷺ\u200c\u200d'\".,:1١😀🏻🇦#\u20e3א漢ไK\n")))


@given(MIXED)
def test_spans_hold_the_words_in_order(text: str) -> None:
    tokens = tokenise(text)
    assert [token.span.of(text) for token in tokens] == [token.text for token in tokens]
    assert [token.position for token in tokens] == list(range(len(tokens)))
    assert all(before.span.end <= after.span.start for before, after in pairwise(tokens))


@given(MIXED)
def test_exact_spans_lead_to_what_the_word_was_made_from(text: str) -> None:
    for token in analyse_exact(text):
        assert token.text in normalise(token.span.of(text))


@given(MIXED)
def test_terms_are_the_texts_of_tokens(text: str) -> None:
    assert stemmed_terms(text) == [token.text for token in analyse(text)]
    assert exact_terms(text) == [token.text for token in analyse_exact(text)]


@given(MIXED)
def test_what_lies_between_words_is_in_no_word(text: str) -> None:
    """A letter, digit, ideograph or emoji is never lost."""
    covered = {place for token in tokenise(text) for place in range(token.span.start, token.span.end)}
    kept = [place for place, letter in enumerate(word_classes(text)) if letter in "ABEHIKMNS"]
    assert covered.issuperset(kept)


@pytest.mark.parametrize(
    "unit", ["_", "_\u200d", "\u200d", "🇦", "🇦\u0651", "א'", 'א"', "#\u0651", "1,", "ا_", "😀\u200d", "\U000e0061"]
)
def test_hostile_runs_take_linear_time(unit: str) -> None:
    """The clock is pytest's timeout: a quadratic search of 400,000 characters would take many minutes."""
    text = unit * (400_000 // len(unit))
    assert sum(token.span.end - token.span.start for token in tokenise(text)) <= len(text)
