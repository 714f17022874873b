"""/openapi.yaml and /problems/<slug>: what the service promises, and what its errors mean; no key needed."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response, request

from service.api.problems import KINDS
from service.api.responses import answer
from service.errors import NotFound

contract = Blueprint("contract", __name__)


@contract.get("/openapi.yaml")
def show_contract() -> Response:
    """Return the contract as it is written."""
    text = files("service.api").joinpath("openapi.yaml").read_text("utf-8")
    response = Response(text, content_type="application/yaml; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)
    return response


@contract.get("/problems/<slug>")
def explain_problem(slug: str) -> Response:
    """Say what a problem's `type` stands for."""
    kind = KINDS.get(slug)
    if kind is None:
        raise NotFound("there is no such kind of problem")
    return answer(
        {"type": f"/problems/{slug}", "status": kind.status, "title": {"ar": kind.title_ar, "en": kind.title}}
    )
