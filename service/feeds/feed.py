"""A feed and what is known of its items, as values and as the bodies of small documents."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from service.model import Outlet

SHOWN_PROBLEMS = 20
MOST_ADDRESSES = 10
OutletSource = Literal["given", "domain", "feed"]


class FeedState(StrEnum):
    """How it goes. `stopped`: the server said that there is nothing more to come; only people start it again."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Said:
    """What the server said of the content that was worked through last, for asking whether it changed."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Items seen, articles that came of them, and items that came to nothing."""

    seen: int = 0
    created: int = 0
    revised: int = 0
    unchanged: int = 0
    failed: int = 0

    def plus(self, **more: int) -> Counts:
        """Return the counts with more of some."""
        return replace(self, **{name: getattr(self, name) + count for name, count in more.items()})


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with a feed, and when."""

    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Moved:
    """That a feed's server named another address for good: the one before, and when it was found."""

    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemProblem:
    """An item that no article came of so far. `retry_at` None: it is given up until the feed says something else."""

    key: str
    url: str | None
    title: str | None
    at: datetime
    detail: str
    tries: int
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is followed. `interval_s` None means the configured one; `stopped` says why nothing more comes.

    `addresses` are all it had, the one it was added with first.
    """

    id: str
    url: str
    created_at: datetime
    next_at: datetime
    name: str | None = None
    outlet: Outlet | None = None
    outlet_source: OutletSource | None = None
    interval_s: int | None = None
    is_paused: bool = False
    stopped: str | None = None
    title: str | None = None
    home: str | None = None
    said: Said = Said()
    asked_at: datetime | None = None
    polled_at: datetime | None = None
    changed_at: datetime | None = None
    failures: int = 0
    trouble: Trouble | None = None
    moved: Moved | None = None
    counts: Counts = Counts()
    problems: tuple[ItemProblem, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """Tell whether it is polled."""
        return not self.is_paused and self.stopped is None

    @property
    def state(self) -> FeedState:
        """How it goes."""
        if self.is_paused:
            return FeedState.PAUSED
        if self.stopped is not None:
            return FeedState.STOPPED
        if self.failures:
            return FeedState.FAILING
        return FeedState.OK if self.polled_at else FeedState.NEW

    def with_problem(self, problem: ItemProblem) -> Feed:
        """Return the feed with an item's problem, the latest first, in place of an earlier one of the same item."""
        others = tuple(one for one in self.problems if one.key != problem.key)
        return replace(self, problems=(problem, *others)[:SHOWN_PROBLEMS])

    def without_problem(self, key: str) -> Feed:
        """Return the feed without the problem of an item."""
        return replace(self, problems=tuple(one for one in self.problems if one.key != key))


class ItemState(StrEnum):
    """What became of an item: an article, nothing yet, or nothing."""

    TAKEN = "taken"
    WAITING = "waiting"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What is remembered of an item: what it said when it was worked on, and what became of it."""

    digest: str
    state: ItemState
    tries: int = 0
    retry_at: datetime | None = None


def new_feed_id(now: datetime) -> str:
    """Return an id that sorts behind those made before."""
    return f"f{int(now.timestamp() * 1000):012x}{secrets.token_hex(4)}"


def name_known(key: str) -> str:
    """Return an item's key in a form of fixed length."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def write_feed(feed: Feed) -> dict[str, Any]:
    """Return a feed as the body of a document."""
    body = {name: _plain(value) for name, value in asdict(feed).items() if name != "id"}
    return {**body, "outlet": [feed.outlet.id, feed.outlet.name] if feed.outlet else None}


def read_feed_body(feed_id: str, body: Mapping[str, Any]) -> Feed:
    """Return the feed behind a document."""
    trouble, moved = body["trouble"], body["moved"]
    moments: dict[str, Any] = {name: _moment(body[name]) for name in ("asked_at", "polled_at", "changed_at")}
    plain = ("url", "name", "outlet_source", "interval_s", "is_paused", "stopped", "title", "home", "failures")
    return Feed(
        id=feed_id,
        **{name: body[name] for name in plain},
        **moments,
        created_at=datetime.fromisoformat(body["created_at"]),
        next_at=datetime.fromisoformat(body["next_at"]),
        outlet=Outlet(*body["outlet"]) if body["outlet"] else None,
        said=Said(**body["said"]),
        trouble=Trouble(datetime.fromisoformat(trouble["at"]), trouble["detail"]) if trouble else None,
        moved=Moved(moved["url"], datetime.fromisoformat(moved["at"])) if moved else None,
        counts=Counts(**body["counts"]),
        problems=tuple(_read_problem(one) for one in body["problems"]),
        addresses=tuple(body["addresses"]),
    )


def write_known(known: KnownItem) -> dict[str, Any]:
    """Return what is known of an item as the body of a document."""
    return {name: _plain(value) for name, value in asdict(known).items()}


def read_known(body: Mapping[str, Any]) -> KnownItem:
    """Return what is known of an item behind a document."""
    return KnownItem(body["digest"], ItemState(body["state"]), body["tries"], _moment(body["retry_at"]))


def _read_problem(body: Mapping[str, Any]) -> ItemProblem:
    moments = {"at": datetime.fromisoformat(body["at"]), "retry_at": _moment(body["retry_at"])}
    return ItemProblem(**{**body, **moments})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
