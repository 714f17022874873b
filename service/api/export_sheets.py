"""Answers as CSV and as an Excel workbook, right to left where the claim is, and never a formula.

CSV is UTF-8 with the mark that Excel needs to see it; a text that could be taken for a formula gets an apostrophe in
front. In a workbook every text is a text cell, verbatim, and such a text also carries the mark that keeps it one when
it is edited.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from service.api.export_table import COLUMNS, Cell, Column, Unanswered, is_dangerous, rows_of
from service.api.export_timeline import TIMELINE_COLUMNS, timeline_rows
from service.model import CrossReference, Note

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

BYTE_ORDER_MARK = "\ufeff"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
SHEETS = {"passages": Note(ar="إسناد", en="Isnad"), "timeline": Note(ar="التسلسل الزمني", en="Timeline")}
LONGEST_CELL = 32_767
"""Characters (UTF-16 units) that a cell of Excel can hold."""
CUT_MARK = " […]"


def write_csv(answers: Sequence[CrossReference | Unanswered]) -> bytes:
    """Return answers as CSV (RFC 4180) with a line of names."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([column.name for column in COLUMNS])
    for row in rows_of(answers):
        writer.writerow([_disarm(cell) for cell in row])
    return text.getvalue().encode("utf-8")


def _disarm(cell: Cell) -> Cell:
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and is_dangerous(cell) else cell


def write_xlsx(answers: Sequence[CrossReference | Unanswered], *, language: Literal["ar", "en"] | str) -> bytes:
    """Return answers as a workbook with its headings in `language`: the passages, and a sheet for the timelines."""
    # Imported here: few requests need it.
    from xlsxwriter import Workbook

    file = io.BytesIO()
    tongue: Literal["ar", "en"] = "ar" if language == "ar" else "en"
    is_rtl = any(isinstance(found, CrossReference) and found.claim.language in RIGHT_TO_LEFT for found in answers)
    with Workbook(file, {"in_memory": True}) as book:
        _write_sheet(book, SHEETS["passages"], COLUMNS, rows_of(answers), tongue=tongue, is_rtl=is_rtl)
        if any(isinstance(found, CrossReference) and found.timeline for found in answers):
            rows = timeline_rows(answers)
            _write_sheet(book, SHEETS["timeline"], TIMELINE_COLUMNS, rows, tongue=tongue, is_rtl=is_rtl)
    return file.getvalue()


def _write_sheet(
    book: Workbook,
    name: Note,
    columns: Sequence[Column],
    rows: Iterable[tuple[Cell, ...]],
    *,
    tongue: Literal["ar", "en"],
    is_rtl: bool,
) -> None:
    sheet = book.add_worksheet(getattr(name, tongue))
    if is_rtl:
        sheet.right_to_left()
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, getattr(column.heading, tongue), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            _write_cell(sheet, (last, place), cell, formats=(plain, quoted))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(columns) - 1)


def _write_cell(sheet: Worksheet, place: tuple[int, int], cell: Cell, *, formats: tuple[Any, Any]) -> None:
    plain, quoted = formats
    if isinstance(cell, str):
        # Never `write`, which takes texts that begin with = for formulas and addresses for links.
        sheet.write_string(*place, _cut(cell), quoted if is_dangerous(cell) else plain)
    elif cell is not None:
        sheet.write_number(*place, cell, plain)


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - len(CUT_MARK))].decode("utf-16-le", "ignore") + CUT_MARK
