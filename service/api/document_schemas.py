"""What the call on documents may bring."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from service.api import bounds
from service.api.fields import Count, Moment, StrictSchema, Text, language_field, list_of
from service.api.schemas import PublishedSchema, async_field, format_field

KNOWN_OF_TEXTS = ("title", "outlet", "published_at")


class DocumentSchema(StrictSchema):
    """Body of POST /v1/documents/cross-references: a text with what is known of it, or the id of a stored article."""

    text = Text(bounds.DOCUMENT, least=1, words=True)
    article = fields.String(
        validate=validate.Regexp(re.compile(bounds.ARTICLE_ID + r"\Z"), error="must be the id of an article"),
        error_messages={"null": "must not be null", "invalid": "must be a text"},
    )
    title = Text(bounds.TITLE, allow_none=True)
    outlet = Text(bounds.OUTLET, least=1, words=True, allow_none=True)
    published_at = Moment(allow_none=True)
    max_claims = Count(1, bounds.DOCUMENT_CLAIMS, load_default=bounds.DOCUMENT_CLAIMS_BY_DEFAULT)
    own_outlet = fields.Boolean(
        load_default=False, truthy={True}, falsy={False}, error_messages={"invalid": "must be true or false"}
    )
    outlets = list_of(Text(bounds.OUTLET, least=1), bounds.FILTER_OUTLETS, allow_none=True)
    published = fields.Nested(PublishedSchema, allow_none=True)
    languages = list_of(language_field(), bounds.FILTER_LANGUAGES, allow_none=True)
    limit = Count(1, bounds.MATCHES, load_default=bounds.DOCUMENT_MATCHES_BY_DEFAULT)

    @validates_schema
    def check_content(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that there is one document, and that nothing is told of an article that is known."""
        if ("text" in data) == ("article" in data):
            raise ValidationError("needs exactly one of text and article", "article" if "text" in data else "_schema")
        told = next((name for name in KNOWN_OF_TEXTS if data.get(name) is not None), None)
        if "article" in data and told:
            raise ValidationError("is known of a stored article; leave it out", told)


class DocumentQuery(StrictSchema):
    """Query of POST /v1/documents/cross-references."""

    format = format_field()
    async_ = async_field()
