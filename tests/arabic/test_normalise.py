from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.arabic.normalise import align, fold_character, normalise
from service.model import Span

LETTERS_AND_MARKS = st.sampled_from(
    "اأإآٱىيةهكکیوؤئء\u0640\u064b\u0651\u0653\u0654\u0655\u0670ﻻﷺﷲﺀ\u200c\u200f\ufeffeEéÉ\u0301\u0308İ١۱1 ."
)
ANY_TEXT = st.one_of(
    st.text(), st.text(LETTERS_AND_MARKS), st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF))
)
LETTER_FORMS = [
    ("أحمد إلى آخر ٱلحق", "احمد الي اخر الحق"),
    ("مدرسة موسى", "مدرسه موسي"),
    ("مسؤول شيء قائد", "مسؤول شيء قائد"),
    ("مُحَمَّدٌ هٰذا", "محمد هذا"),
    ("الـــقاهرة ـ", "القاهره "),
    ("ﺍﻟﻘﺎﻫﺮﺓ ﻻ ﻷن ﷲ", "القاهره لا لان الله"),
    ("ﷺ ﷻ ﷼", "صلي الله عليه وسلم جل جلاله ريال"),
    ("\ufe70\ufe76\ufc5e\ufcf2", ""),  # tashkeel in isolated and medial shapes
    ("\U0001ee00\U0001ee01", "اب"),  # mathematical alef and beh
    ("کتاب یک ۀ ہے ڪ", "كتاب يك ه هي ك"),
    ("پنج چای گاز ڤيينا ژ", "پنج چاي گاز ڤيينا ژ"),  # letters of their own: names.py compares across them
    ("و\u0654 ي\u0654 ى\u0654 ا\u0653 ا\u0655", "ؤ ئ ئ ا ا"),  # combining hamza and madda
    ("ؤ\u064f و\u064f\u0654", "ؤ و"),
]
DIGITS_AND_CASE = [
    ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
    ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
    ("१२ １２ 𝟓𝟔", "12 12 56"),
    ("٥ر٢ ١٬٢٣٤٫٥ ٪٥٠", "5ر2 1٬234٫5 ٪50"),
    ("NATO École ΣΑΣ İstanbul", "nato école σασ istanbul"),
    ("E\u0301cole Ecole A\u030angstrom и\u0306", "école ecole ångstrom й"),
    ("x\u0301", "x"),  # an accent that composes with nothing
    ("½ ² Ⅷ", "½ ² ⅷ"),  # not digits of a system
]
INVISIBLE = [
    ("\ufeffخبر", "خبر"),  # byte order mark
    ("حفتر\u200f \u202bروسيا\u202c \u2067x\u2069", "حفتر روسيا x"),  # RLM, RLE…PDF, RLI…PDI
    ("می\u200cخواهم \u200dه", "ميخواهم ه"),  # ZWNJ, ZWJ
    ("ال\u00adقاهرة\u200b", "القاهره"),  # soft hyphen, zero-width space
    ("\u061c\u2060\u2066\U000e0067", ""),  # ALM, word joiner, LRI, tag
    ("❤\ufe0f", "❤"),  # emoji selector
    ("ا\x00ب\ud800\udfff", "ا\x00ب\ud800\udfff"),  # NUL and surrogates are not ours to hide
    ("سطر\r\nسطر\u2028 \u00a0", "سطر\r\nسطر\u2028 \u00a0"),  # white space stays as it is
]


@pytest.mark.parametrize(("text", "expected"), LETTER_FORMS + DIGITS_AND_CASE + INVISIBLE)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("text", "found", "origin"),
    [
        ("قَالَ", "قال", "قَالَ"),  # the last fatha belongs to the word
        ("\ufeffقال", "قال", "قال"),  # the byte order mark does not
        ("ثم قال\u200f.", "قال", "قال\u200f"),
        ("ال\u0651\u0651له", "الله", "ال\u0651\u0651له"),
        ("هو ﷺ نعم", "عليه", "ﷺ"),
        ("هو ﷺ نعم", "نعم", "نعم"),
        ("هو ﷺ نعم", "هو صلي", "هو ﷺ"),
        ("ﻻ عيب", "ل", "ﻻ"),
        ("ﻻ عيب", "ا", "ﻻ"),
        ("cafe\u0301 noir", "café", "cafe\u0301"),
        ("cafe\u0301 noir", "noir", "noir"),
        ("\U0001f600 قالَ \U0001f600ا", "ا", "ا"),
    ],
)
def test_align_leads_back_to_the_original(text: str, found: str, origin: str) -> None:
    aligned = align(text)
    start = aligned.text.rindex(found) if len(found) == 1 else aligned.text.index(found)
    assert aligned.span(start, start + len(found)).of(text) == origin


@given(ANY_TEXT)
@example("e\u200d\u0301")
@example("\u0648\u064b\u0654")
def test_normalise_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(ANY_TEXT, st.data())
def test_every_stretch_comes_from_the_stretch_that_makes_it(text: str, data: st.DataObject) -> None:
    aligned = align(text)
    assert aligned.text == normalise(text)
    start = data.draw(st.integers(0, len(aligned.text)))
    end = data.draw(st.integers(start, len(aligned.text)))
    origin = aligned.span(start, end)
    assert 0 <= origin.start <= origin.end <= len(text)
    made = normalise(origin.of(text))
    assert aligned.text[start:end] in made
    if not any(len(fold_character(character)) > 1 for character in origin.of(text)):
        assert made == aligned.text[start:end]


@given(ANY_TEXT)
def test_neighbouring_stretches_have_neighbouring_origins(text: str) -> None:
    aligned = align(text)
    origins = [aligned.span(place, place + 1) for place in range(len(aligned.text))]
    for before, after in pairwise(origins):
        assert before.end == after.start or before.start == after.start  # the letters of one ligature
    if origins:
        assert origins[-1].end == len(text)


def test_every_code_point_alone() -> None:
    for code in (*range(0x20000), *range(0xE0000, 0xE0200)):  # elsewhere are only ideographs and nothing
        character = chr(code)
        aligned = align(character)
        assert aligned.text == normalise(aligned.text), hex(code)
        if aligned.text:
            assert aligned.span(0, len(aligned.text)) == Span(0, 1), hex(code)
