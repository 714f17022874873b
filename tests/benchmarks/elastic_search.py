"""Searching Elasticsearch: against the raw query, and what it finds beside the embedded engine.

    python -m tests.benchmarks.elastic_search --prefix PREFIX [--embedded DIRECTORY] [--articles 0]

`PREFIX` is an index that elastic_ingest kept. Claims are the Arabic ones of claims_dev that are labelled agrees or
conflicts. (raw) the same search body by the bare client, answer parsed from JSON; (ours) `PassageIndex.search`: terms,
body, hits. In turns, claim by claim. Recall: the share of passages that are among the first 20 and 50.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from service.index import PassageIndex
from service.index.elastic import ElasticIndex
from service.index.elastic_client import Connection
from service.index.elastic_schema import Layout
from service.index.elastic_search import search_body
from service.index.embedded import EmbeddedIndex
from service.index.terms import read_terms
from service.ingest.intake import tidy_url
from service.model import Filters, Hit, PassageQuery
from tests.benchmarks.elastic_corpus import SHARED, elastic_index, elasticsearch, percentile, prepare_articles

LIMIT = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """A claim, and the passage that speaks of it."""

    claim: str
    url: str
    quote: str
    is_title: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--articles", type=int, default=0)
    parser.add_argument("--embedded", type=Path, help="compare with the embedded engine, filled here if it is empty")
    options = parser.parse_args()
    wanted = read_wanted()
    print(f"{len(wanted)} passages wanted by {len({one.claim for one in wanted})} claims")
    with (
        elasticsearch() as (urls, _),
        elastic_index(urls, layout=Layout(replicas=0), prefix=options.prefix, keep=True) as (index, connection, prefix),
    ):
        compare_times(index, connection, prefix, sorted({one.claim for one in wanted}))
        elastic_hits = find_all(index, wanted)
        report("elasticsearch", index, wanted, elastic_hits)
        if options.embedded:
            embedded = fill_embedded(options.embedded, options.articles)
            embedded_hits = find_all(embedded, wanted)
            report("embedded", embedded, wanted, embedded_hits)
            compare_answers(elastic_hits, embedded_hits)
            embedded.close()


def read_wanted() -> list[Wanted]:
    with gzip.open(SHARED / "dev" / "claims_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Wanted(row["claim"], row["url"], row["quote"], row["field"] == "title")
        for row in rows
        if row["lang"] == "ar" and row["label"] in ("agrees", "conflicts")
    ]


def compare_times(index: ElasticIndex, connection: Connection, prefix: str, claims: Sequence[str]) -> None:
    raw, ours, took = [], [], []
    for claim in claims[:20]:
        index.search(PassageQuery(claim, limit=LIMIT))  # warm
    for claim in claims:
        query = PassageQuery(claim, limit=LIMIT)
        body = search_body(query, read_terms(query), timeout_s=connection.timeout_s)
        started = time.perf_counter()
        answer = connection.client.search(index=f"{prefix}-passages", search_type="dfs_query_then_fetch", **body)
        between = time.perf_counter()
        index.search(query)
        raw.append(between - started)
        ours.append(time.perf_counter() - between)
        took.append(answer["took"] / 1000)
    for share in (0.5, 0.95):
        low, high, server = (percentile(times, share) * 1000 for times in (raw, ours, took))
        print(
            f"p{share * 100:.0f}: raw {low:.0f} ms (server {server:.0f} ms), ours {high:.0f} ms, ratio {low / high:.2f}"
        )


def find_all(index: PassageIndex, wanted: Sequence[Wanted]) -> dict[str, list[Hit]]:
    return {
        claim: list(index.search(PassageQuery(claim, limit=LIMIT)).hits)
        for claim in sorted({one.claim for one in wanted})
    }


def report(name: str, index: PassageIndex, wanted: Sequence[Wanted], found: dict[str, list[Hit]]) -> None:
    texts: dict[str, str] = {}
    for depth in (20, 50):
        right = sum(is_among(index, one, found[one.claim][:depth], texts) for one in wanted)
        print(f"{name:14} recall@{depth}: {right / len(wanted):.3f} ({right} of {len(wanted)})")
    print(f"{name:14} {index.coverage(Filters())}")


def is_among(index: PassageIndex, wanted: Wanted, hits: Sequence[Hit], texts: dict[str, str]) -> bool:
    """Tell whether one of the hits is of the article and overlaps the quote (any passage, for a quoted title)."""
    address = tidy_url(wanted.url.split("#")[0].replace(" ", "%20"))
    for hit in hits:
        if hit.article.url != address:
            continue
        if wanted.is_title:
            return True
        if hit.article.id not in texts:
            texts[hit.article.id] = index.get(hit.article.id).text
        start = texts[hit.article.id].find(wanted.quote)
        if start < 0 or (hit.passage.start < start + len(wanted.quote) and start < hit.passage.end):
            return True
    return False


def fill_embedded(directory: Path, articles: int) -> EmbeddedIndex:
    index = EmbeddedIndex(directory)
    if not index.coverage(Filters()).articles:
        prepared, _ = prepare_articles(articles or None)
        for start in range(0, len(prepared), 500):
            index.store(prepared[start : start + 500])
    while index.coverage(Filters()).partial:
        time.sleep(1)
    return index


def compare_answers(one: dict[str, list[Hit]], other: dict[str, list[Hit]]) -> None:
    """Say how far the two engines give the same passages, ties aside."""
    same = total = 0
    largest = 0.0
    for claim, hits in one.items():
        scores = {hit.passage.id: hit.score for hit in other[claim]}
        floor = min(scores.values(), default=0.0)
        for hit in hits:
            total += 1
            is_tie_at_the_end = abs(hit.score - floor) < 1e-3 * floor
            same += hit.passage.id in scores or is_tie_at_the_end
            if hit.passage.id in scores:
                largest = max(largest, abs(hit.score / scores[hit.passage.id] - 1))
    print(f"the same passages in both: {same} of {total}; scores differ by at most {largest:.4%}")


if __name__ == "__main__":
    main()
