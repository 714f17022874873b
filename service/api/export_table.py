"""Answers as rows of a table: one row a passage, and one row for a claim that nobody speaks of.

What was searched stands in every row, so that a row without a passage is read as "not found among these articles" and
not as "false".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from service.api.answer_json import DIGITS
from service.api.article_json import day_json, moment_json
from service.model import Coverage, CrossReference, Match, Note, OutletMatches

Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in CSV, its heading for people in both languages, its width in characters."""

    name: str
    heading: Note
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, with the name and the main language of what stands in them."""

    name: Note
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    language: str


def make_columns(*columns: tuple[str, str, str, int]) -> tuple[Column, ...]:
    """Return columns, each given by its name, its heading in Arabic and in English, and its width."""
    return tuple(Column(name, Note(ar=ar, en=en), width) for name, ar, en, width in columns)


COLUMNS = make_columns(
    ("claim", "الادعاء", "Claim", 40),
    ("as_of", "بتاريخ", "As of", 11),
    ("verdict", "الخلاصة", "Verdict", 13),
    ("outlet", "الوسيلة", "Outlet", 22),
    ("flag", "الموقف", "Flag", 10),
    ("confidence", "الثقة", "Confidence", 10),
    ("passage", "المقطع بنصه", "Passage, verbatim", 70),
    ("reasons_ar", "الأسباب", "Reasons (Arabic)", 45),
    ("reasons_en", "الأسباب بالإنجليزية", "Reasons (English)", 45),
    ("title", "عنوان المقال", "Article", 40),
    ("url", "الرابط", "Address", 40),
    ("published_at", "تاريخ النشر", "Published", 21),
    ("published_at_source", "مصدر التاريخ", "Date from", 10),
    ("wire_source", "نقلاً عن", "Wire source", 15),
    ("source_group", "المصدر المستقل", "Source group", 22),
    ("article_id", "رقم المقال", "Article id", 22),
    ("revision", "النسخة", "Revision", 9),
    ("start", "من حرف", "From character", 9),
    ("end", "إلى حرف", "To character", 9),
    ("searched_articles", "مقالات فُحصت", "Articles searched", 12),
    ("searched_from", "فُحص من", "Searched from", 11),
    ("searched_to", "فُحص إلى", "Searched to", 11),
    ("judge", "المُحكِّم", "Judge", 25),
    ("problem", "تعذرت الإجابة", "Problem", 30),
)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A claim that could not be answered, and why."""

    claim: str
    problem: str


def rows_of(answers: Sequence[CrossReference | Unanswered]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of answers in their order, the cells in the order of `COLUMNS`."""
    for found in answers:
        if isinstance(found, Unanswered):
            yield (found.claim, *(None,) * (len(COLUMNS) - 2), found.problem)
        else:
            yield from _answer_rows(found)


def _answer_rows(found: CrossReference) -> Iterator[tuple[Cell, ...]]:
    before = (found.claim.text, day_json(found.claim.as_of), str(found.verdict))
    after = (*_searched(found.coverage), found.versions.get("judge"), None)
    matches = [_match_cells(outlet, match) for outlet in found.outlets for match in outlet.matches]
    for cells in matches or [(None,) * (len(COLUMNS) - len(before) - len(after))]:
        yield (*before, *cells, *after)


def _match_cells(outlet: OutletMatches, match: Match) -> tuple[Cell, ...]:
    article, passage, judgement = match.article, match.passage, match.judgement
    return (
        outlet.outlet.name if outlet.outlet else None,
        str(judgement.flag),
        round(judgement.confidence, DIGITS),
        passage.text,
        "\n".join(_unique(each.note.ar for each in judgement.evidence)),
        "\n".join(_unique(each.note.en for each in judgement.evidence)),
        article.title,
        article.url,
        moment_json(article.published_at),
        article.published_at_source,
        article.wire_source,
        article.source_group,
        article.id,
        article.revision,
        passage.start,
        passage.end,
    )


def _unique(notes: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(notes))


def _searched(coverage: Coverage) -> tuple[Cell, ...]:
    return coverage.articles, day_json(coverage.first), day_json(coverage.last)


def is_dangerous(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula (OWASP: = + - @ tab, carriage return, wide forms).

    Blanks and invisible characters before the sign do not count: some programs drop them.
    """
    if text.startswith(("\t", "\r", "\n")):
        return True
    seen = next((each for each in text if each.isprintable() and not each.isspace()), "")
    return seen in FORMULA_SIGNS


FORMULA_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\u2212")
"""ASCII, the full-width forms, and the minus sign that Arabic and mathematical texts use."""
