"""A document and its copies, and the matrix of what the outlets say of its claims."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from service.claims.crossref import CrossReferencer
from service.claims.left_out import NOTHING, LeftOut
from service.claims.outlets import group_by_outlet
from service.claims.summary import count_flags, decide_verdict
from service.documents.matrix import build_matrix, confidence_of, count_verdicts
from service.documents.read import Document, from_article, read_document
from service.index.embedded import EmbeddedIndex
from service.ingest.intake import Intake
from service.ingest.outlets import Outlets
from service.ingest.sources import Submission
from service.model import Claim, CrossReference, Facts, Filters, Flag, Outlet, Verdict
from tests.api.fakes import WordJudge
from tests.claims.fakes import FixedIndex, TableJudge, make_head, make_hit, make_match

WIRE = (
    "أسفر انهيار مبنى سكني في حي الميناء فجر الأحد عن مقتل سبعة أشخاص وإصابة خمسة عشر آخرين. "
    "وقال قائد الدفاع المدني مازن الشدياق إن البحث جار عن ستة مفقودين تحت الأنقاض. "
    "وأعلنت البلدية الحداد ثلاثة أيام في المدينة وفتحت مدرستين لإيواء العائلات التي فقدت بيوتها في الحادث."
)
OTHER = "قُتل تسعة أشخاص في انهيار المبنى السكني في حي الميناء بحسب مصادر طبية في المدينة تحدثت إلى المراسلين."


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    index = EmbeddedIndex(tmp_path)
    intake = Intake(index, Outlets(()))
    for article_id, outlet, text in (
        ("own-1", "المرفأ", WIRE),
        ("own-2", "المرفأ", OTHER + " وكانت السلطات أعلنت حصيلة أقل."),
        ("copy-1", "الواحة", WIRE),
        ("copy-2", "البيدر", WIRE + " ولم ترد تفاصيل أخرى."),
        ("else-1", "الشراع", OTHER),
    ):
        submission = Submission(text, kind="text", id=article_id, outlet=outlet, title=None)
        intake.take(submission, wait=True)
    yield index
    index.close()


def test_an_article_its_copies_and_its_outlet_do_not_count(index: EmbeddedIndex) -> None:
    document = from_article(index.get("own-1"))
    reading = read_document(document, index, most=9)
    assert [head.id for head in reading.copies] == ["copy-1", "copy-2"]
    assert reading.without.articles == {"own-1", "copy-1", "copy-2"}
    assert reading.without.outlets == {index.get("own-1").head.outlet.id}  # type: ignore[union-attr]
    crossref = CrossReferencer(index, WordJudge({"تسعة أشخاص": Flag.CONFLICTS, "سبعة أشخاص": Flag.AGREES}))
    claims = [pick.claim for pick in reading.picked.picks]
    assert len(claims) == 3
    (first, *_) = crossref.answer_many(claims, Filters(), 50, without=reading.without)
    assert isinstance(first, CrossReference)
    assert first.verdict is Verdict.CONTRADICTED
    assert {match.article.id for outlet in first.outlets for match in outlet.matches} == {"else-1"}
    alone = crossref.answer(claims[0])
    assert alone.verdict is Verdict.CONTESTED, "without leaving out, it confirms itself"


def test_the_own_outlet_is_asked_when_that_is_wished(index: EmbeddedIndex) -> None:
    reading = read_document(from_article(index.get("own-1")), index, most=9, own_outlet=True)
    assert reading.without.outlets == frozenset()
    assert "own-1" in reading.without.articles


def test_a_text_that_was_handed_in_has_copies_too(index: EmbeddedIndex) -> None:
    reading = read_document(Document(WIRE, outlet=Outlet("a", "أ")), index, most=9)
    assert [head.id for head in reading.copies] == ["copy-1", "copy-2", "own-1"]
    assert read_document(Document(OTHER[:40]), index, most=9).without == NOTHING


def test_what_is_left_out_makes_room_for_others() -> None:
    hits = [make_hit(f"o{n}", "own", f"خبر {n}") for n in range(9)] + [make_hit("x", "other", "خبر")]
    index = FixedIndex(hits)
    crossref = CrossReferencer(index, TableJudge({}), candidates=3)  # type: ignore[arg-type]
    (found,) = crossref.answer_many([Claim("خبر جديد", "ar", Facts())], without=LeftOut(outlets=frozenset({"own"})))
    assert isinstance(found, CrossReference)
    assert [outlet.outlet.id for outlet in found.outlets if outlet.outlet] == ["other"]
    assert index.queries[0].limit == 13


@pytest.mark.parametrize(
    ("without", "held"),
    [
        (NOTHING, False),
        (LeftOut(articles=frozenset({"a"})), True),
        (LeftOut(outlets=frozenset({"o"})), True),
        (LeftOut(groups=frozenset({"g"})), True),
        (LeftOut(frozenset({"b"}), frozenset({"p"}), frozenset({"h"})), False),
    ],
)
def test_left_out(without: LeftOut, held: bool) -> None:
    assert without.holds(make_head("a", "o", group="g")) is held
    assert bool(without) is (without is not NOTHING)


def answer(*matches: tuple[str | None, Flag]) -> CrossReference:
    outlets = group_by_outlet(make_match(f"{outlet}-1", outlet, flag) for outlet, flag in matches)
    coverage = FixedIndex(()).coverage(Filters())
    return CrossReference(
        Claim("خبر", "ar", Facts(), date(2024, 3, 1)),
        decide_verdict(outlets),
        count_flags(outlets),
        outlets,
        coverage,
        {},
    )


def test_the_matrix_has_a_row_a_claim_and_a_column_an_outlet() -> None:
    answers = [
        answer(("a", Flag.AGREES), ("b", Flag.CONFLICTS), (None, Flag.MENTIONS)),
        answer(("c", Flag.AGREES), ("a", Flag.AGREES)),
        answer(),
    ]
    matrix = build_matrix(answers)
    names = [column.outlet.id if column.outlet else None for column in matrix.columns]
    assert names == ["b", "a", "c", None]
    assert [[cell.flag.value if cell else None for cell in row] for row in matrix.rows] == [
        ["conflicts", "agrees", None, "mentions"],
        [None, "agrees", "agrees", None],
        [None] * 4,
    ]
    assert matrix.columns[1].counts == {Flag.AGREES: 2, Flag.CONFLICTS: 0, Flag.MENTIONS: 0}
    cell = matrix.rows[0][0]
    assert cell is not None
    assert confidence_of(cell) == pytest.approx(0.9)
    assert count_verdicts(answers) == {
        Verdict.CORROBORATED: 1, Verdict.CONTRADICTED: 0, Verdict.CONTESTED: 1, Verdict.UNCOVERED: 1,
    }  # fmt: skip
