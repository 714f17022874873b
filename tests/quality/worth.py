"""How well the picker finds the sentences that people wrote claims about, in whole articles of the ANT corpus.

For every article with written claims, as many sentences are taken by their score as have a claim; what share of
them has one, beside chance and beside the first sentences of the article. The claims were written on passages that were
chosen without regard to worth, and most sentences without one could have had one: the numbers say that the score does
not lead astray, not how good it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from service.arabic.sentences import split_sentences
from service.claims.highlights import content_stems
from service.claims.worth import rate_sentences
from tests.quality.rows import SHARED, read_lines

CLAIMS = ("nli_train/news_claims_train", "nli_train/news_claims2_train")
FEWEST_SENTENCES = 3
SHARED_STEMS = 3


@dataclass(frozen=True)
class Shares:
    """Of the sentences taken: how many have a claim."""

    articles: int
    sentences: int
    by_score: float
    by_place: float
    by_chance: float


def measure_worth() -> Shares:
    """Take the sentences and count."""
    taken = by_score = by_place = sentences = articles = 0
    by_chance = 0.0
    for text, pairs in _articles():
        spans = split_sentences(text)
        claimed = _claimed(text, pairs)
        rated = {one.sentence: one.score for one in rate_sentences(text)}
        if len(spans) < FEWEST_SENTENCES or not claimed or len(rated) < len(claimed):
            continue
        articles, sentences, taken = articles + 1, sentences + len(spans), taken + len(claimed)
        best = sorted(rated, key=lambda span: (-rated[span], span))[: len(claimed)]
        by_score += sum(span in claimed for span in best)
        by_place += sum(span in claimed for span in spans[: len(claimed)])
        by_chance += len(claimed) ** 2 / len(spans)
    return Shares(articles, sentences, by_score / taken, by_place / taken, by_chance / taken)


def _articles() -> list[tuple[str, list[tuple[str, str]]]]:
    texts = {row["url"]: row["text"] for row in read_lines(SHARED / "data/corpora/ant_corpus.jsonl.gz")}
    pairs = defaultdict(list)
    for name in CLAIMS:
        for row in read_lines(SHARED / f"data/{name}.jsonl.gz"):
            if row["label"] == "agrees" and row["lang"] == "ar" and row.get("url") in texts:
                pairs[row["url"]].append((row["passage"], row["claim"]))
    return [(texts[url], found) for url, found in pairs.items()]


def _claimed(text: str, pairs: list[tuple[str, str]]) -> set[object]:
    """Return the sentences that a claim was written about: of its passage, the one with most words in common."""
    claimed: set[object] = set()
    for passage, claim in pairs:
        stems = content_stems(claim)
        inside = [span for span in split_sentences(text) if span.of(text)[:40] in passage]
        shared = {span: len(stems & content_stems(span.of(text))) for span in inside}
        best = max(shared, key=lambda span: shared[span], default=None)
        if best is not None and shared[best] >= SHARED_STEMS:
            claimed.add(best)
    return claimed
