"""/v1/watches: claims that somebody wants to hear of, by webhook or feed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request

from service.api import bounds
from service.api.answer_json import match_json
from service.api.auth import requires
from service.api.fields import load_body, load_query
from service.api.idempotency import idempotent
from service.api.json_body import read_json
from service.api.offsets import Utf16
from service.api.pagination import link_header
from service.api.query import read_query
from service.api.responses import answer, no_content
from service.api.schemas import EmptyQuery
from service.api.state import services
from service.api.watch_json import found_json, shown_watch_json, watch_json
from service.api.watch_schemas import WatchesQuery, WatchSchema
from service.claims.read import read_claim
from service.errors import CallRefused, Conflict, InvalidInput, NotFound
from service.keys import Scope
from service.model import Article, Claim, Flag, Match
from service.watches.watch import Watch, Webhook, new_secret, new_watch_id, read_secret

watches = Blueprint("watches", __name__)
PATH = "/v1/watches/<watch_id>"


@watches.post("/v1/watches")
@requires(Scope.INGEST)
@idempotent
def add_watch() -> Response:
    """Watch a claim; the secret of its webhook is shown this once."""
    load_query(EmptyQuery(), read_query(request))
    watch = _read_watch(load_body(WatchSchema(), read_json(request)))
    services().watches.book.add(watch)
    body = watch_json(watch)
    if watch.webhook:
        body["webhook"]["secret"] = watch.webhook.secret
    return answer(body, status=201, headers={"Location": f"/v1/watches/{watch.id}"})


@watches.get("/v1/watches")
@requires(Scope.READ)
def list_watches() -> Response:
    """List watches in the order they were made, in pages."""
    query = load_query(WatchesQuery(), read_query(request))
    after, limit = query.get("cursor", ""), query["limit"]
    if after and not re.fullmatch(bounds.WATCH_ID, after):
        raise InvalidInput("the cursor is not one that a listing gave", pointer="cursor")
    found = services().watches.book.page(after=after, limit=limit + 1)
    cursor = found[limit - 1].id if len(found) > limit else None
    body = {"watches": [watch_json(watch) for watch in found[:limit]], "next_cursor": cursor}
    return answer(body, headers=link_header(request, cursor))


@watches.get(PATH)
@requires(Scope.READ)
def get_watch(watch_id: str) -> Response:
    """Return a watch with what it found last, and the messages that were given up."""
    load_query(EmptyQuery(), read_query(request))
    book, watch = services().watches.book, find_watch(watch_id)
    found = book.found(watch.id, limit=bounds.SHOWN_MATCHES)
    dead = book.dead_letters(watch.id, limit=bounds.SHOWN_MATCHES)
    return answer(shown_watch_json(watch, found=found, dead=dead))


@watches.delete(PATH)
@requires(Scope.INGEST)
def remove_watch(watch_id: str) -> Response:
    """Remove a watch with all it found."""
    load_query(EmptyQuery(), read_query(request))
    watch = find_watch(watch_id)
    services().watches.feed_tokens.revoke(watch.id)
    services().watches.book.remove(watch.id)
    return no_content()


@watches.post(PATH + "/ping")
@requires(Scope.INGEST)
def ping_watch(watch_id: str) -> Response:
    """Call the webhook of a watch now, and say how it went."""
    load_query(EmptyQuery(), read_query(request))
    watch = _find_with_webhook(watch_id)
    message_id = uuid4().hex
    reply = services().watches.ping(watch, message_id)
    return answer({"id": message_id, "taken": reply.error is None, "status": reply.status, "error": reply.error})


@watches.post(PATH + "/deliveries/resend")
@requires(Scope.INGEST)
def resend_all(watch_id: str) -> Response:
    """Put all messages that were given up on their way again."""
    load_query(EmptyQuery(), read_query(request))
    watch = _find_with_webhook(watch_id)
    return answer({"resent": services().watches.dead_letters.resend_all(watch.id)}, status=202)


@watches.post(PATH + "/deliveries/<message_id>/resend")
@requires(Scope.INGEST)
def resend_message(watch_id: str, message_id: str) -> Response:
    """Put a message that was given up on its way again."""
    load_query(EmptyQuery(), read_query(request))
    watch = _find_with_webhook(watch_id)
    return answer(found_json(services().watches.dead_letters.resend(watch.id, message_id)), status=202)


def write_match(claim: Claim, match: Match, article: Article) -> dict[str, Any]:
    """Return a match as webhooks and feeds show it: as in the answer to a claim."""
    return match_json(match, Utf16.of(claim.text), Utf16.of(article.text))


def find_watch(watch_id: str) -> Watch:
    """Return a watch. Raises `NotFound`."""
    if not re.fullmatch(bounds.WATCH_ID, watch_id):
        raise NotFound("there is no such watch")
    return services().watches.book.get(watch_id)


def _find_with_webhook(watch_id: str) -> Watch:
    watch = find_watch(watch_id)
    if watch.webhook is None:
        raise Conflict(f"the watch {watch_id} has no webhook")
    return watch


def _read_watch(values: dict[str, Any]) -> Watch:
    now = datetime.now(UTC)
    claim = read_claim(values["claim"], as_of=values.get("as_of"))
    outlets = [services().outlets.resolve(name) for name in values.get("outlets") or ()]
    return Watch(
        id=new_watch_id(now),
        claim=claim.text,
        as_of=claim.as_of,
        flags=tuple(flag for flag in Flag if flag in values["flags"]),
        outlets=tuple(dict.fromkeys(outlets)),
        webhook=_read_webhook(values.get("webhook")),
        created_at=now,
    )


def _read_webhook(values: dict[str, Any] | None) -> Webhook | None:
    if values is None:
        return None
    try:
        services().watches.client.check(values["url"])
    except (CallRefused, InvalidInput) as error:
        raise InvalidInput(f"url: {error}", pointer="/webhook/url") from error
    secret = values.get("secret") or new_secret()
    read_secret(secret)
    return Webhook(values["url"], secret)
