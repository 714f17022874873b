"""openapi.yaml → a Postman collection (v2.1): a folder a tag, a request for every example, each with a test.

Every write leaves the id of what it made in a variable (`articles_id`, `watches_id`), which the requests with such an
id in their path use; within a folder what creates comes first and what removes last, so that a runner (Postman's, or
newman) can go through all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from service.api.postman_request import Operation, ids_of, read_bodies, resolve, run_after, write_item

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
JSON = "application/json"
METHODS = ("get", "post", "put", "patch", "delete")
AFTER_EACH = """\
pm.test("carries its request id", () => pm.expect(pm.response.headers.has("X-Request-Id")).to.equal(true));
if (pm.response.code >= 400) {
  pm.test("an error says what is wrong", () => {
    pm.expect(pm.response.headers.get("Content-Type")).to.include("application/problem+json");
    pm.expect(pm.response.json()).to.include.keys("type", "title", "status", "detail", "request_id");
  });
}
const made = /^\\/v1\\/([^/]+)\\/([^/?]+)$/.exec(pm.response.headers.get("Location") || "");
if (made) {
  pm.collectionVariables.set(made[1] + "_id", decodeURIComponent(made[2]));
} else if (pm.request.method === "POST" && pm.response.code < 300) {  // several things, or what was there already
  const name = pm.request.url.path[pm.request.url.path.length - 1] + "_id";
  const find = (value) => value && typeof value === "object"
    ? value.id || Object.values(value).map(find).find((id) => id) : undefined;
  const id = pm.collectionVariables.has(name) && find(pm.response.json());
  if (id) pm.collectionVariables.set(name, id);
}"""


@cache
def read_contract() -> dict[str, Any]:
    """Return the contract as values."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    contract: dict[str, Any] = yaml.load(files("service.api").joinpath("openapi.yaml").read_text("utf-8"), loader)
    return contract


def write_collection(contract: Mapping[str, Any], *, base_url: str) -> dict[str, Any]:
    """Return the collection of a contract for a service at `base_url`."""
    info = contract["info"]
    operations = list(_read_operations(contract))
    folders = [_folder(contract, tag, [one for one in operations if tag["name"] in one.spec["tags"]])
               for tag in contract["tags"]]  # fmt: skip
    return {
        "info": {
            "_postman_id": str(uuid5(NAMESPACE_URL, f"{SCHEMA}#{info['title']}")),
            "name": info["title"],
            "version": info["version"],
            "description": info["description"],
            "schema": SCHEMA,
        },
        # A bearer, since Postman leaves that header out while no key is filled in; an empty X-API-Key is a wrong key.
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{apiKey}}", "type": "string"}]},
        "variable": [
            {"key": "baseUrl", "value": base_url, "type": "string"},
            {"key": "apiKey", "value": "", "type": "string"},
            *({"key": name, "value": "", "type": "string"} for name in _name_ids(operations)),
        ],
        "event": [run_after(AFTER_EACH)],
        "item": [*folders, _mistakes(contract, operations)],
    }


def _read_operations(contract: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method in item:
                named = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                yield Operation(path, method, item[method], tuple(resolve(contract, one) for one in named))


def _folder(contract: Mapping[str, Any], tag: Mapping[str, Any], operations: Iterable[Operation]) -> dict[str, Any]:
    ordered = sorted(operations, key=lambda one: one.order)
    requests = [request for one in ordered for request in _requests(contract, one)]
    return {"name": tag["name"], "description": tag.get("description", ""), "item": requests}


def _requests(contract: Mapping[str, Any], operation: Operation) -> Iterator[dict[str, Any]]:
    """Yield a request for every example of a body, or the one that needs none."""
    summary, bodies = operation.spec["summary"], list(read_bodies(contract, operation))
    if not bodies:
        yield write_item(contract, operation, summary)
    for label, media, text in bodies:
        name = f"{summary}: {label}" if len(bodies) > 1 else summary
        yield write_item(contract, operation, name, media=media, text=text)
    if bodies and any(one["name"] == "async" for one in operation.parameters):
        _, media, text = bodies[0]
        yield write_item(contract, operation, f"{summary}: in the background", media=media, text=text, on=("async",))


def _mistakes(contract: Mapping[str, Any], operations: Iterable[Operation]) -> dict[str, Any]:
    """Return a folder that shows what an error looks like: an empty object sent to whatever takes JSON."""
    refused = run_after('pm.test("is refused", () => pm.expect(pm.response.code).to.equal(422));')
    items = []
    for one in operations:
        takes_json = any(media == JSON for _, media, _ in read_bodies(contract, one))
        if takes_json and one.makes:
            item = write_item(contract, one, f"{one.spec['summary']}: nothing sent", media=JSON, text="{}")
            items.append({**item, "event": [refused], "response": []})
    return {"name": "mistakes", "description": "What an error looks like.", "item": items}


def _name_ids(operations: Iterable[Operation]) -> list[str]:
    return sorted({name for one in operations for name in ids_of(one).values()})
