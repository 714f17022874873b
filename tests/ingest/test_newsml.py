"""NewsML-G2 messages read item by item: what an article becomes of, what is passed over, what is refused and where."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import UnderEmbargo, UnreadableMessage
from service.ingest.newsml import NewsItem, PassedItem, read_newsml
from service.ingest.sources import Withdrawal
from tests.ingest.news_messages import (
    BODY,
    CONTENT_META,
    GUID,
    ITEM_META,
    NAMESPACE,
    TEXT,
    item,
    message,
    nitf,
    plain,
    status,
    xhtml,
)

NOW = datetime(2024, 3, 10, tzinfo=UTC)
BIDI = "\u200fقال المتحدث إن \u202aPort 5\u202c مغلق.\u200e"  # marks of direction are part of the text


def read(text: str) -> list[Any]:
    return read_newsml(text.encode(), now=NOW)


def fields_of(text: str) -> dict[str, Any]:
    (found,) = read(text)
    assert isinstance(found, NewsItem), found
    return found.fields


def test_a_text_item_has_all_that_an_article_needs() -> None:
    expected = {
        "id": GUID,
        "text": TEXT,
        "title": "إغلاق الميناء الشمالي يومين",
        "author": "سلمى النجار",
        "outlet": "وكالة الشراع",
        "published_at": "2024-03-05T12:00:00+00:00",
        "updated_at": "2024-03-05T14:30:00+02:00",
        "language": "ar",
    }
    assert fields_of(message(item())) == fields_of(item()) == expected


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (xhtml(), TEXT),
        (nitf(), TEXT),
        (plain(TEXT), TEXT),
        (plain(f"<html><body>{BODY}</body></html>", "text/html"), TEXT),
        (plain("نص آخر") + xhtml(), TEXT),  # renditions: markup first
        (f"<inlineXML contenttype='application/xhtml+xml'><x/></inlineXML>{plain(TEXT)}", TEXT),
        (xhtml(f"<div>{BODY}</div>"), TEXT),
        (xhtml(f"<p>{BIDI}</p>"), BIDI),
        (xhtml("<p>كلمة\u00a0لا تنفصل\n  وسطر</p>"), "كلمة\u00a0لا تنفصل وسطر"),
        (xhtml("<p>أول<br/>ثان</p>ثالث"), "أول\nثان\nثالث"),
        (xhtml("<p>كلمة <b>غليظة</b>، و<a href='x'>رابط</a>.</p>"), "كلمة غليظة، ورابط."),
        (xhtml("<pre>سطر\nوسطر</pre>"), "سطر\nوسطر"),
        (xhtml("<ul><li>الأول</li><li>الثاني</li></ul>"), "الأول\nالثاني"),
        (xhtml("<table><tr><th>المدينة</th><td>12</td></tr><tr><th>أخرى</th><td>7</td></tr></table>"),
         "المدينة | 12\nأخرى | 7"),
        (xhtml(f"{BODY}<figure><img alt='صورة'/><figcaption>الميناء</figcaption></figure><script>x</script>"), TEXT),
        (nitf(f"{BODY}<media><media-caption>الميناء</media-caption></media>"), TEXT),
        (nitf(f"<block>{BODY}</block>"), TEXT),
    ],
)  # fmt: skip
def test_the_body_keeps_its_words_and_paragraphs(content: str, text: str) -> None:
    assert fields_of(item(content=content))["text"] == text


@pytest.mark.parametrize(
    ("meta", "content_meta", "content", "expected"),
    [
        ("", "", nitf(head="<hedline><hl1>عنوان</hl1></hedline><byline>هدى</byline>"),
         {"title": "عنوان", "author": "هدى"}),
        ("<title>من رأس المادة</title>", "", xhtml(), {"title": "من رأس المادة"}),
        ("", '<headline xml:lang="en">Port</headline><headline xml:lang="ar">ميناء</headline>', xhtml(),
         {"title": "ميناء"}),
        ("", '<creator qcode="x:1" type="cpnat:person"><name>هدى</name></creator>', xhtml(), {"author": "هدى"}),
        ("", '<creator qcode="x:1" type="cpnat:organisation"><name>هيئة</name></creator>', xhtml(), {"author": None}),
        ('<provider literal="الشراع"/>', "", xhtml(), {"outlet": "الشراع"}),
        ('<provider qcode="nprov:AFP"/>', "", xhtml(), {"outlet": "AFP"}),
        ("", '<infoSource literal="الشراع"/>', xhtml(), {"outlet": "الشراع"}),
        ("<versionCreated>2024-03-05T14:30:00Z</versionCreated>", "<contentCreated>2024-03</contentCreated>", xhtml(),
         {"published_at": "2024-03-05T14:30:00+00:00"}),
        ("", "<contentCreated>2024-03-04</contentCreated>", xhtml(), {"published_at": "2024-03-04T00:00:00+00:00"}),
        ("", '<language tag="arb"/>', xhtml(), {"language": "ar"}),
        ("", '<language tag="ar"/><language tag="en"/>', xhtml(), {"language": None}),
        ("", "", xhtml(), {"language": "ar", "title": None, "author": None, "outlet": None, "published_at": None}),
    ],
)  # fmt: skip
def test_what_is_said_of_an_article(meta: str, content_meta: str, content: str, expected: dict[str, Any]) -> None:
    found = fields_of(item(meta=meta, content_meta=content_meta, content=content))
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("dateline", "body", "first"),
    [
        ("الميناء (الشراع) -", "<p>قال شهود.</p>", "الميناء (الشراع) - قال شهود."),
        ("الميناء (الشراع)", "<p>قال شهود.</p>", "الميناء (الشراع) - قال شهود."),
        ("الميناء (الشراع) -", "<p>الميناء (الشراع) – قال شهود.</p>", "الميناء (الشراع) – قال شهود."),
    ],
)
def test_the_dateline_stands_in_front_once(dateline: str, body: str, first: str) -> None:
    meta = f"<dateline>{dateline}</dateline>"
    assert fields_of(item(content_meta=meta, content=xhtml(body)))["text"] == first
    inside = nitf(body, head=f"<dateline>{dateline}</dateline>")
    assert fields_of(item(content_meta="", content=inside))["text"] == first


@pytest.mark.parametrize("guid", ["http://shiraa.example/4471", "https://shiraa.example/4471"])
def test_a_guid_that_is_an_address_is_one(guid: str) -> None:
    assert fields_of(item(guid=guid))["url"] == guid


def test_what_is_no_article_is_passed_over_and_said() -> None:
    picture = ITEM_META.replace("ninat:text", "ninat:picture")
    found = read(message(item(name="packageItem"), item(meta=picture), item()))
    assert [type(each) for each in found] == [PassedItem, PassedItem, NewsItem]
    assert [each.reason for each in found[:2]] == [
        "a packageItem is no article",
        "an item of class picture is no article",
    ]
    assert str(found[1].place) == f"item 2 ({GUID})"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('qcode="stat:canceled"', "canceled"),
        ('qcode="stat:cancelled"', "canceled"),
        ('qcode="sstat:withheld"', "withheld"),
        ('uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"', "canceled"),
    ],
)
def test_what_must_not_be_shown_is_taken_back(code: str, expected: str) -> None:
    meta = f"<versionCreated>2024-03-05T15:00:00Z</versionCreated><pubStatus {code}/>"
    (found,) = read(item(meta=meta, content_meta="", content=""))
    assert found == Withdrawal(GUID, expected, datetime(2024, 3, 5, 15, tzinfo=UTC))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("embargo", "is_held"),
    [
        ("<embargoed>2024-03-10T00:00:01Z</embargoed>", True),
        ("<embargoed>2024-03-10T00:00:00Z</embargoed>", False),
        ("<embargoed/>", True),
    ],
)
def test_an_item_under_embargo_waits(embargo: str, is_held: bool) -> None:
    (found,) = read(item(meta=ITEM_META + embargo))
    assert isinstance(found, UnderEmbargo) == is_held


PATH = "/newsMessage/itemSet/newsItem[2]"


@pytest.mark.parametrize(
    ("broken", "says", "xpath"),
    [
        (item(guid=""), "has no guid", PATH),
        (item(version="two"), "the version 'two' is no number", PATH),
        (item(version="0"), "the version '0' is no number", PATH),
        (item(content="", content_meta=""), "has no content", f"{PATH}/contentSet"),
        (item(content="<remoteContent href='x'/>"), "only linked", f"{PATH}/contentSet"),
        (item(content=xhtml("<p>—</p>")), "there is no text", f"{PATH}/contentSet"),
        (item(content="<inlineData encoding='base64'>2LM=</inlineData>"), "there is no text", f"{PATH}/contentSet"),
        (item(meta="<versionCreated>أمس</versionCreated>"), "'أمس' is not an", f"{PATH}/itemMeta/versionCreated"),
        (status("stat:paused"), "the pubStatus 'paused' is not known", f"{PATH}/itemMeta/pubStatus"),
    ],
)  # fmt: skip
def test_a_broken_item_is_named_with_its_place(broken: str, says: str, xpath: str) -> None:
    good, bad = read(message(item(guid="urn:other"), broken))
    assert isinstance(good, NewsItem)
    assert isinstance(bad, UnreadableMessage)
    assert says in str(bad)
    assert str(bad).startswith("item 2")
    assert (bad.xpath, bad.line) == (xpath, 5)


ENTITIES = '<!ENTITY a "كلمة">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

PASSWORDS = '<!ENTITY e SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not well-formed"),
        ("<newsItem", "not well-formed"),
        ('{"newsml": 1}', "not well-formed"),
        ("<rss><channel/></rss>", "the root rss is not of NewsML-G2"),
        ("<NewsML Version='1.2'/>", "the root NewsML is not of NewsML-G2"),
        (f'<newsMessage xmlns="{NAMESPACE}"><header/></newsMessage>', "has 0 items"),
        (message("<newsItem/>" * 300_000), "has 300,000 items"),
        (f'<!DOCTYPE newsItem SYSTEM "http://127.0.0.1:9/x.dtd">{item()}', "document type"),
        (f'<!DOCTYPE newsItem [{PASSWORDS}]>{item(content=xhtml("<p>&e;</p>"))}', "document type"),
        (f"<!DOCTYPE newsItem [{ENTITIES}]>{item(content=xhtml('<p>&i;</p>'))}", "document type|not well-formed"),
        (item(content=xhtml("<p>&nbsp;</p>")), "not well-formed"),
        (item(content=xhtml("<b>" * 300 + "</b>" * 300)), "not well-formed"),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_and_nothing_is_fetched(text: str, says: str) -> None:
    begun = time.monotonic()
    with pytest.raises(UnreadableMessage, match=says):
        read(text)
    assert time.monotonic() - begun < 5


def test_encodings() -> None:
    declared = f'<?xml version="1.0" encoding="windows-1256"?>{item()}'
    for data, told in (
        (declared.encode("cp1256"), None),
        (declared.encode(), "utf-8"),
        (item().encode("utf-16"), None),
    ):
        (found,) = read_newsml(data, now=NOW, encoding=told)
        assert isinstance(found, NewsItem)
        assert found.fields["text"] == TEXT
    with pytest.raises(UnreadableMessage, match="no such encoding"):
        read_newsml(item().encode(), now=NOW, encoding="klingon")


def test_html_may_be_as_deep_as_it_likes() -> None:
    deep = "<b>" * 5000 + "كلمة" + "</b>" * 5000
    assert fields_of(item(content=plain(f"<p>قبل</p>{deep}", "text/html")))["text"].startswith("قبل")


def test_a_flash_is_its_headline() -> None:
    flash = fields_of(item(content="", content_meta="<headline>عاجل: إغلاق الميناء الشمالي</headline>"))
    assert flash["text"] == flash["title"] == "عاجل: إغلاق الميناء الشمالي"


def test_the_credit_is_told() -> None:
    (found,) = read(item(content_meta=CONTENT_META + "<creditline>الشراع/رويترز</creditline>"))
    assert found.credit == "الشراع/رويترز"


BROKEN = st.one_of(
    st.binary(max_size=200),
    st.builds(
        lambda at, junk: item().encode()[:at] + junk + item().encode()[at:], st.integers(0, 1500), st.binary(max_size=9)
    ),
    st.builds(lambda at, end: item().encode()[:at] + item().encode()[end:], st.integers(0, 1500), st.integers(0, 1500)),
)


@settings(max_examples=300, deadline=None)
@given(BROKEN)
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    try:
        found = read_newsml(data, now=NOW)
    except UnreadableMessage:
        return
    assert all(
        isinstance(each, NewsItem | Withdrawal | PassedItem | UnreadableMessage | UnderEmbargo) for each in found
    )


PARAGRAPHS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs", "Zs", "Zl", "Zp")), min_size=1),
    min_size=1,
)


@given(PARAGRAPHS)
def test_every_character_of_a_paragraph_is_kept(paragraphs: list[str]) -> None:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in ["كلمة", *paragraphs])
    assert fields_of(item(content=xhtml(body)))["text"].split("\n") == ["كلمة", *paragraphs]
