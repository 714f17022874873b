"""Redirects followed hop by hop, with answers that are told."""

from __future__ import annotations

import pytest

from service.outbound.http import Answer, CallFailed
from service.outbound.redirects import follow

START = "https://almarfa.example/a"


def way(*hops: tuple[int, str]) -> tuple[list[str], object]:
    """Return the addresses that are asked for, and what asks: it answers with each hop, and at last with 200."""
    asked: list[str] = []

    def send(url: str) -> Answer:
        asked.append(url)
        status, location = hops[len(asked) - 1] if len(asked) <= len(hops) else (200, "")
        return Answer(status, {"location": location} if location else {}, b"", False)

    return asked, send


@pytest.mark.parametrize(
    ("hops", "arrived_at", "moved_to"),
    [
        ([], START, None),
        ([(301, "/b")], "https://almarfa.example/b", "https://almarfa.example/b"),
        ([(308, "//other.example/c")], "https://other.example/c", "https://other.example/c"),
        ([(302, "b?x=1#part")], "https://almarfa.example/b?x=1", None),
        ([(303, "http://almarfa.example/b")], "http://almarfa.example/b", None),
        ([(301, "/b"), (307, "/c")], "https://almarfa.example/c", "https://almarfa.example/b"),
        ([(307, "/b"), (301, "/c")], "https://almarfa.example/c", None),
        ([(301, "/b"), (301, "/c")], "https://almarfa.example/c", "https://almarfa.example/c"),
        ([(301, "/خبر".encode().decode("latin-1"))], "https://almarfa.example/خبر", "https://almarfa.example/خبر"),
        ([(301, f"/{n}") for n in range(5)], "https://almarfa.example/4", "https://almarfa.example/4"),
    ],
)
def test_where_a_way_leads(hops: list[tuple[int, str]], arrived_at: str, moved_to: str | None) -> None:
    asked, send = way(*hops)
    arrived = follow(send, START)  # type: ignore[arg-type]
    assert (arrived.url, arrived.moved_to, arrived.answer.status) == (arrived_at, moved_to, 200)
    assert len(asked) == len(hops) + 1


@pytest.mark.parametrize(
    ("hops", "said"),
    [
        ([(302, "")], "without saying where to"),
        ([(302, "/a")], "in a circle"),
        ([(302, "/b"), (302, "/a")], "in a circle"),
        ([(302, "http://[::1")], "which is no address"),
        ([(301, f"/{n}") for n in range(6)], "more than 5 redirects"),
    ],
)
def test_ways_that_lead_nowhere(hops: list[tuple[int, str]], said: str) -> None:
    with pytest.raises(CallFailed, match=said):
        follow(way(*hops)[1], START)  # type: ignore[arg-type]
