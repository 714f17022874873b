"""What the calls on jobs may bring."""

from __future__ import annotations

from service.api import bounds
from service.api.fields import Count, StrictSchema, Text


class JobsQuery(StrictSchema):
    """Query of GET /v1/jobs."""

    cursor = Text(bounds.CURSOR)
    limit = Count(1, bounds.PAGE, from_text=True, load_default=bounds.PAGE_BY_DEFAULT)
