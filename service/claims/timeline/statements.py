"""The sentences of matched passages, each as it stood in every older revision of its article.

Old revisions come from the index in one call. A sentence is traced back from revision to revision: there it stands in
the same words, or the one that is most like it among those that the next revision does not have; else it was added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from service.arabic.sentences import split_sentences
from service.arabic.tokens import exact_terms
from service.claims.timeline.times import told_at
from service.index import PassageIndex
from service.model import Article, ArticleHead, Match, When

MOST_REVISIONS = 20
"""Revisions of one article that are read, the first and the latest: a running report may have hundreds."""

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
            revisions = [_Revision(match.article, told_at([match.article])[0], ())]
        for start, text, words in _split(match.passage.text):
            if (match.article.id, words) not in seen:
                seen.add((match.article.id, words))
                found.append(_trace(match, start, Statement(match.article, text, words, None), revisions))
    return found


@dataclass(frozen=True, slots=True)
class _Revision:
    head: ArticleHead
    when: When | None
    sentences: tuple[tuple[str, Words], ...]


def _fetch(matches: Sequence[Match], index: PassageIndex) -> Mapping[str, list[_Revision]]:
    """Return the revisions of articles that have several, the oldest first, the matched one last."""
    heads = {match.article.id: match.article for match in matches if match.article.revision > 1}
    wanted = [(head.id, number) for head in heads.values() for number in _numbers(head.revision)]
    by_article: defaultdict[str, list[Article]] = defaultdict(list)
    for article in index.get_revisions(wanted) if wanted else ():
        by_article[article.head.id].append(article)
    return {article_id: _read_revisions(articles) for article_id, articles in by_article.items()}


def _numbers(last: int) -> list[int]:
    return sorted({1, *range(max(1, last - MOST_REVISIONS + 2), last + 1)})


def _read_revisions(articles: list[Article]) -> list[_Revision]:
    articles.sort(key=lambda article: article.head.revision)
    times = told_at([article.head for article in articles])
    return [
        _Revision(article.head, when, tuple((text, words) for _, text, words in _split(article.text)))
        for article, when in zip(articles, times, strict=True)
    ]


def _trace(match: Match, start: int, statement: Statement, revisions: Sequence[_Revision]) -> Lineage:
    """Trace a sentence of the newest of `revisions` back through them."""
    newest, *older = reversed(revisions)
    statements = [Statement(newest.head, statement.text, statement.words, newest.when)]
    taken = {words for _, words in newest.sentences}
    for revision in older:
        form = _find(statements[-1].words, revision, taken)
        if form is None:
            return Lineage(match, start, tuple(reversed(statements)), added_after=revision.head.revision)
        statements.append(Statement(revision.head, *form, revision.when))
        taken = {words for _, words in revision.sentences}
    return Lineage(match, start, tuple(reversed(statements)))


def _find(words: Words, revision: _Revision, taken: set[Words]) -> tuple[str, Words] | None:
    """Return the form of a sentence in the revision before: `taken` are the sentences of the one behind it."""
    same = next((form for form in revision.sentences if form[1] == words), None)
    if same:
        return same
    others = [form for form in revision.sentences if form[1] not in taken]
    best = max(others, key=lambda form: _alike(form[1], words), default=None)
    return best if best and _alike(best[1], words) >= LEAST_ALIKE else None


def _alike(one: Words, other: Words) -> float:
    return float(Indel.normalized_similarity(one, other))


def _split(text: str) -> Iterator[tuple[int, str, Words]]:
    for span in split_sentences(text):
        sentence = span.of(text)
        yield span.start, sentence, tuple(exact_terms(sentence))
