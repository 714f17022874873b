"""The service as it runs over Elasticsearch: many articles in one request, many claims in one call, tables."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from tests.api.conftest import CLAIM, SEVEN
from tests.api.test_bulk_server import LINES, PATH, line, results_of
from tests.api.test_server import running

pytestmark = pytest.mark.elastic


def test_bulk_batches_and_tables(elasticsearch_url: str, prefix: str, tmp_path: Path) -> None:
    environment = {
        "ISNAD_INDEX__ENGINE": "elasticsearch",
        "ISNAD_ELASTICSEARCH__HOSTS": elasticsearch_url,
        "ISNAD_ELASTICSEARCH__PREFIX": prefix,
        "ISNAD_ELASTICSEARCH__REPLICAS": "0",
        "ISNAD_ELASTICSEARCH__TIMEOUT_S": "60",
        "ISNAD_SERVER__WORKERS": "1",
        "ISNAD_JUDGE__MODEL": "typed",
    }
    body = b"".join(line("es", number) for number in range(250)) + b"{\n"
    with running(tmp_path, path="/healthz", **environment) as server:
        sent = {"data": gzip.compress(body), "headers": {**LINES, "Content-Encoding": "gzip"}}
        first = results_of(server.call("POST", PATH, **sent))
        assert [(each["line"], each["status"]) for each in first] == [(n, 201) for n in range(1, 251)] + [(251, 400)]
        again = results_of(server.call("POST", f"{PATH}?wait=true", **sent))
        assert [each["status"] for each in again] == [200] * 250 + [400]
        assert server.call("GET", "/v1/articles/es-249").json()["text"] == json.loads(line("es", 249))["text"]
        claims = {"claims": [CLAIM, {"claim": SEVEN}, ""]}
        answers = server.call("POST", "/v1/cross-references/batch", json=claims).json()["answers"]
        assert [each["status"] for each in answers] == [200, 200, 422]
        assert (
            answers[0]["cross_reference"] == server.call("POST", "/v1/cross-references", json={"claim": CLAIM}).json()
        )
        table = server.call("GET", "/v1/cross-references", params={"claim": SEVEN, "format": "csv"}).content
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
        assert rows[0]["article_id"].startswith("es-")
        assert rows[0]["searched_articles"] == "250"
