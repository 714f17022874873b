"""Requests made up from openapi.yaml, valid and invalid: every answer is one that the contract lists, none is a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.ingest.sources import Submission
from service.services import Services
from tests.api.conftest import SEVEN, make_app, open_services
from tests.api.contract_client import read_contract

EXAMPLES = 30
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
NEVER_WRONG = {"/v1/outlets", "/v1/articles/bulk"}
"""A header that is never refused; a body of lines, whose bad lines are answered one by one."""
LINES = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.fixed_dictionaries(
            {"text": st.text(max_size=80)}, optional={"id": st.text(max_size=9), "body_text": st.just("خبر")}
        ).map(lambda item: json.dumps(item).encode()),
    ),
    max_size=8,
).map(b"\n".join)
schemathesis.openapi.media_type("application/x-ndjson", LINES)


TABLES = st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: f"claim\n{text}".encode()))
schemathesis.openapi.media_type("text/csv", TABLES)


@schemathesis.deserializer("application/x-ndjson")
def read_results(ctx: Any, response: Any) -> Any:
    return [json.loads(line) for line in response.content.splitlines()]


OPERATIONS = [
    (path, method.upper(), mode)
    for path, item in read_contract()["paths"].items()
    for method in ("get", "post", "patch", "delete")
    if method in item
    for mode in GenerationMode
    # What is never refused cannot be asked in a wrong way.
    if mode is GenerationMode.POSITIVE or (path.startswith("/v1/") and path not in NEVER_WRONG)
]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with open_services(tmp_path_factory.mktemp("made-up")) as services:
        services.intake.take(Submission(SEVEN, kind="text"), wait=True)
        yield services


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_every_answer_is_in_the_contract(services: Services, path: str, method: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.yaml", make_app(services))
    operation = schema[path][method]
    checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def send(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        case.call_and_validate(checks=checks)

    send()
