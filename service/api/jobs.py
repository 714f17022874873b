"""/v1/jobs: calls that are answered in the background; one's own, or everybody's for admins."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from flask import Blueprint, Response, g, request

from service.api import bounds
from service.api.async_calls import retry_after
from service.api.auth import Caller, requires
from service.api.claim_batches import show_batch
from service.api.document_answers import show_document
from service.api.etags import tag_response
from service.api.fields import load_query
from service.api.job_json import job_json
from service.api.job_schemas import JobsQuery
from service.api.pagination import link_header
from service.api.problems import Problem
from service.api.query import read_query
from service.api.responses import answer
from service.api.schemas import EmptyQuery, FormatQuery
from service.api.state import services
from service.errors import InvalidInput, NotFound
from service.jobs.book import Kept
from service.jobs.job import Job, JobKind, JobState
from service.keys import Scope

jobs = Blueprint("jobs", __name__)
PATH = "/v1/jobs/<job_id>"
SHOW = {JobKind.BATCH: show_batch, JobKind.DOCUMENT: show_document}


@jobs.get("/v1/jobs")
@requires(Scope.READ)
def list_jobs() -> Response:
    """List jobs, the newest first, in pages."""
    query = load_query(JobsQuery(), read_query(request))
    after, limit = query.get("cursor", ""), query["limit"]
    if after and not re.fullmatch(bounds.JOB_ID, after):
        raise InvalidInput("the cursor is not one that a listing gave", pointer="cursor")
    owner = None if _sees_all(g.caller) else g.caller.key_id
    found = services().jobs.book.page(owner=owner, after=after, limit=limit + 1)
    cursor = found[limit - 1].job.id if len(found) > limit else None
    body = {"jobs": [job_json(kept.job) for kept in found[:limit]], "next_cursor": cursor}
    return answer(body, headers=link_header(request, cursor))


@jobs.get(PATH)
@requires(Scope.READ)
def get_job(job_id: str) -> Response:
    """Return how far a job has come."""
    load_query(EmptyQuery(), read_query(request))
    kept = _find(job_id)
    response = answer(job_json(kept.job), headers=_hint(kept.job))
    return tag_response(response, request, f"{kept.job.id}-{kept.version}")


@jobs.get(PATH + "/result")
@requires(Scope.READ)
def get_result(job_id: str) -> Response:
    """Return the answer that the call would have had, in the form that the caller wants."""
    form = load_query(FormatQuery(), read_query(request)).get("format")
    job, book = _find(job_id).job, services().jobs.book
    if job.state is not JobState.DONE:
        raise Problem("conflict", _say_why_not(job), headers=_hint(job))
    return SHOW[job.kind](book.request(job_id), list(book.answers(job_id)), form)


@jobs.delete(PATH)
@requires(Scope.READ)
def end_job(job_id: str) -> Response:
    """Cancel a job that is not finished, or forget one that is."""
    load_query(EmptyQuery(), read_query(request))
    job, book = _find(job_id).job, services().jobs.book
    if not job.state.is_final:
        ended = book.cancel(job_id).job
        if ended.state is JobState.CANCELLED:
            return answer(job_json(ended))
        job = ended  # it was finished just now
    book.remove(job)
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _find(job_id: str) -> Kept:
    """Return a job that the caller may see; others are not there for him."""
    if re.fullmatch(bounds.JOB_ID, job_id):
        kept = services().jobs.book.find(job_id)
        if kept is not None and (_sees_all(g.caller) or kept.job.owner == g.caller.key_id):
            return kept
    raise NotFound("there is no such job")


def _sees_all(caller: Caller) -> bool:
    return caller.may(Scope.ADMIN)


def _hint(job: Job) -> dict[str, str]:
    return {} if job.state.is_final else {"Retry-After": str(retry_after(job, datetime.now(UTC)))}


def _say_why_not(job: Job) -> str:
    if job.failure:
        return f"the job failed: {job.failure.detail}"
    if job.state is JobState.CANCELLED:
        return "the job was cancelled"
    return f"the job is {job.state}: {job.done} of {job.total} claims are answered"
