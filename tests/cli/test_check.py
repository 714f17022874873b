"""Claims answered on the terminal: the same answer as over HTTP, and nothing in a quote steers the terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from service.cli.answer import say_count
from service.cli.terminal import show_isolated, tame
from service.model import Flag, FlagCount, Span
from service.sample import TRY_CLAIM
from tests.api.contract_client import schema_of
from tests.cli.conftest import Isnad


def test_the_answer_for_people(isnad: Isnad, sample_data: Path) -> None:
    said = isnad("check", TRY_CLAIM, "--data", sample_data).stdout
    answer = json.loads(isnad("check", TRY_CLAIM, "--data", sample_data, "--json").stdout)
    assert answer["summary"]["verdict"].upper() in said
    for flag in ("agrees", "conflicts", "mentions"):
        assert f"{flag}: {answer['summary'][flag]['outlets']} outlet" in said
    for outlet in answer["outlets"]:
        assert outlet["outlet"]["name"] in said
        for match in outlet["matches"]:
            assert match["article"]["url"] in said
            assert f"{match['confidence']:.2f} {match['article']['published_at'][:10]}" in said
    assert "from ⁨وكالة ربان للأنباء⁩" in said
    assert "searched 42 articles of 9 outlets" in said  # eight, and the agency of the article glued to the page


def test_fact_checks_of_files_in_other_codes(isnad: Isnad, tmp_path: Path) -> None:
    review = {"@type": "ClaimReview", "claimReviewed": TRY_CLAIM, "reviewRating": "مضلل"}
    text = json.dumps(review, ensure_ascii=False)
    bad, page = tmp_path / "bad.json", tmp_path / "page.html"
    bad.write_bytes(text.encode("cp1256"))
    head = '<meta charset="windows-1256"><script type="application/ld+json">'
    page.write_bytes(f"{head}{text}</script>".encode("cp1256"))
    added = isnad("fact-checks", "add", bad, page, "--data", tmp_path / "data", code=3)
    assert "bad.json:  is not UTF-8: byte " in added.stderr.replace("\n", "")
    assert added.stdout.endswith("created\n")
    listed = json.loads(isnad("fact-checks", "list", "--json", "--data", tmp_path / "data").stdout)
    assert listed["claim_reviewed"] == TRY_CLAIM


def test_fact_checks_stand_apart(isnad: Isnad, sample_data: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(sample_data, data)
    review = {"@type": "ClaimReview", "claimReviewed": f"{TRY_CLAIM} بينهم طفل", "reviewRating": "مضلل\x1b[2J"}
    file = tmp_path / "review.json"
    file.write_text(json.dumps([review, {"@type": "Person"}]), encoding="utf-8")
    added = isnad("fact-checks", "add", file, "--data", data, code=3)
    assert "/1 is not a ClaimReview" in added.stderr
    fact_check, outcome = added.stdout.split()
    assert outcome == "created"
    said = isnad("check", TRY_CLAIM, "--data", data).stdout
    assert "fact-checks of others" in said
    assert "\u2068مضلل[2J\u2069" in said
    assert fact_check in isnad("fact-checks", "list", "--data", data, columns=60).stdout
    listed = json.loads(isnad("fact-checks", "list", "--data", data, "--json").stdout)
    schema_of("FactCheck").validate(listed)
    isnad("fact-checks", "remove", fact_check, "--data", data)
    assert "there are no fact-checks" in isnad("fact-checks", "list", "--data", data).stdout
    assert "fact-checks of others" not in isnad("check", TRY_CLAIM, "--data", data).stdout


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "page.html",
            '<script type="application/ld+json">{"@type":"ClaimReview"}</script>',
            "claimReviewed is required",
        ),
        ("page.html", "<p>نص</p>", "has no ClaimReview in it"),
        ("lines.ndjson", "{\n", "line 1 is not JSON"),
        ("one.json", '{"@type": "Person"}', "has no ClaimReview in it"),
    ],
)
def test_what_is_no_fact_check_is_named(isnad: Isnad, tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert said in isnad("fact-checks", "add", tmp_path / name, "--data", tmp_path / "data", code=3).stderr


def test_the_order_of_events(isnad: Isnad, sample_data: Path) -> None:
    said = isnad("check", TRY_CLAIM, "--data", sample_data).stdout
    timeline = json.loads(isnad("check", TRY_CLAIM, "--data", sample_data, "--json").stdout)["timeline"]
    assert "in order of publication" in said
    (first,) = timeline["first"]
    assert f"{first['at'][:16].replace('T', ' ')} first ⁨{first['outlet']['name']}⁩" in said
    moved = [point for series in timeline["figures"] for point in series["points"] if point["move"] == "update"]
    assert moved
    unwrapped = " ".join(said.split())
    for point in moved:
        assert f"→ ⁨{point['text']}⁩ (⁨{point['outlet']['name']}⁩)" in unwrapped


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (None, "agrees: 0 outlets"),
        (FlagCount(1, 1, 4), "agrees: 1 outlet"),
        (FlagCount(3, 2, 3), "agrees: 3 outlets (2 independent)"),
    ],
)
def test_copies_of_one_text_are_said_to_be_one_source(count: FlagCount | None, said: str) -> None:
    assert say_count(Flag.AGREES, count) == said


def test_every_line_closes_what_it_isolates(isnad: Isnad, sample_data: Path) -> None:
    said = isnad("check", TRY_CLAIM, "--data", sample_data).stdout
    assert said.count("\u2068") == said.count("\u2069") > 10


def test_reasons_in_arabic(isnad: Isnad, sample_data: Path) -> None:
    assert "سبعة أشخاص" in isnad("check", TRY_CLAIM, "--data", sample_data, "--notes", "ar").stdout


def test_json_is_that_of_the_api(isnad: Isnad, sample_data: Path) -> None:
    answer = json.loads(isnad("check", TRY_CLAIM, "--data", sample_data, "--json").stdout)
    schema_of("CrossReference").validate(answer)


@pytest.mark.parametrize("outlet", ["صحيفة البيدر", "صحيفه-البيدر"])
def test_filters(isnad: Isnad, sample_data: Path, outlet: str) -> None:
    options = ("--outlet", outlet, "--from", "2024-03-01", "--to", "2024-03-31", "--language", "ar", "--json")
    answer = json.loads(isnad("check", TRY_CLAIM, "--data", sample_data, *options).stdout)
    assert [each["outlet"]["name"] for each in answer["outlets"]] == ["صحيفة البيدر"]
    assert answer["coverage"]["articles"] == 1


def test_yesterday_counts_from_the_day_given(isnad: Isnad, sample_data: Path) -> None:
    options = ("--as-of", "2024-03-04", "--data", sample_data, "--json")
    answer = json.loads(isnad("check", "انهار مبنى في حي الميناء أمس", *options).stdout)
    days = [fact["value"]["start"] for fact in answer["claim"]["facts"] if fact["kind"] == "period"]
    assert days == ["2024-03-03"]


def test_nothing_found_is_not_called_false(isnad: Isnad, tmp_path: Path) -> None:
    said = isnad("check", "فاز فريق ببطولة الشطرنج", "--data", tmp_path).stdout
    assert "UNCOVERED" in said
    assert "does not make it false" in said
    assert "searched 0 articles" in said


@pytest.mark.parametrize(("model", "judge"), [("big", "isnad-big"), ("small", "isnad-small"), ("typed", "typed")])
def test_judges_with_the_configured_model(isnad: Isnad, sample_data: Path, model: str, judge: str) -> None:
    options = ("--data", sample_data, "--outlet", "صحيفة البيدر", "--json")
    assert judge in json.loads(isnad("check", TRY_CLAIM, *options, model=model).stdout)["versions"]["judge"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["!؟"], 1, "the claim has no words"),
        (["خبر", "--as-of", "أمس"], 2, "%Y-%m-%d"),
        (["خبر", "--from", "2024-02-01", "--to", "2024-01-01"], 2, "--from is later than --to"),
        ([], 2, "Missing argument"),
    ],
)
def test_bad_input_is_one_clear_line(isnad: Isnad, tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    assert said in isnad("check", *arguments, "--data", tmp_path, code=code).stderr


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("خبر\x1b[2J عاجل\x07", "خبر[2J عاجل"),
        ("a\nb\tc\r\u0085d", "a b c  d"),
        ("مرحبا \u202eقلب\u202c\u2069", "مرحبا قلب"),  # RIGHT-TO-LEFT OVERRIDE, POP…
        ("می\u200cخواهم", "می\u200cخواهم"),  # ZERO WIDTH NON-JOINER belongs to the word
    ],
)
def test_nothing_steers_the_terminal(text: str, shown: str) -> None:
    assert tame(text) == shown


def test_marks_are_the_spans_given() -> None:
    shown = show_isolated("قتل سبعة في الحادث", marked=[Span(4, 8), Span(5, 7)])
    assert [shown.plain[each.start : each.end] for each in shown.spans] == ["سبعة"]
