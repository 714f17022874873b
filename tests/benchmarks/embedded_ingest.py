"""Ingest into the embedded engine beside the raw tantivy engine, and how large the files get.

    python -m tests.benchmarks.embedded_ingest [--articles 5000] [--data DIR]

(whole) cleaned pages through `Intake` into an index, until the last one is searchable. (engine) the same articles,
ready made, through `EmbeddedIndex.store` in batches of 200, each batch acknowledged when it is on the disk, until the
last one is searchable. (raw) the same terms straight into a tantivy index, one commit, no record, nothing to read back.
What analysis alone costs is timed apart: raw gets its terms made. With --data the filled index stays in DIR, for
tests.benchmarks.retrieval.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import tantivy

from service.index.embedded import EmbeddedIndex
from service.index.embedded_files import search_schema
from service.index.terms import write_fields
from service.ingest.intake import Intake
from service.ingest.outlets import load_outlets
from service.model import Article, Filters
from tests.benchmarks.elastic_corpus import ROOT, prepare_articles, read_submissions

BATCH = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=0, help="0 is all")
    parser.add_argument("--data", type=Path, help="keep the filled index here")
    options = parser.parse_args()
    articles, _ = prepare_articles(options.articles or None)
    print(f"{len(articles)} articles, {sum(len(article.passages) for article in articles)} passages")

    with tempfile.TemporaryDirectory() as directory:
        whole = time_intake(Path(directory), options.articles or None)
        print(f"whole   {len(articles) / whole:7.0f} articles/s   {whole:6.1f} s")
    directory = options.data or Path(tempfile.mkdtemp())
    engine = time_engine(directory, articles)
    analysis, raw = time_raw(articles)
    print(f"engine  {len(articles) / engine:7.0f} articles/s   {engine:6.1f} s")
    print(f"analysis                       {analysis:6.1f} s")
    print(f"raw     {len(articles) / raw:7.0f} articles/s   {raw:6.1f} s   (with analysis {raw + analysis:.1f} s)")
    print(f"raw with analysis / engine: {(raw + analysis) / engine:.2f}")
    print(f"record {size_of(directory / 'record.sqlite3') >> 20} MiB, search {size_of(directory / 'search') >> 20} MiB")
    if not options.data:
        shutil.rmtree(directory)


def time_intake(directory: Path, limit: int | None) -> float:
    index = EmbeddedIndex(directory)
    intake = Intake(index, load_outlets(ROOT / "config" / "outlets.toml"))
    started = time.perf_counter()
    for _ in intake.take_many(read_submissions(limit)):
        pass
    wait_until_searchable(index)
    seconds = time.perf_counter() - started
    index.close()
    return seconds


def time_engine(directory: Path, articles: Sequence[Article]) -> float:
    index = EmbeddedIndex(directory)
    started = time.perf_counter()
    for start in range(0, len(articles), BATCH):
        index.store(articles[start : start + BATCH])
    stored = time.perf_counter()
    index.store(articles[-1:], wait=True)
    seconds = time.perf_counter() - started
    print(f"acknowledged after {stored - started:.1f} s, searchable {seconds - (stored - started):.1f} s later")
    index.close()
    return seconds


def wait_until_searchable(index: EmbeddedIndex) -> None:
    last = index.list_articles(Filters(), limit=1).heads[0]
    index.store([index.get(last.id)], wait=True)


def time_raw(articles: Sequence[Article]) -> tuple[float, float]:
    """Return the seconds of making the terms, and of indexing them."""
    with tempfile.TemporaryDirectory() as directory:
        writer = tantivy.Index(search_schema(), path=directory).writer(64_000_000, 1)
        analysis = raw = 0.0
        key = 0
        for number, article in enumerate(articles):
            started = time.perf_counter()
            fields = write_fields([passage.text for passage in article.passages], article.head.title or "")
            made = time.perf_counter()
            for terms in fields:
                key += 1
                writer.add_document(tantivy.Document(key=key, article=number, outlet=1, day=1, language="ar", **terms))
            analysis += made - started
            raw += time.perf_counter() - made
        started = time.perf_counter()
        writer.commit()
        return analysis, raw + time.perf_counter() - started


def size_of(path: Path) -> int:
    """Return the bytes of a file or of all files below a directory."""
    return path.stat().st_size if path.is_file() else sum(size_of(part) for part in path.iterdir())


if __name__ == "__main__":
    main()
