"""The contract against the code: the same routes, the same bounds, examples that hold, errors that are listed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import service
from service.api import bounds
from service.api.problems import KINDS
from service.errors import IndexUnavailable
from service.feeds.edit import LONGEST_INTERVAL_S, SHORTEST_INTERVAL_S
from service.feeds.feed import SHOWN_PROBLEMS
from service.services import Services
from tests.api.conftest import client_of, make_app
from tests.api.contract_client import CONTRACT, ContractClient, read_contract
from tests.api.fakes import Raising

METHODS = ("get", "post", "put", "patch", "delete")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in read_contract()["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = read_contract()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def test_it_is_openapi_3_1() -> None:
    assert read_contract()["openapi"].startswith("3.1")
    validate(read_contract())  # type: ignore[arg-type]


def test_it_needs_no_tricks_of_yaml() -> None:
    text = CONTRACT.read_text("utf-8")
    assert not re.search(r"^\s*<<:|: [&*]\w", text, re.MULTILINE), "anchors and merge keys are not read by every tool"


def test_every_route_is_in_the_contract_and_the_reverse(app: Flask) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(?:article_)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method.lower() in METHODS
    }
    assert served == {(path, method) for path, method, _ in operations()}


def test_every_route_but_the_open_ones_needs_a_scope(app: Flask) -> None:
    open_paths = {path for path, _, operation in operations() if operation.get("security") == []}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(?:article_)?(\w+)>", r"{\1}", rule.rule)
        has_scope = hasattr(app.view_functions[rule.endpoint], "required_scope")
        assert has_scope == (path not in open_paths), rule.rule


@pytest.mark.parametrize(("path", "method", "operation"), list(operations()))
def test_every_operation_lists_its_scope_and_errors(path: str, method: str, operation: dict[str, Any]) -> None:
    statuses = set(operation["responses"])
    assert "500" in statuses
    if operation.get("security") != []:
        assert re.match(r"Scope `(read|ingest|admin)`\.", operation["description"])
        assert {"401", "403", "429", "503"} <= statuses
    if "requestBody" in operation:
        assert {"400", "413", "415", "422"} <= statuses


def test_every_kind_of_problem_has_an_example() -> None:
    shown = {
        example["value"]["type"].removeprefix("/problems/")
        for response in read_contract()["components"]["responses"].values()
        for media, content in response.get("content", {}).items()
        if media == "application/problem+json"
        for example in content["examples"].values()
    }
    assert KINDS.keys() - shown <= {
        "unreadable-source",
        "judge-unavailable",
        "method-not-allowed",
        "address-too-long",
        "headers-too-large",
    }


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, method, operation in operations():
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{method} {path} {media}", content
        for status, response in operation["responses"].items():
            for media, content in resolve(response).get("content", {}).items():
                if media.endswith("json"):
                    yield f"{method} {path} {status}", content


@pytest.mark.parametrize(("place", "content"), list(contents()))
def test_every_example_holds(place: str, content: dict[str, Any]) -> None:
    schema = {**content["schema"], "components": read_contract()["components"]}
    for name, example in content.get("examples", {}).items():
        Draft202012Validator(schema).validate(example["value"])
        assert example["value"], name


def test_every_example_request_is_answered(client: ContractClient) -> None:
    sent, made = 0, ""
    for path, method, operation in operations():
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            for example in content.get("examples", {}).values():
                value = example["value"]
                data = value if isinstance(value, str) else json.dumps(value)
                path = re.sub(r"\{\w+\}", made, path)
                response = client.open(path, method=method.upper(), data=data, content_type=media)
                assert response.status_code in (200, 201), (path, response.text)
                made = response.headers.get("Location", made).rpartition("/")[2]
                assert '"problem"' not in response.text, (path, response.text)
                sent += 1
    assert sent == 20


def test_spans_of_examples_cut_their_texts() -> None:
    for _, content in contents():
        for example in content.get("examples", {}).values():
            if not isinstance(example["value"], dict):
                continue
            for fact in (
                example["value"].get("claim", {}).get("facts", [])
                if isinstance(example["value"].get("claim"), dict)
                else ()
            ):
                assert example["value"]["claim"]["text"][fact["start"] : fact["end"]] == fact["text"]


def test_every_schema_is_used() -> None:
    text = CONTRACT.read_text("utf-8")
    for section, entries in read_contract()["components"].items():
        if section != "securitySchemes":
            for name in entries:
                assert f'#/components/{section}/{name}"' in text, name


@pytest.mark.parametrize(
    ("schema", "bound", "value"),
    [
        ("ClaimText", "maxLength", bounds.CLAIM),
        ("ArticleSubmission.page", "maxLength", bounds.BODY_TEXT),
        ("ArticleSubmission.text", "maxLength", bounds.BODY_TEXT),
        ("ArticleSubmission.html", "maxLength", bounds.HTML),
        ("ArticleSubmission.url", "maxLength", bounds.URL),
        ("ArticleSubmission.title", "maxLength", bounds.TITLE),
        ("ArticleSubmission.author", "maxLength", bounds.AUTHOR),
        ("ArticleSubmission.outlet", "maxLength", bounds.OUTLET),
        ("WatchRequest.outlets", "maxItems", bounds.FILTER_OUTLETS),
        ("WatchRequest.webhook.secret", "maxLength", bounds.SECRET),
        ("WatchRequest.webhook.url", "maxLength", bounds.URL),
        ("ShownWatch.matches", "maxItems", bounds.SHOWN_MATCHES),
        ("ShownWatch.dead_letters", "maxItems", bounds.SHOWN_MATCHES),
        ("EditorFactCheck.rating.text", "maxLength", bounds.RATING),
        ("EditorFactCheck.appearances", "maxItems", bounds.WORKS),
        ("EditorWork.passage", "maxLength", bounds.PASSAGE_ID),
        ("EditorWork.quote", "maxLength", bounds.PASSAGE),
        ("EditorParty.name", "maxLength", bounds.AUTHOR),
        ("FactCheckPageSource.html", "maxLength", bounds.HTML),
        ("FeedRequest.url", "maxLength", bounds.URL),
        ("FeedRequest.outlet", "maxLength", bounds.OUTLET),
        ("FeedRequest.name", "maxLength", bounds.FEED_NAME),
        ("FeedRequest.interval_s", "minimum", SHORTEST_INTERVAL_S),
        ("FeedRequest.interval_s", "maximum", LONGEST_INTERVAL_S),
        ("FeedChange.interval_s", "maximum", LONGEST_INTERVAL_S),
        ("ShownFeed.problems", "maxItems", SHOWN_PROBLEMS),
        ("BatchRequest.claims", "maxItems", bounds.CLAIMS),
        ("DocumentRequest.text", "maxLength", bounds.DOCUMENT),
        ("DocumentRequest.max_claims", "maximum", bounds.DOCUMENT_CLAIMS),
        ("DocumentRequest.max_claims", "default", bounds.DOCUMENT_CLAIMS_BY_DEFAULT),
        ("DocumentRequest.limit", "maximum", bounds.MATCHES),
        ("DocumentRequest.limit", "default", bounds.DOCUMENT_MATCHES_BY_DEFAULT),
        ("DocumentAnswer.claims", "maxItems", bounds.DOCUMENT_CLAIMS),
        ("JudgementRequest.passages", "maxItems", bounds.PASSAGES),
        ("JudgementRequest.passages.items.text", "maxLength", bounds.PASSAGE),
        ("CrossReferenceRequest.outlets", "maxItems", bounds.FILTER_OUTLETS),
        ("CrossReferenceRequest.languages", "maxItems", bounds.FILTER_LANGUAGES),
        ("CrossReferenceRequest.limit", "maximum", bounds.MATCHES),
        ("CrossReferenceRequest.limit", "default", bounds.MATCHES_BY_DEFAULT),
    ],
)
def test_the_contract_states_the_bounds_of_the_code(schema: str, bound: str, value: int) -> None:
    name, *steps = schema.split(".")
    node = read_contract()["components"]["schemas"][name]
    for step in steps:
        node = node["items"] if step == "items" else node["properties"][step]
    assert node[bound] == value


def test_the_version_is_that_of_the_package() -> None:
    assert read_contract()["info"]["version"] == service.__version__


def test_the_file_is_served_as_it_is(client: ContractClient) -> None:
    response = client.get("/openapi.yaml")
    assert response.text == CONTRACT.read_text("utf-8")
    assert client.get("/openapi.yaml", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_it_is_served_as_json_too(client: ContractClient) -> None:
    response = client.get("/openapi.json")
    assert response.json == read_contract()
    assert "إسناد" in response.text


def test_health_does_not_depend_on_the_index(services: Services) -> None:
    client = client_of(make_app(services, index=Raising(IndexUnavailable("no node answers", retry_after=9))))
    assert client.get("/healthz").json["status"] == "ok"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["detail"], ready.headers["Retry-After"]) == (503, "no node answers", "9")
