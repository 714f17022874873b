"""The Postman collection says what openapi.yaml says: every operation, every example, in an order that works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from service.api.postman import write_collection
from service.cli import main
from tests.api.contract_client import ContractClient, read_contract
from tests.api.test_contract import operations


@pytest.fixture(scope="module")
def collection() -> dict[str, Any]:
    return write_collection(read_contract(), base_url="https://isnad.example")


def requests_of(collection: dict[str, Any], folder: str) -> list[dict[str, Any]]:
    return next(each["item"] for each in collection["item"] if each["name"] == folder)


def all_requests(collection: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for folder in collection["item"]:
        yield from folder["item"]


def test_a_folder_holds_the_operations_of_its_tag(collection: dict[str, Any]) -> None:
    tags = [tag["name"] for tag in read_contract()["tags"]]
    assert [folder["name"] for folder in collection["item"]] == [*tags, "mistakes"]
    for tag in tags:
        summaries = {operation["summary"] for _, _, operation in operations() if tag in operation["tags"]}
        assert {item["name"].partition(": ")[0] for item in requests_of(collection, tag)} == summaries


def test_every_example_of_a_body_is_a_request(collection: dict[str, Any]) -> None:
    bodies = [item["request"]["body"]["raw"] for item in all_requests(collection) if "body" in item["request"]]
    examples = [
        example["value"]
        for _, _, operation in operations()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for example in content.get("examples", {}).values()
    ]
    assert len(examples) > 10
    for example in examples:
        assert any(body == example or (body[:1] in "{[" and _is_json(body, example)) for body in bodies), example
    assert all("\\u06" not in body for body in bodies), "Arabic stands as it is"


def _is_json(body: str, value: Any) -> bool:
    try:
        return bool(json.loads(body) == value)
    except ValueError:
        return False


@pytest.mark.parametrize("tag", [tag["name"] for tag in read_contract()["tags"]])
def test_what_makes_comes_before_what_removes(collection: dict[str, Any], tag: str) -> None:
    methods = [item["request"]["method"] for item in requests_of(collection, tag)]
    is_removing = [method == "DELETE" for method in methods]
    assert is_removing == sorted(is_removing)
    made = [item["name"] for item in requests_of(collection, tag) if not item["request"]["url"]["variable"]]
    assert [item["name"] for item in requests_of(collection, tag)][: len(made)] == made


def test_an_id_in_a_path_is_the_one_that_was_made(collection: dict[str, Any]) -> None:
    reading = next(item for item in requests_of(collection, "articles") if item["name"] == "Read an article")
    assert reading["request"]["url"]["raw"] == "{{baseUrl}}/v1/articles/:id"
    assert reading["request"]["url"]["variable"][0]["value"] == "{{articles_id}}"
    names = [variable["key"] for variable in collection["variable"]]
    assert names[:2] == ["baseUrl", "apiKey"]
    assert {"articles_id", "watches_id"} <= set(names)


def test_what_needs_no_key_sends_none(collection: dict[str, Any]) -> None:
    assert collection["auth"]["type"] == "bearer"
    without = {item["name"] for item in all_requests(collection) if item["request"].get("auth") == {"type": "noauth"}}
    assert without == {operation["summary"] for _, _, operation in operations() if operation.get("security") == []}


def test_it_is_served_and_written_alike(client: ContractClient) -> None:
    response = client.get("/postman.json")
    served = response.json
    written = json.loads(CliRunner().invoke(main, ["postman", "--base-url", "http://localhost/"]).stdout)
    assert served == written == write_collection(read_contract(), base_url="http://localhost")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/postman.json", headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    assert served["variable"][0] == {"key": "baseUrl", "value": "http://localhost", "type": "string"}
