"""`isnad document`: a whole text or a stored article checked on the terminal, claim by claim."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from service.api.document_answers import document_json, write_frame
from service.api.offsets import ArticleOffsets
from service.api.responses import encode
from service.claims.worth import Pick
from service.cli.answer import VERDICT_STYLES, say_count
from service.cli.options import day_option, opened, read_settings, settings_options
from service.cli.terminal import FLAG_STYLES, messages, output, show_isolated
from service.documents.matrix import confidence_of, count_verdicts
from service.documents.read import Document, Reading, from_article, read_document
from service.errors import IndexUnavailable, InvalidInput
from service.jobs.job import AskedClaim, Request
from service.model import CrossReference, Filters, Flag
from service.services import Services

MOST_CLAIMS, MOST_MATCHES = 100, 100


@click.command()
@click.argument("file", type=click.Path(allow_dash=True, dir_okay=False, path_type=Path), required=False)
@click.option("--article", help="The id of a stored article, instead of FILE.")
@click.option("--title", help="Title of the text.")
@click.option("--outlet", "own", help="Outlet of the text, whose own word does not count: id, name, alias or domain.")
@day_option("--published", help="The day from which «yesterday» in the text counts.")
@click.option("--max-claims", type=click.IntRange(1, MOST_CLAIMS), default=20, show_default=True, help="The best ones.")
@click.option("--limit", type=click.IntRange(1, MOST_MATCHES), default=20, show_default=True, help="Matches a claim.")
@click.option("--notes", type=click.Choice(["en", "ar"]), default="en", show_default=True, help="Language of reasons.")
@click.option("--json", "as_json", is_flag=True, help="The answer of POST /v1/documents/cross-references, on one line.")
@settings_options
def document(
    file: Path | None,
    article: str | None,
    title: str | None,
    own: str | None,
    published: date | None,
    max_claims: int,
    limit: int,
    notes: str,
    as_json: bool,
    data: Path | None,
    config: Path | None,
) -> None:
    """Check the claims of the text in FILE (- is standard input) against the other outlets."""
    if (file is None) == (article is None):
        raise click.UsageError("give exactly one of FILE and --article")
    if article and (title or own or published):
        raise click.UsageError("--title, --outlet and --published are known of a stored article")
    with opened(read_settings(data, config)) as services:
        if article:
            checked = from_article(services.index.get(article))
        else:
            outlet = services.outlets.resolve(own) if own else None
            at = datetime(published.year, published.month, published.day, tzinfo=UTC) if published else None
            checked = Document(_read_text(file or Path("-")), title, outlet, at)
        reading = read_document(checked, services.index, most=max_claims)
        answers = _answer(services, reading, limit)
        if as_json:
            claims = tuple(AskedClaim(pick.claim.text, pick.claim.as_of) for pick in reading.picked.picks)
            asked = Request(claims, Filters(), limit, reading.without, frame=write_frame(reading))
            click.echo(encode(document_json(asked, answers, services, ArticleOffsets(services.index))))
        else:
            _show(reading, answers, output(), notes=notes)


def _read_text(file: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{file}: not UTF-8, byte {error.start} cannot be read") from error
    if not any(character.isalnum() for character in text):
        raise InvalidInput(f"{file}: there are no words in it")
    return text


def _answer(services: Services, reading: Reading, limit: int) -> list[CrossReference]:
    """Answer claim by claim, with a bar on standard error that says how far it is."""
    columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    answers = []
    with Progress(*columns, console=messages(), transient=True) as bar:
        for pick in bar.track(reading.picked.picks):
            (found,) = services.cross_referencer.answer_many([pick.claim], Filters(), limit, without=reading.without)
            if isinstance(found, IndexUnavailable):
                raise found
            answers.append(found)
    return answers


def _show(reading: Reading, answers: list[CrossReference], console: Console, *, notes: str) -> None:
    counts: Mapping[Any, int] = count_verdicts(answers)
    said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    console.print(f"{len(answers)} claims of {reading.picked.sentences} sentences" + (f": {said}" if said else ""))
    if reading.copies:
        console.print(f"left out: {len(reading.copies)} copies of the text", style="dim")
    for pick, found in zip(reading.picked.picks, answers, strict=True):
        console.print()
        _show_claim(pick, found, console, notes=notes)


def _show_claim(pick: Pick, found: CrossReference, console: Console, *, notes: str) -> None:
    console.print(show_isolated(found.claim.text, style="bold"))
    reasons = ", ".join(reason.note.ar if notes == "ar" else reason.note.en for reason in pick.reasons)
    console.print(Text(f"{pick.score:.2f} ", "cyan", end="") + show_isolated(reasons, style="dim"))
    verdict = Text(found.verdict.upper(), VERDICT_STYLES[found.verdict])
    console.print(verdict + Text("  " + ", ".join(say_count(flag, found.counts.get(flag)) for flag in Flag)))
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for column in found.outlets:
        name = show_isolated(column.outlet.name if column.outlet else "outlet unknown", style="bold")
        flag = Text(column.flag, FLAG_STYLES[column.flag])
        table.add_row(
            flag, f"{confidence_of(column):.2f}", name + Text(" ") + show_isolated(column.matches[0].passage.text)
        )
    console.print(table)
