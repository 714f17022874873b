"""/v1/judgements: the judgement alone, for passages that the caller brings."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from service.api.answer_json import claim_json, judgement_json
from service.api.auth import requires
from service.api.fields import load_body, load_query
from service.api.json_body import read_json
from service.api.offsets import Utf16
from service.api.query import read_query
from service.api.responses import answer
from service.api.schemas import EmptyQuery, JudgementSchema
from service.api.state import services, state
from service.arabic.language import detect_language
from service.claims.read import read_claim
from service.judgement import judge_and_report
from service.keys import Scope
from service.model import JudgedText

judgements = Blueprint("judgements", __name__)


@judgements.post("/v1/judgements")
@requires(Scope.READ)
def judge_passages() -> Response:
    """Flag every passage of the body against its claim, in their order."""
    load_query(EmptyQuery(), read_query(request))
    asked = load_body(JudgementSchema(), read_json(request))
    claim = read_claim(asked["claim"], as_of=asked.get("as_of"))
    passages = [_judged_text(passage) for passage in asked["passages"]]
    judged = judge_and_report(services().judge, claim, passages)
    offsets, found = Utf16.of(claim.text), judged.judgements
    for judgement in found:
        state().metrics.flags.labels(judgement.flag).inc()
    return answer(
        {
            "claim": claim_json(claim),
            "judgements": [
                judgement_json(judgement, offsets, Utf16.of(passage.text))
                for judgement, passage in zip(found, passages, strict=True)
            ],
            "versions": judged.versions,
        }
    )


def _judged_text(passage: dict[str, Any]) -> JudgedText:
    return JudgedText(
        text=passage["text"],
        published=passage.get("published_at"),
        title=passage.get("title") or "",
        context=passage.get("context") or "",
        language=detect_language(passage["text"]),
    )
