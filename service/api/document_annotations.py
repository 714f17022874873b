"""A document as JSON-LD: a page of annotations on its own sentences worth checking, then a page for each claim."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urljoin

from service.api.export_annotations import SAFE_IN_PATH, Writing, answer_node, text_body
from service.model import CrossReference


def document_nodes(
    frame: Mapping[str, Any], answers: Sequence[CrossReference], writing: Writing
) -> list[dict[str, Any]]:
    """Return the nodes of a document: the page of its claims first."""
    source = _source_of(frame, answers, writing.base)
    items = [_claim_annotation(told, found, source) for told, found in zip(frame["claims"], answers, strict=True)]
    page = {"id": f"{source['id']}#claims", "type": "AnnotationPage", "items": items}
    return [page, *(answer_node(found, writing) for found in answers)]


def _claim_annotation(told: Mapping[str, Any], found: CrossReference, source: Mapping[str, Any]) -> dict[str, Any]:
    span, start = told["span"], (told["context"] or told["span"])["start"]
    notes = [(reason["note"], language) for reason in told["reasons"] for language in ("ar", "en")]
    return {
        "id": f"{source['id']}#claim-{span['start']}-{span['end']}",
        "type": "Annotation",
        "motivation": "identifying",
        "body": [text_body(note[language], language, "commenting") for note, language in notes],
        "target": {
            "type": "SpecificResource",
            "source": dict(source),
            "selector": [
                {"type": "TextQuoteSelector", "exact": found.claim.text[span["start"] - start :]},
                {"type": "TextPositionSelector", "start": span["start"], "end": span["end"]},
            ],
        },
        "isnad:score": told["score"],
        "isnad:verdict": found.verdict,
    }


def _source_of(frame: Mapping[str, Any], answers: Sequence[CrossReference], base: str) -> dict[str, Any]:
    """Return the document: the revision of its article, or a name made from its claims for a text handed in."""
    told = frame["document"]
    source: dict[str, Any] = {"type": "Text", "language": told["language"]}
    if article := told["article"]:
        path = f"/v1/articles/{quote(article['id'], safe=SAFE_IN_PATH)}?revision={article['revision']}"
        return {"id": urljoin(base, path), **source}
    said = "\x1f".join(found.claim.text for found in answers)
    return {"id": f"urn:isnad:document:{hashlib.sha256(said.encode()).hexdigest()[:32]}", **source}
