from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.arabic.language import detect_language

ROWS = [
    ("وصل الوفد الروسي إلى بنغازي", "ar"),
    ("حفتر", "ar"),
    ("الروس اللي نزلو لواغادوغو كلهم مرتزقة ديال فاغنر", "ar"),  # Moroccan
    ("ليش ما رحت مبارح عالضيعة؟", "ar"),  # Levantine
    ("المبنى اللي في هامبورج انفجر الأول وبعدين الحريقة قامت", "ar"),  # Egyptian
    ("مناقصة البريد هالسنه أرخص من اللي قبلها", "ar"),  # Gulf
    ("د. إبراهيم الرشيدي د. محيي الدين الطيب", "ar"),
    ("او هم قالوا له ما قالوا خبر", "ar"),  # words that Persian, Urdu and Pashto share
    ("قال الرئيس التنفيذي لشركة OpenAI Inc.", "ar"),
    ("ﺍﻟﻘﺎﻫﺮﺓ ﻋﺎﺻﻤﺔ ﻣﺼﺮ", "ar"),  # presentation forms
    ("\u202bقَالَ\u202c \ufeff", "ar"),
    ("The minister denied the report.", "en"),
    ("Haftar met Putin in Moscow", "en"),
    ("OPEC cuts output", "en"),
    ("Putin visiting Beijing", "en"),
    ("Livingston's resignation made Clinton look bad", "en"),
    ("Haftar (حفتر) visited Moscow", "en"),
    ("Le ministre a démenti l'information.", "fr"),
    ("L'Iran dément", "fr"),
    ("Haftar arrive à Moscou", "fr"),
    ("Deux morts dans une explosion", "fr"),
    ("E\u0301lections en Libye", "fr"),  # decomposed
    ("El presidente de la república", "und"),
    ("Der Präsident ist in Berlin", "und"),
    ("Il presidente non è a Roma", "und"),
    ("Cumhurbaşkanı bu sabah Ankara'ya geldi ve", "und"),
    ("این خبر از تهران است", "und"),  # Persian
    ("وزیر اعظم نے کہا ہے کہ یہ خبر", "und"),  # Urdu
    ("Шойгу прибыл в Пхеньян", "und"),
    ("שר הביטחון", "und"),
    ("Haftar", "und"),
    ("2023-09-26 21:15", "und"),
    ("", "und"),
    ("\x00\ud800 😀", "und"),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_detect_language(text: str, expected: str) -> None:
    assert detect_language(text) == expected


@given(st.text())
def test_always_one_of_the_known_languages(text: str) -> None:
    assert detect_language(text) in {"ar", "en", "fr", "und"}


@given(st.text(st.sampled_from("ةثحذصضطظعق \n"), min_size=1).filter(str.strip))
def test_arabic_letters_are_arabic(text: str) -> None:
    assert detect_language(text) == "ar"
