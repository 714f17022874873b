"""What outlets publish and the index keeps: articles, passages, and how they are searched for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Language = str
"""ISO 639-1 code: ar, en, fr; "und" when it cannot be told."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher: the stable id of outlets.toml (or a slug of its name) and the name shown to people."""

    id: str
    name: str


RemovedKind = Literal["teaser", "caption", "tags", "share", "comments", "source_line", "other"]


@dataclass(frozen=True, slots=True)
class Removed:
    """Something taken off a page, verbatim, and what it was taken for."""

    kind: RemovedKind
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One to three sentences of an article: `article.text[start:end] == text`, always.

    `id` is "<article id>:<revision>:<ordinal>". `context` is the sentence before, verbatim, "" at the beginning:
    a passage that opens with a pronoun is judged with it.
    """

    id: str
    ordinal: int
    start: int
    end: int
    text: str
    language: Language
    context: str = ""


PublishedAtSource = Literal["given", "page", "text"]


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """What is known of an article without its text."""

    id: str
    revision: int
    outlet: Outlet | None
    url: str | None
    title: str | None
    author: str | None
    published_at: datetime | None
    published_at_source: PublishedAtSource | None
    updated_at: datetime | None
    language: Language
    wire_source: str | None
    role: Literal["main", "split_off"]
    source_group: str
    """Articles with the same value copy the same wire text and count as one independent source."""
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Article:
    """One text of an outlet at one time: one revision, ready to be stored or as it was stored.

    `text` is the cleaned body, verbatim; `digest` is the SHA-256 hex of its normalised form (same digest: same
    revision); `bands` are the MinHash bands by which near copies are found.
    """

    head: ArticleHead
    text: str
    passages: tuple[Passage, ...]
    removed: tuple[Removed, ...] = ()
    digest: str = ""
    bands: tuple[str, ...] = ()
    signature: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one article that was handed to the index."""

    head: ArticleHead
    outcome: Literal["created", "revised", "unchanged"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is restricted to; empty means everything. Dates are inclusive days of publication (UTC)."""

    outlets: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True)
class PassageQuery:
    """A search for passages: at most `limit` hits and at most `per_outlet` of one outlet.

    `also` holds other words for things that `text` speaks of, one group a thing (a number in digits and in a word, a
    name in Arabic letters); they are looked for with less weight, the less the more words a group has.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    limit: int = 50
    per_outlet: int = 10
    also: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its article and the engine's score (higher is better; comparable within one answer)."""

    passage: Passage
    article: ArticleHead
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits best first; `partial` says why something was not searched (None when everything was)."""

    hits: tuple[Hit, ...]
    partial: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was searched."""

    articles: int
    outlets: int
    passages: int
    first: date | None
    last: date | None
    generation: str
    partial: str | None = None


@dataclass(frozen=True, slots=True)
class OutletCount:
    """An outlet with what the index holds of it."""

    outlet: Outlet
    articles: int
    first: date | None
    last: date | None
