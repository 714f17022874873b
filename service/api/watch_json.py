"""Watches as JSON: what is watched, what was found last, and how far the news of it has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from service.api.article_json import day_json, moment_json, outlet_json
from service.watches.watch import Found, Watch


def watch_json(watch: Watch) -> dict[str, Any]:
    """Return a watch without the secret of its webhook."""
    return {
        "id": watch.id,
        "claim": watch.claim,
        "as_of": day_json(watch.as_of),
        "flags": list(watch.flags),
        "outlets": [outlet_json(outlet) for outlet in watch.outlets],
        "webhook": {"url": watch.webhook.url} if watch.webhook else None,
        "feed": f"/v1/watches/{watch.id}/feed",
        "created_at": moment_json(watch.created_at),
    }


def shown_watch_json(watch: Watch, *, found: Iterable[Found], dead: Iterable[Found]) -> dict[str, Any]:
    """Return a watch with its latest matches and its dead letters."""
    return {
        **watch_json(watch),
        "matches": [found_json(each) for each in found],
        "dead_letters": [found_json(each) for each in dead],
    }


def found_json(found: Found) -> dict[str, Any]:
    """Return what was found, and how far the news of it has come."""
    delivery = found.delivery
    return {
        "id": found.id,
        "found_at": moment_json(found.found_at),
        "match": found.payload["match"],
        "delivery": {
            "state": delivery.state,
            "attempts": delivery.attempts,
            "last_attempt_at": moment_json(delivery.last_at),
            "last_error": delivery.last_error,
            "next_attempt_at": _due_json(delivery.next_at),
        },
    }


def _due_json(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else moment_json(datetime.fromtimestamp(milliseconds / 1000, UTC))
