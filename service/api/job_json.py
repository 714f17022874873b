"""Jobs as JSON: how far one has come, where its result is, and why it failed as a problem."""

from __future__ import annotations

from typing import Any

from flask import g

from service.api.article_json import moment_json
from service.api.problems import Problem, preferred_language
from service.jobs.job import Failure, Job, JobState

SLUGS = {"index": "index-unavailable", "judge": "judge-unavailable", "mistake": "internal-error"}


def job_json(job: Job) -> dict[str, Any]:
    """Return a job."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": {"done": job.done, "total": job.total},
        "created_at": moment_json(job.created_at),
        "started_at": moment_json(job.started_at),
        "finished_at": moment_json(job.finished_at),
        "result": f"/v1/jobs/{job.id}/result" if job.state is JobState.DONE else None,
        "error": _error_json(job.failure) if job.failure else None,
    }


def _error_json(failure: Failure) -> dict[str, object]:
    problem = Problem(SLUGS[failure.kind], failure.detail)
    return problem.members(request_id=g.get("request_id", ""), language=preferred_language())
