"""Many articles in one request beside one request each and beside the index alone, over HTTP to a gunicorn of its own.

    python -m tests.benchmarks.bulk [--articles 31030] [--single 1000] [--vectors]

(bulk) all articles in one body, sent whole before a result is read; (gzip) the same compressed, into the same index, so
that every article is `unchanged`; (single) one POST after the other on one kept connection, into a service of its own;
(index) the same articles, ready made, through `EmbeddedIndex.store` in batches of 200: what any way in must pay. Peak
memory is that of the worker (VmHWM), the search index's files in it that the system may drop; what it keeps of its own
afterwards (RssAnon) stands beside it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import requests

from service.ingest.sources import Submission
from tests.api.test_bulk_server import LINES, PATH, memory_of
from tests.api.test_server import Server, running
from tests.benchmarks.elastic_corpus import prepare_articles, read_submissions
from tests.benchmarks.embedded_ingest import time_engine

SENT_AT_ONCE = 65536


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=0, help="0 is all")
    parser.add_argument("--single", type=int, default=1000)
    parser.add_argument("--vectors", action="store_true", help="make vectors in the background, as by default")
    options = parser.parse_args()
    items = [as_item(each) for each in read_submissions(options.articles or None)]
    body = b"".join(json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in items)
    environment = {
        "ISNAD_SERVER__WORKERS": "1",
        "ISNAD_JUDGE__MODEL": "typed",
        "ISNAD_INDEX__VECTORS": str(options.vectors).lower(),
    }
    with tempfile.TemporaryDirectory() as directory, running(Path(directory), **environment) as server:
        print(f"{len(items)} articles, {len(body) >> 20} MiB; the worker just started: {memory(server)}")
        time_bulk(server, "bulk", body, len(items), LINES)
        time_bulk(server, "gzip", gzip.compress(body), len(items), {**LINES, "Content-Encoding": "gzip"})
    with tempfile.TemporaryDirectory() as directory, running(Path(directory), **environment) as server:
        time_single(server, items[: options.single])
    articles, _ = prepare_articles(options.articles or None)
    with tempfile.TemporaryDirectory() as directory:
        report("index", len(articles), time_engine(Path(directory), articles))


def as_item(submission: Submission) -> dict[str, Any]:
    known = {name: getattr(submission, name) for name in ("id", "url", "title", "author", "outlet")}
    published = submission.published_at.isoformat() if submission.published_at else None
    given = {**known, "published_at": published, submission.kind: submission.content}
    return {name: value for name, value in given.items() if value}


def time_bulk(server: Server, name: str, body: bytes, count: int, headers: dict[str, str]) -> None:
    started = time.perf_counter()
    answer = requests.post(server.url + PATH, data=in_pieces(body), headers=headers, stream=True, timeout=3600)
    first, statuses = 0.0, Counter[int]()
    for line in answer.iter_lines(SENT_AT_ONCE):
        first = first or time.perf_counter() - started
        statuses[json.loads(line)["status"]] += 1
    report(name, count, time.perf_counter() - started)
    print(f"        {dict(statuses)}, first result read after {first:.1f} s, {memory(server)}")


def in_pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), SENT_AT_ONCE):
        yield body[start : start + SENT_AT_ONCE]


def time_single(server: Server, items: Sequence[dict[str, Any]]) -> None:
    started = time.perf_counter()
    with requests.Session() as session:
        statuses = Counter(session.post(f"{server.url}/v1/articles", json=item).status_code for item in items)
    report("single", len(items), time.perf_counter() - started)
    print(f"        {dict(statuses)}, {memory(server)}")


def memory(server: Server) -> str:
    return f"peak memory {memory_of(server, 'VmHWM')} MiB, its own afterwards {memory_of(server, 'RssAnon')} MiB"


def report(name: str, count: int, seconds: float) -> None:
    print(f"{name:7} {count / seconds:7.0f} articles/s   {seconds:6.1f} s", flush=True)


if __name__ == "__main__":
    main()
