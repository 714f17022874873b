"""A job: what is asked, how far it has come, and how it ended; as values and as the bodies of small documents."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from service.claims.left_out import NOTHING, LeftOut
from service.model import Filters

_LATEST_MS = 16**12 - 1
"""Milliseconds of the epoch far ahead: ids counted down from there put the newest job first in the order of keys."""


class JobKind(StrEnum):
    """What the claims of a job come from."""

    BATCH = "batch"
    DOCUMENT = "document"


class JobState(StrEnum):
    """How far a job has come; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Tell whether nothing more happens to the job."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


FailureKind = Literal["index", "judge", "mistake"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed: the index or the judge was away for too long, or the service made a mistake."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. `owner` is the id of the key that started it, "" for a caller without one.

    `done` of `total` claims are answered; `tries` counts the workers that have begun the claim in hand.
    """

    id: str
    kind: JobKind
    owner: str
    state: JobState
    total: int
    created_at: datetime
    done: int = 0
    tries: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class AskedClaim:
    """A claim as it was given."""

    text: str
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a job is to do: every claim cross-referenced with the same filters.

    `frame` is kept as it is, for whoever shows the result.
    """

    claims: tuple[AskedClaim, ...]
    filters: Filters
    limit: int
    without: LeftOut = NOTHING
    timeline: bool = False
    frame: Mapping[str, Any] | None = None


def new_job_id(now: datetime) -> str:
    """Return an id that sorts before those made earlier."""
    return f"j{_LATEST_MS - int(now.timestamp() * 1000):012x}{secrets.token_hex(4)}"
