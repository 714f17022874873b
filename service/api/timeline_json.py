"""The timeline of an event as JSON; spans index the sentence beside them, in code points and in UTF-16 units."""

from __future__ import annotations

from typing import Any

from service.api.article_json import moment_json, outlet_json
from service.api.fact_json import plain
from service.api.offsets import Utf16
from service.model import (
    ArticleHead,
    Figure,
    FigureChange,
    Point,
    Report,
    Series,
    TextChange,
    Timeline,
    When,
    WordChange,
)


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    """Return the reports in order, the figures of each thing, and what outlets changed in their texts."""
    return {
        "first": [
            {"outlet": outlet_json(report.article.outlet), "article_id": report.article.id, **when_json(report.when)}
            for report in timeline.first
        ],
        "reports": [_report_json(report) for report in timeline.reports],
        "undated": [_report_json(report) for report in timeline.undated],
        "figures": [_series_json(series) for series in timeline.series],
        "changes": [_change_json(change) for change in timeline.changes],
    }


def when_json(when: When | None) -> dict[str, Any]:
    """Return a time, how it is known, and whether only its day is."""
    if when is None:
        return {"at": None, "at_source": None, "day_only": False}
    return {"at": moment_json(when.at), "at_source": when.source, "day_only": when.is_day}


def _article_json(article: ArticleHead) -> dict[str, Any]:
    return {
        "outlet": outlet_json(article.outlet),
        "article": {
            "id": article.id,
            "revision": article.revision,
            "url": article.url,
            "title": article.title,
            "wire_source": article.wire_source,
        },
    }


def _report_json(report: Report) -> dict[str, Any]:
    return {**_bare_report_json(report), "copies": [_bare_report_json(copy) for copy in report.copies]}


def _bare_report_json(report: Report) -> dict[str, Any]:
    return {
        **when_json(report.when),
        **_article_json(report.article),
        "passage_id": report.passage_id,
        "flag": report.flag,
        "first_of_outlet": report.is_outlets_first,
    }


def _series_json(series: Series) -> dict[str, Any]:
    thing = series.thing
    return {
        "thing": {"dimension": thing.dimension, "unit": thing.unit, "counted": list(thing.counted)},
        "claimed": series.is_claimed,
        "points": [_point_json(point) for point in series.points],
        "undated": [_point_json(point) for point in series.undated],
    }


def _point_json(point: Point) -> dict[str, Any]:
    return {
        **when_json(point.when),
        **_article_json(point.article),
        **figure_json(point.figure),
        "move": point.move,
        "to_claim": point.to_claim,
        "copies": [{**when_json(copy.when), **_article_json(copy.article)} for copy in point.copies],
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """Return a figure: its words, their place in the sentence, and the range they mean."""
    offsets = Utf16.of(figure.sentence)
    return {
        "text": figure.span.of(figure.sentence),
        "sentence": figure.sentence,
        **offsets.span(figure.span),
        "value": plain(figure.quantity, offsets),
    }


def _change_json(change: TextChange) -> dict[str, Any]:
    return {
        **when_json(change.when),
        **_article_json(change.article),
        "from_revision": change.from_revision,
        "passage_id": change.passage_id,
        "before": change.before,
        "after": change.after,
        "words": [_word_json(word, change) for word in change.words],
        "figures": [_figure_change_json(each) for each in change.figures],
    }


def _word_json(word: WordChange, change: TextChange) -> dict[str, Any]:
    before, after = Utf16.of(change.before or ""), Utf16.of(change.after)
    return {"before": before.span(word.before), "after": after.span(word.after)}


def _figure_change_json(change: FigureChange) -> dict[str, Any]:
    return {"before": figure_json(change.before), "after": figure_json(change.after), "move": change.move}
