"""A hundred claims in one call beside a hundred calls, over HTTP to a gunicorn of its own with an index of articles.

    python -m tests.benchmarks.claim_batch [--claims 100] [--articles 2000] [--model small]

Claims are the titles of articles of the corpus, every one another. The judge remembers pairs, so that each way gets its
own half of the claims. On a service started anew the halves are exchanged, and who goes first: what the first one warms
up serves the second. Both runs are added up.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import requests

from tests.api.test_bulk_server import LINES, PATH
from tests.api.test_server import Server, running
from tests.benchmarks.bulk import as_item
from tests.benchmarks.elastic_corpus import read_submissions

CLAIMS = "/v1/cross-references"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, default=100)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--model", default="small")
    options = parser.parse_args()
    submissions = list(read_submissions(options.articles))
    body = b"".join(json.dumps(as_item(each), ensure_ascii=False).encode() + b"\n" for each in submissions)
    titles = list(dict.fromkeys(each.title for each in submissions if each.title))[: 2 * options.claims]
    halves = titles[: options.claims], titles[options.claims :]
    environment = {"ISNAD_SERVER__WORKERS": "1", "ISNAD_JUDGE__MODEL": options.model, "ISNAD_INDEX__VECTORS": "false"}
    batch = single = 0.0
    for first in ("batch", "single"):
        with tempfile.TemporaryDirectory() as directory, running(Path(directory), **environment) as server:
            requests.post(f"{server.url}{PATH}?wait=true", data=body, headers=LINES, timeout=3600)
            ask_each(server, ["قُتل 12 شخصاً في انهيار مبنى الميناء"])  # the model is loaded by the first claim
            if first == "batch":
                batch += ask_batch(server, halves[0])
            single += ask_each(server, halves[first == "batch"])
            if first == "single":
                batch += ask_batch(server, halves[1])
    print(f"{2 * options.claims} claims: batch {batch:.1f} s, single {single:.1f} s, batch/single {batch / single:.2f}")


def ask_batch(server: Server, claims: Sequence[str]) -> float:
    started = time.perf_counter()
    answer = requests.post(f"{server.url}{CLAIMS}/batch", json={"claims": list(claims)}, timeout=3600)
    assert {each["status"] for each in answer.json()["answers"]} == {200}
    return time.perf_counter() - started


def ask_each(server: Server, claims: Sequence[str]) -> float:
    started = time.perf_counter()
    with requests.Session() as session:
        for claim in claims:
            assert session.post(server.url + CLAIMS, json={"claim": claim}, timeout=600).status_code == 200
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
