"""The answer to a document: its claims, and the matrix of what the outlets say of each, in all forms.

What is told of the document and its claims is written when it is read (the frame): a job keeps that, not the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from service import __version__
from service.api.answer_json import DIGITS, claim_json, coverage_json, outlet_matches_json, source_json, summary_json
from service.api.article_json import day_json, moment_json, outlet_json
from service.api.document_annotations import document_nodes
from service.api.export_annotations import graph_json
from service.api.export_matrix import matrix_table, passage_table
from service.api.export_sheets import write_book, write_table
from service.api.exports import choose_format, export_annotations, export_csv, export_xlsx, writing
from service.api.fact_check_json import fact_check_match_json
from service.api.offsets import ArticleOffsets, Utf16
from service.api.problems import preferred_language
from service.api.responses import answer
from service.api.state import services, state
from service.arabic.language import detect_language
from service.claims.worth import VERSION, Pick
from service.documents.matrix import Column, build_matrix, confidence_of, count_verdicts
from service.documents.read import Reading
from service.jobs.job import Request
from service.model import CrossReference, OutletMatches
from service.services import Services


def show_document(asked: Request, answers: Sequence[CrossReference], named: str | None) -> Response:
    """Return the answer to a document in the form that the caller wants."""
    frame: Mapping[str, Any] = asked.frame or {}
    form = choose_format(named)
    if form == "csv":
        response = export_csv(write_table(matrix_table(frame, answers)))
    elif form == "xlsx":
        tables = [matrix_table(frame, answers), passage_table(answers)]
        response = export_xlsx(write_book(tables, language=preferred_language()))
    elif form == "jsonld":
        response = export_annotations(graph_json(document_nodes(frame, answers, writing())))
    else:
        response = answer(document_json(asked, answers, services(), state().offsets()))
    response.headers["Vary"] = "Accept, Accept-Language" if form == "xlsx" else "Accept"
    return response


def document_json(
    asked: Request, answers: Sequence[CrossReference], services: Services, offsets: ArticleOffsets
) -> dict[str, Any]:
    """Return the answer to a document. May raise `IndexUnavailable` for one without claims."""
    frame: Mapping[str, Any] = asked.frame or {}
    searched = answers[0].coverage if answers else services.index.coverage(asked.filters)
    versions = answers[0].versions if answers else {"isnad": __version__, "judge": services.judge.version}
    matrix = build_matrix(answers)
    verdicts = {str(verdict): count for verdict, count in count_verdicts(answers).items()}
    claims = [
        {
            "claim": claim_json(found.claim),
            **told,
            "summary": summary_json(found),
            "fact_checks": [fact_check_match_json(match) for match in found.fact_checks],
        }
        for told, found in zip(frame["claims"], answers, strict=True)
    ]
    rows = [
        [_cell_json(cell, Utf16.of(found.claim.text), offsets) for cell in row]
        for row, found in zip(matrix.rows, answers, strict=True)
    ]
    return {
        "document": frame["document"],
        "left_out": frame["left_out"],
        "summary": {"claims": len(answers), **verdicts},
        "claims": claims,
        "matrix": {"outlets": [_column_json(column) for column in matrix.columns], "rows": rows},
        "coverage": coverage_json(searched),
        "versions": {**versions, "claims": VERSION},
    }


def write_frame(reading: Reading) -> dict[str, Any]:
    """Return what is told of a document and its claims, as JSON."""
    document, picked = reading.document, reading.picked
    offsets = Utf16.of(document.text)
    outlet = None if reading.is_own_outlet_asked else document.outlet
    return {
        "document": {
            "article": {"id": document.article.id, "revision": document.article.revision} if document.article else None,
            "title": document.title,
            "outlet": outlet_json(document.outlet),
            "published_at": moment_json(document.published_at),
            "as_of": day_json(document.as_of),
            "language": detect_language(document.text),
            "characters": len(document.text),
            "sentences": picked.sentences,
        },
        "left_out": {"outlet": outlet_json(outlet), "copies": [source_json(head) for head in reading.copies]},
        "claims": [_pick_json(pick, document.text, offsets) for pick in picked.picks],
    }


def _pick_json(pick: Pick, text: str, offsets: Utf16) -> dict[str, Any]:
    speaker = {"text": pick.speaker.of(text), **offsets.span(pick.speaker)} if pick.speaker else None
    return {
        "span": offsets.span(pick.span),
        "sentence": offsets.span(pick.sentence),
        "context": offsets.span(pick.context) if pick.context else None,
        "speaker": speaker,
        "score": round(pick.score, DIGITS),
        "reasons": [
            {"kind": reason.sign, "points": reason.points, "note": {"ar": reason.note.ar, "en": reason.note.en}}
            for reason in pick.reasons
        ],
    }


def _column_json(column: Column) -> dict[str, Any]:
    return {"outlet": outlet_json(column.outlet), **{str(flag): count for flag, count in column.counts.items()}}


def _cell_json(cell: OutletMatches | None, claim: Utf16, offsets: ArticleOffsets) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {**outlet_matches_json(cell, claim, offsets), "confidence": round(confidence_of(cell), DIGITS)}
