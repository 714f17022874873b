"""An editor's own fact-check: the rating is what the editor sends, never what the service found.

Passages of a cross-reference may be named as where the claim stood (appearances) or what the review rests on
(citations); their words, titles and addresses are then taken from the article's revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.errors import InvalidInput
from service.index import PassageIndex
from service.model import Article, Party, Passage, Work


@dataclass(frozen=True, slots=True)
class NamedPassage:
    """A passage by its id, "<article id>:<revision>:<ordinal>", and where in the request it is named."""

    id: str
    pointer: str


def quote_passages(works: Sequence[Sequence[Work | NamedPassage]], index: PassageIndex) -> list[tuple[Work, ...]]:
    """Return lists of works with the named passages in their places.

    Raises `InvalidInput` for a passage that is not there, `IndexUnavailable`.
    """
    named = [one for each in works for one in each if isinstance(one, NamedPassage)]
    articles = index.get_revisions([_split(one) for one in named]) if named else []
    by_revision = {(article.head.id, article.head.revision): article for article in articles}
    return [tuple(_quote(one, by_revision) if isinstance(one, NamedPassage) else one for one in each) for each in works]


def _split(named: NamedPassage) -> tuple[str, int]:
    article_id, _, rest = named.id.rpartition(":")
    article_id, _, revision = article_id.rpartition(":")
    if not article_id or not _is_number(revision) or not _is_number(rest):
        raise InvalidInput("is not the id of a passage", pointer=named.pointer)
    return article_id, int(revision)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _quote(named: NamedPassage, articles: Mapping[tuple[str, int], Article]) -> Work:
    article = articles.get(_split(named))
    passages: Sequence[Passage] = article.passages if article else ()
    passage = next((one for one in passages if one.id == named.id), None)
    if article is None or passage is None:
        raise InvalidInput("there is no such passage", pointer=named.pointer)
    head = article.head
    return Work(
        url=head.url,
        headline=head.title,
        publisher=Party(head.outlet.name) if head.outlet else None,
        published=head.published_at,
        quote=passage.text,
    )
