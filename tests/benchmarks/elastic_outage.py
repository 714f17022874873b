"""The server away for 30 seconds under a mixed load over HTTP: what callers see, and how it comes back.

    python -m tests.benchmarks.elastic_outage [--away 30]

A real gunicorn with two workers serves the Elasticsearch engine; threads store articles, ask claims, read articles and
ask for health. The server is stopped in the middle and started again; nothing else is touched. At the end every
acknowledged article is read back and compared, and seen to be published.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import requests

from tests.benchmarks.elastic_corpus import ROOT, SERVER_JAVA, percentile
from tests.elastic.server import running_servers

PORT = 9340
BASE = f"http://127.0.0.1:{PORT}"
STEADY = 15


class Log:
    """What callers saw, by phase and kind of call."""

    def __init__(self) -> None:
        self.phase = "before"
        self.seen: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.times: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        self.acknowledged: dict[str, str] = {}
        self.lock = threading.Lock()

    def add(self, phase: str, kind: str, outcome: str, seconds: float) -> None:
        with self.lock:
            self.seen[phase, kind][outcome] += 1
            self.times[phase, kind].append(seconds)

    def show(self) -> None:
        for (phase, kind), outcomes in sorted(self.seen.items()):
            times = self.times[phase, kind]
            print(
                f"{phase:10} {kind:16} {dict(outcomes)}  p50 {percentile(times, 0.5) * 1000:.0f} ms, "
                f"longest {max(times) * 1000:.0f} ms"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--away", type=float, default=30)
    options = parser.parse_args()
    log, stop = Log(), threading.Event()
    directory = Path(tempfile.gettempdir())
    with running_servers(directory=directory, java_options=SERVER_JAVA) as (server,), web_server(server.url):
        threads = [threading.Thread(target=call, args=(log, stop)) for call in (store, store, ask, ask, read, health)]
        for thread in threads:
            thread.start()
        time.sleep(STEADY)
        log.phase = "going"
        server.stop()
        log.phase = "away"
        time.sleep(options.away)
        log.phase = "coming"
        server.start()
        back = time.perf_counter()
        while requests.get(f"{BASE}/readyz", timeout=30).status_code != 200:
            time.sleep(0.2)
        log.phase = "after"
        print(f"ready {time.perf_counter() - back:.1f} s after the server answered again")
        time.sleep(STEADY)
        stop.set()
        for thread in threads:
            thread.join()
        log.show()
        check_everything(log, server.url)


@contextmanager
def web_server(elasticsearch: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as data:
        config = Path(data) / "isnad.toml"
        config.write_text(f'[ingest]\noutlets_file = "{ROOT}/config/outlets.toml"\n')
        environment = os.environ | {
            "ISNAD_CONFIG": str(config),
            "ISNAD_DATA": data,
            "ISNAD_INDEX__ENGINE": "elasticsearch",
            "ISNAD_ELASTICSEARCH__HOSTS": elasticsearch,
            "ISNAD_ELASTICSEARCH__TIMEOUT_S": "5",
            "ISNAD_ELASTICSEARCH__MAX_RETRIES": "2",
            "ISNAD_SERVER__PORT": str(PORT),
            "ISNAD_LOGGING__LEVEL": "error",
        }
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "-c",
            str(ROOT / "config" / "gunicorn.conf.py"),
            "service.wsgi:app",
        ]
        with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
            try:
                _wait_until_ready()
                yield
            finally:
                process.terminate()


def _wait_until_ready() -> None:
    for _ in range(240):
        try:
            if requests.get(f"{BASE}/readyz", timeout=30).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.5)
    raise SystemExit("the web server does not get ready")


NUMBERS = count()


def store(log: Log, stop: threading.Event) -> None:
    while not stop.is_set():
        number = next(NUMBERS)
        text = f"أعلنت بلدية المنارة رقم {number} انتهاء أعمال الجسر الذي حمل اسم موقع{number}كم بعد عام من العمل."
        body = {"text": text, "outlet": f"صحيفة {number % 7}", "id": f"n{number}"}
        answer = _call(log, "store", lambda body=body: requests.post(f"{BASE}/v1/articles", json=body, timeout=60))
        if answer is not None and answer.status_code in (200, 201):
            log.acknowledged[f"n{number}"] = text
        time.sleep(0.05)


def ask(log: Log, stop: threading.Event) -> None:
    body = {"claim": "انتهت أعمال جسر بلدية المنارة بعد عام", "limit": 5}
    while not stop.is_set():
        may_be_empty = log.phase == "before"
        answer = _call(log, "ask", lambda: requests.post(f"{BASE}/v1/cross-references", json=body, timeout=60))
        if answer is not None and answer.status_code == 200 and not may_be_empty and not answer.json()["outlets"]:
            log.add(log.phase, "ask", "EMPTY ANSWER", 0)
        time.sleep(0.1)


def read(log: Log, stop: threading.Event) -> None:
    while not stop.is_set():
        for article_id in list(log.acknowledged)[-1:]:
            _call(log, "read", lambda one=article_id: requests.get(f"{BASE}/v1/articles/{one}", timeout=60))
        time.sleep(0.1)


def health(log: Log, stop: threading.Event) -> None:
    while not stop.is_set():
        _call(log, "healthz", lambda: requests.get(f"{BASE}/healthz", timeout=60))
        _call(log, "readyz", lambda: requests.get(f"{BASE}/readyz", timeout=60))
        time.sleep(0.5)


def _call(log: Log, kind: str, call: Callable[[], requests.Response]) -> requests.Response | None:
    phase, started = log.phase, time.perf_counter()
    answer: requests.Response | None = None
    try:
        answer = call()
        outcome = str(answer.status_code)
        if answer.status_code == 503:
            is_problem = answer.headers["Content-Type"].startswith("application/problem+json")
            outcome += "" if is_problem and int(answer.headers.get("Retry-After", 0)) > 0 else " without advice"
    except requests.RequestException as error:
        outcome = type(error).__name__
    # A call that began in one phase and ended in another counts in the one in between.
    log.add(phase if phase == log.phase else f"{phase}>{log.phase}", kind, outcome, time.perf_counter() - started)
    return answer


def check_everything(log: Log, elasticsearch: str) -> None:
    """Read every acknowledged article back, and see that it is published."""
    time.sleep(2)
    for article_id, text in log.acknowledged.items():
        answer = requests.get(f"{BASE}/v1/articles/{article_id}", timeout=60)
        assert answer.status_code == 200, (article_id, answer.status_code)
        assert answer.json()["text"] == text, article_id
    ids = {"ids": list(log.acknowledged)}
    published = requests.post(f"{elasticsearch}/isnad-passages/_mget?_source=revision", json=ids, timeout=60).json()[
        "docs"
    ]
    assert all(entry["found"] and entry["_source"]["revision"] == 1 for entry in published)
    print(f"{len(published)} acknowledged articles: all there as they were sent, all published")


if __name__ == "__main__":
    main()
