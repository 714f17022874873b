"""What watches cost an incoming article before judgement, and what is found: python -m tests.benchmarks.watches

Claims are those of news_claims, news_claims2 and clusters_train, the articles every hundredth of SaudiNewsNet (all in
../shared); no article has to do with any claim but by chance, so that every candidate is one too many. What is found is
measured on clusters_dev and claims_dev: the share of the passages that agree or conflict which become candidates.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from service.claims.claim_terms import Face, read_faces
from service.claims.read import read_claim
from service.ingest.passages import cut_passages
from service.model import Article, Flag
from service.watches import candidates
from tests.index.articles import make_article
from tests.quality.rows import SHARED, claims_dev, cluster_rows, read_clusters

CLAIMS = ("news_claims_train", "news_claims2_train", "clusters_train")
SIZES = (1, 100, 10_000)
EVERY = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shares", type=float, nargs="*", default=[candidates.LEAST_SHARE])
    wishes = parser.parse_args()
    begun = time.perf_counter()
    faces = read_all(read_claims(max(SIZES)))
    print(f"{len(faces)} claims read in {time.perf_counter() - begun:.1f} s (kept with the watches, not read again)")
    articles = list(read_articles())
    print(f"{len(articles)} articles, {np.mean([len(article.passages) for article in articles]):.1f} passages each")
    for share in wishes.shares:
        candidates.LEAST_SHARE = share
        print(f"least share {share}:", "  ".join(f"{name} {found:.3f}" for name, found in measure_found()))
        for size in SIZES:
            measure_cost(dict(itertools.islice(faces.items(), size)), articles)


def measure_cost(faces: dict[str, tuple[Face, ...]], articles: Sequence[Article]) -> None:
    begun = time.perf_counter()
    claims = candidates.WatchedClaims(faces)
    built = time.perf_counter() - begun
    times, found = [], []
    for article in articles:
        begun = time.perf_counter()
        found.append(len(claims.find(article, most=len(faces))))
        times.append(1000 * (time.perf_counter() - begun))
    p50, p95, worst = np.quantile(times, [0.5, 0.95, 1])
    print(
        f"{len(faces):6} watches: built in {built:.3f} s; p50 {p50:.1f} ms, p95 {p95:.1f} ms, max {worst:.1f} ms an "
        f"article; {np.mean(found):.2f} candidates ({np.mean(found) / len(faces):.4f} of all)"
    )


def measure_found() -> Iterator[tuple[str, float]]:
    rows = [row for row in (*cluster_rows(read_clusters()), *claims_dev()) if row.label is not Flag.MENTIONS]
    claims = candidates.WatchedClaims(read_all(sorted({row.claim for row in rows})))
    found: dict[str, list[bool]] = {"all": []}
    for row in rows:
        seen = {one.watch for one in claims.find(make_article("x", row.passage.text), most=len(rows))}
        for name in ("all", row.language):
            found.setdefault(name, []).append(row.claim in seen)
    for name, each in found.items():
        yield f"{name} (n={len(each)})", float(np.mean(each))


def read_all(texts: Sequence[str]) -> dict[str, tuple[Face, ...]]:
    return {text: read_faces(read_claim(text)) for text in texts}


def read_claims(count: int) -> list[str]:
    texts: list[str] = []
    for name in CLAIMS:
        for row in read_rows(SHARED / f"data/nli_train/{name}.jsonl.gz"):
            texts += [claim["claim"] for claim in row["claims"]] if "claims" in row else [row["claim"]]
    chosen = sorted(set(texts))
    random.Random(1).shuffle(chosen)
    return chosen[:count]


def read_articles() -> Iterator[Article]:
    rows = read_rows(SHARED / "data/corpora/saudinewsnet.jsonl.gz")
    for number, row in enumerate(itertools.islice(rows, 0, None, EVERY)):
        text = row["content"]
        if text:
            article = make_article(f"s{number}", "-", title=row["title"])
            passages = cut_passages(text, article_id=article.head.id, language="ar")
            yield Article(article.head, text, passages)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


if __name__ == "__main__":
    main()
