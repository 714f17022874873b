"""Signed calls, as the Standard Webhooks specification (standardwebhooks.com) says, so that its libraries check them.

Three headers: `webhook-id`, the same however often a message is sent; `webhook-timestamp`, seconds of the epoch of this
try; `webhook-signature`, `v1,` and the base64 of the HMAC-SHA256 over id, timestamp and body, joined by full stops,
under the bytes of the secret. A receiver refuses timestamps further away than five minutes, so that a call that was
listened to cannot be sent again, and remembers ids for as long.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service import __version__
from service.errors import CallRefused, InvalidInput
from service.outbound.http import CallFailed, OutboundClient
from service.watches.watch import Webhook, read_secret

GONE = 410
LARGEST_ANSWER = 4 * 1024
SHOWN_OF_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Reply:
    """How a call went. `status` is None when no answer came; `error` is None when it was taken."""

    status: int | None
    error: str | None
    retry_after_s: int = 0

    @property
    def is_final(self) -> bool:
        """Tell whether trying again is unwanted: the receiver says that the address is gone for good."""
        return self.status == GONE


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    digest = hmac.new(read_secret(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def send(
    client: OutboundClient,
    webhook: Webhook,
    payload: Mapping[str, Any],
    *,
    message_id: str,
    now: datetime,
    timeout_s: float,
) -> Reply:
    """Send one message and say how it went; 2xx means that it was taken. No fault of the receiver raises."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Isnad/{__version__}",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(webhook.secret, message_id, timestamp, body),
    }
    try:
        answer = client.request(
            "POST", webhook.url, headers=headers, body=body, timeout_s=timeout_s, most=LARGEST_ANSWER
        )
    except (CallFailed, CallRefused, InvalidInput) as error:
        return Reply(None, str(error))
    if 200 <= answer.status < 300:
        return Reply(answer.status, None)
    if 300 <= answer.status < 400:
        return Reply(answer.status, f"answered {answer.status}; redirects are not followed")
    said = answer.body.decode("utf-8", "replace").strip()[:SHOWN_OF_ANSWER]
    error_text = f"answered {answer.status}" + (f": {said}" if said else "")
    return Reply(answer.status, error_text, _read_retry_after(answer.headers.get("retry-after", "")))


def _read_retry_after(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
