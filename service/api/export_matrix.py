"""The matrix of a document as tables: claims in rows, outlets in columns; and all its passages, one a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.api.answer_json import DIGITS
from service.api.export_table import COLUMNS, Cell, Column, Table, make_columns, rows_of
from service.documents.matrix import build_matrix, confidence_of
from service.model import CrossReference, Flag, Note, OutletMatches

UNKNOWN = Note(ar="وسيلة غير معروفة", en="outlet unknown")
CELL_WIDTH = 40
FIXED = make_columns(
    ("number", "الرقم", "Number", 7),
    ("claim", "الادعاء", "Claim", 60),
    ("start", "من حرف", "From character", 9),
    ("end", "إلى حرف", "To character", 9),
    ("score", "جدارة التحقق", "Worth checking", 9),
    ("reasons_ar", "أسباب الاختيار", "Reasons (Arabic)", 30),
    ("reasons_en", "أسباب الاختيار بالإنجليزية", "Reasons (English)", 30),
    ("verdict", "الخلاصة", "Verdict", 13),
    ("agrees", "توافق", "Agree", 8),
    ("conflicts", "تعارض", "Conflict", 8),
    ("mentions", "تذكر", "Mention", 8),
)


def matrix_table(frame: Mapping[str, Any], answers: Sequence[CrossReference]) -> Table:
    """Return a row for each claim; the cell of an outlet has its flag, how sure that is, and the words it rests on."""
    matrix = build_matrix(answers)
    outlets = [Note(column.outlet.name, column.outlet.name) if column.outlet else UNKNOWN for column in matrix.columns]
    columns = (*FIXED, *(Column(note.en, note, CELL_WIDTH) for note in outlets))
    rows = tuple(
        (number, *_told_cells(told, found), *map(_cell, row))
        for number, (told, found, row) in enumerate(zip(frame["claims"], answers, matrix.rows, strict=True), start=1)
    )
    return Table(Note(ar="المصفوفة", en="Matrix"), columns, rows, frame["document"]["language"])


def passage_table(answers: Sequence[CrossReference]) -> Table:
    """Return a row for each passage, as for single claims."""
    language = answers[0].claim.language if answers else "ar"
    return Table(Note(ar="المقاطع", en="Passages"), COLUMNS, tuple(rows_of(answers)), language)


def _told_cells(told: Mapping[str, Any], found: CrossReference) -> tuple[Cell, ...]:
    span, notes = told["span"], [reason["note"] for reason in told["reasons"]]
    counts = (found.counts[flag].outlets if flag in found.counts else 0 for flag in Flag)
    return (
        found.claim.text,
        span["start"],
        span["end"],
        told["score"],
        "\n".join(note["ar"] for note in notes),
        "\n".join(note["en"] for note in notes),
        str(found.verdict),
        *counts,
    )


def _cell(cell: OutletMatches | None) -> Cell:
    if cell is None:
        return None
    speaks = next((match for match in cell.matches if match.judgement.flag is cell.flag), cell.matches[0])
    return f"{cell.flag} {round(confidence_of(cell), DIGITS)}\n{speaks.passage.text}"
