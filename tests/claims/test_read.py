"""A claim as it is read."""

from __future__ import annotations

from datetime import date

import pytest

from service.claims.read import read_claim
from service.errors import InvalidInput
from service.model import FactKind, Period


def test_a_claim_keeps_its_words_and_knows_its_facts() -> None:
    text = "  كان وصول خليفة حفتر إلى روسيا في ٢٦ أيلول ٢٠٢٣ "
    claim = read_claim(text)
    assert (claim.text, claim.language, claim.as_of) == (text, "ar", None)
    assert all(fact.span.of(text) == fact.text for fact in claim.facts)
    (period,) = claim.facts.of(FactKind.PERIOD)
    assert isinstance(period.value, Period)
    assert (period.value.start, period.value.end) == (date(2023, 9, 26), date(2023, 9, 26))


def test_yesterday_counts_from_the_day_it_is_said() -> None:
    assert [yesterday(as_of) for as_of in (None, date(2024, 3, 1))] == [None, date(2024, 2, 29)]


def yesterday(as_of: date | None) -> date | None:
    (period,) = read_claim("وصل الوفد أمس", as_of=as_of).facts.of(FactKind.PERIOD)
    assert isinstance(period.value, Period)
    return period.value.start


@pytest.mark.parametrize("language", [("Haftar arrived in Russia on Tuesday", "en"), ("Le président est arrivé", "fr")])
def test_other_languages(language: tuple[str, str]) -> None:
    assert read_claim(language[0]).language == language[1]


@pytest.mark.parametrize("text", ["", "   ", "؟!…", "\u200f\u200b", "—"], ids=ascii)
def test_no_words_no_claim(text: str) -> None:
    with pytest.raises(InvalidInput, match="no words") as raised:
        read_claim(text)
    assert raised.value.pointer == "/claim"
