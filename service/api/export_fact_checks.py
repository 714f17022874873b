"""Fact-checks beside answers as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.api.export_table import Cell, Unanswered, make_columns
from service.api.fact_check_json import DIGITS, time_json
from service.model import CrossReference, FactCheckMatch

FACT_CHECK_COLUMNS = make_columns(
    ("claim", "الادعاء", "Claim", 40),
    ("relation", "صلته بالادعاء", "Relation", 12),
    ("confidence", "الثقة", "Confidence", 10),
    ("claim_reviewed", "ما جرى التحقق منه", "Claim reviewed", 50),
    ("rating", "التقييم", "Rating", 18),
    ("rating_value", "درجته", "Rating value", 10),
    ("rating_best", "أعلى درجة", "Best", 8),
    ("rating_worst", "أدنى درجة", "Worst", 8),
    ("publisher", "جهة التحقق", "Publisher", 24),
    ("url", "الرابط", "Address", 40),
    ("published_at", "تاريخ النشر", "Published", 21),
    ("id", "الرقم", "Id", 28),
)


def fact_check_rows(answers: Sequence[CrossReference | Unanswered]) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of all answers, the cells in the order of `FACT_CHECK_COLUMNS`."""
    for found in answers:
        if isinstance(found, CrossReference):
            yield from (_cells(found.claim.text, match) for match in found.fact_checks)


def _cells(claim: str, match: FactCheckMatch) -> tuple[Cell, ...]:
    review = match.fact_check.review
    return (
        claim,
        str(match.relation),
        None if match.confidence is None else round(match.confidence, DIGITS),
        review.claim,
        review.rating.text,
        review.rating.value,
        review.rating.best,
        review.rating.worst,
        review.author.name if review.author else None,
        review.url,
        time_json(review.published),
        match.fact_check.id,
    )
