"""/v1/cross-references and /v1/judgements: the answer's shape, its offsets, what is passed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.answer_json import claim_json, cross_reference_json, judgement_json
from service.api.offsets import ArticleOffsets, Utf16
from service.errors import NotFound
from service.model import (
    Claim,
    Coverage,
    CrossReference,
    Fact,
    FactKind,
    Facts,
    Flag,
    FlagCount,
    Judgement,
    Name,
    Period,
    Place,
    Polarity,
    PolarityKind,
    Quantity,
    Scores,
    Span,
    Verdict,
)
from service.services import Services
from tests.api.conftest import CLAIM, COLLAPSE, SEVEN, client_of, make_app, post_article
from tests.api.contract_client import ContractClient, schema_of
from tests.api.fakes import Raising, WordJudge

BEFORE = "".join(
    f"هذه جملة {ordinal} عن أحوال الطقس 🌧️ في المدينة الساحلية اليوم. " for ordinal in ("أولى", "ثانية", "ثالثة")
)


def utf16(text: str, start: int, end: int) -> str:
    """Cut as JavaScript does."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@pytest.fixture
def filled(client: ContractClient) -> ContractClient:
    post_article(client, id="m-1", text=f"{BEFORE}{COLLAPSE}", title="المبنى")
    post_article(client, id="w-1", text=SEVEN, outlet="الواحة", published_at="2024-03-06T09:00:00Z", wait=True)
    return client


def test_a_claim_is_answered_outlet_by_outlet(filled: ContractClient) -> None:
    answer = filled.post("/v1/cross-references", json={"claim": CLAIM}).json
    assert answer["summary"]["verdict"] == "contested"
    assert answer["summary"]["agrees"] == {"outlets": 1, "independent_sources": 1, "articles": 1}
    flags = {outlet["outlet"]["id"]: outlet["flag"] for outlet in answer["outlets"]}
    assert flags == {"almarfa": "agrees", "alwaha": "conflicts"}
    assert answer["claim"]["text"] == CLAIM
    assert answer["coverage"] | {"generation": "", "passages": 0} == {
        "articles": 2,
        "outlets": 2,
        "passages": 0,
        "from": "2024-03-05",
        "to": "2024-03-06",
        "generation": "",
        "partial": False,
    }
    assert answer["versions"]["judge"] == "word 1"


