"""The sentences of matched passages, each as it stood in every older revision of its article.

Old revisions come from the index in one call. A sentence is traced back from revision to revision: there it stands in
the same words, or the one that is most like it among those that the next revision does not have; else it was added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import Indel

from service.arabic.sentences import split_sentences
from service.arabic.tokens import exact_terms
from service.claims.timeline.times import told_at
from service.index import PassageIndex
from service.model import Article, ArticleHead, Match, When

MOST_REVISIONS, MOST_IN_ALL = 20, 200
"""Revisions that are read of one article, the first and the latest, and of all: a running report may have hundreds."""

LONGEST_TEXT = 100_000
"""Characters of a revision that are looked through; the longest newspaper pieces have about as many."""

LEAST_ALIKE = 0.5
"""Share of their words that two sentences must have in common, in order, to be one that was changed. Set by hand: where
more than half is new, a reader would not take the one for the other."""

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence in one revision of an article, and when that was out."""

    article: ArticleHead
    text: str
    words: Words
    when: When | None


@dataclass(frozen=True, slots=True)
class Lineage:
    """A sentence of a matched passage with its older forms: one statement a revision, the oldest first.

    `start` is where it stands in the passage. `added_after` is the revision that did not have it yet, None when the
    oldest one has it.
    """

    match: Match
    start: int
    statements: tuple[Statement, ...]
    added_after: int | None = None


def trace_statements(matches: Sequence[Match], index: PassageIndex) -> list[Lineage]:
    """Return the lineage of every sentence of the matched passages, each sentence of an article once."""
    older = _fetch(matches, index)
    seen: set[tuple[str, Words]] = set()
    found = []
    for match in matches:
        revisions = older.get(match.article.id, [])
        if not revisions or revisions[-1].head != match.article:  # one revision, or it was deleted meanwhile
            revisions = [_Revision(match.article, told_at([match.article])[0], match.passage.text)]
        for start, text, words in _split(match.passage.text):
            if (match.article.id, words) not in seen:
                seen.add((match.article.id, words))
                found.append(_trace(match, start, Statement(match.article, text, words, None), revisions))
    return found


class _Revision:
    """A revision of an article, cut into sentences only when somebody asks for them."""

    def __init__(self, head: ArticleHead, when: When | None, text: str) -> None:
        self.head = head
        self.when = when
        self.text = text[:LONGEST_TEXT]

    @cached_property
    def sentences(self) -> list[tuple[str, Words]]:
        """The sentences with their words."""
        return [(text, words) for _, text, words in _split(self.text)]

    @cached_property
    def wordings(self) -> frozenset[Words]:
        """The words of all sentences."""
        return frozenset(words for _, words in self.sentences)


def _fetch(matches: Sequence[Match], index: PassageIndex) -> Mapping[str, list[_Revision]]:
    """Return the revisions of articles that have several, the oldest first, the matched one last."""
    heads = {match.article.id: match.article for match in matches if match.article.revision > 1}
    most = min(MOST_REVISIONS, max(2, MOST_IN_ALL // max(1, len(heads))))
    wanted = [(head.id, number) for head in heads.values() for number in _numbers(head.revision, most)]
    by_article: defaultdict[str, list[Article]] = defaultdict(list)
    for article in index.get_revisions(wanted) if wanted else ():
        by_article[article.head.id].append(article)
    return {article_id: _read_revisions(articles) for article_id, articles in by_article.items()}


def _numbers(last: int, most: int) -> list[int]:
    """Return the numbers of the first revision and of the latest ones, at most `most` of them."""
    return sorted({1, *range(max(1, last - most + 2), last + 1)})


def _read_revisions(articles: list[Article]) -> list[_Revision]:
    articles.sort(key=lambda article: article.head.revision)
    times = told_at([article.head for article in articles])
    return [_Revision(article.head, when, article.text) for article, when in zip(articles, times, strict=True)]


def _trace(match: Match, start: int, statement: Statement, revisions: Sequence[_Revision]) -> Lineage:
    """Trace a sentence of the newest of `revisions` back through them."""
    behind, *older = reversed(revisions)
    statements = [Statement(behind.head, statement.text, statement.words, behind.when)]
    for revision in older:
        form = _find(statements[-1], revision, behind)
        if form is None:
            return Lineage(match, start, tuple(reversed(statements)), added_after=revision.head.revision)
        statements.append(Statement(revision.head, *form, revision.when))
        behind = revision
    return Lineage(match, start, tuple(reversed(statements)))


def _find(statement: Statement, revision: _Revision, behind: _Revision) -> tuple[str, Words] | None:
    """Return the form of a sentence in the revision before the one `behind`, None when that has none."""
    if statement.text in revision.text:  # as nearly always: then nothing has to be cut into sentences
        return statement.text, statement.words
    same = next((form for form in revision.sentences if form[1] == statement.words), None)
    if same:
        return same
    others = [form for form in revision.sentences if form[1] not in behind.wordings]
    best = max(others, key=lambda form: _alike(form[1], statement.words), default=None)
    return best if best and _alike(best[1], statement.words) >= LEAST_ALIKE else None


def _alike(one: Words, other: Words) -> float:
    return float(Indel.normalized_similarity(one, other))


def _split(text: str) -> Iterator[tuple[int, str, Words]]:
    for span in split_sentences(text):
        sentence = span.of(text)
        yield span.start, sentence, tuple(exact_terms(sentence))
