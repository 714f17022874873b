"""Calls that need not be waited for: `?async=true` or `Prefer: respond-async` (RFC 7240) make a job of them.

The query goes before the header. The answer is 202 with the job and its address; with an Idempotency-Key the same call
again gets the same job.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Response, g, request

from service.api.idempotency import idempotent
from service.api.job_json import job_json
from service.api.responses import answer
from service.api.state import services
from service.jobs.job import Job, JobKind, JobState, Request, new_job_id

POLL_S = (1, 30)
"""Seconds that callers are told to wait before they look again."""


def wants_job(query: Mapping[str, Any]) -> bool:
    """Tell whether the caller of this request wants a job of it."""
    wished = query.get("async_")
    return wished == "true" if wished else _prefers_async()


def queue_job(kind: JobKind, read: Callable[[], Request]) -> Response:
    """Put what is asked into the queue, once per Idempotency-Key; `read` reads it, and raises what is wrong with it."""

    @idempotent
    def queue() -> Response:
        asked, now = read(), datetime.now(UTC)
        owner = g.caller.key_id or ""
        job = Job(new_job_id(now), kind, owner, JobState.QUEUED, len(asked.claims), now)
        services().jobs.book.add(job, asked)
        headers = {"Location": f"/v1/jobs/{job.id}", "Retry-After": str(retry_after(job, now))}
        return answer(job_json(job), status=202, headers=headers)

    response = queue()
    if _prefers_async():
        response.headers["Preference-Applied"] = "respond-async"
    return response


def retry_after(job: Job, now: datetime) -> int:
    """Return in how many seconds a job is worth looking at again: when it should be done at the pace it has had."""
    low, high = POLL_S
    if not job.done or job.started_at is None:
        return low + min(job.total // 10, 4)
    pace = (now - job.started_at).total_seconds() / job.done
    return max(low, min(high, math.ceil(pace * (job.total - job.done))))


def _prefers_async() -> bool:
    given = ",".join(request.headers.getlist("Prefer"))
    return "respond-async" in (each.split(";")[0].strip().lower() for each in given.split(","))
