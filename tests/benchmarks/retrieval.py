"""Whether a claim's passage is among the candidates, and how long a search takes beside the raw engine.

    python -m tests.benchmarks.embedded_ingest --data DIR
    python -m tests.benchmarks.retrieval --data DIR [--weights text=1] [--without-also] [--lang ar] [--vectors]

Rows: claims_dev labelled agrees or conflicts over the SaudiNewsNet articles in DIR. A row is found when a passage of
its article that overlaps its quote (any passage, when the quote is the title) is among the first 20 or 50 hits. Halves:
the rows split by a hash of the claim, to see whether a setting that is better is so in both.

With --vectors passages are found by what they mean, too, as far as DIR has vectors (an hour for 200,000 passages on an
idle core; they are made while this runs, and any other time that DIR is served or searched with vectors: --fill waits
for them); the first search of a claim includes embedding it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tantivy

from service.claims.query import search_for
from service.claims.read import read_claim
from service.errors import IndexUnavailable
from service.index import terms as index_terms
from service.index.embedded import EmbeddedIndex
from service.index.embedded_files import generation_path, search_schema
from service.index.terms import read_terms
from service.model import Filters, Hit, PassageQuery
from service.neural.embedder import Embedder
from service.wiring import WEIGHTS
from tests.benchmarks.elastic_corpus import SHARED, percentile

DEPTHS = (10, 20, 30, 50)


@dataclass(frozen=True)
class Row:
    """A claim with where its passage stands, and the rank at which it was found."""

    claim: str
    article: str
    start: int
    end: int
    rank: int | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--lang", default="ar", help="first letters of the claims' language")
    parser.add_argument("--weights", nargs="*", help="field=weight …, instead of those of service.index.terms")
    parser.add_argument("--without-also", action="store_true", help="only the claim's own words")
    parser.add_argument("--vectors", action="store_true", help="by meaning, too")
    parser.add_argument("--fill", action="store_true", help="first wait until every passage has its vector")
    options = parser.parse_args()
    if options.weights:
        zeros = dict.fromkeys(index_terms.FIELD_WEIGHTS, 0.0)
        given = {name: float(weight) for name, weight in (pair.split("=") for pair in options.weights)}
        index_terms.FIELD_WEIGHTS.update(zeros | given)

    index = EmbeddedIndex(options.data, embedder=Embedder(WEIGHTS / "small") if options.vectors else None)
    wait_until_ready(index)
    if options.vectors:
        fill(index, wait=options.fill)
    rows = read_rows(index, options.lang)
    queries = make_queries(rows, with_also=not options.without_also)
    seconds, found = search_all(index, queries)
    ranked = [replace(row, rank=rank_of(row, found[row.claim])) for row in rows]
    print(f"{len(rows)} rows, {len(queries)} claims ({options.lang}…), {index.coverage(Filters()).articles} articles")
    show("all", ranked)
    for half in (0, 1):
        show(f"half {half + 1}", [row for row in ranked if zlib.crc32(row.claim.encode()) % 2 == half])
    show_times(options.data, queries, seconds, index)
    index.close()


def wait_until_ready(index: EmbeddedIndex) -> None:
    """Wait while the search index is made, as it is after a change of its schema."""
    started = time.perf_counter()
    while True:
        try:
            index.check_ready()
        except IndexUnavailable:
            time.sleep(0.1)
        else:
            print(f"ready after {time.perf_counter() - started:.1f} s")
            return


def fill(index: EmbeddedIndex, *, wait: bool) -> None:
    passages = index.coverage(Filters()).passages
    while (count := index.count_vectors()) < passages and wait:
        print(f"{count} of {passages} passages have vectors", flush=True)
        time.sleep(60)
    print(f"{count} of {passages} passages have vectors")


def read_rows(index: EmbeddedIndex, lang: str) -> list[Row]:
    """Read the rows whose articles are in the index; offsets are looked up in the text as it is stored."""
    with gzip.open(SHARED / "dev" / "claims_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    rows = [row for row in read if row["lang"].startswith(lang) and row["label"] != "mentions"]
    located = [locate(index, row) for row in rows]
    missing = sum(row is None for row in located)
    if missing:
        print(f"{missing} rows whose quote is not in the stored text count as not found")
    return [row or Row(raw["claim"], "", 0, 0) for row, raw in zip(located, rows, strict=True)]


def locate(index: EmbeddedIndex, row: dict[str, Any]) -> Row | None:
    head = index.find_by_url(row["url"].split("#")[0].replace(" ", "%20"))
    if head is None:
        return None
    text = index.get(head.id).text
    if row["field"] == "title":
        return Row(row["claim"], head.id, 0, len(text))
    start = text.find(row["quote"])
    if start < 0:
        return None
    return Row(row["claim"], head.id, start, start + len(row["quote"]))


def make_queries(rows: Sequence[Row], *, with_also: bool) -> dict[str, PassageQuery]:
    claims = {row.claim: read_claim(row.claim) for row in rows}
    queries = {text: search_for(claim, Filters(), limit=max(DEPTHS)) for text, claim in claims.items()}
    return queries if with_also else {text: replace(query, also=()) for text, query in queries.items()}


def search_all(
    index: EmbeddedIndex, queries: dict[str, PassageQuery]
) -> tuple[list[float], dict[str, tuple[Hit, ...]]]:
    seconds, found = [], {}
    index.search(next(iter(queries.values())))
    for text, query in queries.items():
        started = time.perf_counter()
        found[text] = index.search(query).hits
        seconds.append(time.perf_counter() - started)
    return seconds, found


def rank_of(row: Row, hits: Sequence[Hit]) -> int | None:
    for rank, hit in enumerate(hits):
        if hit.article.id == row.article and hit.passage.start < row.end and row.start < hit.passage.end:
            return rank
    return None


def show(name: str, rows: Sequence[Row]) -> None:
    shares = {depth: sum(row.rank is not None and row.rank < depth for row in rows) / len(rows) for depth in DEPTHS}
    print(f"{name:7}", "  ".join(f"first {depth}: {share:.3f}" for depth, share in shares.items()))


def show_times(directory: Path, queries: dict[str, PassageQuery], ours: list[float], index: EmbeddedIndex) -> None:
    """Print p50 and p95 of our searches and of raw ones: the same terms, as many hits, their keys and nothing else."""
    generation = index.coverage(Filters()).generation.partition(".")[0]
    raw_index = tantivy.Index.open(str(generation_path(directory / "search", generation)))
    searcher = raw_index.searcher()
    wanted = [raw_query(query) for query in queries.values()]
    raw = []
    for query in wanted:
        started = time.perf_counter()
        hits = searcher.search(query, max(DEPTHS), count=False).hits
        searcher.fast_field_values("key", [address for _, address in hits])
        raw.append(time.perf_counter() - started)
    for name, seconds in (("ours", ours), ("raw", raw)):
        print(
            f"{name:5} p50 {percentile(seconds, 0.5) * 1000:6.2f} ms   p95 {percentile(seconds, 0.95) * 1000:6.2f} ms"
        )


def raw_query(query: PassageQuery) -> Any:
    schema = search_schema()
    return tantivy.Query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, term.field, term.text, "freq"), term.weight),
            )
            for term in read_terms(query)
        ]
    )


if __name__ == "__main__":
    main()
