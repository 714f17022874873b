"""Timelines as rows of a table: reports in order, then the figures of each thing, then what outlets changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.api.article_json import moment_json
from service.api.export_table import Cell, Unanswered, make_columns
from service.model import ArticleHead, CrossReference, Point, Report, Series, TextChange, Timeline, When

TIMELINE_COLUMNS = make_columns(
    ("claim", "الادعاء", "Claim", 40),
    ("entry", "البند", "Entry", 10),
    ("at", "الوقت", "Time", 21),
    ("at_source", "مصدر الوقت", "Time from", 11),
    ("outlet", "الوسيلة", "Outlet", 22),
    ("flag", "الموقف", "Flag", 10),
    ("first_of_outlet", "أول خبر للوسيلة", "First of outlet", 8),
    ("copy_of", "نسخة من", "Copy of", 22),
    ("thing", "المعدود", "Thing", 14),
    ("figure", "الرقم", "Figure", 18),
    ("move", "التغير", "Move", 10),
    ("before", "النص قبل", "Text before", 50),
    ("text", "النص", "Text", 50),
    ("title", "عنوان المقال", "Article", 40),
    ("url", "الرابط", "Address", 40),
    ("article_id", "رقم المقال", "Article id", 22),
    ("revision", "النسخة", "Revision", 9),
)
"""`entry` is report, figure or change; `text` the sentence of a figure or the one changed, `before` what it was."""


def timeline_rows(answers: Sequence[CrossReference | Unanswered]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of all timelines, the cells in the order of `TIMELINE_COLUMNS`."""
    for found in answers:
        if isinstance(found, CrossReference) and found.timeline is not None:
            yield from (_fill(found.claim.text, cells) for cells in _cells(found.timeline))


def _cells(timeline: Timeline) -> Iterator[dict[str, Cell]]:
    for report in (*timeline.reports, *timeline.undated):
        yield _report_cells(report, copy_of=None)
        yield from (_report_cells(copy, copy_of=report.article.id) for copy in report.copies)
    for series in timeline.series:
        for point in (*series.points, *series.undated):
            yield _point_cells(series, point, copy_of=None)
            yield from (_point_cells(series, copy, copy_of=point.article.id) for copy in point.copies)
    yield from map(_change_cells, timeline.changes)


def _fill(claim: str, cells: dict[str, Cell]) -> tuple[Cell, ...]:
    return (claim, *(cells.get(column.name) for column in TIMELINE_COLUMNS[1:]))


def _report_cells(report: Report, *, copy_of: str | None) -> dict[str, Cell]:
    return {
        **_common("report", report.when, report.article),
        "flag": str(report.flag),
        "first_of_outlet": "1" if report.is_outlets_first else None,
        "copy_of": copy_of,
    }


def _point_cells(series: Series, point: Point, *, copy_of: str | None) -> dict[str, Cell]:
    figure = point.figure
    return {
        **_common("figure", point.when, point.article),
        "copy_of": copy_of,
        "thing": " ".join(series.thing.counted) or series.thing.unit or str(series.thing.dimension),
        "figure": figure.span.of(figure.sentence),
        "move": str(point.move) if point.move else None,
        "text": figure.sentence,
    }


def _change_cells(change: TextChange) -> dict[str, Cell]:
    return {**_common("change", change.when, change.article), "before": change.before, "text": change.after}


def _common(entry: str, when: When | None, article: ArticleHead) -> dict[str, Cell]:
    return {
        "entry": entry,
        "at": _when(when),
        "at_source": when.source if when else None,
        "outlet": article.outlet.name if article.outlet else None,
        "title": article.title,
        "url": article.url,
        "article_id": article.id,
        "revision": article.revision,
    }


def _when(when: When | None) -> str | None:
    if when is None:
        return None
    return when.at.date().isoformat() if when.is_day else moment_json(when.at)
