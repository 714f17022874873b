"""Ingest into Elasticsearch beside raw helpers.bulk of the same documents, and how large the index gets.

    python -m tests.benchmarks.elastic_ingest [--articles 5000] [--keep PREFIX]

Batch by batch, in turns, so that both see the same load of the machine: (raw) `helpers.bulk` of the documents that
the engine would write, into indices of the same mapping; (ours) `ElasticIndex.store` of the articles. Making documents
of articles is part of ours. Cleaning and facts are timed apart: raw has none.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch, helpers

from service.index.elastic_analysis import read_mapping
from service.index.elastic_rows import row_id, write_article, write_searchable
from service.index.elastic_schema import Layout, index_settings
from service.model import Article, Filters
from tests.benchmarks.elastic_corpus import elastic_index, elasticsearch, prepare_articles

BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--keep", default="", metavar="PREFIX", help="keep the filled index under this prefix")
    options = parser.parse_args()
    articles, cleaning = prepare_articles(options.articles or None)
    passages = sum(len(article.passages) for article in articles)
    print(f"{len(articles)} articles, {passages} passages; cleaning took {cleaning:.1f} s")
    with elasticsearch() as (urls, _):
        compare(urls, articles, options.keep)


def compare(urls: Sequence[str], articles: Sequence[Article], keep: str) -> None:
    layout = Layout(shards=1, replicas=0)
    raw = ours = documents = 0.0
    with elastic_index(urls, layout=layout, prefix=keep, keep=bool(keep)) as (index, connection, prefix):
        client = connection.client
        _make_raw_indices(client, layout, prefix)
        index.check_ready()
        for start in range(0, len(articles), BATCH):
            batch = articles[start : start + BATCH]
            started = time.perf_counter()
            actions = list(_actions(batch, prefix))
            made = time.perf_counter()
            helpers.bulk(client, actions, chunk_size=500, max_chunk_bytes=8 * 1024 * 1024)
            sent = time.perf_counter()
            index.store(batch)
            done = time.perf_counter()
            documents += made - started
            raw += sent - made
            ours += done - sent
        index.store(articles[-1:], wait=True)
        coverage = index.coverage(Filters())
        assert coverage.articles == len(articles), coverage
        _report(raw, ours, documents, len(articles))
        _report_size(client, prefix, len(articles))
        client.indices.delete(index=[f"{prefix}-raw-articles", f"{prefix}-raw-passages"])


def _make_raw_indices(client: Elasticsearch, layout: Layout, prefix: str) -> None:
    for family in ("articles", "passages"):
        client.indices.create(
            index=f"{prefix}-raw-{family}",
            mappings=read_mapping()["indices"][family],
            settings=index_settings(family, layout),
        )


def _actions(articles: Sequence[Article], prefix: str) -> Iterator[dict[str, Any]]:
    for article in articles:
        one = row_id(article.head.id)
        record = write_article(article, birth="x" * 32, write="x" * 32, written=time.time_ns() // 1000)
        yield {"_index": f"{prefix}-raw-articles", "_id": one, "_source": record}
        yield {"_index": f"{prefix}-raw-passages", "_id": one, "_source": write_searchable(article)}


def _report(raw: float, ours: float, documents: float, count: int) -> None:
    print(
        f"raw helpers.bulk      {raw:7.1f} s  {count / raw:7.0f} articles/s  (documents made before: {documents:.1f} s)"
    )
    print(f"ElasticIndex.store    {ours:7.1f} s  {count / ours:7.0f} articles/s  ratio {raw / ours:.2f}")
    print(f"  without making documents and facts:                 ratio {raw / (ours - documents):.2f}")


def _report_size(client: Elasticsearch, prefix: str, count: int) -> None:
    for family in ("articles", "passages"):
        name = f"{prefix}-{family}"
        before = _size(client, name)
        client.options(request_timeout=600).indices.forcemerge(index=name, max_num_segments=1)
        client.indices.refresh(index=name)
        after = _size(client, name)
        million = f"{after / count / 1e3:.2f} GB per million articles"
        print(f"{family:10} {before / 1e6:7.1f} MB, merged {after / 1e6:7.1f} MB: {million}")


def _size(client: Elasticsearch, name: str) -> int:
    client.indices.flush(index=name)
    return int(client.indices.stats(index=name, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"])


if __name__ == "__main__":
    main()
