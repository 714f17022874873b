"""/v1/articles: bring in, list, read, remove."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from service.api.article_json import article_json, head_json, outcomes_json
from service.api.auth import requires
from service.api.etags import check_if_match, etag_of, tag_response
from service.api.fields import load_query
from service.api.handed_in import read_request
from service.api.idempotency import idempotent
from service.api.metrics import Metrics
from service.api.pagination import link_header
from service.api.query import read_query
from service.api.responses import answer, no_content
from service.api.schemas import ArticleQuery, ArticlesQuery, WaitQuery
from service.api.search_filters import FILTER_LISTS, read_filters
from service.api.state import services, state
from service.errors import NotFound
from service.ingest.intake import Outcome, Taken
from service.keys import Scope

articles = Blueprint("articles", __name__)
PATH = "/v1/articles/<path:article_id>"
SAFE_IN_PATH = "~:@,;=+!*'()$&"


@articles.post("/v1/articles")
@requires(Scope.INGEST)
@idempotent
def take_article() -> Response:
    """Store the articles of what is handed in; 201 when something is new, 200 when nothing is."""
    wait = read_wait()
    handed = read_request(request)
    check_if_match(request, services().index, handed.only_id)
    outcomes = list(services().intake.take_many(handed.things, wait=wait))
    for outcome in outcomes:
        if outcome.error:
            raise outcome.error
    taken = count_taken(outcomes, state().metrics)
    is_new = any(each.stored.outcome != "unchanged" for each in taken)
    headers = {"Location": f"/v1/articles/{quote(taken[0].stored.head.id, safe=SAFE_IN_PATH)}"} if is_new else {}
    return answer(outcomes_json(outcomes, handed.passed), status=201 if is_new else 200, headers=headers)


@articles.get("/v1/articles")
@requires(Scope.READ)
def list_articles() -> Response:
    """List articles without their texts, newest stored first, in pages."""
    query = load_query(ArticlesQuery(), read_query(request, lists=FILTER_LISTS))
    page = services().index.list_articles(
        read_filters(query, services().outlets), cursor=query.get("cursor"), limit=query["limit"]
    )
    body = {"articles": [head_json(head) for head in page.heads], "next_cursor": page.cursor}
    return answer(body, headers=link_header(request, page.cursor))


@articles.get(PATH)
@requires(Scope.READ)
def get_article(article_id: str) -> Response:
    """Return one revision with its text, the latest unless the query names one."""
    query = load_query(ArticleQuery(), read_query(request))
    index = services().index
    revisions = index.revisions(article_id)
    article = index.get(article_id, revision=query.get("revision"))
    return tag_response(answer(article_json(article, revisions)), request, etag_of(article.head, revisions[-1]))


@articles.delete(PATH)
@requires(Scope.INGEST)
def delete_article(article_id: str) -> Response:
    """Remove an article with all its revisions."""
    wait = read_wait()
    check_if_match(request, services().index, article_id)
    if not services().index.delete(article_id, wait=wait):
        raise NotFound(f"there is no article {article_id}")
    return no_content()


def read_wait() -> bool:
    """Tell whether the answer is to wait until searches see the change."""
    query: dict[str, Any] = load_query(WaitQuery(), read_query(request))
    return bool(query["wait"] == "true")


def count_taken(outcomes: Iterable[Outcome], metrics: Metrics) -> list[Taken]:
    """Count what became of articles, and return all that were taken in."""
    taken = [each for outcome in outcomes for each in outcome.taken]
    for each in taken:
        metrics.articles.labels(each.stored.outcome, each.stored.head.role).inc()
    return taken
