"""A test client that holds every exchange to openapi.yaml: responses always, requests whenever they were accepted."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug.requests import WerkzeugOpenAPIRequest
from openapi_core.contrib.werkzeug.responses import WerkzeugOpenAPIResponse
from werkzeug.test import TestResponse

CONTRACT = Path(__file__).parents[2] / "openapi.yaml"


@cache
def read_contract() -> dict[str, Any]:
    contract: dict[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    return contract


@cache
def openapi() -> OpenAPI:
    config = Config(
        extra_media_type_deserializers={
            "application/atom+xml": bytes.decode,
            "application/problem+json": json.loads,
            "application/yaml": yaml.safe_load,
            "application/vnd.iptc.g2.newsmessage+xml": read_text,
            "application/vnd.iptc.g2.newsitem+xml": read_text,
            "application/xml": read_text,
            "text/xml": read_text,
            "application/x-ndjson": read_lines,
            "application/ld+json": json.loads,
            "text/csv": lambda data: data.decode("utf-8"),
        }
    )
    return OpenAPI.from_dict(read_contract(), config=config)  # type: ignore[arg-type]


def read_lines(data: bytes | str) -> Any:
    """Return results, one a line, as the list that the contract describes; what was sent stays a text, maybe gzip."""
    text = data.decode(errors="replace") if isinstance(data, bytes) else data
    return [json.loads(line) for line in text.splitlines()] if text.startswith('{"line":') else text


def read_text(data: bytes, **_: str) -> str:
    """Return an XML document as the text that the contract describes."""
    return data.decode()


def schema_of(name: str) -> Draft202012Validator:
    """Return a validator for one named schema of the contract."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": read_contract()["components"]}
    return Draft202012Validator(schema)


class SentRequest(WerkzeugOpenAPIRequest):
    """A request whose body the app has read already."""

    @property
    def path(self) -> str:
        """Return the path with the slashes of an id as they travel, percent-encoded."""
        head, articles, article_id = self.request.path.partition("/v1/articles/")
        return head + articles + article_id.replace("/", "%2F")

    @property
    def body(self) -> bytes:
        stream = self.request.environ["wsgi.input"]
        stream.seek(0)
        data: bytes = stream.read()
        return data


class ContractClient(FlaskClient):
    """Sends through Flask's test client and checks both sides of the exchange."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        hold_to_contract(response)
        return response


def hold_to_contract(response: TestResponse) -> None:
    """Check what was sent and what came back; what the contract does not know must be a problem."""
    request = SentRequest(response.request)
    assert response.headers["X-Request-Id"]
    if response.request.method in ("HEAD", "OPTIONS"):
        assert response.data == b""
        return
    if response.status_code in (404, 405) or response.request.method not in ("GET", "POST", "PATCH", "DELETE"):
        assert response.mimetype == "application/problem+json"
        schema_of("Problem").validate(response.json)
        return
    openapi().validate_response(request, WerkzeugOpenAPIResponse(response))
    if response.status_code < 400:
        openapi().validate_request(request)
