"""`isnad fact-checks`: what publishers and editors found of claims, added from files, listed and removed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Column, Table

from service.api.fact_check_json import fact_check_json, time_json
from service.api.responses import encode
from service.cli.ingest import SOME_BAD
from service.cli.options import opened, read_settings, settings_options
from service.cli.terminal import messages, output, show_isolated, tame
from service.factchecks.claim_review import ReadReview, UnusableReview, read_claim_reviews, read_sent_reviews
from service.factchecks.page import read_page
from service.ingest.page_bytes import decode_page
from service.model import FactCheck

PAGE = 500
ID_WIDTH = len("f0123456789abcdef01234567")
"""Ids are shown whole however narrow the terminal is: other commands take them."""

PAGES = (".html", ".htm")


@click.group(name="fact-checks")
def fact_checks() -> None:
    """Keep fact-checks of publishers and editors; they are shown beside the answers to the claims they are of."""


@fact_checks.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@settings_options
def add(files: tuple[Path, ...], data: Path | None, config: Path | None) -> None:
    """Bring in ClaimReview from FILES: JSON-LD, one object a line (.ndjson, .jsonl), or pages (.html).

    Files are taken in their order; a bad review is named and the others are kept. The command then ends with 3.
    """
    bad = 0
    with opened(read_settings(data, config)) as services:
        for file in files:
            found = list(_read(file))
            kept = services.fact_checks.book.add([one.review for one in found if isinstance(one, ReadReview)])
            for one in found:
                bad += isinstance(one, UnusableReview)
                for line in _say_trouble(file, one):
                    messages().print(line)
            for fact_check, outcome in kept:
                click.echo(f"{fact_check.id} {outcome}")
    if bad:
        sys.exit(SOME_BAD)


@fact_checks.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="JSON as the HTTP API gives it, one fact-check a line.")
@settings_options
def list_fact_checks(as_json: bool, data: Path | None, config: Path | None) -> None:
    """List all fact-checks."""
    table = Table(
        Column("id", no_wrap=True, min_width=ID_WIDTH),
        *("published", "publisher", "rating", "claim"),
        box=None,
        header_style="bold",
    )
    with opened(read_settings(data, config)) as services:
        after, count = "", 0
        while page := services.fact_checks.book.page(after=after, limit=PAGE):
            after, count = page[-1].id, count + len(page)
            for one in page:
                if as_json:
                    click.echo(encode(fact_check_json(one)))
                else:
                    table.add_row(*_row(one))
    if not as_json:
        output().print(table if count else "there are no fact-checks")


@fact_checks.command()
@click.argument("fact_check_id")
@settings_options
def remove(fact_check_id: str, data: Path | None, config: Path | None) -> None:
    """Remove a fact-check. FACT_CHECK_ID as `isnad fact-checks list` shows it."""
    with opened(read_settings(data, config)) as services:
        services.fact_checks.book.remove(fact_check_id)
    click.echo(f"removed {fact_check_id}")


def _read(file: Path) -> Iterator[ReadReview | UnusableReview]:
    data = file.read_bytes()
    if file.suffix.lower() in PAGES:
        found = read_claim_reviews(list(read_page(decode_page(data))))
        yield from found or [UnusableReview("", "has no ClaimReview in it")]
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield UnusableReview("", f"is not UTF-8: byte {error.start} cannot be read")
        return
    if file.suffix.lower() in (".ndjson", ".jsonl"):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield from _read_json(line, f"line {number}")
    else:
        yield from _read_json(text, "")


def _read_json(text: str, place: str) -> Sequence[ReadReview | UnusableReview]:
    try:
        found = read_sent_reviews(json.loads(text))
    except (ValueError, RecursionError) as error:
        return [UnusableReview(place, f"is not JSON: {error}")]
    return found or [UnusableReview(place, "has no ClaimReview in it")]


def _say_trouble(file: Path, read: ReadReview | UnusableReview) -> Iterator[str]:
    if isinstance(read, UnusableReview):
        yield f"{tame(str(file))}: {tame(read.pointer)} {read.detail}"
    else:
        yield from (f"{tame(str(file))}: left out: {tame(one.pointer)} {one.detail}" for one in read.remarks)


def _row(fact_check: FactCheck) -> tuple[Any, ...]:
    review = fact_check.review
    return (
        fact_check.id,
        (time_json(review.published) or "-")[:10],
        show_isolated(review.author.name if review.author else "-"),
        show_isolated(review.rating.text or f"{review.rating.value:g}"),
        show_isolated(review.claim),
    )
