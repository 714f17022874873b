"""A watch, what it found and how far the news of it has come, as values and as the bodies of small documents."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from service.errors import InvalidInput
from service.model import ArticleHead, Flag, Outlet

SECRET_PREFIX = "whsec_"
SECRET_BYTES = (24, 64)
"""As the Standard Webhooks specification wants them."""
_LATEST_MS = 10**14 - 1
"""Milliseconds of the epoch far ahead: counted down from, they put what is newest first in the order of keys."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where news of a watch is sent, and the secret that it is signed with."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Watch:
    """A claim that somebody wants to hear about. Empty `outlets` means all of them."""

    id: str
    claim: str
    as_of: date | None
    flags: tuple[Flag, ...]
    outlets: tuple[Outlet, ...]
    webhook: Webhook | None
    created_at: datetime


class DeliveryState(StrEnum):
    """How far the news of a match has come; `none` when nobody is to be called."""

    NONE = "none"
    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The calls made for one match. `next_at` is in milliseconds of the epoch, for pending ones."""

    state: DeliveryState
    attempts: int = 0
    next_at: int | None = None
    last_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An article revision that agrees or conflicts with a watched claim: `payload` is what is sent and shown.

    `id` is the same however often it is found or sent: receivers tell repeated calls by it.
    """

    id: str
    key: str
    watch: str
    found_at: datetime
    payload: Mapping[str, Any]
    delivery: Delivery


def new_watch_id(now: datetime) -> str:
    """Return an id that sorts behind those made before."""
    return f"w{int(now.timestamp() * 1000):012x}{secrets.token_hex(4)}"


def new_secret() -> str:
    """Make a secret for signing."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def read_secret(text: str) -> bytes:
    """Return the bytes of a secret. Raises `InvalidInput`."""
    try:
        key = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    low, high = SECRET_BYTES
    if not text.startswith(SECRET_PREFIX) or not low <= len(key) <= high:
        raise InvalidInput(
            f"must be {SECRET_PREFIX} and the base64 of {low} to {high} random bytes", pointer="/webhook/secret"
        )
    return key


def name_found(watch: str, head: ArticleHead) -> tuple[str, str]:
    """Return id and key of what a watch finds in one revision of an article: the same for the same revision.

    Keys of one watch begin with its id and put what was stored last first.
    """
    stored = int(head.stored_at.timestamp() * 1000)
    seen = "\x1f".join((watch, head.id, str(head.revision), str(stored)))
    digest = hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return digest, f"{watch}:{_LATEST_MS - stored:014d}:{digest}"


def write_watch(watch: Watch) -> dict[str, Any]:
    """Return a watch as the body of a document."""
    return {
        "claim": watch.claim,
        "as_of": watch.as_of.isoformat() if watch.as_of else None,
        "flags": [str(flag) for flag in watch.flags],
        "outlets": [[outlet.id, outlet.name] for outlet in watch.outlets],
        "webhook": {"url": watch.webhook.url, "secret": watch.webhook.secret} if watch.webhook else None,
        "created_at": watch.created_at.isoformat(),
    }


def read_watch(watch_id: str, body: Mapping[str, Any]) -> Watch:
    """Return the watch behind a document."""
    webhook = body["webhook"]
    return Watch(
        id=watch_id,
        claim=body["claim"],
        as_of=date.fromisoformat(body["as_of"]) if body["as_of"] else None,
        flags=tuple(map(Flag, body["flags"])),
        outlets=tuple(Outlet(*outlet) for outlet in body["outlets"]),
        webhook=Webhook(webhook["url"], webhook["secret"]) if webhook else None,
        created_at=datetime.fromisoformat(body["created_at"]),
    )


def write_found(found: Found) -> dict[str, Any]:
    """Return what was found as the body of a document."""
    delivery = found.delivery
    return {
        "id": found.id,
        "watch": found.watch,
        "found_at": found.found_at.isoformat(),
        "payload": dict(found.payload),
        "delivery": {
            "state": str(delivery.state),
            "attempts": delivery.attempts,
            "next_at": delivery.next_at,
            "last_at": delivery.last_at.isoformat() if delivery.last_at else None,
            "last_error": delivery.last_error,
        },
    }


def read_found(key: str, body: Mapping[str, Any]) -> Found:
    """Return what was found behind a document."""
    delivery = body["delivery"]
    return Found(
        id=body["id"],
        key=key,
        watch=body["watch"],
        found_at=datetime.fromisoformat(body["found_at"]),
        payload=body["payload"],
        delivery=Delivery(
            state=DeliveryState(delivery["state"]),
            attempts=delivery["attempts"],
            next_at=delivery["next_at"],
            last_at=datetime.fromisoformat(delivery["last_at"]) if delivery["last_at"] else None,
            last_error=delivery["last_error"],
        ),
    )
