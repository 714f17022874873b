"""Claims answered from a real embedded index: found, filtered, spread, folded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from service.claims.crossref import CrossReferencer
from service.claims.read import read_claim
from service.index.embedded import EmbeddedIndex
from service.model import CrossReference, Filters, Flag, Verdict
from tests.claims.fakes import TableJudge
from tests.index.articles import DAHMA, RAFID, SAHIL, make_article

WIRE = "قال الدفاع المدني إن السيول التي غمرت قرى وادي الزهور فجر الاثنين أودت بحياة ثلاثين شخصا على الأقل"
WIRE_EDITED = "قال الدفاع المدني إن السيول التي غمرت قرى وادي الزهور فجر الإثنين أودت بحياة ثلاثين شخصا."
LATER = "ارتفعت حصيلة السيول في وادي الزهور إلى أربعين قتيلا، بحسب وزارة الصحة."
ASIDE = "دعا رئيس البرلمان إلى جلسة عاجلة حول سيول وادي الزهور."
OTHER = "فاز النادي الأهلي بالدوري للمرة الثالثة."

JUDGE = {WIRE: (Flag.AGREES, 0.9), WIRE_EDITED: (Flag.AGREES, 0.88), LATER: (Flag.CONFLICTS, 0.7)}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    index = EmbeddedIndex(tmp_path)
    index.store(
        [
            make_article("d1", WIRE, OTHER, outlet=DAHMA, published="2024-03-04T06:00:00+00:00"),
            make_article("r1", WIRE_EDITED, outlet=RAFID, published="2024-03-04T07:00:00+00:00"),
            make_article("r2", LATER, outlet=RAFID, published="2024-03-06T07:00:00+00:00"),
            make_article("s1", ASIDE, outlet=SAHIL, published="2024-03-05T07:00:00+00:00"),
            make_article("s2", OTHER, outlet=SAHIL, published="2024-03-05T08:00:00+00:00"),
        ],
        wait=True,
    )
    yield index
    index.close()


def answer(index: EmbeddedIndex, text: str, filters: Filters | None = None) -> CrossReference:
    return CrossReferencer(index, TableJudge(JUDGE)).answer(read_claim(text), filters)


def test_a_wire_text_in_two_outlets_is_one_source(index: EmbeddedIndex) -> None:
    found = answer(index, "أودت السيول بحياة ٣٠ شخصا في وادي الزهور")
    assert found.verdict is Verdict.CORROBORATED
    agrees = found.counts[Flag.AGREES]
    assert (agrees.outlets, agrees.independent_sources, agrees.articles) == (2, 1, 2)
    assert [(one.outlet, one.flag) for one in found.outlets] == [
        (DAHMA, Flag.AGREES),
        (RAFID, Flag.AGREES),
        (SAHIL, Flag.MENTIONS),
    ]
    assert [match.article.id for match in found.outlets[1].matches] == ["r1", "r2"]


def test_every_quote_stands_in_its_article(index: EmbeddedIndex) -> None:
    found = answer(index, "أودت السيول بحياة ٣٠ شخصا في وادي الزهور")
    matches = [match for outlet in found.outlets for match in outlet.matches]
    assert len(matches) == 4
    for match in matches:
        article = index.get(match.article.id, revision=match.article.revision)
        assert article.text[match.passage.start : match.passage.end] == match.passage.text
        assert match.highlights


@pytest.mark.parametrize(
    ("filters", "verdict"),
    [
        (Filters(published_from=date(2024, 3, 5)), Verdict.CONTRADICTED),
        (Filters(published_to=date(2024, 3, 4)), Verdict.CORROBORATED),
        (Filters(outlets=("sahil",)), Verdict.UNCOVERED),
        (Filters(languages=("en",)), Verdict.UNCOVERED),
    ],
)
def test_filters(index: EmbeddedIndex, filters: Filters, verdict: Verdict) -> None:
    found = answer(index, "أودت السيول بحياة ثلاثين شخصا في وادي الزهور", filters)
    assert found.verdict is verdict
    assert found.coverage.articles == len(index.list_articles(filters).heads)


def test_the_same_claim_gets_the_same_answer(index: EmbeddedIndex) -> None:
    assert answer(index, "سيول وادي الزهور") == answer(index, "سيول وادي الزهور")


def test_an_english_claim_finds_arabic_words(index: EmbeddedIndex) -> None:
    index.store([make_article("h1", "وصل خليفة حفتر إلى موسكو يوم الثلاثاء.", outlet=SAHIL)], wait=True)
    found = answer(index, "Haftar arrived in Moscow on Tuesday")
    assert [match.article.id for outlet in found.outlets for match in outlet.matches] == ["h1"]


def test_what_nobody_wrote_of_is_uncovered(index: EmbeddedIndex) -> None:
    found = answer(index, "أطلقت الهند قمرا صناعيا")
    assert (found.verdict, found.outlets, found.coverage.articles) == (Verdict.UNCOVERED, (), 5)
