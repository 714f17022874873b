"""A process of its own that gives the passages of an index their vectors, slowly; started by test_embedded_meaning.py.

It stores so many articles, prints a line, and works until it is killed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from service.index.embedded import EmbeddedIndex
from tests.index.articles import make_article
from tests.index.meanings import WordVectors


def main() -> None:
    directory, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    index = EmbeddedIndex(directory, embedder=WordVectors(seconds=0.002))
    articles = [make_article(f"a{n}", f"وقع زلزال رقم{n}.", f"توفي ساكن رقم{n}.") for n in range(first, first + count)]
    index.store(articles)
    print("stored", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main()
