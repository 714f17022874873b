"""One request of a Postman collection: an operation of openapi.yaml with an example's body, its test and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

WRITES = ("post", "put", "patch")
WAIT = """\
if (pm.response.code === 409 && pm.response.headers.has("Retry-After")) {  // not done yet: look again in a while
  setTimeout(() => {}, 500);
  pm.execution.setNextRequest(pm.info.requestName);
}"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the contract with its place."""

    path: str
    method: str
    spec: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]

    @property
    def makes(self) -> bool:
        """Tell whether it brings in something new, rather than changing or asking of what is there."""
        return self.method in WRITES and "{" not in self.path

    @property
    def order(self) -> tuple[int, int]:
        """Return the place in its folder: making, looking, looking at one, changing one, removing parts, removing."""
        has_id = "{" in self.path
        if self.method == "delete":
            return 4, -self.path.count("/")
        return (3 * has_id if self.method in WRITES else 1 + has_id), 0

    def successes(self) -> list[int]:
        """Return the statuses of success that the contract promises."""
        return [int(status) for status in self.spec["responses"] if status.startswith("2")]


def resolve(contract: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reference stands for."""
    while "$ref" in node:
        target: Any = contract
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def write_item(
    contract: Mapping[str, Any],
    operation: Operation,
    name: str,
    *,
    media: str | None = None,
    text: str = "",
    on: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return one request with its test and the answers that the contract shows for it; `on` are parameters it sends."""
    request: dict[str, Any] = {
        "method": operation.method.upper(),
        "url": _url(contract, operation, on),
        "header": [*_headers(operation), *([{"key": "Content-Type", "value": media}] if media else [])],
        "description": operation.spec.get("description", ""),
    }
    if operation.spec.get("security") == []:
        request["auth"] = {"type": "noauth"}
    if media is not None:
        language = "json" if media == "application/json" else "xml" if media.endswith("xml") else "text"
        request["body"] = {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}
    expected = json.dumps([*operation.successes(), *_excusable(operation)])
    test = f'pm.test("succeeds", () => pm.expect(pm.response.code).to.be.oneOf({expected}));'
    if operation.method == "get" and "409" in operation.spec["responses"]:
        test = f"{WAIT} else {{ {test} }}"
    shown = list(_answers(contract, operation, request))
    return {"name": name, "request": request, "event": [run_after(test)], "response": shown}


def _excusable(operation: Operation) -> Iterator[int]:
    """Yield statuses that say nothing against a request: there is no such part, what is asked for is not ready."""
    if operation.path.count("{") > 1:  # no request of the collection makes an id of a part
        yield 404
    if operation.method == "get" and "409" in operation.spec["responses"]:
        yield 409


def _url(contract: Mapping[str, Any], operation: Operation, on: tuple[str, ...]) -> dict[str, Any]:
    path = [f":{step[1:-1]}" if step.startswith("{") else step for step in operation.path.strip("/").split("/") if step]
    query = [
        {
            "key": one["name"],
            "value": "true" if one["name"] in on else _example(contract, one),
            "description": one.get("description", ""),
            "disabled": not one.get("required") and one["name"] not in on,
        }
        for one in operation.parameters
        if one["in"] == "query"
    ]
    url = {"raw": "/".join(["{{baseUrl}}", *path]), "host": ["{{baseUrl}}"], "path": path, "query": query}
    ids = ids_of(operation)
    places = [one for one in operation.parameters if one["in"] == "path"]
    url["variable"] = [
        {
            "key": one["name"],
            "value": f"{{{{{ids[one['name']]}}}}}" if one["name"] in ids else _example(contract, one),
            "description": one.get("description", ""),
        }
        for one in places
    ]
    return url


def ids_of(operation: Operation) -> dict[str, str]:
    """Return the variables for the ids in a path: `/v1/articles/{id}` takes `articles_id`."""
    steps = operation.path.strip("/").split("/")
    first = steps[2] if len(steps) > 2 and steps[0] == "v1" else ""
    return {first[1:-1]: f"{steps[1]}_id"} if first.startswith("{") else {}


def _headers(operation: Operation) -> Iterator[dict[str, Any]]:
    for one in operation.parameters:
        if one["in"] == "header":
            yield {"key": one["name"], "value": "", "description": one.get("description", ""), "disabled": True}


def _example(contract: Mapping[str, Any], parameter: Mapping[str, Any]) -> str:
    """Return a value to begin with: the example, else the default, else the first of the choices."""
    schema = resolve(contract, parameter.get("schema", {}))
    choices = [*schema.get("examples", ()), *schema.get("enum", ()), ""]
    value = parameter.get("example", schema.get("example", schema.get("default", choices[0])))
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def read_bodies(contract: Mapping[str, Any], operation: Operation) -> Iterator[tuple[str, str, str]]:
    """Yield name, media type and text of every example of a body."""
    body = resolve(contract, operation.spec.get("requestBody", {}))
    for media, content in body.get("content", {}).items():
        for name, example in content.get("examples", {}).items():
            yield example.get("summary", name), media, _written(example["value"])


def _answers(contract: Mapping[str, Any], operation: Operation, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for status in operation.successes():
        for media, content in resolve(contract, operation.spec["responses"][str(status)]).get("content", {}).items():
            for name, example in content.get("examples", {}).items():
                yield {
                    "name": f"{status} {example.get('summary', name)}",
                    "originalRequest": request,
                    "status": HTTPStatus(status).phrase,
                    "code": status,
                    "header": [{"key": "Content-Type", "value": media}],
                    "_postman_previewlanguage": "json" if media.endswith("json") else "text",
                    "body": _written(example["value"]),
                }


def run_after(script: str) -> dict[str, Any]:
    """Return a script that runs when the answer is there."""
    return {"listen": "test", "script": {"type": "text/javascript", "exec": script.splitlines()}}


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
