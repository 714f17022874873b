"""What each call may bring: every field with its type and bounds; unknown fields are refused."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from service.api import bounds
from service.api.exports import FORMATS
from service.api.fields import Choice, Count, Day, Moment, StrictSchema, Text, Url, language_field, list_of
from service.ingest.sources import CONTENT_KINDS

REQUIRED = {"required": "is required", "null": "must not be null"}


class ArticleSchema(StrictSchema):
    """Body of POST /v1/articles: content in exactly one form, and what is known of it."""

    page = Text(bounds.BODY_TEXT, least=1, words=True)
    html = Text(bounds.HTML, least=1, words=True)
    text = Text(bounds.BODY_TEXT, least=1, words=True)
    id = fields.String(
        allow_none=True,
        validate=validate.Regexp(
            re.compile(bounds.ARTICLE_ID + r"\Z"),
            error="must have 1 to 200 characters, no blanks, and not begin with a slash",
        ),
    )
    url = Url(allow_none=True)
    title = Text(bounds.TITLE, allow_none=True)
    author = Text(bounds.AUTHOR, allow_none=True)
    outlet = Text(bounds.OUTLET, least=1, words=True, allow_none=True)
    published_at = Moment(allow_none=True)
    updated_at = Moment(allow_none=True)
    language = language_field(allow_none=True)

    @validates_schema
    def check_content(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that the content is given once."""
        given = [kind for kind in CONTENT_KINDS if kind in data]
        if len(given) != 1:
            raise ValidationError("needs exactly one of page, html and text", given[1] if given else "_schema")


class MessageSchema(StrictSchema):
    """Body of POST /v1/articles: a NewsML-G2 message in JSON."""

    newsml = Text(bounds.HTML, least=1, required=True, error_messages=REQUIRED)


class PublishedSchema(StrictSchema):
    """Days of publication, both included."""

    from_ = Day(data_key="from", allow_none=True)
    to = Day(allow_none=True)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that the range is not turned round."""
        check_range(data.get("from_"), data.get("to"), "to")


class CrossReferenceSchema(StrictSchema):
    """Body of POST /v1/cross-references."""

    claim = Text(bounds.CLAIM, least=1, words=True, required=True, error_messages=REQUIRED)
    as_of = Day(allow_none=True)
    outlets = list_of(Text(bounds.OUTLET, least=1), bounds.FILTER_OUTLETS, allow_none=True)
    published = fields.Nested(PublishedSchema, allow_none=True)
    languages = list_of(language_field(), bounds.FILTER_LANGUAGES, allow_none=True)
    limit = Count(1, bounds.MATCHES, load_default=bounds.MATCHES_BY_DEFAULT)
    timeline = Choice(load_default=True)


class PassageSchema(StrictSchema):
    """One passage to be judged."""

    text = Text(bounds.PASSAGE, least=1, words=True, required=True, error_messages=REQUIRED)
    published_at = Day(allow_none=True)
    title = Text(bounds.TITLE, allow_none=True)
    context = Text(bounds.PASSAGE, allow_none=True)


class JudgementSchema(StrictSchema):
    """Body of POST /v1/judgements."""

    claim = Text(bounds.CLAIM, least=1, words=True, required=True, error_messages=REQUIRED)
    as_of = Day(allow_none=True)
    passages = fields.List(
        fields.Nested(PassageSchema),
        required=True,
        validate=validate.Length(1, bounds.PASSAGES, error=f"must have 1 to {bounds.PASSAGES} items"),
        error_messages={**REQUIRED, "invalid": "must be a list"},
    )


class FilterQuery(StrictSchema):
    """Query parameters that restrict a search or a listing."""

    outlets = list_of(Text(bounds.OUTLET, least=1), bounds.FILTER_OUTLETS)
    languages = list_of(language_field(), bounds.FILTER_LANGUAGES)
    published_from = Day()
    published_to = Day()

    @validates_schema
    def check_order(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that the range is not turned round."""
        check_range(data.get("published_from"), data.get("published_to"), "published_to")


def format_field() -> fields.String:
    """Return a field for the form of an answer."""
    return fields.String(validate=validate.OneOf(FORMATS, error=f"must be one of {', '.join(FORMATS)}"))


def async_field() -> fields.String:
    """Return a field that asks for a job."""
    return fields.String(data_key="async", validate=validate.OneOf(("true", "false"), error="must be true or false"))


class FormatQuery(StrictSchema):
    """Query of POST /v1/cross-references."""

    format = format_field()


class CrossReferenceQuery(FilterQuery):
    """Query of GET /v1/cross-references."""

    claim = Text(bounds.CLAIM, least=1, words=True, required=True, error_messages=REQUIRED)
    as_of = Day()
    format = format_field()
    limit = Count(1, bounds.MATCHES, from_text=True, load_default=bounds.MATCHES_BY_DEFAULT)
    timeline = Choice(from_text=True, load_default=True)


class ClaimSchema(StrictSchema):
    """One claim of a batch."""

    claim = Text(bounds.CLAIM, least=1, words=True, required=True, error_messages=REQUIRED)
    as_of = Day(allow_none=True)


class BatchSchema(StrictSchema):
    """Body of POST /v1/cross-references/batch; each claim is held against `ClaimSchema` for itself."""

    claims = fields.List(
        fields.Raw(allow_none=True),
        required=True,
        validate=validate.Length(1, bounds.CLAIMS, error=f"must have 1 to {bounds.CLAIMS} items"),
        error_messages={**REQUIRED, "invalid": "must be a list"},
    )


class BatchQuery(FilterQuery):
    """Query of POST /v1/cross-references/batch."""

    format = format_field()
    async_ = async_field()
    limit = Count(1, bounds.MATCHES, from_text=True, load_default=bounds.MATCHES_BY_DEFAULT)
    timeline = Choice(from_text=True, load_default=True)


class ArticlesQuery(FilterQuery):
    """Query of GET /v1/articles."""

    cursor = Text(bounds.CURSOR)
    limit = Count(1, bounds.PAGE, from_text=True, load_default=bounds.PAGE_BY_DEFAULT)


class ArticleQuery(StrictSchema):
    """Query of GET /v1/articles/{id}."""

    revision = Count(1, 999_999_999, from_text=True)


class WaitQuery(StrictSchema):
    """Query of the calls that write articles."""

    wait = fields.String(
        load_default="false", validate=validate.OneOf(("true", "false"), error="must be true or false")
    )


class EmptyQuery(StrictSchema):
    """Query of the calls that take none."""


def check_range(first: date | None, last: date | None, field: str) -> None:
    """Refuse a range that ends before it begins."""
    if first and last and first > last:
        raise ValidationError("must not be before from", field)
