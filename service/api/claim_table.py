"""Claims as CSV, as spreadsheets save it: with or without a byte order mark, parted by commas, semicolons or tabs.

A column `claim` and perhaps one `as_of` are read, by our names or by the Arabic headings of our exports; others are
left alone. The apostrophe that our own exports put before a text that looks like a formula is taken off again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from service.api import bounds
from service.api.export_table import COLUMNS, is_dangerous
from service.api.json_body import check_text
from service.api.problems import Fault, Problem

DELIMITERS = ",;\t"
READ = ("claim", "as_of")


def read_claim_table(data: bytes, *, charset: str = "utf-8") -> list[dict[str, str]]:
    """Return the claims, with as_of where it is given; rows without a claim are passed over. Raises `Problem`."""
    if charset.lower() not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", "CSV is read in UTF-8 only (in Excel: CSV UTF-8)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("malformed-request", f"the body is not UTF-8: byte {error.start} cannot be read") from error
    check_text(text, Fault("", pointer=""))
    try:
        claims = list(_read_rows(text))
    except csv.Error as error:
        raise Problem("malformed-request", f"the body is not CSV: {error}") from error
    if not 1 <= len(claims) <= bounds.CLAIMS:
        raise _invalid(f"must have 1 to {bounds.CLAIMS} claims, has {len(claims)}")
    return claims


def _read_rows(text: str) -> Iterator[dict[str, str]]:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    places = _find_columns(next(rows, []))
    if "claim" not in places:
        raise _invalid("must have a first line of names with a column claim")
    for row in rows:
        found = {name: _arm(row[place]) for name, place in places.items() if place < len(row) and row[place].strip()}
        if "claim" in found:
            yield found


def _find_columns(names: list[str]) -> dict[str, int]:
    known = {name: column.name for column in COLUMNS for name in (column.name, column.heading.ar)}
    places = {known.get(name.strip().lower(), ""): place for place, name in reversed(list(enumerate(names)))}
    return {name: places[name] for name in READ if name in places}


def _arm(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and is_dangerous(cell[1:]) else cell


def _invalid(detail: str) -> Problem:
    return Problem("invalid-input", f"the table {detail}", faults=[Fault(detail, pointer="")])
