"""What the calls on watches may bring."""

from __future__ import annotations

from marshmallow import fields, validate

from service.api import bounds
from service.api.fields import Count, Day, StrictSchema, Text, Url, list_of
from service.api.schemas import REQUIRED


class WebhookSchema(StrictSchema):
    """Where to call, and the secret to sign with."""

    url = Url(required=True, error_messages=REQUIRED)
    secret = Text(bounds.SECRET, allow_none=True)


class WatchSchema(StrictSchema):
    """Body of POST /v1/watches."""

    claim = Text(bounds.CLAIM, least=1, words=True, required=True, error_messages=REQUIRED)
    as_of = Day(allow_none=True)
    flags = fields.List(
        fields.String(
            validate=validate.OneOf(("agrees", "conflicts"), error="must be agrees or conflicts"),
            error_messages={"invalid": "must be a text"},
        ),
        load_default=("agrees", "conflicts"),
        validate=validate.Length(1, 2, error="must have 1 or 2 items"),
        error_messages={"invalid": "must be a list", "null": "must not be null"},
    )
    outlets = list_of(Text(bounds.OUTLET, least=1), bounds.FILTER_OUTLETS, allow_none=True)
    webhook = fields.Nested(WebhookSchema, allow_none=True)


class WatchesQuery(StrictSchema):
    """Query of GET /v1/watches."""

    cursor = Text(bounds.CURSOR)
    limit = Count(1, bounds.PAGE, from_text=True, load_default=bounds.PAGE_BY_DEFAULT)


class FeedQuery(StrictSchema):
    """Query of GET /v1/watches/{id}/feed."""

    token = Text(bounds.SECRET)
