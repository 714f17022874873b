"""What the Elasticsearch benchmarks share: SaudiNewsNet as articles, and servers to run on."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from service.index.elastic import ElasticIndex
from service.index.elastic_client import Connection
from service.index.elastic_schema import Layout
from service.ingest.intake import Intake
from service.ingest.outlets import load_outlets
from service.ingest.sources import Submission
from service.model import Article, Stored
from service.settings import ElasticsearchSettings
from tests.elastic.server import Server, running_servers

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
CORPUS = SHARED / "corpora" / "saudinewsnet.jsonl.gz"
SERVER_JAVA = "-Xms512m -Xmx512m"


class _Collector:
    """Takes the place of an index: keeps what is stored, finds nothing."""

    def __init__(self) -> None:
        self.articles: list[Article] = []

    def store(self, articles: Sequence[Article], *, wait: bool = False) -> list[Stored]:
        self.articles += articles
        return [Stored(article.head, "created") for article in articles]

    def find_by_url(self, url: str) -> None:
        return None

    def find_by_bands(self, bands: Sequence[str], *, limit: int = 50) -> list[Any]:
        return []


def read_submissions(limit: int | None) -> Iterator[Submission]:
    """Yield the corpus as it is handed in; empty bodies are left out."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        for row in islice((row for row in rows if (row["content"] or "").strip()), limit):
            yield Submission(
                content=row["content"],
                kind="text",
                url=row["url"].split("#")[0].replace(" ", "%20"),
                title=row["title"] or None,
                author=row["author"] or None,
                outlet=row["source"],
                published_at=datetime.fromisoformat(row["date_extracted"] + "+00:00"),
            )


def prepare_articles(limit: int | None) -> tuple[list[Article], float]:
    """Return the corpus cleaned and cut into passages, and the seconds it took (kept between runs)."""
    cache = Path(tempfile.gettempdir()) / f"isnad-bench-{limit or 'all'}.pickle"
    if cache.is_file():
        kept: tuple[list[Article], float] = pickle.loads(cache.read_bytes())
        return kept
    collector = _Collector()
    intake = Intake(collector, load_outlets(ROOT / "config" / "outlets.toml"))  # type: ignore[arg-type]
    started = time.perf_counter()
    for _ in intake.take_many(read_submissions(limit)):
        pass
    seconds = time.perf_counter() - started
    articles = list({article.head.id: article for article in collector.articles}.values())
    cache.write_bytes(pickle.dumps((articles, seconds)))
    return articles, seconds


@contextmanager
def elasticsearch(nodes: int = 1) -> Iterator[tuple[list[str], list[Server]]]:
    """Lend the addresses of a server: ELASTICSEARCH_URL, or one (or a cluster) started here with its data on disk."""
    if nodes == 1 and os.environ.get("ELASTICSEARCH_URL"):
        yield [os.environ["ELASTICSEARCH_URL"]], []
        return
    with running_servers(nodes, directory=Path(tempfile.gettempdir()), java_options=SERVER_JAVA) as servers:
        yield [server.url for server in servers], servers


@contextmanager
def elastic_index(
    urls: Sequence[str], *, layout: Layout, prefix: str = "", keep: bool = False, **settings: Any
) -> Iterator[tuple[ElasticIndex, Connection, str]]:
    """Lend an index of its own prefix, removed at the end unless it is to be kept."""
    prefix = prefix or f"bench-{uuid4().hex[:8]}"
    connection = Connection(ElasticsearchSettings(hosts=tuple(urls), **settings))
    try:
        yield ElasticIndex(connection, prefix=prefix, layout=layout), connection, prefix
    finally:
        if not keep:
            names = list(connection.client.indices.get(index=f"{prefix}-*", allow_no_indices=True))
            if names:
                connection.client.indices.delete(index=names)
        connection.close()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
