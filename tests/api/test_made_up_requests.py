"""Requests made up from openapi.yaml, valid and invalid: every answer is one that the contract lists, none is a 500."""

from __future__ import annotations

from collections.abc import Iterator

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
OPERATIONS = [
    (path, method.upper(), mode)
    for path, item in read_contract()["paths"].items()
    for method in ("get", "post", "delete")
    if method in item
    for mode in GenerationMode
    # What takes nothing but a header that is never refused cannot be asked in a wrong way.
    if mode is GenerationMode.POSITIVE or (path.startswith("/v1/") and path != "/v1/outlets")
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
