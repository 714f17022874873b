"""Copies of one text count once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.claims.sources import count_independent, group_copies
from service.model import Match
from tests.claims.fakes import make_match

WIRE = (
    "قال متحدث باسم الدفاع المدني إن السيول التي اجتاحت وادي الزهور فجر الاثنين أودت بحياة ثلاثين شخصا "
    "بين نيسان/أبريل 2019 وحزيران/يونيو 2020"
)
WIRE_EDITED = (
    "وأضاف متحدث باسم الدفاع المدني إن السيول التي اجتاحت وادي الزهور فجر الإثنين أودت بحياة ثلاثين شخصا، "
    "بين أبريل/نيسان 2019 ويونيو/حزيران 2020"
)
OWN = "أكد مراسلنا في وادي الزهور أن ثلاثين شخصا لقوا حتفهم في السيول التي ضربت القرى صباح أمس"
SHORT = "أودت السيول بثلاثين شخصا"

SOURCES = (
    ("nobody", [], 0),
    ("one", [("1", "a", WIRE, None)], 1),
    ("two outlets, own words", [("1", "a", WIRE, None), ("2", "b", OWN, None)], 2),
    ("the same wire text", [("1", "a", WIRE, None), ("2", "b", WIRE, None)], 1),
    ("an edited wire text", [("1", "a", WIRE, None), ("2", "b", WIRE_EDITED, None)], 1),
    (
        "a wire sentence among others",
        [("1", "a", f"{WIRE}. {SHORT}.", None), ("2", "b", f"{WIRE_EDITED}. {OWN}.", None)],
        1,
    ),
    ("other passages of copied articles", [("1", "a", WIRE, "g"), ("2", "b", OWN, "g")], 1),
    ("one outlet twice", [("1", "a", WIRE, None), ("2", "a", OWN, None)], 1),
    ("short sentences may be alike", [("1", "a", SHORT, None), ("2", "b", SHORT, None)], 2),
    (
        "an article that lifts a sentence is no source of its own",
        [("1", "a", WIRE, None), ("2", "b", WIRE, None), ("2", "b", OWN, None)],
        1,
    ),
    ("copies of copies", [("1", "a", WIRE, "g"), ("2", "b", OWN, "g"), ("3", "c", OWN, None)], 1),
    ("own report beside the wire's", [("1", "a", OWN, None), ("2", "a", WIRE, None), ("3", "b", WIRE, None)], 2),
    (
        "many texts of one outlet do not multiply it",
        [
            ("1", "a", OWN, "x"),
            ("2", "a", WIRE, "g"),
            ("3", "b", "نص", "g"),
            ("4", "c", "نص آخر", "g"),
            ("5", "a", "ثالث", "y"),
        ],
        2,
    ),
)


def matches_of(rows: list[tuple[str, str, str, str | None]]) -> list[Match]:
    return [make_match(article, outlet, text=text, group=group) for article, outlet, text, group in rows]


@pytest.mark.parametrize(("rows", "number"), [row[1:] for row in SOURCES], ids=[row[0] for row in SOURCES])
def test_independent_sources(rows: list[tuple[str, str, str, str | None]], number: int) -> None:
    assert count_independent(matches_of(rows)) == number
    assert count_independent(matches_of(rows)[::-1]) == number


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz"), st.sampled_from([WIRE, OWN, WIRE_EDITED, SHORT])),
        max_size=8,
    )
)
def test_never_more_sources_than_outlets_or_texts(rows: list[tuple[str, str, str]]) -> None:
    matches = [make_match(str(n), outlet, text=text, group=group) for n, (outlet, group, text) in enumerate(rows)]
    number = count_independent(matches)
    assert number <= min(len({row[0] for row in rows}), len(set(group_copies(matches))))
    assert (number > 0) == bool(rows)
    assert number <= count_independent([*matches, make_match("new", "e", text="كلام لا يشبه غيره")]) <= number + 1
