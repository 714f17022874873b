"""Spreading hits over outlets gives what fetching everything and capping would give."""

from __future__ import annotations

from collections import Counter

import tantivy
from hypothesis import given
from hypothesis import strategies as st

from service.index.embedded_files import search_schema
from service.index.embedded_search import Found, search_spread
from service.index.terms import WeightedTerm

TERM = WeightedTerm("text", "w", 1.0)


@given(
    passages=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9)), max_size=60),
    limit=st.integers(1, 12),
    per_outlet=st.integers(1, 6),
)
def test_as_if_everything_was_fetched(passages: list[tuple[int, int]], limit: int, per_outlet: int) -> None:
    index = tantivy.Index(search_schema())
    writer = index.writer(15_000_000, 1)
    for key, (outlet, count) in enumerate(passages):
        document = tantivy.Document()
        document.add_integer("key", key)
        document.add_integer("outlet", outlet)
        document.add_text("text", "w " * count + "x " * 5)
        writer.add_document(document)
    writer.commit()
    index.reload()
    searcher = index.searcher()

    found = search_spread(searcher, [TERM], [], limit=limit, per_outlet=per_outlet)
    everything = search_spread(searcher, [TERM], [], limit=max(1, len(passages)), per_outlet=max(1, len(passages)))

    assert len(everything) == len(passages)
    assert [round(one.score, 4) for one in found] == [round(one.score, 4) for one in cap(everything, limit, per_outlet)]
    assert len({one.key for one in found}) == len(found)
    assert all(count <= per_outlet for count in Counter(one.outlet for one in found).values())


def cap(everything: list[Found], limit: int, per_outlet: int) -> list[Found]:
    counts: Counter[int] = Counter()
    kept = []
    for one in everything:
        counts[one.outlet] += 1
        if counts[one.outlet] <= per_outlet:
            kept.append(one)
    return kept[:limit]
