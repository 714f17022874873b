"""Passages: offsets, sizes, paragraphs, headings."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from service.arabic.sentences import split_sentences
from service.ingest.passages import MANY, SENTENCES, cut_passages

TEXTS = st.text(
    alphabet=st.sampled_from([*"ابتثجحخدذرزسشصضطظعغفقكلمنهوي0123456789", *'   ..،؟!\n«»"()', "\u200f", "a", "é", "😀"]),
    max_size=600,
)


@given(TEXTS)
def test_a_passage_is_its_slice_and_no_sentence_is_lost(text: str) -> None:
    passages = cut_passages(text, article_id="a", language="ar")
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text
    for sentence in split_sentences(text):
        assert sum(one.start <= sentence.start and sentence.end <= one.end for one in passages) == 1
    assert [one.ordinal for one in passages] == list(range(len(passages)))
    assert all(left.end <= right.start for left, right in itertools.pairwise(passages))


@given(TEXTS)
def test_a_passage_has_one_to_three_sentences(text: str) -> None:
    sentences = split_sentences(text)
    for passage in cut_passages(text, article_id="a", language="ar"):
        inside = [one for one in sentences if passage.start <= one.start and one.end <= passage.end]
        assert 1 <= len(inside) <= SENTENCES


LONG = "قال المتحدث باسم الوزارة إن " + "العمل في المشروع الجديد يستمر " * 8 + "حتى نهاية العام."


def test_paragraphs_end_passages() -> None:
    text = f"{LONG}\n{LONG}"
    assert [one.text for one in cut_passages(text, article_id="a", language="ar")] == [LONG, LONG]


def test_a_heading_goes_with_what_follows() -> None:
    text = f"{LONG}\nأسباب التأخير\n{LONG}"
    first, second = cut_passages(text, article_id="a", language="ar")
    assert first.text == LONG
    assert second.text == f"أسباب التأخير\n{LONG}"
    assert second.context == LONG


def test_short_paragraphs_are_joined_and_long_ones_cut() -> None:
    short = "وصل الوفد إلى المطار صباح اليوم."
    text = "\n".join([short] * 4)
    assert [one.text.count("\n") for one in cut_passages(text, article_id="a", language="ar")] == [2, 0]
    many = " ".join(f"قال الشاهد رقم {number} إن السيارة كانت مسرعة جدا في ذلك اليوم." for number in range(12))
    for one in cut_passages(many, article_id="a", language="ar"):
        assert len(one.text.split()) <= MANY


def test_a_tiny_last_sentence_stays_with_its_paragraph() -> None:
    text = f"{LONG} {LONG.replace('قال', 'أكد')} كل عام وأنتم بخير!"
    assert cut_passages(text, article_id="a", language="ar")[-1].text.endswith("حتى نهاية العام. كل عام وأنتم بخير!")


def test_ids_and_context() -> None:
    passages = cut_passages(f"{LONG}\n{LONG}", article_id="art", language="ar", revision=3)
    assert [one.id for one in passages] == ["art:3:0", "art:3:1"]
    assert [one.context for one in passages] == ["", LONG]


def test_language_of_a_passage() -> None:
    english = (
        "The minister said that the work on the new bridge would go on until the end of the year and would not stop."
    )
    text = f"{LONG}\n{english} {english}"
    assert [one.language for one in cut_passages(text, article_id="a", language="ar")] == ["ar", "en"]


def test_empty_text() -> None:
    assert cut_passages(" \n ", article_id="a", language="ar") == ()
