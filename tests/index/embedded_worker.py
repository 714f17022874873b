"""A process of its own that works on an embedded index; started by test_embedded_processes.py.

Every line it prints is an acknowledgement: the article named is stored (and, with `wait`, searchable).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from service.index.embedded import EmbeddedIndex
from service.model import PassageQuery
from tests.index.articles import make_article


def article_text(name: str) -> tuple[str, ...]:
    return (f"افتتح في الصباح معرض {name} للكتاب.", f"وزار المعرض {name} ألف شخص.", "ويستمر أسبوعا.")


def ingest(index: EmbeddedIndex, prefix: str, count: int, *, wait: bool) -> None:
    """Store articles one by one; with `wait`, fail when one is not found at once."""
    for number in range(count):
        name = f"{prefix}x{number}"
        index.store([make_article(name, *article_text(name))], wait=wait)
        if wait:
            found = index.search(PassageQuery(name)).hits
            assert {hit.article.id for hit in found} == {name}, (name, found)
        os.write(1, f"{name}\n".encode())  # one write: several processes share this output


def use_across_fork(index: EmbeddedIndex, prefix: str) -> None:
    """Use one index object in a parent and its two children, before and after the forks."""
    ingest(index, f"{prefix}parent", 3, wait=True)
    children = []
    for child in range(2):
        pid = os.fork()
        if pid == 0:
            ingest(index, f"{prefix}child{child}", 5, wait=True)
            index.close()
            os._exit(0)
        children.append(pid)
    ingest(index, f"{prefix}after", 5, wait=True)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0]


def main() -> None:
    directory, what, prefix, count = sys.argv[1:]
    index = EmbeddedIndex(Path(directory))
    if what == "fork":
        use_across_fork(index, prefix)
    else:
        ingest(index, prefix, int(count), wait=what == "wait")
    index.close()


if __name__ == "__main__":
    main()
