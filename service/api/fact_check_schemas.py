"""What the calls on fact-checks may bring, where it is not ClaimReview."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from service.api import bounds
from service.api.fields import Count, StrictSchema, Text, Url, language_field, list_of, read_moment
from service.api.schemas import REQUIRED

LARGEST_RATING = 1_000_000
FORMATS = {"json": "application/json", "jsonld": "application/ld+json"}


class DayOrMoment(fields.Field[date | datetime]):
    """A day stays a day, a moment a moment."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date | datetime:
        return read_moment(value)


class Amount(fields.Field[float]):
    """A number of ordinary size; no text that looks like one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("must be a number")
        if abs(value) > LARGEST_RATING:
            raise ValidationError(f"must lie between {-LARGEST_RATING} and {LARGEST_RATING}")
        return float(value)


class PartySchema(StrictSchema):
    """A person or an organisation."""

    name = Text(bounds.AUTHOR, least=1, required=True, error_messages=REQUIRED)
    url = Url(allow_none=True)


class RatingSchema(StrictSchema):
    """A rating: words, a number, or both."""

    text = Text(bounds.RATING, least=1, allow_none=True)
    value = Amount(allow_none=True)
    best = Amount(allow_none=True)
    worst = Amount(allow_none=True)

    @validates_schema
    def check_content(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that there is a rating, within its scale."""
        if data.get("text") is None and data.get("value") is None:
            raise ValidationError("needs a text or a value", "_schema")
        match data:
            case {"value": float(value), "best": float(best), "worst": float(worst)}:
                if not min(best, worst) <= value <= max(best, worst):
                    raise ValidationError("must lie between worst and best", "value")


class WorkSchema(StrictSchema):
    """A text: a passage of a cross-reference by its id, or described."""

    passage = Text(bounds.PASSAGE_ID, least=1)
    url = Url(allow_none=True)
    headline = Text(bounds.TITLE, allow_none=True)
    publisher = fields.Nested(PartySchema, allow_none=True)
    published_at = DayOrMoment(allow_none=True)
    quote = Text(bounds.PASSAGE, allow_none=True)

    @validates_schema
    def check_content(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that a passage stands for itself."""
        if "passage" in data and len(data) > 1:
            raise ValidationError("stands alone: what is known of its article is added", "passage")
        if not any(value is not None for value in data.values()):
            raise ValidationError("needs a passage, a url, a headline or a quote", "_schema")


class EditorSchema(StrictSchema):
    """Body of POST /v1/fact-checks with an editor's own rating."""

    claim = Text(bounds.CLAIM, least=1, words=True, required=True, error_messages=REQUIRED)
    language = language_field(allow_none=True)
    rating = fields.Nested(RatingSchema, required=True, error_messages={**REQUIRED})
    author = fields.Nested(PartySchema, required=True, error_messages={**REQUIRED})
    url = Url(allow_none=True)
    published_at = DayOrMoment(allow_none=True)
    claimant = fields.Nested(PartySchema, allow_none=True)
    claimed_at = DayOrMoment(allow_none=True)
    appearances = list_of(fields.Nested(WorkSchema), bounds.WORKS, load_default=())
    citations = list_of(fields.Nested(WorkSchema), bounds.WORKS, load_default=())


class PageSchema(StrictSchema):
    """Body of POST /v1/fact-checks with a page, or with the address from which it is to be fetched."""

    html = Text(bounds.HTML, least=1)
    url = Url(allow_none=True)

    @validates_schema
    def check_content(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that there is something to read."""
        if "html" not in data and data.get("url") is None:
            raise ValidationError("needs html or url", "_schema")


class FactChecksQuery(StrictSchema):
    """Query of GET /v1/fact-checks."""

    claim = Text(bounds.CLAIM, least=1, words=True)
    cursor = Text(bounds.CURSOR)
    limit = Count(1, bounds.PAGE, from_text=True, load_default=bounds.PAGE_BY_DEFAULT)

    @validates_schema
    def check_use(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that what is found for a claim has no pages."""
        if "claim" in data and "cursor" in data:
            raise ValidationError("belongs to the listing of all, which has no claim", "cursor")


class FactCheckQuery(StrictSchema):
    """Query of GET /v1/fact-checks/{id}."""

    format = fields.String(validate=validate.OneOf(FORMATS, error=f"must be one of {', '.join(FORMATS)}"))
