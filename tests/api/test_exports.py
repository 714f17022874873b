"""An answer as a table and as annotations: the same facts, the exact words, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from service.api.export_annotations import AROUND, Writing, annotations_json
from service.api.export_sheets import LONGEST_CELL, write_csv, write_xlsx
from service.api.export_table import COLUMNS, is_dangerous
from service.api.exports import FORMATS
from service.api.offsets import ArticleOffsets
from service.claims.read import read_claim
from service.model import CrossReference, Filters
from service.services import Services
from tests.api.conftest import CLAIM, COLLAPSE, SEVEN, post_article
from tests.api.contract_client import ContractClient

HEBREW_MARK = "\u200f"
MORE = (
    "وأوضح رئيس البلدية أن المبنى شُيّد قبل نحو ستين عاماً، وأن سكانه تلقوا إنذارات متكررة بضرورة إخلائه.\n"
    "وتعهدت الحكومة بدفع تعويضات لأسر الضحايا وبفحص مئات المباني القديمة في أحياء المدينة خلال الأسابيع المقبلة."
)
NAMES = [column.name for column in COLUMNS]


@pytest.fixture
def filled(client: ContractClient) -> ContractClient:
    post_article(client, id="m-1", title="=1+1", text=f"{COLLAPSE}\n{MORE}", url="https://almarfa.example/2024/1")
    post_article(client, id="w-1", outlet="الواحة", text=SEVEN, wait=True)
    return client


def ask(client: Any, form: str, claim: str = CLAIM, **headers: str) -> Any:
    return client.post(f"/v1/cross-references?format={form}", json={"claim": claim}, headers=headers)


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_xlsx(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).active


@pytest.mark.parametrize(
    ("accept", "form", "kind"),
    [
        ("*/*", "", "application/json"),
        ("", "", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "", "application/json"),
        ("image/png", "", "application/json"),
        ("text/csv", "", "text/csv"),
        ("application/json;q=0.5, text/csv", "", "text/csv"),
        (FORMATS["xlsx"], "", FORMATS["xlsx"]),
        ("application/ld+json", "", "application/ld+json"),
        ("text/csv", "json", "application/json"),
        ("*/*", "csv", "text/csv"),
        ("application/json", "xlsx", FORMATS["xlsx"]),
        ("application/json", "jsonld", "application/ld+json"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_form_follows_format_and_accept(
    filled: ContractClient, method: str, accept: str, form: str, kind: str
) -> None:
    query = ({"format": form} if form else {}) | ({"claim": CLAIM} if method == "GET" else {})
    body = {"json": {"claim": CLAIM}} if method == "POST" else {}
    answer = filled.open("/v1/cross-references", method=method, query_string=query, headers={"Accept": accept}, **body)
    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("form", ["pdf", "CSV"])
def test_a_form_we_do_not_have_is_refused(client: ContractClient, form: str) -> None:
    assert ask(client, form).json["errors"] == [
        {"detail": "must be one of json, csv, xlsx, jsonld", "parameter": "format"}
    ]


def test_csv_says_what_json_says(filled: ContractClient) -> None:
    answer, found = ask(filled, "csv"), ask(filled, "json").json
    assert answer.data.startswith(b'\xef\xbb\xbf"claim"')
    assert answer.headers["Content-Disposition"] == 'attachment; filename="isnad.csv"'
    rows = read_csv(answer.data)
    matches = [(outlet, match) for outlet in found["outlets"] for match in outlet["matches"]]
    assert len(rows) == len(matches) >= 2
    for row, (outlet, match) in zip(rows, matches, strict=True):
        assert list(row) == NAMES
        assert (row["claim"], row["verdict"]) == (CLAIM, found["summary"]["verdict"])
        assert (row["outlet"], row["flag"]) == (outlet["outlet"]["name"], match["flag"])
        assert float(row["confidence"]) == match["confidence"]
        assert row["passage"] == match["passage"]["text"]
        assert (row["article_id"], int(row["start"])) == (match["article"]["id"], match["passage"]["start"])
        assert row["reasons_ar"] == "\n".join(dict.fromkeys(each["note"]["ar"] for each in match["evidence"]))
        assert int(row["searched_articles"]) == found["coverage"]["articles"] == 2


def test_a_workbook_says_what_csv_says_and_reads_right_to_left(filled: ContractClient) -> None:
    answer = ask(filled, "xlsx", **{"Accept-Language": "ar"})
    sheet = read_xlsx(answer.data)
    assert sheet.sheet_view.rightToLeft
    heading, *rows = sheet.iter_rows(values_only=True)
    assert heading == tuple(column.heading.ar for column in COLUMNS)
    for cells, row in zip(rows, read_csv(ask(filled, "csv").data), strict=True):
        shown = {name: "" if cell is None else str(cell) for name, cell in zip(NAMES, cells, strict=True)}
        assert shown == {name: text.removeprefix("'") for name, text in row.items()}


def test_an_english_claim_reads_left_to_right(filled: ContractClient) -> None:
    sheet = read_xlsx(ask(filled, "xlsx", claim="12 people died in the collapse").data)
    assert not sheet.sheet_view.rightToLeft
    assert sheet["A1"].value == "Claim"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_claim_nobody_speaks_of_still_has_a_row(client: ContractClient, form: str) -> None:
    data = ask(client, form).data
    if form == "csv":
        (row,) = read_csv(data)
    else:
        _, cells = read_xlsx(data).iter_rows(values_only=True)
        row = dict(zip(NAMES, ("" if cell is None else str(cell) for cell in cells), strict=True))
    assert (row["claim"], row["verdict"], row["flag"], row["searched_articles"]) == (CLAIM, "uncovered", "", "0")


FORMULAS = [
    "=1+1", "=HYPERLINK(\"http://x.example\",\"اضغط\")", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1",
    f"{HEBREW_MARK}=1", "\u202b=1", "\ufeff=1", "\uff1d1", "\uff0b1", "\u22121", "- قال الوزير",
]  # fmt: skip
HARMLESS = ["1+1=2", "قال: =", "", "«-»", "12", "'=1", "نحو +20"]


@pytest.mark.parametrize(
    ("text", "is_formula"), [(each, True) for each in FORMULAS] + [(each, False) for each in HARMLESS]
)
def test_what_could_be_a_formula_is_seen(text: str, is_formula: bool) -> None:
    assert is_dangerous(text) is is_formula


def answer_with_title(services: Services, title: str) -> CrossReference:
    found = services.cross_referencer.answer(read_claim(CLAIM), Filters(), 10)
    outlet = found.outlets[0]
    match = outlet.matches[0]
    changed = replace(match, article=replace(match.article, title=title))
    return replace(found, outlets=(replace(outlet, matches=(changed,)),))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(services: Services, filled: ContractClient, text: str) -> None:
    found = answer_with_title(services, text)
    (row,) = read_csv(write_csv([found]))
    assert row["title"] == f"'{text}"
    sheet = read_xlsx(write_xlsx([found], language="ar"))
    cell = sheet.cell(2, NAMES.index("title") + 1)
    assert cell.value == text.replace("\r", "_x000D_") or cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert not any(each.data_type == "f" for line in sheet.iter_rows() for each in line)


@pytest.mark.parametrize("text", ['فاصلة, و"اقتباس"; و\tجدول', "سطر\nثان", "a\r\nb"])
def test_a_text_stays_in_its_cell(services: Services, filled: ContractClient, text: str) -> None:
    (row,) = read_csv(write_csv([answer_with_title(services, text)]))
    assert row["title"] == text


@pytest.mark.parametrize("letter", ["خ", "🕊"])
def test_a_text_longer_than_a_cell_is_cut_and_says_so(services: Services, filled: ContractClient, letter: str) -> None:
    sheet = read_xlsx(write_xlsx([answer_with_title(services, letter * 40_000)], language="en"))
    text = sheet.cell(2, NAMES.index("title") + 1).value
    assert LONGEST_CELL - 1 <= len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert text.strip(letter) == " […]"


def test_annotations_select_the_exact_words(filled: ContractClient) -> None:
    page, found = ask(filled, "jsonld").json, ask(filled, "json").json
    matches = [match for outlet in found["outlets"] for match in outlet["matches"]]
    assert [each["isnad:flag"] for each in page["items"]] == [match["flag"] for match in matches]
    assert page["isnad:summary"] == found["summary"]
    for annotation, match in zip(page["items"], matches, strict=True):
        quoted, position = annotation["target"]["selector"]
        text = filled.get(f"/v1/articles/{match['article']['id']}").json["text"]
        assert text[position["start"] : position["end"]] == quoted["exact"] == match["passage"]["text"]
        before, after = text[: position["start"]], text[position["end"] :]
        assert quoted.get("prefix", "") == before[-AROUND:]
        assert quoted.get("suffix", "") == after[:AROUND]
        notes = [body["value"] for body in annotation["body"] if body["purpose"] == "commenting"]
        assert notes == [note for each in match["evidence"] for note in (each["note"]["ar"], each["note"]["en"])]


def test_annotations_have_addresses_that_are_answered(filled: ContractClient) -> None:
    answer = ask(filled, "jsonld")
    page = answer.json
    assert answer.content_type == 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
    assert len({each["id"] for each in page["items"]}) == len(page["items"]) >= 2
    assert page == ask(filled, "jsonld").json
    for address in (page["id"], *(each["target"]["source"]["id"] for each in page["items"])):
        assert address.startswith("http://localhost/v1/")
        assert filled.get(address.removeprefix("http://localhost")).status_code == 200
    sources = {each["target"]["source"]["id"].split("/")[-1]: each["target"]["source"] for each in page["items"]}
    assert sources["m-1?revision=1"]["via"] == "https://almarfa.example/2024/1"
    assert "via" not in sources["w-1?revision=1"]


def test_the_quote_of_an_article_deleted_meanwhile_stands_alone(services: Services, filled: ContractClient) -> None:
    found = services.cross_referencer.answer(read_claim(CLAIM), Filters(), 10)

    def quotes() -> list[dict[str, str]]:
        page = annotations_json(found, Writing("http://x/", services.index, ArticleOffsets(services.index)))
        targets = [each["target"] for each in page["items"] if "/m-1?" in each["target"]["source"]["id"]]
        return [target["selector"][0] for target in targets]

    with_words_around = quotes()
    assert any("suffix" in each for each in with_words_around)
    services.index.delete("m-1", wait=True)
    assert quotes() == [{"type": each["type"], "exact": each["exact"]} for each in with_words_around]
