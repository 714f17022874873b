"""When a revision of an article was out, as far as that is known; nothing is guessed.

A first revision is out when the outlet says that it published it; its text, as we have it, when it last updated it. A
later revision is out at a later time that the outlet states; else at the latest when this service stored it, which
tells something only of an article that came in while it was news.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from service.model import ArticleHead, When

FOLLOWED_WITHIN = timedelta(days=2)
"""An article that is stored this soon after its publication is followed as it appears; one from an archive, whose
revisions are stored together long after, is not. Set by hand: feeds are polled within the hour."""

_DAY = timedelta(days=1) - timedelta(microseconds=1)


def published(head: ArticleHead) -> When | None:
    """Return when an article was published; exactly midnight is a day without a time."""
    return None if head.published_at is None else _when(head.published_at, "published")


def told_at(heads: Sequence[ArticleHead]) -> list[When | None]:
    """Return when the text of each revision of one article was out, the oldest revision first."""
    return [
        _first(head) if place == 0 else _later(heads[0], heads[place - 1], head) for place, head in enumerate(heads)
    ]


def is_before(one: When, other: When) -> bool:
    """Tell whether one time is surely before the other: two times of a day of which one is not known are not."""
    return last_moment(one) < other.at


def last_moment(when: When) -> datetime:
    """Return the last moment that a time may mean."""
    return when.at + _DAY if when.is_day else when.at


def _first(head: ArticleHead) -> When | None:
    updated = _utc(head.updated_at)
    given = _utc(head.published_at)
    if updated and head.updated_at and given and updated > given:
        return _when(head.updated_at, "updated")
    return published(head)


def _later(first: ArticleHead, previous: ArticleHead, head: ArticleHead) -> When | None:
    for now, before, source in (
        (head.updated_at, previous.updated_at or previous.published_at, "updated"),
        (head.published_at, previous.published_at, "published"),
    ):
        later, earlier = _utc(now), _utc(before)
        if now and later and earlier and later > earlier:
            return _when(now, source)
    given = _utc(first.published_at)
    if given and timedelta() <= first.stored_at - given <= FOLLOWED_WITHIN:
        return When(head.stored_at, "stored")
    return None


def _when(moment: datetime, source: str) -> When:
    instant = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return When(instant, "updated" if source == "updated" else "published", instant.time() == time())


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
