"""Articles and outlets as JSON; the names are those of DESIGN.md."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from service.model import Article, ArticleHead, Outlet, OutletCount

if TYPE_CHECKING:
    from service.ingest.intake import Outcome, Taken
    from service.ingest.newsml import PassedItem


def outlet_json(outlet: Outlet | None) -> dict[str, Any] | None:
    """Return an outlet's id and name."""
    return {"id": outlet.id, "name": outlet.name} if outlet else None


def head_json(head: ArticleHead) -> dict[str, Any]:
    """Return what is known of an article without its text."""
    return {
        "id": head.id,
        "revision": head.revision,
        "role": head.role,
        "outlet": outlet_json(head.outlet),
        "url": head.url,
        "title": head.title,
        "author": head.author,
        "published_at": moment_json(head.published_at),
        "published_at_source": head.published_at_source,
        "updated_at": moment_json(head.updated_at),
        "language": head.language,
        "wire_source": head.wire_source,
        "source_group": head.source_group,
        "stored_at": moment_json(head.stored_at),
    }


def taken_json(taken: Taken) -> dict[str, Any]:
    """Return what became of an article that was handed in, and what was found and taken off."""
    return {"outcome": taken.stored.outcome, **head_json(taken.stored.head), **_body_json(taken.article)}


def outcomes_json(outcomes: Iterable[Outcome], passed: Iterable[PassedItem]) -> dict[str, Any]:
    """Return what became of all that was handed in at once; the lists that are seldom needed only where they are."""
    seen = list(outcomes)
    withdrawn = [each.withdrawn for each in seen if each.withdrawn]
    body = {
        "articles": [taken_json(taken) for each in seen for taken in each.taken],
        "withdrawn": [{"id": each.id, "status": each.status, "removed": each.is_removed} for each in withdrawn],
        "passed_over": [{"id": each.id, "reason": f"{each.place}: {each.reason}"} for each in passed],
    }
    return {name: value for name, value in body.items() if value or name == "articles"}


def article_json(article: Article, revisions: list[ArticleHead]) -> dict[str, Any]:
    """Return a stored article with its text and the list of its revisions."""
    return {
        **head_json(article.head),
        **_body_json(article),
        "text": article.text,
        "revisions": [{"revision": each.revision, "stored_at": moment_json(each.stored_at)} for each in revisions],
    }


def outlet_count_json(count: OutletCount) -> dict[str, Any]:
    """Return an outlet with what the index holds of it."""
    return {
        "id": count.outlet.id,
        "name": count.outlet.name,
        "articles": count.articles,
        "from": day_json(count.first),
        "to": day_json(count.last),
    }


def moment_json(moment: datetime | None) -> str | None:
    """Return an RFC 3339 time, UTC written as Z."""
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def day_json(day: date | None) -> str | None:
    """Return YYYY-MM-DD."""
    return day.isoformat() if day else None


def _body_json(article: Article) -> dict[str, Any]:
    return {
        "passages": len(article.passages),
        "removed": [{"kind": removed.kind, "text": removed.text} for removed in article.removed],
    }
