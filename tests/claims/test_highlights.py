"""Words of the claim in the passage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.claims.highlights import content_stems, find_highlights

HIGHLIGHTS = (
    ("the same word", "السيول", "غمرت السيول القرى", ["السيول"]),
    ("prefixes and endings", "المدينة والجسر", "مدن ومدينة قرب الجسر أو بجسر", ["ومدينة", "الجسر"]),
    ("neighbours are one", "وادي الزهور", "في وادي  الزهور فقط", ["وادي  الزهور"]),
    ("not over punctuation", "وادي الزهور", "زهور، وادي الزهور", ["زهور", "وادي الزهور"]),
    ("stop words are none", "في من السيول", "من في السيول", ["السيول"]),
    ("digits of all systems", "360 قتيلا", "نحو ٣٦٠ قتيلاً", ["٣٦٠ قتيلاً"]),
    ("tashkeel and tatweel", "الجسر", "الجِسْـــرُ", ["الجِسْـــرُ"]),
    ("nothing in common", "البرلمان", "غمرت السيول القرى", []),
)


@pytest.mark.parametrize(("claim", "passage", "words"), [row[1:] for row in HIGHLIGHTS], ids=[r[0] for r in HIGHLIGHTS])
def test_highlights(claim: str, passage: str, words: list[str]) -> None:
    assert [span.of(passage) for span in find_highlights(passage, content_stems(claim))] == words


@given(st.text(alphabet="ابتسيلومةى قال،. 12٣\u064b\u0640", max_size=60), st.text(max_size=40))
def test_highlights_are_ordered_inside_and_apart(passage: str, claim: str) -> None:
    spans = find_highlights(passage, content_stems(claim))
    places = [place for span in spans for place in (span.start, span.end)]
    assert places == sorted(set(places))
    assert all(0 <= place <= len(passage) for place in places)
