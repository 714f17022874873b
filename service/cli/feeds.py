"""`isnad feeds`: feeds whose items become articles, added, listed, looked at, polled and removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Column, Table

from service.api.feed_json import feed_json, shown_feed_json
from service.api.responses import encode
from service.cli.feeds_poll import poll_now, quiet_log, say_results, shown_progress
from service.cli.ingest import SOME_BAD
from service.cli.options import opened, read_settings, settings_options
from service.cli.terminal import messages, output, show_isolated, tame
from service.feeds.edit import (
    LONGEST_INTERVAL_S,
    SHORTEST_INTERVAL_S,
    check_active,
    check_address,
    new_feed,
    paused,
    resumed,
)
from service.feeds.feed import Feed

ID_WIDTH = len("f0123456789abcdef0123")
"""Ids are shown whole however narrow the terminal is: other commands take them."""

json_option = click.option("--json", "as_json", is_flag=True, help="JSON as the HTTP API gives it, one feed a line.")


@click.group()
def feeds() -> None:
    """Follow RSS, Atom and JSON Feed: their items become articles."""


@feeds.command()
@click.argument("url")
@click.option("--outlet", help="Whose articles these are: id, name, alias or domain. [default: by domain or title]")
@click.option("--name", help="What you call the feed.")
@click.option(
    "--interval",
    "interval_s",
    type=click.IntRange(SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S),
    metavar="SECONDS",
    help="Between two polls. [default: as configured, or as the feed asks for]",
)
@json_option
@settings_options
def add(
    url: str,
    outlet: str | None,
    name: str | None,
    interval_s: int | None,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> None:
    """Follow a feed; its id goes to standard output.

    The running service polls it, or `isnad feeds poll`.
    """
    with opened(read_settings(data, config)) as services:
        check_address(url, services.feeds.client)
        wanted = new_feed(url, services.outlets, now=datetime.now(UTC), outlet=outlet, name=name, interval_s=interval_s)
        feed, is_new = services.feeds.book.add(wanted)
    if not is_new:
        click.echo(f"followed already, as it was added on {_minute(feed.created_at)}; nothing is changed", err=True)
    click.echo(encode(shown_feed_json(feed)) if as_json else feed.id)


@feeds.command(name="list")
@json_option
@settings_options
def list_feeds(as_json: bool, data: Path | None, config: Path | None) -> None:
    """List all feeds."""
    with opened(read_settings(data, config)) as services:
        known = list(services.feeds.book.all())
    if as_json:
        for feed in known:
            click.echo(encode(feed_json(feed)))
        return
    table = Table(
        Column("id", no_wrap=True, min_width=ID_WIDTH),
        *("state", "polled", "next", "articles"),
        Column("outlet and address", overflow="fold"),
        box=None,
        header_style="bold",
    )
    for feed in known:
        outlet = feed.outlet.name if feed.outlet else "outlet unknown"
        due = _minute(feed.next_at) if feed.is_active else "-"
        articles = f"{feed.counts.created:,}"
        table.add_row(
            feed.id, str(feed.state), _minute(feed.polled_at), due, articles, show_isolated(f"{outlet} | {feed.url}")
        )
    output().print(table if known else "there are no feeds")


@feeds.command()
@click.argument("feed_id")
@json_option
@settings_options
def show(feed_id: str, as_json: bool, data: Path | None, config: Path | None) -> None:
    """Show how a feed goes, and what went wrong."""
    with opened(read_settings(data, config)) as services:
        feed = services.feeds.book.get(feed_id)
    if as_json:
        click.echo(encode(shown_feed_json(feed)))
        return
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in _told(feed):
        table.add_row(name, show_isolated(value))
    console = output()
    console.print(table)
    for problem in feed.problems:
        again = f"tried again at {_minute(problem.retry_at)}" if problem.retry_at else "given up"
        console.print(f"\n{_minute(problem.at)}  try {problem.tries}, {again}")
        console.print(show_isolated(problem.title or problem.url or ""))
        console.print(show_isolated(problem.detail))


@feeds.command()
@click.argument("feed_id")
@settings_options
def remove(feed_id: str, data: Path | None, config: Path | None) -> None:
    """Stop following a feed; its articles stay."""
    with opened(read_settings(data, config)) as services:
        feed = services.feeds.book.get(feed_id)
        services.feeds.book.remove(feed_id)
    click.echo(f"removed {feed.id} ({tame(feed.url)})")


@feeds.command()
@click.argument("feed_id")
@settings_options
def pause(feed_id: str, data: Path | None, config: Path | None) -> None:
    """Leave a feed alone until it is resumed."""
    with opened(read_settings(data, config)) as services:
        feed = services.feeds.book.update(feed_id, paused)
    click.echo(f"paused {feed.id} ({tame(feed.url)})")


@feeds.command()
@click.argument("feed_id")
@settings_options
def resume(feed_id: str, data: Path | None, config: Path | None) -> None:
    """Poll a feed again that was paused, or stopped by its server."""
    with opened(read_settings(data, config)) as services:
        feed = services.feeds.book.update(feed_id, lambda one: resumed(one, now=datetime.now(UTC)))
    click.echo(f"resumed {feed.id} ({tame(feed.url)})")


@feeds.command()
@click.argument("feed_ids", metavar="[FEED_ID]...", nargs=-1)
@json_option
@settings_options
def poll(feed_ids: tuple[str, ...], as_json: bool, data: Path | None, config: Path | None) -> None:
    """Poll feeds now: those named, or all that are not paused or stopped.

    While a running service does the polling, it is asked to, and this waits for it. Ends with 3 when a feed failed.
    """
    with opened(read_settings(data, config)) as services:
        book = services.feeds.book
        wanted = [book.get(one) for one in feed_ids] or [feed for feed in book.all() if feed.is_active]
        for feed in wanted:
            check_active(feed)
        before = {feed.id: book.ask(feed.id) for feed in wanted}
        console = messages()
        with quiet_log(), shown_progress(console, before) as tell:
            poll_now(services.feeds, frozenset(before), tell, console)
        after = [found for one in before if (found := book.find(one))]
    if as_json:
        for feed in after:
            click.echo(encode(shown_feed_json(feed)))
    else:
        say_results(after, before)
    if any(feed.failures or feed.stopped for feed in after):
        raise click.exceptions.Exit(SOME_BAD)


def _told(feed: Feed) -> Iterator[tuple[str, str]]:
    outlet = f"{feed.outlet.name} ({feed.outlet_source})" if feed.outlet else "unknown"
    yield from (("id", feed.id), ("address", feed.url), ("outlet", outlet))
    optional: list[tuple[str, str | None]] = [
        ("name", feed.name),
        ("title", feed.title),
        ("moved from", f"{feed.moved.url} on {_minute(feed.moved.at)}" if feed.moved else None),
        ("state", f"stopped: {feed.stopped}" if feed.stopped else str(feed.state)),
        ("failures", f"{feed.failures:,} in a row" if feed.failures else None),
        ("last error", f"{_minute(feed.trouble.at)} {feed.trouble.detail}" if feed.trouble else None),
        ("interval", f"{feed.interval_s:,} s" if feed.interval_s else None),
    ]
    yield from ((name, value) for name, value in optional if value)
    yield from (("polled", _minute(feed.polled_at)), ("next poll", _minute(feed.next_at) if feed.is_active else "-"))
    counts = feed.counts
    yield (
        "items",
        f"{counts.seen:,} seen; articles: {counts.created:,} created, {counts.revised:,} revised,"
        f" {counts.unchanged:,} unchanged; {counts.failed:,} items failed",
    )


def _minute(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "-"
