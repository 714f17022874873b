"""Feeds as JSON: what is followed, how it goes, and what went wrong."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from service.api.article_json import moment_json, outlet_json
from service.feeds.feed import Feed, ItemProblem


def feed_json(feed: Feed) -> dict[str, Any]:
    """Return a feed as lists have it."""
    trouble, moved = feed.trouble, feed.moved
    return {
        "id": feed.id,
        "url": feed.url,
        "name": feed.name,
        "outlet": outlet_json(feed.outlet),
        "outlet_source": feed.outlet_source,
        "title": feed.title,
        "home": feed.home,
        "state": feed.state,
        "stopped": feed.stopped,
        "paused": feed.is_paused,
        "interval_s": feed.interval_s,
        "created_at": moment_json(feed.created_at),
        "polled_at": moment_json(feed.polled_at),
        "changed_at": moment_json(feed.changed_at),
        "next_poll_at": moment_json(feed.next_at) if feed.is_active else None,
        "failures": feed.failures,
        "last_error": {"at": moment_json(trouble.at), "detail": trouble.detail} if trouble else None,
        "moved_from": {"url": moved.url, "at": moment_json(moved.at)} if moved else None,
        "items": asdict(feed.counts),
    }


def shown_feed_json(feed: Feed) -> dict[str, Any]:
    """Return a feed with what the server said last and the latest items that no article came of."""
    return {
        **feed_json(feed),
        "etag": feed.said.etag,
        "last_modified": feed.said.last_modified,
        "problems": [_problem_json(problem) for problem in feed.problems],
    }


def _problem_json(problem: ItemProblem) -> dict[str, Any]:
    return {
        "url": problem.url,
        "title": problem.title,
        "at": moment_json(problem.at),
        "detail": problem.detail,
        "tries": problem.tries,
        "next_try_at": moment_json(problem.retry_at),
    }