def test_every_offset_points_at_the_quote(filled: ContractClient) -> None:
    answer = filled.post("/v1/cross-references", json={"claim": CLAIM}).json
    matches = [match for outlet in answer["outlets"] for match in outlet["matches"]]
    assert matches
    for match in matches:
        passage, text = match["passage"], filled.get(f"/v1/articles/{match['article']['id']}").json["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]
        assert utf16(text, passage["start_utf16"], passage["end_utf16"]) == passage["text"]
        spans = [*passage["highlights"], *(evidence["passage_span"] for evidence in match["evidence"])]
        assert spans
        for span in spans:
            words = passage["text"][span["start"] : span["end"]]
            assert words.strip()
            assert utf16(passage["text"], span["start_utf16"], span["end_utf16"]) == words
        for evidence in match["evidence"]:
            assert CLAIM[evidence["claim_span"]["start"] : evidence["claim_span"]["end"]] == "قُتل"
    moved = [match["passage"] for match in matches if match["passage"]["start"] != match["passage"]["start_utf16"]]
    assert moved, "the article begins with characters beyond U+FFFF"


def test_the_link_gives_the_same_answer(filled: ContractClient) -> None:
    posted = filled.post(
        "/v1/cross-references",
        json={
            "claim": CLAIM,
            "as_of": "2024-03-07",
            "outlets": ["المرفأ"],
            "published": {"from": "2024-03-01", "to": "2024-03-31"},
            "languages": ["ar"],
            "limit": 3,
        },
    )
    query = f"claim={quote(CLAIM)}&as_of=2024-03-07&outlets={quote('المرفأ')}&published_from=2024-03-01"
    linked = filled.get(f"/v1/cross-references?{query}&published_to=2024-03-31&languages=ar&limit=3")
    assert linked.json == posted.json
    assert posted.json["coverage"]["outlets"] == 1
    assert posted.json["claim"]["as_of"] == "2024-03-07"


@pytest.mark.parametrize("claim", [CLAIM, CLAIM.replace(" ", "+")])
def test_a_link_can_be_typed_by_hand(filled: ContractClient, claim: str) -> None:
    answer = filled.get(f"/v1/cross-references?claim={claim}")
    assert answer.json["claim"]["text"] == CLAIM


@pytest.mark.parametrize(
    ("asked", "outlets"),
    [
        ({"outlets": ["alwaha"]}, {"alwaha"}),
        ({"outlets": ["alwaha.example", "المرفأ"]}, {"alwaha", "almarfa"}),
        ({"outlets": []}, {"alwaha", "almarfa"}),
        ({"outlets": None, "published": None, "languages": None, "as_of": None}, {"alwaha", "almarfa"}),
        ({"outlets": ["nobody"]}, set()),
        ({"published": {"from": "2024-03-06"}}, {"alwaha"}),
        ({"published": {"to": "2024-03-05T23:00:00+03:00"}}, {"almarfa"}),
        ({"published": {}}, {"alwaha", "almarfa"}),
        ({"languages": ["fr"]}, set()),
    ],
)
def test_filters_restrict_what_is_searched(filled: ContractClient, asked: dict[str, Any], outlets: set[str]) -> None:
    answer = filled.post("/v1/cross-references", json={"claim": CLAIM, **asked}).json
    found = {outlet["outlet"]["id"] for outlet in answer["outlets"]}
    assert found == outlets
    if not outlets:
        assert answer["summary"]["verdict"] == "uncovered"


def test_the_limit_bounds_what_is_shown_not_what_is_counted(filled: ContractClient) -> None:
    answer = filled.post("/v1/cross-references", json={"claim": CLAIM, "limit": 1}).json
    assert sum(len(outlet["matches"]) for outlet in answer["outlets"]) == 1
    assert answer["summary"]["verdict"] == "contested"


def test_an_empty_index_covers_nothing(client: ContractClient) -> None:
    answer = client.post("/v1/cross-references", json={"claim": CLAIM}).json
    assert (answer["summary"]["verdict"], answer["outlets"], answer["coverage"]["articles"]) == ("uncovered", [], 0)
    assert (answer["coverage"]["from"], answer["coverage"]["to"]) == (None, None)


# --- judgements ------------------------------------------------------------------------------------------------------


def test_passages_are_judged_in_their_order(client: ContractClient) -> None:
    passages = [{"text": SEVEN}, {"text": "لا شيء"}, {"text": COLLAPSE}, {"text": SEVEN}]
    answer = client.post("/v1/judgements", json={"claim": CLAIM, "passages": passages}).json
    assert [judgement["flag"] for judgement in answer["judgements"]] == ["conflicts", "mentions", "agrees", "conflicts"]
    for judgement in answer["judgements"]:
        assert sum(judgement["scores"].values()) == pytest.approx(1)
    assert answer["versions"] == {"judge": "word 1"}
    span = answer["judgements"][2]["evidence"][0]["passage_span"]
    assert COLLAPSE[span["start"] : span["end"]] == "12 قتيلاً"


def test_the_judge_is_told_all_that_was_sent(services: Services) -> None:
    judge = WordJudge({})
    client = client_of(make_app(services, judge=judge))
    passage = {"text": SEVEN, "published_at": "2024-03-05T23:30:00+03:00", "title": "انهيار", "context": "قبله."}
    client.post("/v1/judgements", json={"claim": CLAIM, "passages": [passage, {"text": "Seven people died today."}]})
    first, second = judge.seen
    assert (first.text, first.published, first.title, first.context, first.language) == (
        SEVEN,
        date(2024, 3, 5),
        "انهيار",
        "قبله.",
        "ar",
    )
    assert (second.published, second.title, second.context, second.language) == (None, "", "", "en")


def test_a_hundred_passages_are_taken(client: ContractClient) -> None:
    answer = client.post("/v1/judgements", json={"claim": CLAIM, "passages": [{"text": "نص"}] * 100})
    assert len(answer.json["judgements"]) == 100


# --- as JSON ---------------------------------------------------------------------------------------------------------

TEXT = "🕊️ لم يُقتل 12 شخصاً في ليبيا يوم 5 مارس، قال حفتر"
VALUES = [
    (FactKind.QUANTITY, Quantity(11_470.0, None, counted=("قتيل",), approximate=True), {"low": 11470, "high": None}),
    (FactKind.QUANTITY, Quantity(5.2, 5.2, unit="%"), {"low": 5.2, "unit": "%"}),
    (FactKind.PERIOD, Period(date(2024, 3, 5), date(2024, 3, 5), "day", 2024, 3, 5), {"start": "2024-03-05"}),
    (FactKind.PERIOD, Period(None, None, "day", weekday=1), {"start": None, "weekday": 1}),
    (FactKind.NAME, Name("person", "person:haftar", ("حفتر",), "المشير"), {"tokens": ["حفتر"]}),
    (FactKind.PLACE, Place("country:LY", "country", ("continent:AF",)), {"within": ["continent:AF"]}),
    (
        FactKind.POLARITY,
        Polarity(PolarityKind.NEGATION, "لم", Span(6, 20), Span(0, 2)),
        {
            "kind": "negation",
            "scope": {"start": 6, "end": 20, "start_utf16": 7, "end_utf16": 21},
            "speaker": {"start": 0, "end": 2, "start_utf16": 0, "end_utf16": 3},
        },
    ),
]


@pytest.mark.parametrize(("kind", "value", "expected"), VALUES, ids=range(len(VALUES)))
def test_every_kind_of_fact_has_its_json(kind: FactKind, value: Any, expected: dict[str, Any]) -> None:
    body = claim_json(Claim(TEXT, "ar", Facts((Fact(kind, Span(3, 6), TEXT[3:6], value),))))
    schema_of("Claim").validate(body)
    [fact] = body["facts"]
    schema_of(kind.value.capitalize()).validate(fact["value"])
    assert fact["value"] | expected == fact["value"]
    assert (fact["start"], fact["start_utf16"]) == (3, 4)


def test_a_partial_answer_says_so(services: Services) -> None:
    coverage = Coverage(5, 2, 9, None, None, "7", partial="1 of 2 shards did not answer")
    counts = {Flag.AGREES: FlagCount(1, 1, 1)}
    found = CrossReference(Claim("ق", "ar", Facts()), Verdict.UNCOVERED, counts, (), coverage, {"judge": "x"})
    body = cross_reference_json(found, ArticleOffsets(services.index))
    schema_of("CrossReference").validate(body)
    assert (body["coverage"]["partial"], body["coverage"]["reason"]) == (True, "1 of 2 shards did not answer")
    assert body["summary"]["conflicts"] == {"outlets": 0, "independent_sources": 0, "articles": 0}


@given(st.tuples(*[st.floats(0, 1)] * 3).filter(lambda scores: sum(scores) > 0.1))
def test_rounded_scores_still_sum_to_one(raw: tuple[float, float, float]) -> None:
    scores = Scores(*(score / sum(raw) for score in raw))
    body = judgement_json(Judgement(Flag.MENTIONS, 0.5, scores), Utf16(()), Utf16(()))
    schema_of("Judgement").validate(body)
    assert sum(body["scores"].values()) == pytest.approx(1, abs=1e-9)


@given(st.text(), st.data())
def test_utf16_offsets_cut_what_code_points_cut(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = Utf16.of(text).span(Span(start, end))
    encoded = text.encode("utf-16-le", "surrogatepass")
    assert encoded[2 * span["start_utf16"] : 2 * span["end_utf16"]] == text[start:end].encode(
        "utf-16-le", "surrogatepass"
    )


def test_article_offsets_are_read_once_and_kept_by_revision(client: ContractClient, services: Services) -> None:
    post_article(client, id="m-1", text=f"🕊️ {SEVEN}")
    head = services.index.get("m-1").head
    offsets = ArticleOffsets(services.index, most=1)
    assert offsets.of(head).span(Span(2, 3))["start_utf16"] == 3
    offsets._index = Raising(NotFound("gone"))  # type: ignore[assignment]
    assert offsets.of(head).span(Span(2, 3))["start_utf16"] == 3, "kept"
    other = replace(head, revision=9)
    assert offsets.of(other).span(Span(2, 3))["start_utf16"] == 2, "deleted meanwhile"
    assert len(offsets._kept) == 1
