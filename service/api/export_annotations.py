"""An answer as JSON-LD: an AnnotationPage of the W3C Web Annotation model, one annotation a passage.

Several answers are a graph with a page for each; a claim that could not be answered is a node that says why.

The target is the revision of the article as this service keeps it, since that text alone is sure to stay as it is:
`TextPositionSelector` counts its code points (as the model demands), `TextQuoteSelector` has the words, with those
around them, and so finds the quote in the outlet's own page (`via`) as well. What the model has no words for (flag,
confidence, scores, evidence) stands under `isnad:`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from service.api.answer_json import coverage_json, summary_json
from service.api.article_json import moment_json, outlet_json
from service.api.export_table import Unanswered
from service.api.fact_check_json import fact_check_match_json
from service.api.offsets import ArticleOffsets
from service.api.timeline_json import timeline_json
from service.errors import NotFound
from service.index import PassageIndex
from service.model import ArticleHead, Claim, CrossReference, Match, Passage

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"isnad": "urn:isnad:terms:"}]
AROUND = 32
"""Characters of the text before and after a quote; as many as other annotation tools give."""
SAFE_IN_PATH = "~:@,;=+!*'()$&"


@dataclass(frozen=True, slots=True)
class Writing:
    """What annotations are written with; `base` is the address of this service, from which the articles have theirs."""

    base: str
    index: PassageIndex
    offsets: ArticleOffsets


def annotations_json(found: CrossReference, writing: Writing) -> dict[str, Any]:
    """Return the page of one answer."""
    return {"@context": CONTEXT, **answer_node(found, writing)}


def graph_json(nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return several nodes as one document."""
    return {"@context": CONTEXT, "@graph": list(nodes)}


def answer_node(found: CrossReference | Unanswered, writing: Writing) -> dict[str, Any]:
    """Return an answer without the context that its names need."""
    if isinstance(found, Unanswered):
        return {"type": "isnad:Unanswered", "isnad:claim": {"value": found.claim}, "isnad:problem": found.problem}
    events = {} if found.timeline is None else {"isnad:timeline": timeline_json(found.timeline)}
    matches = [match for outlet in found.outlets for match in outlet.matches]
    return {
        "id": _answer_address(found.claim, writing.base),
        "type": "AnnotationPage",
        "items": [_annotation(found, match, base=writing.base, index=writing.index) for match in matches],
        "isnad:claim": {"value": found.claim.text, "language": found.claim.language},
        "isnad:summary": summary_json(found),
        "isnad:coverage": coverage_json(found.coverage),
        "isnad:versions": dict(found.versions),
        "isnad:factChecks": [fact_check_match_json(match) for match in found.fact_checks],
        **events,
    }


def _annotation(found: CrossReference, match: Match, *, base: str, index: PassageIndex) -> dict[str, Any]:
    judgement, passage = match.judgement, match.passage
    scores = judgement.scores
    return {
        "id": _annotation_id(found, match),
        "type": "Annotation",
        "motivation": "assessing",
        "body": [
            text_body(found.claim.text, found.claim.language, "describing"),
            text_body(str(judgement.flag), "en", "classifying"),
            *_reasons(match),
        ],
        "target": {
            "type": "SpecificResource",
            "source": article_source(match.article, base),
            "selector": [_quote_selector(passage, match.article, index), _position_selector(passage)],
        },
        "isnad:flag": judgement.flag,
        "isnad:confidence": round(judgement.confidence, 4),
        "isnad:scores": {name: round(getattr(scores, name), 4) for name in ("agrees", "conflicts", "mentions")},
        "isnad:sourceGroup": match.article.source_group,
    }


def _reasons(match: Match) -> list[dict[str, str]]:
    notes = dict.fromkeys(evidence.note for evidence in match.judgement.evidence)
    return [
        text_body(text, language, "commenting")
        for note in notes
        for text, language in ((note.ar, "ar"), (note.en, "en"))
    ]


def text_body(value: str, language: str, purpose: str) -> dict[str, str]:
    """Return a text with its purpose."""
    return {"type": "TextualBody", "value": value, "language": language, "format": "text/plain", "purpose": purpose}


def article_source(article: ArticleHead, base: str) -> dict[str, Any]:
    """Return one revision of an article as this service keeps it."""
    path = f"/v1/articles/{quote(article.id, safe=SAFE_IN_PATH)}?revision={article.revision}"
    source: dict[str, Any] = {
        "id": urljoin(base, path),
        "type": "Text",
        "language": article.language,
        "via": article.url,
        "isnad:title": article.title,
        "isnad:outlet": outlet_json(article.outlet),
        "isnad:published": moment_json(article.published_at),
        "isnad:wireSource": article.wire_source,
    }
    return {name: value for name, value in source.items() if value is not None}


def _quote_selector(passage: Passage, article: ArticleHead, index: PassageIndex) -> dict[str, str]:
    selector = {"type": "TextQuoteSelector", "exact": passage.text}
    try:
        text = index.get(article.id, revision=article.revision).text
    except NotFound:  # deleted since the search
        return selector
    around = {
        "prefix": text[max(0, passage.start - AROUND) : passage.start],
        "suffix": text[passage.end : passage.end + AROUND],
    }
    return {**selector, **{name: words for name, words in around.items() if words}}


def _position_selector(passage: Passage) -> Mapping[str, Any]:
    return {"type": "TextPositionSelector", "start": passage.start, "end": passage.end}


def _annotation_id(found: CrossReference, match: Match) -> str:
    """Return an address of its own: the same claim and passage, the same one."""
    parts = (found.claim.text, str(found.claim.as_of), match.passage.id)
    return f"urn:isnad:annotation:{hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:32]}"


def _answer_address(claim: Claim, base: str) -> str:
    asked = {"claim": claim.text} | ({"as_of": claim.as_of.isoformat()} if claim.as_of else {})
    return urljoin(base, f"/v1/cross-references?{urlencode(asked)}")
