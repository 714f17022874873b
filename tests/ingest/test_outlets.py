"""Outlets by name, alias, address; datelines, source lines and bylines."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import InvalidSettings
from service.ingest.bylines import Signs, attribute, is_byline, read_dateline, read_source_names, read_title_site
from service.ingest.outlets import Outlets, load_outlets


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("العين الإخبارية", "alain"),
        ("العين الاخبارية", "alain"),
        ("أ ف ب", "afp"),
        ("أ.ف.ب", "afp"),
        ("AFP", "afp"),
        ("واس", "spa"),
        ("الجزيرة.نت", "aljazeera"),
        ("alarabiya.net", "alarabiya"),
        ("reuters", "reuters"),
        ("صحيفة الأفق الجديد", "صحيفه-الافق-الجديد"),
        ("North Star", "north-star"),
    ],
)
def test_resolve(outlets: Outlets, name: str, id_: str) -> None:
    assert outlets.resolve(name).id == id_


@pytest.mark.parametrize(
    ("url", "id_"),
    [
        ("https://www.alarabiya.net/ar/x", "alarabiya"),
        ("https://arabic.cnn.com/world", "cnn-arabic"),
        ("https://gate.ahram.org.eg/News/1.aspx", "ahram"),
        ("https://notreuters.com/", None),
        ("https://example.org/", None),
    ],
)
def test_at(outlets: Outlets, url: str, id_: str | None) -> None:
    known = outlets.at(url)
    assert (known.id if known else None) == id_


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("القاهرة (زمان التركية)ــ قال السفير الروسي", "zamanarabic"),
        ("بغداد (رويترز) - قال مسؤول", "reuters"),
        ("الرياض - واس: أعلنت الوزارة", "spa"),
        ("واشنطن/ أ ف ب/ قال البيت الأبيض", "afp"),
        ("مسقط في 11 مارس /العمانية/ افتتح الوزير", "ona"),
        ("أبوظبي في 3 مايو / وام / استقبل الرئيس", "wam"),
        ("دبي، الإمارات العربية المتحدة (CNN) -- قال", "cnn-arabic"),
        ("شفق نيوز/ أعلنت مديرية الزراعة", "shafaq"),
        ("القاهرة - العربية.نت: قال", "alarabiya"),
        ("الرياض - المدينة: بدأت الأعمال", None),  # a place, not the newspaper
        ("وصل الوفد (رويترز قالت الخميس) إلى المطار", None),
        ("قال وزير الخارجية في مقابلة مع قناة تلفزيونية أمس (رويترز)", None),
        ("التقى معالي الشيخ شخبوط بن نهيان آل نهيان، وزير دولة", None),
        ("", None),
    ],
)
def test_dateline(outlets: Outlets, text: str, id_: str | None) -> None:
    known = read_dateline(text, outlets)
    assert (known.id if known else None) == id_


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("المصدر | الخليج الجديد + متابعاتالمصدر: الخليج الجديد", ["الخليج الجديد"]),
        ("المصدر: وكالات", []),
        ("المصدر : رويترز + وكالات", ["رويترز"]),
        ("المصدر: الجزيرة + أ ف ب", ["الجزيرة", "أ ف ب"]),
        ("المصدر: صحيفة الأفق", ["صحيفة الأفق"]),
        ("نقلا عن أ ف ب", ["أ ف ب"]),
        ("* خدمة «نيويورك تايمز»", ["نيويورك تايمز"]),
        ("Source: Reuters", ["Reuters"]),
    ],
)
def test_source_names(line: str, names: list[str]) -> None:
    assert read_source_names(line) == names


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("عربي بوست", True),
        ("عمر إبراهيم – عين اليوم", True),
        ("عين اليوم – متابعات", True),
        ("الرياض - واس", True),
        ("رويترز – القاهرة", True),
        ("خليفة حفتر - رويترز", False),  # a caption
        ("اللواء الليبي المتقاعد خليفة حفتر / رويترز", False),
        ("وفد روسي يلتقي حفتر", False),
    ],
)
def test_byline(outlets: Outlets, line: str, expected: bool) -> None:
    assert is_byline(line, outlets) is expected


BODY = ("أعلنت الوزارة اليوم بدء المشروع.", "وقال الوزير إن العمل يستمر عاما.")


@pytest.mark.parametrize(
    ("signs", "outlet", "wire"),
    [
        (Signs(given="عربي بوست", body=("بغداد (رويترز) - قال مسؤول.",)), "arabicpost", "رويترز"),
        (Signs(given="رويترز", body=("بغداد (رويترز) - قال مسؤول.",)), "reuters", None),
        (Signs(url="https://arabi21.com/1", source_lines=("المصدر: أ ف ب",), body=BODY), "arabi21", "أ ف ب"),
        (Signs(source_lines=("المصدر: الجزيرة + رويترز",), body=BODY), "aljazeera", "رويترز"),
        (Signs(source_lines=("المصدر: رويترز",), body=BODY), "reuters", None),
        (Signs(source_lines=("المصدر: صحيفة الأفق",), body=BODY), "صحيفه-الافق", None),
        (Signs(given="موقع الضفة", source_lines=("المصدر: صحيفة الأفق",), body=BODY), "موقع-الضفه", "صحيفة الأفق"),
        (Signs(site="نون بوست", body=BODY), "noonpost", None),
        (Signs(title="البرلمان يصادق على القانون - اليوم السابع", body=BODY), "youm7", None),
        (Signs(given="الغد", body=(*BODY, "وأضاف أن الكلفة 3 ملايين. (رويترز)")), "alghad", "رويترز"),
        (Signs(given="الغد", body=(*BODY, "ونقلت رويترز عن مسؤول قوله إن الكلفة أكبر.")), "alghad", None),
        (Signs(body=('اطلعت "العين الإخبارية" على نسخة من البيان.',)), "alain", None),
        (Signs(body=('وأوضح في تصريحات لوكالة "سبوتنيك" الروسية أن اللقاء تم.',)), None, None),
        (Signs(body=("علمت العربية أن اللقاء تأجل.",)), None, None),  # an everyday word without quotes
        (Signs(body=BODY), None, None),
    ],
)
def test_attribution(outlets: Outlets, signs: Signs, outlet: str | None, wire: str | None) -> None:
    found = attribute(signs, outlets)
    assert (found.outlet.id if found.outlet else None, found.wire_source) == (outlet, wire)


def test_title_site(outlets: Outlets) -> None:
    assert read_title_site("من الدين إلى الاقتصاد | نون بوست", outlets)[0] == "من الدين إلى الاقتصاد"
    assert read_title_site("حفتر في موسكو - زيارة ثانية", outlets) == ("حفتر في موسكو - زيارة ثانية", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\naliases = []", "a needs a name"),
        ('[a]\nname = "أ"\ncolour = 1', "unknown key 'colour'"),
        ('[a]\nname = "أ"\nagency = "yes"', "neither true nor false"),
        ('[a]\nname = "أ"\naliases = [1]', "strings"),
        ('[a]\nname = "الأفق"\n[b]\nname = "الافق"', "stands twice"),
        ('[a]\nname = "أ"\ndomains = ["x.org"]\n[b]\nname = "ب"\ndomains = ["x.org"]', "stands twice"),
        ('[a]\nname = "!"', "empty"),
        ("[a", "outlets.toml"),
    ],
)
def test_bad_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "outlets.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidSettings, match=message):
        load_outlets(path)
