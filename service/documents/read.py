"""A text or a stored article as a document to be checked: its claims, and whose word does not count for them.

For a stored article that is the article itself with all its revisions, its outlet, and the copies of its text. A text
that was only handed in has copies too, where its article or the wire behind it is in the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from service.claims.left_out import LeftOut
from service.claims.worth import Picked, pick_claims
from service.index import Candidate, PassageIndex
from service.ingest.copies import Fingerprint, fingerprint, is_copy
from service.model import Article, ArticleHead, Outlet

MOST_COPIES = 200
FEWEST_SHINGLES = 30
"""Rows of words a text needs to have copies: a single sentence stands in many articles that are none."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is checked. `article` is there for a stored one; `outlet` and `published_at` are what is known of it."""

    text: str
    title: str | None = None
    outlet: Outlet | None = None
    published_at: datetime | None = None
    article: ArticleHead | None = None

    @property
    def as_of(self) -> date | None:
        """Return the day that its relative dates count from: that of the outlet's own clock."""
        return self.published_at.date() if self.published_at else None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with its claims, the articles that copy it, and whether its own outlet is asked, too."""

    document: Document
    picked: Picked
    copies: tuple[ArticleHead, ...]
    is_own_outlet_asked: bool

    @property
    def without(self) -> LeftOut:
        """Return whose word does not count for its claims."""
        head, outlet = self.document.article, self.document.outlet
        own = [head] if head else []
        return LeftOut(
            articles=frozenset(one.id for one in (*own, *self.copies)),
            outlets=frozenset() if outlet is None or self.is_own_outlet_asked else frozenset({outlet.id}),
            groups=frozenset(one.source_group for one in (*own, *self.copies)),
        )


def from_article(article: Article) -> Document:
    """Return a stored article as a document."""
    head = article.head
    return Document(article.text, head.title, head.outlet, head.published_at, head)


def read_document(document: Document, index: PassageIndex, *, most: int, own_outlet: bool = False) -> Reading:
    """Return a document with at most `most` claims; `own_outlet` lets its own outlet be asked, too.

    Raises `IndexUnavailable` when its copies cannot be looked for.
    """
    copies = find_copies(document, index)
    return Reading(document, pick_claims(document.text, as_of=document.as_of, most=most), copies, own_outlet)


def find_copies(document: Document, index: PassageIndex) -> tuple[ArticleHead, ...]:
    """Return the stored articles that copy a document or are copied by it, by id, without itself."""
    own = document.article
    print_ = fingerprint(document.text)
    found = index.find_by_bands(print_.bands, limit=MOST_COPIES)
    copies = {one.head.id: one.head for one in _choose_copies(found, print_, own)}
    if own:
        copies.pop(own.id, None)
    return tuple(copies[name] for name in sorted(copies))


def _choose_copies(found: Iterable[Candidate], print_: Fingerprint, own: ArticleHead | None) -> Iterable[Candidate]:
    is_long_enough = print_.signature[-1] >= FEWEST_SHINGLES
    for one in found:
        is_of_group = own is not None and one.head.source_group == own.source_group
        is_alike = is_long_enough and is_copy(print_.signature, one.signature)
        if is_of_group or is_alike or one.digest == print_.digest:
            yield one
