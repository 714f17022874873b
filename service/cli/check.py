"""`isnad check`: a claim answered on the terminal, or as the JSON of the HTTP API."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from service.api.answer_json import cross_reference_json
from service.api.offsets import ArticleOffsets
from service.api.responses import encode
from service.claims.read import read_claim
from service.cli.answer import show_answer
from service.cli.options import day_option, opened, read_settings, settings_options
from service.cli.terminal import output
from service.model import Filters

MOST_MATCHES = 100


@click.command()
@click.argument("claim")
@day_option("--as-of", help="The day from which «yesterday» counts.")
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet: id, name, alias or domain. Repeatable.")
@day_option("--from", "first", help="Only articles published on this day or later.")
@day_option("--to", "last", help="Only articles published on this day or earlier.")
@click.option("--language", "languages", multiple=True, help="Only passages of this language: ar, en, … Repeatable.")
@click.option("--limit", type=click.IntRange(1, MOST_MATCHES), default=20, show_default=True, help="Matches shown.")
@click.option("--notes", type=click.Choice(["en", "ar"]), default="en", show_default=True, help="Language of reasons.")
@click.option("--json", "as_json", is_flag=True, help="The answer of POST /v1/cross-references, on one line.")
@settings_options
def check(
    claim: str,
    as_of: date | None,
    outlets: tuple[str, ...],
    first: date | None,
    last: date | None,
    languages: tuple[str, ...],
    limit: int,
    notes: str,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> None:
    """Show what the outlets say of CLAIM, flagged agrees, conflicts or mentions, with the exact words."""
    if first and last and first > last:
        raise click.UsageError("--from is later than --to")
    with opened(read_settings(data, config)) as services:
        filters = Filters(tuple(services.outlets.resolve(name).id for name in outlets), first, last, languages)
        asked = read_claim(claim, as_of=as_of)
        found = services.cross_referencer.answer(asked, filters, limit, timeline=True)
        if as_json:
            click.echo(encode(cross_reference_json(found, ArticleOffsets(services.index))))
        else:
            show_answer(found, output(), notes=notes)
