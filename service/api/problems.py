"""Every error as RFC 9457 `application/problem+json`: the kinds, and the one table from domain errors to them.

A kind's `type` is a relative reference, /problems/<slug>, that the service itself answers with an explanation. Titles
come in the language the caller prefers; `detail` says what is wrong with this request, `errors` where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from service.api.access_log import log_failure, log_unavailable
from service.errors import (
    Conflict,
    IndexIncompatible,
    IndexUnavailable,
    InvalidInput,
    JudgeUnavailable,
    NotFound,
    QueueFull,
    ServiceError,
    StaleRevision,
    UnderEmbargo,
    UnreadableSource,
)


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of error: its status, and its title in both languages."""

    slug: str
    status: int
    title: str
    title_ar: str


KINDS = {
    kind.slug: kind
    for kind in (
        ProblemKind("malformed-request", 400, "The request cannot be read", "تعذرت قراءة الطلب"),
        ProblemKind("key-needed", 401, "An API key is needed", "يلزم مفتاح للواجهة البرمجية"),
        ProblemKind("scope-missing", 403, "The API key may not do this", "لا يملك المفتاح صلاحية هذا الإجراء"),
        ProblemKind("not-found", 404, "There is no such thing here", "لا يوجد شيء بهذا العنوان"),
        ProblemKind("method-not-allowed", 405, "The method is not allowed here", "الطريقة غير مسموح بها هنا"),
        ProblemKind("conflict", 409, "This does not fit how things stand now", "لا يتوافق الطلب مع الحالة الراهنة"),
        ProblemKind("under-embargo", 409, "The item must not be shown yet", "المادة محظورة النشر حتى موعدها"),
        ProblemKind("precondition-failed", 412, "The article has changed meanwhile", "تغيّر المقال في هذه الأثناء"),
        ProblemKind("too-large", 413, "The request body is too large", "جسم الطلب أكبر من المسموح"),
        ProblemKind("address-too-long", 414, "The address is too long", "العنوان أطول من المسموح"),
        ProblemKind("unsupported-media-type", 415, "This kind of body is not taken here", "نوع المحتوى غير مقبول هنا"),
        ProblemKind("invalid-input", 422, "Something given is not usable", "في الطلب قيمة غير صالحة"),
        ProblemKind("unreadable-source", 422, "Nothing wanted can be read from this", "لا يمكن استخراج المطلوب من هذا"),
        ProblemKind("too-many-requests", 429, "Too many requests", "عدد الطلبات أكبر من المسموح"),
        ProblemKind("headers-too-large", 431, "The headers are too large", "ترويسات الطلب أكبر من المسموح"),
        ProblemKind("internal-error", 500, "The service made a mistake", "حدث خطأ داخلي في الخدمة"),
        ProblemKind("index-unavailable", 503, "The index does not answer now", "الفهرس غير متاح الآن"),
        ProblemKind("queue-full", 503, "Too many jobs wait", "قائمة انتظار المهام ممتلئة"),
        ProblemKind("judge-unavailable", 503, "The judge does not work now", "وحدة الحكم غير متاحة الآن"),
    )
}  # fmt: skip

DOMAIN_ERRORS: tuple[tuple[type[ServiceError], str], ...] = (
    (UnreadableSource, "unreadable-source"),
    (InvalidInput, "invalid-input"),
    (NotFound, "not-found"),
    (StaleRevision, "conflict"),
    (UnderEmbargo, "under-embargo"),
    (Conflict, "conflict"),
    (IndexIncompatible, "index-unavailable"),
    (IndexUnavailable, "index-unavailable"),
    (JudgeUnavailable, "judge-unavailable"),
    (QueueFull, "queue-full"),
    (ServiceError, "internal-error"),
)
"""The first class that fits counts."""

