"""`isnad articles`: what is stored, as a list or one article whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import click
from rich.table import Column, Table

from service.api.article_json import article_json, head_json
from service.api.responses import encode
from service.cli.options import day_option, opened, read_settings, settings_options
from service.cli.terminal import output, show_isolated, tame
from service.index import PassageIndex
from service.model import Article, ArticleHead, Filters

PAGE = 200


@click.command()
@click.argument("article_id", required=False)
@click.option("--revision", type=click.IntRange(1), help="An earlier revision of ARTICLE_ID.")
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet: id, name, alias or domain. Repeatable.")
@day_option("--from", "first", help="Only articles published on this day or later.")
@day_option("--to", "last", help="Only articles published on this day or earlier.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Articles listed.")
@click.option("--json", "as_json", is_flag=True, help="JSON as the HTTP API gives it, one article a line.")
@settings_options
def articles(
    article_id: str | None,
    revision: int | None,
    outlets: tuple[str, ...],
    first: date | None,
    last: date | None,
    limit: int,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> None:
    """List the articles, last stored first; with ARTICLE_ID show one whole."""
    if revision and not article_id:
        raise click.UsageError("--revision needs ARTICLE_ID")
    with opened(read_settings(data, config)) as services:
        if article_id:
            article = services.index.get(article_id, revision=revision)
            show_article(article, services.index.revisions(article_id), as_json=as_json)
            return
        filters = Filters(tuple(services.outlets.resolve(name).id for name in outlets), first, last)
        show_list(islice(_all_heads(services.index, filters), limit), as_json=as_json)


def show_article(article: Article, revisions: list[ArticleHead], *, as_json: bool) -> None:
    """Print one article: what is known of it, then its text."""
    if as_json:
        click.echo(encode(article_json(article, revisions)))
        return
    console, head = output(), article.head
    known = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in _known(head, len(article.passages), len(revisions)):
        known.add_row(name, show_isolated(value))
    console.print(known)
    console.print()
    for line in article.text.split("\n"):
        console.print(tame(line))


def show_list(heads: Iterator[ArticleHead], *, as_json: bool) -> None:
    """Print heads as a table, or one JSON object a line."""
    if as_json:
        for head in heads:
            click.echo(encode(head_json(head)))
        return
    table = Table(Column("id", overflow="fold"), "rev.", "published", "outlet and title", box=None, header_style="bold")
    for head in heads:
        name = head.outlet.name if head.outlet else "outlet unknown"
        title = f"{name} | {head.title}" if head.title else name
        table.add_row(tame(head.id), str(head.revision), _day(head), show_isolated(title))
    output().print(table if table.row_count else "there are no articles")


def _all_heads(index: PassageIndex, filters: Filters) -> Iterator[ArticleHead]:
    cursor: str | None = None
    while True:
        page = index.list_articles(filters, cursor=cursor, limit=PAGE)
        yield from page.heads
        if (cursor := page.cursor) is None:
            return


def _known(head: ArticleHead, passages: int, revisions: int) -> Iterator[tuple[str, str]]:
    yield "title", head.title or "-"
    yield "outlet", f"{head.outlet.name} ({head.outlet.id})" if head.outlet else "unknown"
    yield "published", f"{head.published_at.isoformat()} ({head.published_at_source})" if head.published_at else "-"
    for name, value in (("author", head.author), ("from", head.wire_source), ("url", head.url)):
        if value:
            yield name, value
    yield "revision", f"{head.revision} of {revisions}, {passages} passages"


def _day(head: ArticleHead) -> str:
    return head.published_at.date().isoformat() if head.published_at else "-"
