"""What the calls on feeds may bring."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from service.api import bounds
from service.api.fields import Choice, Count, StrictSchema, Text, Url
from service.api.schemas import REQUIRED
from service.feeds.edit import LONGEST_INTERVAL_S, SHORTEST_INTERVAL_S


class FeedSchema(StrictSchema):
    """Body of POST /v1/feeds."""

    url = Url(required=True, error_messages=REQUIRED)
    outlet = Text(bounds.OUTLET, least=1, words=True, allow_none=True)
    name = Text(bounds.FEED_NAME, least=1, allow_none=True)
    interval_s = Count(SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S, allow_none=True)


class FeedChangeSchema(StrictSchema):
    """Body of PATCH /v1/feeds/{id}: what is named is changed, null takes a value away."""

    paused = Choice(error_messages={"null": "must be true or false"})
    outlet = Text(bounds.OUTLET, least=1, words=True, allow_none=True)
    name = Text(bounds.FEED_NAME, least=1, allow_none=True)
    interval_s = Count(SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S, allow_none=True)

    @validates_schema
    def check_named(self, data: dict[str, Any], **_: Any) -> None:
        """Hold that there is something to change."""
        if not data:
            raise ValidationError("names nothing to change: paused, outlet, name or interval_s")


class FeedsQuery(StrictSchema):
    """Query of GET /v1/feeds."""

    cursor = Text(bounds.CURSOR)
    limit = Count(1, bounds.PAGE, from_text=True, load_default=bounds.PAGE_BY_DEFAULT)
