"""API keys: made, shown once, kept as hashes, checked, revoked.

A key reads `isnad_<id>_<secret>`: the id finds the document, the secret is 256 random bits, so that a plain SHA-256 is
as good as a slow hash and a request costs one read. The document is read for every request: a revoked key is refused by
all workers and machines at once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from service.errors import InvalidInput, NotFound, StaleRevision
from service.index.documents import Document, DocumentStore
from service.settings import Secret

KIND = "api-key"
LAST_USE_PRECISION = timedelta(minutes=1)
"""Last use is written at most this often, so that reading keys does not turn every request into a write."""

_WRITTEN = re.compile(r"isnad_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """What a key may do: read answers and articles, bring in and remove articles, everything."""

    READ = "read"
    INGEST = "ingest"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; the key itself is not. `used_at` is exact to a minute."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def may(self, scope: Scope) -> bool:
        """Tell whether the key has the scope; admin has all."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class KeyRing:
    """The keys in a document store, and the bootstrap key of the settings."""

    def __init__(
        self,
        documents: DocumentStore,
        *,
        bootstrap: Secret | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._documents = documents
        self._bootstrap = bootstrap or Secret()
        self._clock = clock

    def create(self, name: str, scopes: Iterable[Scope]) -> tuple[ApiKey, str]:
        """Make a key; return it with its text, which cannot be had again."""
        chosen = frozenset(scopes)
        if not name.strip() or not chosen:
            raise InvalidInput("a key needs a name and at least one scope")
        key = ApiKey(secrets.token_hex(6), name.strip(), chosen, self._clock())
        secret = secrets.token_urlsafe(32)
        self._documents.put(KIND, key.id, {**_body(key), "sha256": _hash(secret)}, version=0)
        return key, f"isnad_{key.id}_{secret}"

    def verify(self, text: str) -> ApiKey | None:
        """Return the key that the text opens, None for an unknown, wrong or revoked one."""
        if self._bootstrap and hmac.compare_digest(text.encode(), self._bootstrap.reveal().encode()):
            return ApiKey("bootstrap", "bootstrap", frozenset({Scope.ADMIN}), self._clock())
        written = _WRITTEN.fullmatch(text)
        document = self._documents.get(KIND, written[1]) if written else None
        # An unknown id is compared all the same, so that time does not tell which ids exist.
        stored = document.body["sha256"] if document else _hash("")
        fits = hmac.compare_digest(_hash(written[2] if written else text), stored)
        if not fits or document is None:
            return None
        key = self._note_use(document)
        return None if key.revoked_at else key

    def all(self) -> Iterator[ApiKey]:
        """Iterate over all keys, revoked ones too, by id."""
        after = ""
        while page := self._documents.list_documents(KIND, after=after):
            yield from map(_key, page)
            after = page[-1].key

    def revoke(self, key_id: str) -> ApiKey:
        """Refuse the key from now on, everywhere. Raises `NotFound`."""
        while True:
            document = self._documents.get(KIND, key_id)
            if document is None:
                raise NotFound(f"there is no key {key_id}")
            key = _key(document)
            if key.revoked_at:
                return key
            key = replace(key, revoked_at=self._clock())
            try:
                self._documents.put(KIND, key_id, {**document.body, **_body(key)}, version=document.version)
            except StaleRevision:
                continue
            return key

    def _note_use(self, document: Document) -> ApiKey:
        key, now = _key(document), self._clock()
        if key.revoked_at or (key.used_at and now - key.used_at < LAST_USE_PRECISION):
            return key
        key = replace(key, used_at=now)
        try:
            self._documents.put(KIND, key.id, {**document.body, **_body(key)}, version=document.version)
        except StaleRevision:
            # Somebody else noted it or revoked the key meanwhile: the store decides.
            current = self._documents.get(KIND, key.id)
            return _key(current) if current else replace(key, revoked_at=now)
        return key


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _body(key: ApiKey) -> dict[str, object]:
    return {
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at.isoformat(),
        "used_at": key.used_at.isoformat() if key.used_at else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
    }


def _key(document: Document) -> ApiKey:
    body = document.body
    return ApiKey(
        id=document.key,
        name=body["name"],
        scopes=frozenset(map(Scope, body["scopes"])),
        created_at=datetime.fromisoformat(body["created_at"]),
        used_at=datetime.fromisoformat(body["used_at"]) if body["used_at"] else None,
        revoked_at=datetime.fromisoformat(body["revoked_at"]) if body["revoked_at"] else None,
    )
