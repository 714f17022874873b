"""When feeds and items are asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.feeds.feed import Feed
from service.feeds.fetch import read_retry_after
from service.feeds.timing import Rhythm, item_retry_at, read_hint

NOW = datetime(2024, 3, 5, 12, 0, tzinfo=UTC)


def feed(interval_s: int | None = None, feed_id: str = "f1") -> Feed:
    return Feed(feed_id, "https://almarfa.example/rss", NOW, NOW, interval_s=interval_s)


@pytest.mark.parametrize(
    ("interval_s", "hint_s", "wait_s"),
    [
        (None, None, 900),
        (None, 60, 900),
        (None, 1800, 1800),
        (None, 86_400, 3600),
        (300, None, 300),
        (300, 86_400, 300),
        (7200, 60, 7200),
    ],
)
def test_the_next_poll(interval_s: int | None, hint_s: int | None, wait_s: int) -> None:
    waited = (Rhythm(900).next_at(feed(interval_s), NOW, hint_s=hint_s) - NOW).total_seconds()
    assert wait_s <= waited <= wait_s * 1.1


def test_feeds_that_were_added_together_are_not_polled_together() -> None:
    assert len({Rhythm(900).next_at(feed(feed_id=f"f{number}"), NOW) for number in range(50)}) > 40


@pytest.mark.parametrize(
    ("failures", "retry_after_s", "wait_s"),
    [
        (1, 0, 1800),
        (2, 0, 3600),
        (6, 0, 57_600),
        (7, 0, 86_400),
        (10**6, 0, 86_400),
        (1, 7200, 7200),
        (1, 10**9, 86_400),
    ],
)
def test_after_failures(failures: int, retry_after_s: int, wait_s: int) -> None:
    at = Rhythm(900).after_failure(feed(), NOW, failures=failures, retry_after_s=retry_after_s)
    assert wait_s <= (at - NOW).total_seconds() <= wait_s * 1.1


@pytest.mark.parametrize(
    ("tries", "is_lasting", "retry_after_s", "minutes"),
    [
        (1, False, 0, 5),
        (2, False, 0, 10),
        (7, False, 0, 320),
        (8, False, 0, None),
        (1, True, 0, 5),
        (2, True, 0, 10),
        (3, True, 0, None),
        (1, False, 3600, 60),
        (1, False, 10**9, 1440),
    ],
)
def test_items_are_tried_again(tries: int, is_lasting: bool, retry_after_s: int, minutes: int | None) -> None:
    at = item_retry_at(NOW, tries=tries, is_lasting=is_lasting, retry_after_s=retry_after_s)
    assert at == (None if minutes is None else NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("header", "pause_s", "hint_s"),
    [
        ("", None, None),
        ("max-age=600", None, 600),
        ("public, Max-Age = 600", None, 600),
        ("s-maxage=9", None, None),
        ("no-cache", 60, 60),
        ("max-age=600", 60, 600),
        ("max-age=60", 600, 600),
        ("max-age=-1", None, None),
        ("max-age=" + "9" * 40, None, 999_999_999),
        ("max-age=0", None, None),
    ],
)
def test_what_servers_and_feeds_ask_for(header: str, pause_s: int | None, hint_s: int | None) -> None:
    assert read_hint({"cache-control": header} if header else {}, pause_s) == hint_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0),
        ("120", 120),
        (" 120 ", 120),
        ("-5", 0),
        ("١٢٠", 0),
        ("9" * 400, 999_999_999),
        ("Tue, 05 Mar 2024 12:10:00 GMT", 600),
        ("Tue, 05 Mar 2024 11:00:00 GMT", 0),
        ("Tue, 05 Mar 2024 12:10:00 -0000", 600),
        ("tomorrow", 0),
        ("Tue, 99 Mar 2024 12:10:00 GMT", 0),
        ("Tue, 05 Mar 2024 12:10:00 +99999999999999", 0),
    ],
)
def test_retry_after(header: str, seconds: int) -> None:
    assert read_retry_after(header, now=NOW) == seconds
