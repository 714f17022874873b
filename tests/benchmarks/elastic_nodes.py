"""Three nodes, one killed with kill -9 during ingest and search: what callers saw, and that nothing was lost.

    python -m tests.benchmarks.elastic_nodes [--articles 3000]

The node that dies is the elected master, and holds primaries. Writers store batches of 20 and send a batch that failed
again, as a client would. At the end every acknowledged article is compared: the record's text with what was sent, and
the revision and passages that are searched with the record.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections import Counter
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from service.errors import IndexUnavailable
from service.index.elastic import ElasticIndex
from service.index.elastic_client import Connection
from service.index.elastic_schema import Layout
from service.model import Article, Filters, PassageQuery
from tests.benchmarks.elastic_corpus import elastic_index, elasticsearch, percentile, prepare_articles
from tests.elastic.server import Server

BATCH = 20
QUERY = PassageQuery("أعلنت وزارة الداخلية السعودية مقتل عدد من الأشخاص في تفجير مسجد", limit=20)


class Seen:
    """Outcomes and times of calls, before and after the kill."""

    def __init__(self) -> None:
        self.killed_at: float | None = None
        self.outcomes: Counter[tuple[str, str, str]] = Counter()
        self.times: dict[tuple[str, str], list[float]] = {}
        self.acknowledged: dict[str, Article] = {}
        self.failures: list[tuple[float, str, float, str]] = []
        self.lock = threading.Lock()

    def add(self, kind: str, started: float, outcome: str, reason: str = "") -> None:
        now = time.monotonic()
        phase = "before" if self.killed_at is None else "after"
        with self.lock:
            self.outcomes[phase, kind, outcome] += 1
            self.times.setdefault((phase, kind), []).append(now - started)
            if reason and self.killed_at is not None:
                self.failures.append((now - self.killed_at, kind, now - started, reason))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=3000)
    options = parser.parse_args()
    articles, _ = prepare_articles(5000)
    articles = articles[: options.articles]
    layout = Layout(shards=3, replicas=1)
    with (
        elasticsearch(3) as (urls, servers),
        elastic_index(urls, layout=layout, timeout_s=5) as (index, connection, prefix),
    ):
        index.store(articles[:1], wait=True)
        connection.client.cluster.health(wait_for_status="green", timeout="60s")
        seen = run_load(index, connection, servers, articles)
        show(seen)
        check_everything(index, connection, prefix, seen)


def run_load(index: ElasticIndex, connection: Connection, servers: list[Server], articles: Sequence[Article]) -> Seen:
    seen, stop = Seen(), threading.Event()
    work: SimpleQueue[Sequence[Article]] = SimpleQueue()
    for start in range(0, len(articles), BATCH):
        work.put(articles[start : start + BATCH])
    writers = [threading.Thread(target=write, args=(index, work, seen)) for _ in range(2)]
    readers = [threading.Thread(target=search, args=(index, seen, stop)) for _ in range(2)]
    for thread in (*writers, *readers):
        thread.start()
    while work.qsize() > len(articles) // BATCH * 2 // 3:
        time.sleep(0.1)
    master = connection.client.cat.master(format="json")[0]["node"]
    (doomed,) = (server for server in servers if master == f"node-{server.port}")
    print(f"killing {master}, the master, after {len(seen.acknowledged)} acknowledged articles")
    seen.killed_at = time.monotonic()
    doomed.stop(hard=True)
    for thread in writers:
        thread.join()
    time.sleep(5)
    stop.set()
    for thread in readers:
        thread.join()
    return seen


def write(index: ElasticIndex, work: SimpleQueue[Sequence[Article]], seen: Seen) -> None:
    while True:
        try:
            batch = work.get_nowait()
        except Empty:
            return
        while True:
            started = time.monotonic()
            try:
                stored = index.store(batch)
            except IndexUnavailable as error:
                seen.add("store", started, "503", str(error))
                time.sleep(0.5)
                continue
            seen.add("store", started, "stored")
            assert [one.head.id for one in stored] == [article.head.id for article in batch]
            seen.acknowledged |= {article.head.id: article for article in batch}
            break


def search(index: ElasticIndex, seen: Seen, stop: threading.Event) -> None:
    while not stop.is_set():
        started = time.monotonic()
        try:
            result = index.search(QUERY)
        except IndexUnavailable as error:
            seen.add("search", started, "503", str(error))
        else:
            assert result.hits or result.partial or not seen.acknowledged
            seen.add("search", started, "partial" if result.partial else "full", result.partial or "")
        time.sleep(0.05)


def show(seen: Seen) -> None:
    for (phase, kind, outcome), number in sorted(seen.outcomes.items()):
        print(f"{phase:7} {kind:7} {outcome:8} {number}")
    for (phase, kind), times in sorted(seen.times.items()):
        print(f"{phase:7} {kind:7} p50 {percentile(times, 0.5) * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms")
    for when, kind, lasted, reason in seen.failures[:12]:
        print(f"  {when:5.1f} s after the kill, {kind} after {lasted:.1f} s: {reason[:120]}")
    if seen.failures:
        print(f"  last failure {max(when for when, *_ in seen.failures):.1f} s after the kill")


def check_everything(index: ElasticIndex, connection: Connection, prefix: str, seen: Seen) -> None:
    """Compare every acknowledged article with the record, and the record with what is searched."""
    client = connection.client
    client.cluster.health(wait_for_status="yellow", timeout="60s")
    recorded = {article.head.id: article for article in index.stored_articles()}
    assert recorded.keys() >= seen.acknowledged.keys()
    for article_id, article in seen.acknowledged.items():
        assert recorded[article_id].text == article.text
        assert recorded[article_id].head.revision == 1
    client.indices.refresh(index=f"{prefix}-passages")
    coverage = index.coverage(Filters())
    passages = sum(len(article.passages) for article in recorded.values())
    assert (coverage.articles, coverage.passages) == (len(recorded), passages), coverage
    for article_id in recorded:
        found = client.get(index=f"{prefix}-passages", id=article_id, source_includes=["revision", "passage_count"])
        assert found["_source"] == {"revision": 1, "passage_count": len(recorded[article_id].passages)}
    print(f"{len(seen.acknowledged)} acknowledged, {len(recorded)} in the record, {passages} passages: all equal")


if __name__ == "__main__":
    main()
