"""A cross-reference on the terminal: the verdict, then a block for each outlet, quotes in the last column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.cli.events import show_timeline
from service.cli.terminal import FLAG_STYLES, show_isolated, tame
from service.model import CrossReference, FactCheckMatch, Flag, FlagCount, Match, OutletMatches, Relation, Verdict

VERDICT_STYLES = {
    Verdict.CORROBORATED: "bold green",
    Verdict.CONTRADICTED: "bold red",
    Verdict.CONTESTED: "bold yellow",
    Verdict.UNCOVERED: "bold",
}
VERDICTS = {
    Verdict.CORROBORATED: "some outlets agree, none conflicts",
    Verdict.CONTRADICTED: "some outlets conflict, none agrees",
    Verdict.CONTESTED: "outlets agree and outlets conflict",
    Verdict.UNCOVERED: "no outlet agrees or conflicts; that does not make it false",
}
RELATIONS = {Relation.AGREES: "=", Relation.CONFLICTS: "≠", Relation.UPDATE: "→", Relation.UNCLEAR: "?"}


def show_answer(found: CrossReference, console: Console, *, notes: str = "en") -> None:
    """Print the answer; `notes` is the language of the reasons, "en" or "ar"."""
    console.print(show_isolated(found.claim.text, style="bold"))
    console.print(Text.assemble((found.verdict.upper(), VERDICT_STYLES[found.verdict]), "  ", VERDICTS[found.verdict]))
    console.print(", ".join(say_count(flag, found.counts.get(flag)) for flag in Flag))
    for outlet in found.outlets:
        console.print()
        console.print(_outlet_table(outlet, notes=notes))
    if found.timeline is not None:
        show_timeline(found.timeline, console)
    show_fact_checks(found.fact_checks, console)
    console.print()
    console.print(_say_coverage(found), style="dim")


def show_fact_checks(found: Sequence[FactCheckMatch], console: Console) -> None:
    """Print what others found of the claim, or of one near it; nothing when there is nothing."""
    if not found:
        return
    console.print()
    console.print("fact-checks of others (no part of the above)", style="bold")
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for match in found:
        review = match.fact_check.review
        rating = review.rating.text or f"{review.rating.value:g}"
        whose = review.author.name if review.author else "author unknown"
        table.add_row(
            match.relation, Text.assemble(show_isolated(rating, style="bold"), "  ", show_isolated(whose, style="dim"))
        )
        table.add_row("", show_isolated(review.claim))
        if review.url:
            table.add_row("", Text(tame(review.url), "dim"))
    console.print(table)


def say_count(flag: Flag, count: FlagCount | None) -> str:
    """Return how much stands behind a flag; copies of one wire text are one independent source."""
    count = count or FlagCount(0, 0, 0)
    independent = f" ({count.independent_sources} independent)" if count.independent_sources < count.outlets else ""
    return f"{flag}: {count.outlets} outlet{'' if count.outlets == 1 else 's'}{independent}"


def _outlet_table(found: OutletMatches, *, notes: str) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(width=len(max(Flag, key=len)))
    table.add_column(width=len("0.00"))
    table.add_column(width=len("2024-03-05"))
    table.add_column(ratio=1)
    name = show_isolated(found.outlet.name if found.outlet else "outlet unknown", style="bold")
    table.add_row(Text(found.flag, FLAG_STYLES[found.flag]), "", "", name)
    for match in found.matches:
        _add_match(table, match, notes=notes)
    return table


def _add_match(table: Table, match: Match, *, notes: str) -> None:
    flag, article = match.judgement.flag, match.article
    published = article.published_at.date().isoformat() if article.published_at else "no date"
    spans = [evidence.passage_span for evidence in match.judgement.evidence]
    quote = show_isolated(match.passage.text, marked=spans)
    table.add_row(Text(flag, FLAG_STYLES[flag]), f"{match.judgement.confidence:.2f}", published, quote)
    for line in _lines_below(match, notes=notes):
        table.add_row("", "", "", line)


def _lines_below(match: Match, *, notes: str) -> Iterator[Text]:
    for evidence in match.judgement.evidence:
        note = evidence.note.ar if notes == "ar" else evidence.note.en
        yield Text(f"{RELATIONS[evidence.relation]} {evidence.kind}: ", "cyan", end="") + show_isolated(note)
    if match.article.wire_source:
        yield Text("from ", "dim") + show_isolated(match.article.wire_source, style="dim")
    if match.article.url:
        yield Text(match.article.url, "dim")


def _say_coverage(found: CrossReference) -> str:
    coverage = found.coverage
    days = f", {coverage.first} to {coverage.last}" if coverage.first and coverage.last else ""
    lines = [
        f"searched {coverage.articles:,} articles of {coverage.outlets} outlets{days}",
        "judge: " + found.versions.get("judge", "unknown"),
    ]
    if coverage.partial:
        lines.insert(0, f"NOT EVERYTHING WAS SEARCHED: {coverage.partial}")
    return "\n".join(lines)
