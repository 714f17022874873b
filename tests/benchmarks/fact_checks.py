"""What fact-checks cost a claim: python -m tests.benchmarks.fact_checks [--sizes 1 1000 100000]

Reviewed claims are made of the sentences of SaudiNewsNet (../shared). Printed are counts, and processor times as
multiples of the time with one fact-check, all of one run: finding the candidates for a claim, seeing one more
fact-check, reading all. The reviewed claims are read without their names, which takes minutes less and finds fewer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from service.arabic.sentences import split_sentences
from service.claims.claim_terms import read_faces, write_reading
from service.claims.read import read_claim
from service.factchecks.book import EDITION, FACT_CHECK, ONE, TERMS, FactCheckBook
from service.factchecks.held import HeldFactChecks
from service.factchecks.records import write_fact_check
from service.index.documents_embedded import EmbeddedDocuments
from service.model import Claim, FactCheck, Facts, Rating, Review
from tests.quality.rows import SHARED

ASKED = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 1_000, 100_000])
    sizes = parser.parse_args().sizes
    texts = list(islice(read_sentences(), max(sizes) + ASKED))
    asked = [read_claim(text) for text in texts[-ASKED:]]
    unit: float | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as directory:
            documents = EmbeddedDocuments(Path(directory))
            fill(documents, texts[:size])
            unit = measure(documents, texts[:size], asked, unit=unit)
            documents.close()


def measure(documents: EmbeddedDocuments, texts: Sequence[str], asked: Sequence[Claim], *, unit: float | None) -> float:
    book = FactCheckBook(documents)
    held = HeldFactChecks(book, most=8)
    load = timed(lambda: held.find(asked[0]))
    found = [len(held.find(claim)) for claim in asked]
    times = [timed(lambda claim=claim: held.find(claim)) for claim in asked]  # type: ignore[misc]
    own = sum(any(one.review.claim == text for one in held.find(read_claim(text))) for text in texts[:ASKED])
    changes = []
    for number in range(10):
        book.add([Review(f"{texts[0]} {number}", "ar", Rating("خاطئ"), url=f"https://more.example/{number}")])
        changes.append(timed(lambda: held.find(asked[0])))
    middle = statistics.median(times)
    unit = unit or middle
    print(
        f"{len(texts):7} fact-checks: a claim finds {statistics.mean(found):.2f} candidates in {middle / unit:.1f} "
        f"(slowest {max(times) / unit:.1f}); one more is seen in {statistics.median(changes) / unit:.1f}; all are read "
        f"in {load / unit:.0f}; of {min(ASKED, len(texts))} reviewed claims {own} find themselves; "
        f"unit {1000 * unit:.2f} ms"
    )
    return unit


def fill(documents: EmbeddedDocuments, texts: Sequence[str]) -> None:
    """Write fact-checks as the book keeps them, without waiting for the disk at each."""
    now = datetime(2024, 3, 6, tzinfo=UTC)
    documents._connection.execute("PRAGMA synchronous=OFF")
    documents._connection.execute("BEGIN")
    for number, text in enumerate(texts):
        review = Review(text, "ar", Rating("خاطئ", 1.0, 5.0, 1.0), url=f"https://checks.example/{number}")
        key = f"f{number:024x}"
        documents.put(TERMS, key, {"claim": text, "reading": write_reading(read_faces(Claim(text, "ar", Facts())))})
        documents.put(FACT_CHECK, key, write_fact_check(FactCheck(key, review, now, now)))
    documents._connection.execute("COMMIT")
    documents.put(EDITION, ONE, {"steps": []})


def read_sentences() -> Iterator[str]:
    seen: set[str] = set()
    with gzip.open(SHARED / "data/corpora/saudinewsnet.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line)["content"] or ""
            for span in split_sentences(text)[:12]:
                sentence = span.of(text).strip()
                if 40 <= len(sentence) <= 200 and sentence not in seen:
                    seen.add(sentence)
                    yield sentence


def timed(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
