"""The page for people in a real browser: it loads, answers, shows what others wrote as text, and asks for a key."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from service.sample import TRY_CLAIM, load_sample
from service.settings import Settings
from service.wiring import build_services
from tests.api.test_server import Server, running

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium"),
]
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"
VERDICTS = {"corroborated": "مؤيَّد", "contradicted": "مُعارَض", "contested": "مختلَف فيه", "uncovered": "غير مغطّى"}
FLAGS = {"agrees": "يوافق", "conflicts": "يعارض", "mentions": "يذكر فقط"}
STEADY = {"ISNAD_SERVER__WORKERS": "1", "ISNAD_JUDGE__MODEL": "typed", "ISNAD_INDEX__VECTORS": "false"}
"""Vectors are filled in behind: the same claim asked twice may find more the second time."""
STORM = "ضربت عاصفة رملية مدينة النخيلة مساء الاثنين وأوقفت الملاحة في الميناء ساعتين"


@dataclass(frozen=True)
class Seen:
    """A page after its scripts have run: the markup, and what stood on the console."""

    dom: str
    console: list[str]

    @property
    def body(self) -> str:
        return self.dom.partition("</head>")[2]

    @property
    def text(self) -> str:
        return " ".join(visible_text(self.body).split())


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def without_blanks(text: str) -> str:
    return "".join(text.split())


def visible_text(markup: str) -> str:
    parser = _Text()
    parser.feed(re.sub(r"<noscript>.*?</noscript>", "", markup, flags=re.DOTALL))
    return " ".join(parser.parts)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("browser")
    services = build_services(Settings(data=directory / "data"))
    load_sample(services)
    services.close()
    with running(directory, **STEADY) as server:
        article = {"title": HOSTILE, "outlet": f"صحيفة {HOSTILE}", "text": f"{STORM}. {HOSTILE} هكذا قال الشهود."}
        assert server.call("POST", "/v1/articles?wait=true", json=article).status_code == 201
        yield server


def look(url: str, profile: Path, *, budget_ms: int = 20_000) -> Seen:
    assert CHROMIUM
    budget = f"--virtual-time-budget={budget_ms}"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", budget]
    command = [CHROMIUM, *options, f"--user-data-dir={profile}", "--dump-dom", url]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return Seen(shown.stdout, [line for line in shown.stderr.splitlines() if ":CONSOLE" in line])


def test_the_empty_page(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/", tmp_path)
    assert re.search(r'<html lang="ar" dir="rtl"', seen.dom)
    assert "اكتب ادعاء" in seen.text
    assert seen.console == []
    labelled = set(re.findall(r'<label for="([^"]+)"', seen.dom))
    assert labelled == set(re.findall(r'<(?:input|textarea)[^>]* id="([^"]+)"', seen.dom))


POLLING_MS = 20_000_000
"""The browser's clock runs ahead of the service's: so much of its time makes some thousand looks at a job."""


def percent(share: float) -> str:
    """Return a share as browsers round it: a half goes up, as the number is written in decimal."""
    return f"{(100 * Decimal(str(share))).quantize(Decimal(1), ROUND_HALF_UP)}%"


def test_a_whole_document_is_answered(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/#article=collapse-1", tmp_path, budget_ms=POLLING_MS)
    assert seen.console == []
    path = "/v1/documents/cross-references"
    answer = server.call("POST", path, json={"article": "collapse-1"}).json()
    assert answer["claims"]
    text, shown = without_blanks(seen.text), seen.text.replace("\u200e", "")
    for claim, row in zip(answer["claims"], answer["matrix"]["rows"], strict=True):
        assert without_blanks(claim["claim"]["text"]) in text
        assert VERDICTS[claim["summary"]["verdict"]] in seen.text
        for cell in row:
            assert cell is None or f"{FLAGS[cell['flag']]} {percent(cell['confidence'])}" in shown
    for column in answer["matrix"]["outlets"]:
        assert f"<bdi>{column['outlet']['name']}</bdi></th>" in seen.dom
    assert "لم تُسأل وسيلة النص نفسها: صدى المرسى" in seen.text
    assert server.call("GET", "/v1/articles/collapse-1").json()["text"].split(".")[0] in seen.text


def test_the_form_for_documents_stands_alone(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/#document", tmp_path)
    assert seen.console == []
    assert re.search(r'<form id="ask"[^>]* hidden', seen.dom)
    assert not re.search(r'<form id="ask-document"[^>]* hidden', seen.dom)
    assert re.search(r'id="to-document" aria-current="page"', seen.dom)


def test_a_document_of_others_is_shown_as_text(server: Server, tmp_path: Path) -> None:
    listed = server.call("GET", "/v1/articles").json()["articles"]
    hostile = next(article["id"] for article in listed if article["title"] == HOSTILE)
    seen = look(f"{server.url}/#article={quote(hostile)}", tmp_path, budget_ms=POLLING_MS)
    assert "<title>taken" not in seen.dom
    assert "document.title='taken'" in seen.text


def test_a_document_that_is_not_there_is_told(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/#article=none", tmp_path)
    assert "في الطلب قيمة غير صالحة" in seen.text


def ask(server: Server, claim: str) -> Any:
    return server.call("POST", "/v1/cross-references", json={"claim": claim}).json()


def test_a_claim_is_answered(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/#claim={quote(TRY_CLAIM)}", tmp_path)
    assert seen.console == []
    answer = ask(server, TRY_CLAIM)
    assert VERDICTS[answer["summary"]["verdict"]] in seen.text
    for outlet in answer["outlets"]:
        assert f"{outlet['outlet']['name']} {FLAGS[outlet['flag']]}" in seen.text
        for match in outlet["matches"]:
            assert match["article"]["title"] in seen.text
            assert f'href="{match["article"]["url"]}"' in seen.body
            assert all(evidence["note"]["ar"] in seen.text for evidence in match["evidence"])
    assert "بُحث في 43 مقالا" in seen.text
    assert "نقلا عن وكالة ربان للأنباء" in seen.text
    assert "3 مارس 2024" in seen.text


def first_marks(answer: Any, side: str) -> set[str]:
    """Return the mark that each match must at least bear in its passage, or in the claim: its first evidence."""
    marks = set()
    for match in (match for outlet in answer["outlets"] for match in outlet["matches"] if match["evidence"]):
        text = match["passage"]["text"] if side == "passage_span" else answer["claim"]["text"]
        found = min(match["evidence"], key=lambda one: (one[side]["start"], one[side]["end"]))
        marks.add(f'<mark class="{found["relation"]}">{text[found[side]["start"] : found[side]["end"]]}</mark>')
    return marks


@pytest.mark.parametrize("before", ["", "🕊️🕊️ "], ids=["plain", "behind other planes"])
def test_evidence_is_marked_in_both_texts(server: Server, tmp_path: Path, before: str) -> None:
    claim = before + TRY_CLAIM
    seen, answer = look(f"{server.url}/#claim={quote(claim)}", tmp_path), ask(server, claim)
    assert seen.console == []
    for side in ("passage_span", "claim_span"):
        marks = first_marks(answer, side)
        assert marks
        assert all(mark in seen.body for mark in marks)


def test_the_order_of_events_stands_under_the_summary(server: Server, tmp_path: Path) -> None:
    toll = "قُتل {} شخصاً في انهيار المبنى السكني بحي الميناء في مدينة مرسى الرمل بحسب {}. " + HOSTILE
    article = {"id": "revised", "outlet": "إذاعة الشط", "published_at": "2024-03-03T15:00:00Z"}
    for text in (toll.format(8, "الدفاع المدني"), toll.format(11, "وزير الداخلية")):
        assert server.call("POST", "/v1/articles?wait=true", json={**article, "text": text}).status_code == 201
    seen, timeline = look(f"{server.url}/#claim={quote(TRY_CLAIM)}", tmp_path), ask(server, TRY_CLAIM)["timeline"]
    server.call("DELETE", "/v1/articles/revised?wait=true")
    assert seen.console == []
    assert [len(timeline[part]) > 0 for part in ("first", "reports", "figures", "changes")] == [True] * 4
    assert seen.text.index("التسلسل الزمني") < seen.text.index("كيف تحركت الأرقام") < seen.text.index("نصوص عدّلتها")
    for report in timeline["reports"]:
        assert f"{report['outlet']['name']} {FLAGS[report['flag']]}" in seen.text
    for point in (point for series in timeline["figures"] for point in series["points"]):
        assert f"{point['text']} {point['outlet']['name']}" in seen.text
    assert '<mark class="conflicts">8</mark>' in seen.body
    assert '<mark class="agrees">11</mark>' in seen.body
    assert "<img" not in seen.dom


def test_quotes_are_whole(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/#claim={quote(TRY_CLAIM)}", tmp_path)
    quotes = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", seen.body, flags=re.DOTALL)
    matches = [match for outlet in ask(server, TRY_CLAIM)["outlets"] for match in outlet["matches"]]
    assert [without_blanks(visible_text(each)) for each in quotes] == [
        without_blanks(match["passage"]["text"]) for match in matches
    ]


def test_what_others_wrote_is_text(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/#claim={quote(STORM + HOSTILE)}", tmp_path)
    assert "<title>إسناد" in seen.dom
    assert "<img" not in seen.dom
    assert seen.body.count("<script") == 0
    assert "&lt;img src=x" in seen.body
    assert seen.console == []


def test_a_claim_without_words_says_so(server: Server, tmp_path: Path) -> None:
    seen = look(f"{server.url}/#claim={quote('؟!')}", tmp_path)
    assert "في الطلب قيمة غير صالحة" in seen.text


def test_it_asks_for_a_key_where_one_is_needed(tmp_path: Path) -> None:
    (tmp_path / "server").mkdir()
    with running(tmp_path / "server", ISNAD_AUTH__MODE="keys", ISNAD_SERVER__WORKERS="1") as server:
        seen = look(f"{server.url}/#claim={quote(STORM)}", tmp_path / "profile")
    assert "يلزم مفتاح للواجهة البرمجية" in seen.text
    assert '<p id="key-field">' in seen.body
