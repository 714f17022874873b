"""How many independent sources stand behind a set of matches: copies of one text count once, however many print it.

Two matches are of one source when they stand in one article, when their articles copy the same wire text
(`source_group`), or when a whole sentence of one passage is said again in the other: outlets often lift a sentence of
an agency into an article of their own. An outlet is one source too, however many articles it prints. So the number is
the most outlets that can each be given a source of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from service.arabic.sentences import split_sentences
from service.arabic.tokens import exact_terms
from service.model import ArticleHead, Match

SHINGLE = 3
"""Words in a row that are compared; copies swap single words («فاجنر» for «فاغنر», the two names of a month)."""

COVERED = 0.6
"""Share of a sentence's words that stand in such rows of the other passage, too. Below 1, as an agency's sentence with
the names of its month swapped is still a copy. How far it parts copies from others' own sentences was not measured."""

FEWEST_WORDS = 10
"""Words a sentence needs to be told a copy: two short sentences may be alike by chance."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """The sentences of a passage that are long enough, each in words, and the rows of words of all of it."""

    sentences: tuple[tuple[str, ...], ...]
    rows: frozenset[tuple[str, ...]]


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
    wordings = [_read_wording(match.passage.text) for match in matches]
    for first, second in combinations(range(len(matches)), 2):
        related = _are_related(matches[first].article, matches[second].article)
        if source[first] != source[second] and (related or _are_copies(wordings[first], wordings[second])):
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


def _are_related(first: ArticleHead, second: ArticleHead) -> bool:
    return first.id == second.id or first.source_group == second.source_group


def _outlet_id(match: Match) -> str | None:
    return None if match.article.outlet is None else match.article.outlet.id


def _read_wording(text: str) -> _Wording:
    sentences = [tuple(exact_terms(span.of(text))) for span in split_sentences(text)]
    return _Wording(
        tuple(words for words in sentences if len(words) >= FEWEST_WORDS),
        frozenset(row for words in sentences for row in _rows(words)),
    )


def _rows(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (words[start : start + SHINGLE] for start in range(len(words) - SHINGLE + 1))


def _are_copies(first: _Wording, second: _Wording) -> bool:
    return any(_says_again(sentence, second.rows) for sentence in first.sentences) or any(
        _says_again(sentence, first.rows) for sentence in second.sentences
    )


def _says_again(words: tuple[str, ...], rows: frozenset[tuple[str, ...]]) -> bool:
    covered = {
        place for start, row in enumerate(_rows(words)) if row in rows for place in range(start, start + SHINGLE)
    }
    return len(covered) >= COVERED * len(words)
