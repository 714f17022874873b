"""One flag for an outlet, and the order of outlets and matches."""

from __future__ import annotations

from itertools import permutations

import pytest

from service.claims.outlets import flag_outlet, group_by_outlet
from service.model import Flag, Match
from tests.claims.fakes import make_match

A, C, M = Flag.AGREES, Flag.CONFLICTS, Flag.MENTIONS

OUTLET_FLAGS = (
    ("only agrees", [("1", A, 0.6, 1)], A),
    ("only conflicts", [("1", C, 0.6, 1)], C),
    ("only mentions", [("1", M, 0.9, 1), ("2", M, 0.5, 1)], M),
    ("a side beats any number of mentions", [("1", M, 0.99, 1), ("2", M, 0.99, 2), ("3", C, 0.5, 1)], C),
    ("the clearly stronger side: agrees", [("1", A, 0.9, 1), ("2", C, 0.7, 9)], A),
    ("the clearly stronger side: conflicts", [("1", A, 0.6, 9), ("2", C, 0.8, 1)], C),
    ("as strong: the later speaks", [("1", A, 0.8, 1), ("2", C, 0.82, 2)], C),
    ("as strong: the later speaks, the other way round", [("1", A, 0.8, 3), ("2", C, 0.82, 2)], A),
    ("as strong on the same day", [("1", A, 0.8, 2), ("2", C, 0.8, 2)], M),
    ("as strong in one article", [("1", A, 0.8, 2), ("1", C, 0.8, 2)], M),
    ("as strong, one undated", [("1", A, 0.8, None), ("2", C, 0.8, 2)], C),
    ("as strong, both undated", [("1", A, 0.8, None), ("2", C, 0.8, None)], M),
    ("numbers do not count, strength does", [("1", A, 0.7, 9), ("2", A, 0.7, 9), ("3", C, 0.9, 1)], C),
)


def outlet_matches(rows: list[tuple[str, Flag, float, int | None]]) -> list[Match]:
    return [make_match(article, "o", flag, sureness, day=day) for article, flag, sureness, day in rows]


@pytest.mark.parametrize(("rows", "flag"), [row[1:] for row in OUTLET_FLAGS], ids=[row[0] for row in OUTLET_FLAGS])
def test_flag_of_an_outlet(rows: list[tuple[str, Flag, float, int | None]], flag: Flag) -> None:
    for order in permutations(outlet_matches(rows)):
        assert flag_outlet(order) is flag


def test_the_surest_side_comes_first() -> None:
    matches = [
        make_match("m", "quiet", M),
        make_match("a", "loud", A, 0.7),
        make_match("b", "sure", C, 0.9),
        make_match("c", "loud", M),
        make_match("d", "loud", C, 0.55),
        make_match("e", None, A, 0.8),
    ]
    found = group_by_outlet(matches)
    assert [(one.outlet.id if one.outlet else None, one.flag) for one in found] == [
        ("sure", C),
        (None, A),
        ("loud", A),
        ("quiet", M),
    ]
    assert [match.article.id for match in found[2].matches] == ["a", "d", "c"]


def test_equal_outlets_stand_in_the_order_of_their_ids() -> None:
    matches = [make_match(article, outlet) for article, outlet in (("1", "z"), ("2", None), ("3", "b"), ("4", "a"))]
    for order in permutations(matches):
        assert [one.outlet.id if one.outlet else None for one in group_by_outlet(order)] == ["a", "b", "z", None]


def test_mentions_keep_the_order_of_the_search() -> None:
    matches = [make_match(article, "o", M) for article in ("9", "1", "5")]
    assert [match.article.id for match in group_by_outlet(matches)[0].matches] == ["9", "1", "5"]
