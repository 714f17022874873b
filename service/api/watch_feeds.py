"""/v1/watches/{id}/feed and its token: a watch in a feed reader, which may not be able to send a key."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request

from service.api import bounds
from service.api.atom import ATOM_TYPE, write_feed
from service.api.auth import CHALLENGE, requires
from service.api.fields import load_query
from service.api.problems import Problem
from service.api.query import read_query
from service.api.responses import answer, no_content
from service.api.schemas import EmptyQuery
from service.api.state import services
from service.api.watch_schemas import FeedQuery
from service.api.watches import PATH, find_watch
from service.errors import NotFound
from service.keys import Scope

watch_feeds = Blueprint("watch_feeds", __name__)


def _check_token(watch_id: str) -> str | None:
    """Let the feed's token open the feed. Raises a 401 `Problem` for another one."""
    token = load_query(FeedQuery(), read_query(request)).get("token")
    if token is None:
        return None
    if not re.fullmatch(bounds.WATCH_ID, watch_id) or not services().watches.feed_tokens.opens(watch_id, token):
        raise Problem("key-needed", "the feed token is unknown or revoked", headers=CHALLENGE)
    return f"feed-{watch_id}"


@watch_feeds.get(PATH + "/feed")
@requires(Scope.READ, otherwise=_check_token)
def show_feed(watch_id: str) -> Response:
    """Return the latest matches of a watch as an Atom feed."""
    watch = find_watch(watch_id)
    found = services().watches.book.found(watch.id, limit=bounds.SHOWN_MATCHES)
    response = Response(write_feed(watch, found, address=request.base_url), content_type=ATOM_TYPE)
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@watch_feeds.post(PATH + "/feed-token")
@requires(Scope.INGEST)
def make_feed_token(watch_id: str) -> Response:
    """Give the feed a token of its own, shown this once; the one before is revoked."""
    load_query(EmptyQuery(), read_query(request))
    watch = find_watch(watch_id)
    token = services().watches.feed_tokens.create(watch.id)
    return answer({"token": token, "feed": f"/v1/watches/{watch.id}/feed?token={token}"}, status=201)


@watch_feeds.delete(PATH + "/feed-token")
@requires(Scope.INGEST)
def revoke_feed_token(watch_id: str) -> Response:
    """Refuse the feed's token from now on."""
    load_query(EmptyQuery(), read_query(request))
    if not services().watches.feed_tokens.revoke(find_watch(watch_id).id):
        raise NotFound(f"the watch {watch_id} has no feed token")
    return no_content()
