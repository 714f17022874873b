"""ClaimReview as publishers write it, and as nobody should: what is read, what is left out, what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.factchecks.claim_review import (
    LONGEST_CLAIM,
    MOST_REVIEWS,
    ReadReview,
    UnusableReview,
    read_claim_reviews,
    read_sent_reviews,
)
from service.factchecks.page import DEEPEST, read_page
from service.factchecks.records import name_review, read_fact_check, write_fact_check
from service.factchecks.values import Source, read_date, read_number, read_text, read_url
from service.factchecks.write_claim_review import write_claim_review
from service.model import FactCheck, Party, Rating, Review, Work

CLAIM = "وزارة المياه قررت رفع الأسعار بنسبة 40 في المئة"
BARE: dict[str, Any] = {
    "@type": "ClaimReview",
    "claimReviewed": CLAIM,
    "reviewRating": {"@type": "Rating", "alternateName": "مضلل"},
}
WHOLE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://mizan.example/checks/1",
    "datePublished": "2024-03-06T10:00:00+03:00",
    "author": {"@type": "Organization", "name": "مرصد الميزان", "url": "https://mizan.example"},
    "claimReviewed": CLAIM,
    "inLanguage": "ar-SA",
    "itemReviewed": {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "حساب مجهول", "sameAs": "https://social.example/u"},
        "datePublished": "2024-03-05",
        "firstAppearance": {"@type": "CreativeWork", "url": "https://social.example/1"},
        "appearance": [{"@type": "OpinionNewsArticle", "url": "https://alwaha.example/7", "headline": "رفع الأسعار"}],
    },
    "reviewRating": {
        "@type": "Rating", "ratingValue": 1, "bestRating": 5, "worstRating": 1, "alternateName": "مضلل",
    },
}  # fmt: skip
READ = Review(
    claim=CLAIM,
    language="ar",
    rating=Rating("مضلل", 1.0, 5.0, 1.0),
    author=Party("مرصد الميزان", "https://mizan.example"),
    url="https://mizan.example/checks/1",
    published=datetime(2024, 3, 6, 10, tzinfo=timezone(timedelta(hours=3))),
    claimant=Party("حساب مجهول", "https://social.example/u"),
    claimed=date(2024, 3, 5),
    appearances=(Work("https://social.example/1"), Work("https://alwaha.example/7", "رفع الأسعار")),
)


def one(value: Any, **more: Any) -> Review:
    (found,) = read_claim_reviews(value, **more)
    assert isinstance(found, ReadReview), found
    return found.review


def test_a_review_is_read_whole() -> None:
    (found,) = read_claim_reviews(WHOLE)
    assert found == ReadReview(READ)


@pytest.mark.parametrize(
    "around",
    [
        lambda review: [review],
        lambda review: {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, review]},
        lambda review: {"@type": "NewsArticle", "review": review},
        lambda review: {"@type": "NewsArticle", "hasPart": [review]},
        lambda review: {"@type": "WebPage", "mainEntity": {"@type": "ItemList", "itemListElement": [review]}},
        lambda review: {**review, "@type": ["ClaimReview", "Review"]},
        lambda review: {**review, "@type": "http://schema.org/ClaimReview"},
        lambda review: {**review, "@type": "schema:ClaimReview"},
    ],
)
def test_wherever_it_stands(around: Any) -> None:
    assert one(around(WHOLE)) == READ


@pytest.mark.parametrize(
    ("changes", "member", "read"),
    [
        ({"claimReviewed": [CLAIM, "أخرى"]}, "claim", CLAIM),
        ({"claimReviewed": {"@value": CLAIM, "@language": "ar"}}, "claim", CLAIM),
        ({"claimReviewed": f"<p>&quot;{CLAIM}&quot;</p>\n"}, "claim", f'"{CLAIM}"'),
        ({"claimReviewed": f"<script>alert(1)</script>{CLAIM}"}, "claim", f"alert(1) {CLAIM}"),
        ({"claimReviewed": "5 < 7 والوزارة\u0000 قالت"}, "claim", "5 < 7 والوزارة قالت"),
        ({"claimReviewed": "", "itemReviewed": {"@type": "Claim", "name": CLAIM}}, "claim", CLAIM),
        ({"claimReviewed": None, "itemReviewed": {"@type": "CreativeWork", "text": CLAIM}}, "claim", CLAIM),
        ({"reviewRating": "زائف"}, "rating", Rating("زائف")),
        ({"reviewRating": [{"ratingValue": "2", "bestRating": "5"}]}, "rating", Rating(None, 2, 5)),
        ({"reviewRating": {"ratingValue": "٢", "bestRating": "٥"}}, "rating", Rating(None, 2, 5)),
        ({"reviewRating": {"ratingValue": "3,5/5"}}, "rating", Rating(None, 3.5, 5)),
        ({"reviewRating": {"ratingValue": "خاطئ"}}, "rating", Rating("خاطئ")),
        ({"reviewRating": {"ratingValue": -1, "name": "غير مثبت"}}, "rating", Rating("غير مثبت", -1)),
        ({"reviewRating": {"ratingValue": 0, "ratingExplanation": "صورة قديمة"}}, "rating", Rating("صورة قديمة", 0)),
        ({"reviewRating": {"ratingValue": 1e300, "alternateName": "لا"}}, "rating", Rating("لا")),
        ({"author": "مرصد الميزان"}, "author", Party("مرصد الميزان")),
        ({"author": [{"name": "مرصد"}, {"name": "آخر"}]}, "author", Party("مرصد")),
        ({"author": {"url": "https://m.example"}}, "author", Party("https://m.example", "https://m.example")),
        ({"author": {}, "publisher": {"name": "ناشر"}}, "author", Party("ناشر")),
        ({"author": {"name": "مرصد", "url": "javascript:alert(1)"}}, "author", Party("مرصد")),
        ({"url": ["https://m.example/1"]}, "url", "https://m.example/1"),
        ({"url": {"@id": "https://m.example/1"}}, "url", "https://m.example/1"),
        ({"mainEntityOfPage": {"@id": "https://m.example/2"}}, "url", "https://m.example/2"),
        ({"@id": "https://m.example/3#review"}, "url", "https://m.example/3#review"),
        ({"url": "ftp://m.example/1"}, "url", None),
        ({"datePublished": "2024-03-06"}, "published", date(2024, 3, 6)),
        ({"datePublished": "2024/3/6"}, "published", date(2024, 3, 6)),
        ({"datePublished": "٢٠٢٤-٠٣-٠٦"}, "published", date(2024, 3, 6)),
        ({"datePublished": "2024-03-06T10:00:00.123Z"}, "published", datetime(2024, 3, 6, 10, tzinfo=UTC)),
        ({"datePublished": "2024-03-06 10:00"}, "published", datetime(2024, 3, 6, 10, tzinfo=UTC)),
        ({"datePublished": "2024-03-06T9:00:00+0300"}, "published",
         datetime(2024, 3, 6, 9, tzinfo=timezone(timedelta(hours=3)))),
        ({"datePublished": "06/03/2024"}, "published", None),
        ({"datePublished": "2024-02-31"}, "published", None),
        ({"datePublished": None, "dateCreated": "2024-03-01"}, "published", date(2024, 3, 1)),
        ({"inLanguage": {"@type": "Language", "name": "Arabic", "alternateName": "ar"}}, "language", "ar"),
        ({"inLanguage": "العربية"}, "language", "ar"),
        ({"inLanguage": "ar_EG"}, "language", "ar"),
        ({"inLanguage": "?"}, "language", "ar"),
        ({"itemReviewed": {"author": "ناشط"}}, "claimant", Party("ناشط")),
        ({"itemReviewed": [{"@type": "Claim", "author": {"name": "ناشط"}}]}, "claimant", Party("ناشط")),
        ({"itemReviewed": {"appearance": "https://s.example/1"}}, "appearances", (Work("https://s.example/1"),)),
        ({"itemReviewed": {"appearance": ["https://s.example/1", "https://s.example/1", "لا"]}}, "appearances",
         (Work("https://s.example/1"),)),
        ({"itemReviewed": {"@type": "CreativeWork", "url": "https://s.example/2", "headline": "خبر"}}, "appearances",
         (Work("https://s.example/2", "خبر"),)),
        ({"itemReviewed": "نص"}, "appearances", ()),
        ({"citation": {"@type": "CreativeWork", "url": "https://c.example", "text": "نص"}}, "citations",
         (Work("https://c.example", quote="نص"),)),
    ],
)  # fmt: skip
def test_what_publishers_write(changes: dict[str, Any], member: str, read: Any) -> None:
    assert getattr(one({**BARE, **changes}), member) == read


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({**BARE, "claimReviewed": None}, "/claimReviewed"),
        ({**BARE, "claimReviewed": "؟!"}, "/claimReviewed"),
        ({**BARE, "claimReviewed": 7.5e9 > 0}, "/claimReviewed"),
        ({**BARE, "claimReviewed": "ادعاء " * LONGEST_CLAIM}, "/claimReviewed"),
        ({**BARE, "reviewRating": None}, "/reviewRating"),
        ({**BARE, "reviewRating": {}}, "/reviewRating"),
        ({**BARE, "reviewRating": {"bestRating": 5}}, "/reviewRating"),
        ([{}, {**BARE, "reviewRating": []}], "/1/reviewRating"),
        ({"@graph": [BARE["reviewRating"], {**BARE, "claimReviewed": []}]}, "/@graph/1/claimReviewed"),
    ],
)
def test_what_cannot_be_kept_is_named(value: Any, pointer: str) -> None:
    (found,) = read_claim_reviews(value)
    assert isinstance(found, UnusableReview)
    assert found.pointer == pointer


def test_a_bad_one_spoils_no_other() -> None:
    found = read_sent_reviews([BARE, {**BARE, "reviewRating": None}, "نص", {"@type": "Person"}, WHOLE])
    assert [one.pointer if isinstance(one, UnusableReview) else "" for one in found] == [
        "", "/1/reviewRating", "/2", "/3", "",
    ]  # fmt: skip


def test_what_is_left_out_is_named() -> None:
    (found,) = read_claim_reviews(
        [{**BARE, "url": "//", "datePublished": "غدا", "itemReviewed": {"appearance": ["x"]}}]
    )
    assert isinstance(found, ReadReview)
    assert [one.pointer for one in found.remarks] == ["/0/url", "/0/datePublished", "/0/itemReviewed/appearance/0"]


def test_references_in_a_graph_are_followed() -> None:
    graph = [
        {"@id": "#org", "@type": "Organization", "name": "مرصد الميزان"},
        {"@id": "#rating", "@type": "Rating", "alternateName": "صحيح"},
        {**BARE, "author": {"@id": "#org"}, "reviewRating": {"@id": "#rating"}},
    ]
    review = one({"@graph": graph})
    assert (review.author, review.rating) == (Party("مرصد الميزان"), Rating("صحيح"))


def test_a_graph_that_turns_in_a_circle_ends() -> None:
    node: dict[str, Any] = {"@id": "#a", "@type": "WebPage", "review": {"@id": "#a"}, "name": "x"}
    assert read_claim_reviews({"@graph": [node, {**BARE, "author": {"@id": "#a"}}]}) != []
    deep: dict[str, Any] = BARE
    for _ in range(50):
        deep = {"@graph": [deep]}
    assert read_claim_reviews(deep) == []


def test_more_than_a_call_takes_are_refused() -> None:
    for read in (read_claim_reviews, read_sent_reviews):
        found = read([BARE] * (MOST_REVIEWS + 2))
        assert len(found) == MOST_REVIEWS + 1
        assert isinstance(found[-1], UnusableReview)


# --- pages ---


def page(*blocks: str) -> str:
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return f"<!doctype html><html><head><title>تحقق</title>{scripts}</head><body><p>نص</p></body></html>"


WRITTEN = json.dumps(WHOLE, ensure_ascii=False)


@pytest.mark.parametrize(
    "html",
    [
        page(WRITTEN),
        page('{"@type": "Organization"}', WRITTEN),
        page("{broken", WRITTEN),
        page(f"<!-- {WRITTEN} -->"),
        page(f"//<![CDATA[\n{WRITTEN}\n//]]>"),
        page(f"/*<![CDATA[*/{WRITTEN}/*]]>*/"),
        page(WRITTEN.replace('"', "&quot;")),
        page(WRITTEN.replace(CLAIM, f"{CLAIM}\\n")),
        page(WRITTEN.replace(CLAIM, f"{CLAIM}\n")),
        page(WRITTEN).replace('type="application/ld+json"', "TYPE='application/LD+JSON; charset=utf-8' data-x"),
        f'<script type="application/ld+json">{WRITTEN}</script>',
        page("[" * 5_000, WRITTEN),
        page("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), WRITTEN),
        page(WRITTEN) + "<script>" * 1_000,
    ],
)
def test_a_page_is_read(html: str) -> None:
    assert one(list(read_page(html))) == READ


@pytest.mark.parametrize(
    "html",
    ["", "نص", "<", "<html>", page(""), page("null"), page('"x"'), page("NaN"), f"<!--{page(WRITTEN)}-->",
     f"<script>{WRITTEN}</script>", "\x00", "\ud800", "<script" * 10_000, "<div>" * 10_000 + page("{"),
     '<!DOCTYPE x [<!ENTITY a "b">]><html>&a;</html>'],
)  # fmt: skip
def test_a_page_without_one_has_none(html: str) -> None:
    assert read_claim_reviews(list(read_page(html))) == []


def test_addresses_on_a_page_are_relative_to_it() -> None:
    html = page(json.dumps({**BARE, "url": "/checks/9"}))
    assert one(list(read_page(html)), page_url="https://m.example/x").url == "https://m.example/checks/9"
    assert one(list(read_page(page(json.dumps(BARE)))), page_url="https://m.example/x").url == "https://m.example/x"


# --- out, and kept ---


def test_what_is_written_is_read_back() -> None:
    now = datetime(2024, 3, 6, tzinfo=UTC)
    written = write_claim_review(FactCheck("f", READ, now, now))
    assert one(json.loads(json.dumps(written))) == READ
    assert written["@context"] == "https://schema.org"


def test_what_is_kept_is_read_back() -> None:
    now = datetime(2024, 3, 6, tzinfo=UTC)
    kept = FactCheck("f1", READ, now, now)
    assert read_fact_check("f1", json.loads(json.dumps(write_fact_check(kept)))) == kept


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"claimReviewed": CLAIM.replace("رفع", "رفْع")}, True),
        ({"reviewRating": "صحيح"}, True),
        ({"claimReviewed": CLAIM.replace("40", "50")}, False),
        ({"url": "https://mizan.example/checks/2"}, False),
    ],
)
def test_address_and_claim_make_the_id(changes: dict[str, Any], is_same: bool) -> None:
    assert (name_review(one({**WHOLE, **changes})) == name_review(READ)) is is_same


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [*WHOLE, *WHOLE["itemReviewed"], "name", "@id", "@graph", "review", "alternateName", "citation"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_nothing_breaks_the_reader(value: Any) -> None:
    assert isinstance(read_sent_reviews({**BARE, **value} if isinstance(value, dict) else value), list)


@given(st.text(max_size=60))
def test_nothing_breaks_the_readers_of_values(text: str) -> None:
    source = Source(page_url="https://m.example/")
    read_text(text), read_number(text), read_date(text, source, ""), read_url(text, source, "")
