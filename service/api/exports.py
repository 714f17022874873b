"""In which form an answer goes out: JSON, CSV, an Excel workbook or JSON-LD, by ?format= or else by Accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from service.api.answer_json import cross_reference_json
from service.api.export_annotations import Writing, annotations_json, answer_node, graph_json
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
ANNOTATIONS_TYPE = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


def choose_format(named: str | None, among: Mapping[str, str] = FORMATS) -> str:
    """Return the form of the answer; JSON when Accept names none that we have."""
    if named:
        return named
    best = request.accept_mimetypes.best_match(list(among.values()), default=among["json"])
    return next(name for name, kind in among.items() if kind == best)


def export(found: CrossReference, named: str | None) -> Response:
    """Return the answer to one claim in the form that the caller wants."""
    form = choose_format(named)
    if form in ("csv", "xlsx"):
        response = export_table([found], form)
    elif form == "jsonld":
        response = export_annotations(annotations_json(found, writing()))
    else:
        response = answer(cross_reference_json(found, state().offsets()))
    response.headers["Vary"] = "Accept, Accept-Language" if form == "xlsx" else "Accept"
    return response


def export_table(answers: Sequence[CrossReference | Unanswered], form: str) -> Response:
    """Return answers as a file for spreadsheets, "csv" or "xlsx"."""
    if form == "csv":
        return export_csv(write_csv(answers))
    return export_xlsx(write_xlsx(answers, language=preferred_language()))


def export_graph(answers: Sequence[CrossReference | Unanswered]) -> Response:
    """Return the answers to several claims as JSON-LD."""
    return export_annotations(graph_json([answer_node(found, writing()) for found in answers]))


def writing() -> Writing:
    """Return what the annotations of this request are written with."""
    return Writing(request.url_root, services().index, state().offsets())


def export_csv(data: bytes) -> Response:
    """Return a file of CSV."""
    return _file(data, "text/csv; charset=utf-8; header=present", name="isnad.csv")


def export_xlsx(data: bytes) -> Response:
    """Return an Excel workbook."""
    return _file(data, FORMATS["xlsx"], name="isnad.xlsx")


def export_annotations(body: dict[str, Any]) -> Response:
    """Return JSON-LD."""
    return _file(encode(body).encode(), ANNOTATIONS_TYPE)


def _file(data: bytes, kind: str, *, name: str = "") -> Response:
    response = Response(data, content_type=kind)
    response.headers["Cache-Control"] = "private, no-cache"
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
