"""Lists and counts over the latest revisions of the record: articles by cursor, coverage, outlets."""

from __future__ import annotations

import base64
import binascii
import json

from service.errors import InvalidInput
from service.index import ArticlePage
from service.index.embedded_database import Database
from service.index.embedded_rows import HEAD_COLUMNS, LATEST, day_of, read_head
from service.model import Coverage, Filters, Outlet, OutletCount

_CURSOR_MARK = b"a1:"


def filter_clause(filters: Filters) -> tuple[str, list[object]]:
    """Return the condition on `articles` and its parameters; an article without a date fits no range of dates."""
    conditions = ["1"]
    values: list[object] = []
    for column, wanted in (("outlet", filters.outlets), ("language", filters.languages)):
        if wanted:
            conditions.append(f"articles.{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(wanted))
    for comparison, day in ((">=", filters.published_from), ("<=", filters.published_to)):
        if day is not None:
            conditions.append(f"articles.day {comparison} ?")
            values.append(day.toordinal())
    return " AND ".join(conditions), values


def list_articles(database: Database, filters: Filters, *, cursor: str | None, limit: int) -> ArticlePage:
    """List latest revisions, last stored first. Raises `InvalidInput` for a cursor that is none of ours.

    The cursor is the sequence number of the last article shown: what is stored meanwhile comes before it, so nothing
    is shown twice or left out.
    """
    condition, values = filter_clause(filters)
    before = _read_cursor(cursor)
    with database.read() as db:
        rows = db.execute(
            f"SELECT {HEAD_COLUMNS}, articles.sequence {LATEST} WHERE {condition} AND articles.sequence < ? "
            "ORDER BY articles.sequence DESC LIMIT ?",
            (*values, before, limit + 1),
        ).fetchall()
    more = len(rows) > limit
    shown = rows[:limit]
    return ArticlePage(tuple(read_head(row) for row in shown), _write_cursor(shown[-1][-1]) if more else None)


def count_coverage(database: Database, filters: Filters, *, generation: str) -> Coverage:
    """Count the articles, outlets and passages that fit the filters, with the first and last day of publication."""
    condition, values = filter_clause(filters)
    with database.read() as db:
        articles, outlets, passages, first, last = db.execute(
            "SELECT count(*), count(DISTINCT outlet), coalesce(sum(passages), 0), min(day), max(day) "
            f"FROM articles WHERE {condition}",
            values,
        ).fetchone()
    return Coverage(articles, outlets, passages, day_of(first), day_of(last), generation)


def count_outlets(database: Database) -> list[OutletCount]:
    """Return every outlet that has articles, by name."""
    with database.read() as db:
        rows = db.execute(
            "SELECT outlets.id, outlets.name, count(*), min(day), max(day) FROM articles "
            "JOIN outlets ON outlets.id = articles.outlet GROUP BY outlets.id ORDER BY outlets.name, outlets.id"
        ).fetchall()
    return [OutletCount(Outlet(row[0], row[1]), row[2], day_of(row[3]), day_of(row[4])) for row in rows]


def _write_cursor(sequence: int) -> str:
    return base64.urlsafe_b64encode(_CURSOR_MARK + str(sequence).encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 2**62
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("the cursor is not one that a listing gave", pointer="cursor") from error
    number = plain.removeprefix(_CURSOR_MARK)
    if not plain.startswith(_CURSOR_MARK) or not number.isdigit() or len(number) > 18:
        raise InvalidInput("the cursor is not one that a listing gave", pointer="cursor")
    return int(number)
