"""Passages on the same topic that another search would bring up: hard negatives and pairs for distillation.

Claims are compared with passages by tf-idf over the service's own analysed tokens. A neighbour from an article of
another month is another occasion (label mentions); closer ones stay unlabelled, for a teacher to score. Headlines of
other years that share words with a headline are unrelated to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer

from service.arabic.sentences import split_sentences
from service.arabic.tokens import analyse
from service.judgement.training.rows import MENTIONS, UNLABELLED, Row, read_day, read_lines

OTHER_OCCASION_DAYS = 45
TOO_ALIKE = 0.8  # cosine above which a passage is taken for a copy of the claim's own
MIN_WORDS, MAX_WORDS = 15, 70
CHUNK = 500
HEADLINE_WORDS = range(4, 17)
FAR, NEAR = 0.12, 0.55  # cosine of a headline that shares words with another but does not tell the same


@dataclass(frozen=True, slots=True)
class CorpusPassage:
    """Two sentences of a corpus article."""

    text: str
    published: date | None
    title: str


def corpus_passages(path: Path) -> Iterator[CorpusPassage]:
    """Cut the articles of ANT into passages of about two sentences."""
    for article in read_lines(path):
        text = article["text"]
        spans = split_sentences(text)
        for first, last in zip(spans[::2], [*spans[1::2], spans[-1] if spans else None], strict=False):
            piece = text[first.start : (last or first).end].strip()
            if MIN_WORDS <= len(piece.split()) <= MAX_WORDS:
                yield CorpusPassage(piece, read_day(article["time"]), article["title"])


def words_of(text: str) -> list[str]:
    """The analysed tokens of a text."""
    return [token.text for token in analyse(text)]


def neighbour_rows(rows: Sequence[Row], passages: Sequence[CorpusPassage], *, best: int) -> Iterator[Row]:
    """Yield, for each row's claim, its `best` nearest corpus passages that are not its own."""
    vectors = TfidfVectorizer(analyzer=words_of, sublinear_tf=True, min_df=2, max_df=0.2)
    matrix = vectors.fit_transform(p.text for p in passages).T.tocsr()
    for at in range(0, len(rows), CHUNK):
        chunk = rows[at : at + CHUNK]
        near = (vectors.transform(r.claim for r in chunk) @ matrix).tocsr()
        own = (vectors.transform(r.passage for r in chunk) @ matrix).tocsr()
        for i, row in enumerate(chunk):
            yield from neighbours_of(row, near[i], own[i].toarray()[0], passages, best=best)


def neighbours_of(row: Row, near, own, passages: Sequence[CorpusPassage], *, best: int) -> Iterator[Row]:  # type: ignore[no-untyped-def]
    """Yield the nearest passages of one row; `near` and `own` are similarities of its claim and of its passage."""
    order = near.indices[near.data.argsort()[::-1]]
    chosen = [j for j in order[: best * 4] if own[j] < TOO_ALIKE and passages[j].text not in row.passage][:best]
    for j in chosen:
        p = passages[j]
        apart = abs((p.published - row.published).days) if p.published and row.published else 0
        label = MENTIONS if apart > OTHER_OCCASION_DAYS else UNLABELLED
        yield Row("hard" if label == MENTIONS else "pool", row.claim, p.text, label, row.group, p.published, p.title,
                  "neighbour", row.language)  # fmt: skip


def unrelated_headlines(headlines: Sequence[str], others: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield headlines, each with the nearest of the others, from another time, that does not tell the same."""
    texts = sorted({text.strip() for text in others if len(text.split()) in HEADLINE_WORDS})
    vectors = TfidfVectorizer(analyzer=words_of, sublinear_tf=True, max_df=0.2)
    matrix = vectors.fit_transform(texts).T.tocsr()
    for at in range(0, len(headlines), CHUNK):
        alike = (vectors.transform(headlines[at : at + CHUNK]) @ matrix).toarray()
        alike[alike > NEAR] = 0
        for headline, row in zip(headlines[at : at + CHUNK], alike, strict=True):
            if row.max() >= FAR:
                yield headline, texts[int(row.argmax())]