HTTP_ERRORS = {
    404: ("not-found", "there is nothing at this address; /openapi.yaml says what there is"),
    405: ("method-not-allowed", "this address does not take the method; see the Allow header"),
    413: ("too-large", "the request body is longer than this service takes"),
    415: ("unsupported-media-type", "send Content-Type: application/json"),
}
JUDGE_RETRY_AFTER_S = 30
PROBLEM_TYPE = "application/problem+json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, and where: a JSON pointer into the body, a query parameter, a header, or a place in XML."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    xpath: str | None = None
    line: int | None = None

    def as_json(self) -> dict[str, str | int]:
        """Return the members that are set; the pointer as a URI fragment, as in RFC 9457."""
        members: dict[str, str | int] = {"detail": self.detail}
        if self.pointer is not None:
            members["pointer"] = "#" + quote(self.pointer, safe="/~!$&'()*+,;=:@")
        if self.parameter is not None:
            members["parameter"] = self.parameter
        if self.header is not None:
            members["header"] = self.header
        if self.xpath is not None:
            members["xpath"] = self.xpath
        if self.line is not None:
            members["line"] = self.line
        return members


class Problem(Exception):
    """An error of the edge itself; `slug` is one of KINDS."""

    def __init__(
        self, slug: str, detail: str, *, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[slug]
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})

    def as_json(self, *, request_id: str, language: str = "en") -> str:
        """Return the body of the response, with the title in `language`, "ar" or "en"."""
        return json.dumps(self.members(request_id=request_id, language=language), ensure_ascii=False)

    def members(self, *, request_id: str, language: str = "en") -> dict[str, object]:
        """Return what the body of the response says, for a place inside another answer."""
        members: dict[str, object] = {
            "type": f"/problems/{self.kind.slug}",
            "title": self.kind.title_ar if language == "ar" else self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.faults:
            members["errors"] = [fault.as_json() for fault in self.faults]
        return members


def respond(problem: Problem) -> Response:
    """Return the problem as a response."""
    language = preferred_language()
    body = problem.as_json(request_id=g.get("request_id", ""), language=language)
    response = Response(body, problem.kind.status, content_type=PROBLEM_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    response.headers.extend(problem.headers)
    return response


def register_problems(app: Flask) -> None:
    """Answer every error of `app` with problem+json."""
    app.register_error_handler(Problem, respond)
    app.register_error_handler(ServiceError, lambda error: respond(_from_domain(error)))
    app.register_error_handler(HTTPException, lambda error: respond(_from_http(error)))
    app.register_error_handler(Exception, lambda error: respond(_from_bug(error)))


def preferred_language() -> str:
    """Return the language in which the caller of this request wants titles, "en" or "ar"."""
    return request.accept_languages.best_match(["en", "ar"]) or "en"


def problem_of(error: ServiceError, *, in_body: bool = True) -> Problem:
    """Return a domain error as a problem; the bad part lies in the body, or in the query of a request without one."""
    slug = next(slug for kind, slug in DOMAIN_ERRORS if isinstance(error, kind))
    if slug == "internal-error":
        return unexpected()
    if isinstance(error, QueueFull) and error.is_own:
        slug = "too-many-requests"
    headers: dict[str, str] = {}
    if isinstance(error, IndexUnavailable | QueueFull):
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, JudgeUnavailable):
        headers["Retry-After"] = str(JUDGE_RETRY_AFTER_S)
    faults = [_locate(error, in_body=in_body)] if isinstance(error, InvalidInput) and error.pointer else []
    return Problem(slug, str(error), faults=faults, headers=headers)


def unexpected() -> Problem:
    """Return what is told of a mistake of ours."""
    return Problem("internal-error", "the request could not be completed; the log of the service knows more")


def _from_domain(error: ServiceError) -> Problem:
    problem = problem_of(error, in_body=request.method in ("POST", "PUT", "PATCH"))
    if problem.kind.slug == "internal-error":
        return _from_bug(error)
    if problem.kind.status >= 500:
        log_unavailable(error)
    return problem


def _locate(error: InvalidInput, *, in_body: bool) -> Fault:
    if in_body:
        return Fault(str(error), pointer=error.pointer)
    return Fault(str(error), parameter=error.pointer.strip("/"))


def _from_http(error: HTTPException) -> Problem:
    status = error.code or 500
    if status >= 500:
        return _from_bug(error)
    slug, detail = HTTP_ERRORS.get(status, ("malformed-request", error.description or "the request cannot be read"))
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return Problem(slug, detail, headers=headers)


def _from_bug(error: Exception) -> Problem:
    log_failure(error)
    return unexpected()
