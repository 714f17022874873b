"""Answers as CSV and as an Excel workbook, right to left where the claim is, and never a formula.

CSV is UTF-8 with the mark that Excel needs to see it; a text that could be taken for a formula gets an apostrophe in
front. In a workbook every text is a text cell, verbatim, and such a text also carries the mark that keeps it one when
it is edited.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from service.api.export_fact_checks import FACT_CHECK_COLUMNS, fact_check_rows
from service.api.export_table import COLUMNS, Cell, Table, Unanswered, is_dangerous, rows_of
from service.api.export_timeline import TIMELINE_COLUMNS, timeline_rows
from service.model import CrossReference, Note

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

BYTE_ORDER_MARK = "\ufeff"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
SHEETS = {
    "passages": Note(ar="إسناد", en="Isnad"),
    "timeline": Note(ar="التسلسل الزمني", en="Timeline"),
    "fact_checks": Note(ar="تحققات منشورة", en="Fact-checks"),
}
LONGEST_CELL = 32_767
"""Characters (UTF-16 units) that a cell of Excel can hold."""
CUT_MARK = " […]"
LAYOUT = {"text_wrap": True, "valign": "top"}


def write_csv(answers: Sequence[CrossReference | Unanswered]) -> bytes:
    """Return answers as CSV (RFC 4180) with a line of names."""
    return write_table(_as_table(answers))


def write_xlsx(answers: Sequence[CrossReference | Unanswered], *, language: Literal["ar", "en"] | str) -> bytes:
    """Return answers as a workbook with its headings in `language`: the passages, then timelines and fact-checks."""
    found = [one for one in answers if isinstance(one, CrossReference)]
    tables = [_as_table(answers)]
    if any(one.timeline for one in found):
        tables.append(_as_timeline(answers))
    if any(one.fact_checks for one in found):
        tables.append(_as_fact_checks(answers))
    return write_book(tables, language=language)


def write_table(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180) with a line of names."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_disarm(column.name) for column in table.columns])
    for row in table.rows:
        writer.writerow([_disarm(cell) for cell in row])
    return text.getvalue().encode("utf-8")


def write_book(tables: Sequence[Table], *, language: Literal["ar", "en"] | str) -> bytes:
    """Return a workbook with a sheet for each table, headings in `language`; a sheet reads as its texts do."""
    # Imported here: few requests need it.
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        bold = {"bold": True, "bottom": 1}
        formats = [
            (book.add_format({**LAYOUT, **more}), book.add_format({**LAYOUT, **more, "quote_prefix": True}))
            for more in ({}, bold)
        ]
        for table in tables:
            sheet = book.add_worksheet(_in(language, table.name))
            if table.language in RIGHT_TO_LEFT:
                sheet.right_to_left()
            _fill_sheet(sheet, table, language=language, formats=formats)
    return file.getvalue()


def _fill_sheet(sheet: Worksheet, table: Table, *, language: str, formats: Sequence[tuple[Any, Any]]) -> None:
    plain, heading = formats
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        _write_cell(sheet, (0, place), _in(language, column.heading), formats=heading)
    for number, row in enumerate(table.rows, start=1):
        for place, cell in enumerate(row):
            _write_cell(sheet, (number, place), cell, formats=plain)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _as_table(answers: Sequence[CrossReference | Unanswered]) -> Table:
    return Table(SHEETS["passages"], COLUMNS, tuple(rows_of(answers)), _language_of(answers))


def _as_timeline(answers: Sequence[CrossReference | Unanswered]) -> Table:
    return Table(SHEETS["timeline"], TIMELINE_COLUMNS, tuple(timeline_rows(answers)), _language_of(answers))


def _as_fact_checks(answers: Sequence[CrossReference | Unanswered]) -> Table:
    return Table(SHEETS["fact_checks"], FACT_CHECK_COLUMNS, tuple(fact_check_rows(answers)), _language_of(answers))


def _language_of(answers: Sequence[CrossReference | Unanswered]) -> str:
    """Return the language that the sheet is read in: from right to left as soon as one claim is."""
    languages = [found.claim.language for found in answers if isinstance(found, CrossReference)]
    return next((each for each in languages if each in RIGHT_TO_LEFT), "en")


def _in(language: str, note: Note) -> str:
    return note.ar if language == "ar" else note.en


def _disarm(cell: Cell) -> Cell:
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and is_dangerous(cell) else cell


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
