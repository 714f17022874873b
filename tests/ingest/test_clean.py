"""Cleaning by kind of content: text as it is, HTML by its markup; what the sender knows wins; dates inferred."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.errors import UnreadableSource
from service.ingest.clean import clean, infer_date
from service.ingest.lines import split_lines
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission

NOW = datetime(2024, 6, 1, tzinfo=UTC)

HTML = """<!doctype html><html lang="ar" dir="rtl"><head><title>افتتاح جسر جديد في الموصل - الأفق</title>
<meta property="og:title" content="افتتاح جسر جديد في الموصل"><meta property="og:site_name" content="صحيفة الأفق">
<meta property="article:published_time" content="2024-03-05T18:30:00+03:00">
<meta property="article:modified_time" content="2024-03-05T19:00:00+03:00"><meta name="author" content="هدى سالم">
</head><body><nav><a href="/">الرئيسية</a><a href="/s">سياسة</a></nav><article><h1>افتتاح جسر جديد في الموصل</h1>
<p>افتتح محافظ نينوى، الثلاثاء، جسرا جديدا فوق نهر دجلة في مدينة الموصل بعد أعمال استمرت ثلاثة أعوام كاملة.</p>
<p>وقال المحافظ إن كلفة الجسر بلغت أربعين مليار دينار، وإنه يخفف الزحام عن الجسور الأربعة الأخرى في المدينة.</p>
<p>اقرأ أيضا: إعادة افتتاح سوق باب السراي</p>
<p>وأضاف أن أعمال الطلاء والإنارة تستكمل خلال شهرين، وأن الجسر يتسع لأربعة مسارات في كل اتجاه.</p>
</article><footer>جميع الحقوق محفوظة</footer></body></html>"""


def test_html(outlets: Outlets) -> None:
    (article,) = clean(Submission(HTML, "html", url="https://ofoq.example.org/1"), outlets, now=NOW)
    assert (article.title, article.author) == ("افتتاح جسر جديد في الموصل", "هدى سالم")
    assert article.outlet is not None
    assert article.outlet.name == "صحيفة الأفق"
    assert article.published_at is not None
    assert article.updated_at is not None
    assert article.published_at.isoformat() == "2024-03-05T18:30:00+03:00"
    assert article.updated_at.isoformat() == "2024-03-05T19:00:00+03:00"
    assert (article.published_at_source, article.language) == ("page", "ar")
    assert [line.split()[0] for line in article.text.split("\n")] == ["افتتح", "وقال", "وأضاف"]
    assert [one.kind for one in article.removed] == ["teaser"]


def test_html_without_an_article(outlets: Outlets) -> None:
    with pytest.raises(UnreadableSource):
        clean(Submission("<p></p>", "html"), outlets, now=NOW)


def test_text_stays_as_it_is(outlets: Outlets) -> None:
    text = "اقرأ أيضا\n\nعنوان آخر\n  المصدر: رويترز"
    (article,) = clean(Submission(text, "text", title="عنوان"), outlets, now=NOW)
    assert (article.text, article.removed, article.title) == (text, (), "عنوان")


def test_what_the_sender_knows_wins(outlets: Outlets) -> None:
    page = "عنوان من كلمات الصفحة نفسها\nالخليج الجديد\nنشر في: 2022-05-17\nأعلنت الوزارة، الثلاثاء، بدء المشروع."
    given = Submission(
        page,
        title="عنوان من المرسل",
        author="هدى سالم",
        outlet="عربي21",
        published_at=datetime(2022, 5, 18, tzinfo=UTC),
        language="fr",
    )
    (article,) = clean(given, outlets, now=NOW)
    assert (article.title, article.author, article.language) == ("عنوان من المرسل", "هدى سالم", "fr")
    assert article.outlet == outlets.resolve("arabi21")
    assert (article.published_at, article.published_at_source) == (given.published_at, "given")


@pytest.mark.parametrize(
    ("body", "commented", "day"),
    [
        ("وصل قائد القوات، الثلاثاء، 22 آب/ أغسطس 2023 إلى روسيا.", [], "2023-08-22"),
        ("وصل قائد القوات، الأربعاء، 22 آب/ أغسطس 2023 إلى روسيا.", [], None),  # that was a Tuesday
        ("وصل الوفد الثلاثاء 22 آب/ أغسطس 2023.\nوتنتهي المهلة في عام 2024 كما أعلن.", [], None),  # a later year
        ("وصل الوفد إلى ليبيا في 22 آب/ أغسطس 2023 بدعوة من الحكومة.", [], None),  # nothing bears it out
        ("قتل 18 شخصا أمس الثلاثاء في حلب.\nوهذا أكبر هجوم منذ 11 سبتمبر 2001.", [], None),
        ("وصل الوفد في 22 آب/ أغسطس 2023.", [datetime(2023, 8, 23, tzinfo=UTC)], "2023-08-22"),
        ("وصل الوفد في 22 آب/ أغسطس 2023.", [datetime(2023, 8, 20, tzinfo=UTC)], None),
        ("تنطلق البطولة الثلاثاء 4 يونيو 2024.", [], None),  # after now
        ("نص بلا تاريخ.", [], None),
    ],
)
def test_inferred_date(body: str, commented: list[datetime], day: str | None) -> None:
    found = infer_date(split_lines(body), commented, now=NOW)
    assert (found.date().isoformat() if found else None) == day


def test_an_inferred_date_is_marked(outlets: Outlets) -> None:
    page = "وفد يصل إلى ليبيا تلبية لدعوة\n\nوصل الوفد، الثلاثاء، 22 آب/ أغسطس 2023، إلى ليبيا بدعوة من الحكومة."
    (article,) = clean(Submission(page), outlets, now=NOW)
    assert article.published_at_source == "text"
