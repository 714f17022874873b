"""The timeline of an event on the terminal: who reported when, how figures moved, who changed a text."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from service.cli.terminal import show_isolated
from service.model import ArticleHead, Move, Point, Report, Series, TextChange, Timeline, When

MOVES = {Move.FIRST: "", Move.SAME: "=", Move.UPDATE: "→", Move.DIFFERS: "≠", None: ""}
STYLES: dict[Move | None, str] = {Move.UPDATE: "yellow", Move.DIFFERS: "red"}


def show_timeline(timeline: Timeline, console: Console) -> None:
    """Print the timeline; nothing when it has no reports."""
    if not timeline.reports and not timeline.undated:
        return
    console.print()
    console.print("in order of publication", style="bold")
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    first = {report.article.id for report in timeline.first}
    for report in (*timeline.reports, *timeline.undated):
        table.add_row(_when(report.when), "first" if report.article.id in first else "", _say_report(report))
    console.print(table)
    for series in timeline.series:
        console.print(_say_series(series))
    for change in timeline.changes:
        for line in _say_change(change):
            console.print(line)


def _when(when: When | None) -> str:
    if when is None:
        return "no date"
    text = when.at.strftime("%Y-%m-%d" if when.is_day else "%Y-%m-%d %H:%M")
    return f"{text} (seen)" if when.source == "stored" else text


def _say_report(report: Report) -> Text:
    copies = [_outlet(copy.article) for copy in report.copies]
    more = Text.assemble("  copied by ", Text(", ").join(copies), style="dim") if copies else Text()
    return Text.assemble(_outlet(report.article), "  ", report.flag, more)


def _say_series(series: Series) -> Text:
    name = " ".join(series.thing.counted) or series.thing.unit or series.thing.dimension
    points = Text("  ").join(_say_point(point) for point in (*series.points, *series.undated))
    return Text.assemble(show_isolated(name, style="bold"), ": ", points)


def _say_point(point: Point) -> Text:
    figure = show_isolated(point.figure.span.of(point.figure.sentence), style=STYLES.get(point.move, ""))
    return Text.assemble(f"{MOVES[point.move]} ".lstrip(), figure, " (", _outlet(point.article), ")")


def _say_change(change: TextChange) -> Iterator[Text]:
    what = "added" if change.before is None else "changed"
    revisions = f"revision {change.from_revision} to {change.article.revision}"
    yield Text.assemble(_outlet(change.article), f" {what} its text, {revisions}, {_when(change.when)}")
    if change.before is not None:
        yield Text.assemble(("- ", "red"), show_isolated(change.before, marked=[word.before for word in change.words]))
    yield Text.assemble(("+ ", "green"), show_isolated(change.after, marked=[word.after for word in change.words]))


def _outlet(article: ArticleHead) -> Text:
    return show_isolated(article.outlet.name if article.outlet else "outlet unknown")
