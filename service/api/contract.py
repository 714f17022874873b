"""/openapi.yaml, the same as a Postman collection, and /problems/<slug>: what is promised, and what errors mean.

No key is needed for any of it.
"""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response, request

from service.api.postman import read_contract, write_collection
from service.api.problems import KINDS
from service.api.responses import JSON_TYPE, answer, encode
from service.errors import NotFound

contract = Blueprint("contract", __name__)


@contract.get("/openapi.yaml")
def show_contract() -> Response:
    """Return the contract as it is written."""
    text = files("service.api").joinpath("openapi.yaml").read_text("utf-8")
    return _for_all(Response(text, content_type="application/yaml; charset=utf-8"))


@contract.get("/openapi.json")
def show_contract_as_json() -> Response:
    """Return the contract for tools that read no YAML."""
    return _for_all(Response(encode(read_contract()), content_type=JSON_TYPE))


@contract.get("/postman.json")
def show_collection() -> Response:
    """Return the contract as a Postman collection for this service."""
    collection = write_collection(read_contract(), base_url=request.host_url.rstrip("/"))
    return _for_all(Response(encode(collection), content_type=JSON_TYPE))


@contract.get("/problems/<slug>")
def explain_problem(slug: str) -> Response:
    """Say what a problem's `type` stands for."""
    kind = KINDS.get(slug)
    if kind is None:
        raise NotFound("there is no such kind of problem")
    return answer(
        {"type": f"/problems/{slug}", "status": kind.status, "title": {"ar": kind.title_ar, "en": kind.title}}
    )


def _for_all(response: Response) -> Response:
    """Let pages of any origin read it, and nobody read it twice in vain."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)
    return response
