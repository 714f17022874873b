"""/v1/outlets: who is in the index, with how much."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.api.article_json import outlet_count_json
from service.api.auth import requires
from service.api.fields import load_query
from service.api.query import read_query
from service.api.responses import answer
from service.api.schemas import EmptyQuery
from service.api.state import services
from service.keys import Scope

outlets = Blueprint("outlets", __name__)


@outlets.get("/v1/outlets")
@requires(Scope.READ)
def list_outlets() -> Response:
    """List every outlet with its articles counted and the first and last day of publication."""
    load_query(EmptyQuery(), read_query(request))
    return answer({"outlets": [outlet_count_json(count) for count in services().index.outlets()]})
