"""How many independent sources stand behind a set of matches: copies of one text count once, however many print it.

Two matches are of one source when their articles copy the same wire text (`source_group`), or when their passages are
nearly the same words: outlets often lift two sentences of an agency into an article of their own. An outlet is one
source too, however many articles it prints. So the number is the most outlets that can each be given a source of
their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from service.arabic.tokens import exact_terms
from service.model import Match

SHINGLE = 3
"""Words in a row that are compared; copies swap single words («فاجنر» for «فاغنر», the two names of a month)."""

SHARED = 0.5
"""Share of the shorter passage's shingles that the other must have. Chosen so that one agency sentence with swapped
month names is still one source, and two outlets' own sentences on one event are two."""

FEWEST = 6
"""Shingles a passage needs to be told a copy: two short sentences may be alike by chance."""


def count_independent(matches: Sequence[Match]) -> int:
    """Count the independent sources among `matches`."""
    groups = group_copies(matches)
    offered: dict[str | None, set[int]] = {}
    for match, group in zip(matches, groups, strict=True):
        offered.setdefault(_outlet_id(match), set()).add(group)
    given: dict[int, str | None] = {}
    return sum(_give(outlet, offered, given, set()) for outlet in offered)


def group_copies(matches: Sequence[Match]) -> list[int]:
    """Return for each match the number of its source: the place of the first match of the same source."""
    source = list(range(len(matches)))
    shingles = [_shingles(match.passage.text) for match in matches]
    for first, second in combinations(range(len(matches)), 2):
        alike = matches[first].article.source_group == matches[second].article.source_group
        if source[first] != source[second] and (alike or _are_copies(shingles[first], shingles[second])):
            low, high = sorted((source[first], source[second]))
            source = [low if number == high else number for number in source]
    return source


def _give(
    outlet: str | None, offered: dict[str | None, set[int]], given: dict[int, str | None], tried: set[int]
) -> bool:
    """Give `outlet` a source of its own, moving other outlets to another of theirs where needed (Kuhn's matching)."""
    for group in sorted(offered[outlet] - tried):
        tried.add(group)
        if group not in given or _give(given[group], offered, given, tried):
            given[group] = outlet
            return True
    return False


def _outlet_id(match: Match) -> str | None:
    return None if match.article.outlet is None else match.article.outlet.id


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = exact_terms(text)
    return frozenset(tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))


def _are_copies(first: frozenset[tuple[str, ...]], second: frozenset[tuple[str, ...]]) -> bool:
    shorter = min(len(first), len(second))
    return shorter >= FEWEST and len(first & second) >= SHARED * shorter
