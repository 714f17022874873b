"""Tokens for feed readers, which cannot send a key: each opens the feed of one watch and nothing else.

A watch has one token at a time: a new one takes the place of the one before. It is 256 random bits, kept as a plain
SHA-256 like an API key, and read for every call, so that a revoked one is refused everywhere at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from service.index.documents import DocumentStore

KIND = "watch-feed-token"
PREFIX = "isnadfeed_"


class FeedTokens:
    """The tokens in a document store, by watch."""

    def __init__(self, documents: DocumentStore) -> None:
        self._documents = documents

    def create(self, watch_id: str) -> str:
        """Make a token for the feed of a watch, instead of the one it had; it cannot be had again."""
        token = PREFIX + secrets.token_urlsafe(32)
        self._documents.put(KIND, watch_id, {"sha256": _hash(token)})
        return token

    def opens(self, watch_id: str, token: str) -> bool:
        """Tell whether the token is that of the watch's feed."""
        document = self._documents.get(KIND, watch_id)
        stored = document.body["sha256"] if document else _hash("")
        # A watch without a token is compared all the same, so that time does not tell which have one.
        return hmac.compare_digest(_hash(token), stored) and document is not None

    def revoke(self, watch_id: str) -> bool:
        """Refuse the token of a watch from now on; False when it had none."""
        return self._documents.delete(KIND, watch_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
