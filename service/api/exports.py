"""In which form an answer goes out: JSON, CSV, an Excel workbook or JSON-LD, by ?format= or else by Accept."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Request, Response

from service.api.answer_json import cross_reference_json
from service.api.export_annotations import annotations_json
from service.api.export_sheets import write_csv, write_xlsx
from service.api.export_table import Unanswered
from service.api.problems import preferred_language
from service.api.responses import answer, encode
from service.api.state import services, state
from service.model import CrossReference

FORMATS = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonld": "application/ld+json",
}
TABLE_FORMATS = ("json", "csv", "xlsx")
"""Those that can hold the answers to several claims."""
ANNOTATIONS_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


def choose_format(request: Request, named: str | None, *, among: Sequence[str] = tuple(FORMATS)) -> str:
    """Return the form of the answer; JSON when Accept names none that we have."""
    if named:
        return named
    kinds = [FORMATS[name] for name in among]
    best = request.accept_mimetypes.best_match(kinds, default=FORMATS["json"])
    return next(name for name, kind in FORMATS.items() if kind == best)


def export(found: CrossReference, request: Request, named: str | None) -> Response:
    """Return the answer to one claim in the form that the caller wants."""
    form = choose_format(request, named)
    if form in ("csv", "xlsx"):
        response = export_table([found], form)
    elif form == "jsonld":
        body = annotations_json(found, base=request.url_root, index=services().index, offsets=state().offsets())
        response = _file(encode(body).encode(), ANNOTATIONS_TYPE)
    else:
        response = answer(cross_reference_json(found, state().offsets()))
    response.headers["Vary"] = "Accept, Accept-Language" if form == "xlsx" else "Accept"
    return response


def export_table(answers: Sequence[CrossReference | Unanswered], form: str) -> Response:
    """Return answers as a file for spreadsheets, "csv" or "xlsx"."""
    if form == "csv":
        return _file(write_csv(answers), "text/csv; charset=utf-8; header=present", name="isnad.csv")
    return _file(write_xlsx(answers, language=preferred_language()), FORMATS["xlsx"], name="isnad.xlsx")


def _file(data: bytes, kind: str, *, name: str = "") -> Response:
    response = Response(data, content_type=kind)
    response.headers["Cache-Control"] = "private, no-cache"
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
