"""/v1/feeds: feeds whose items become articles."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, request

from service.api import bounds
from service.api.auth import requires
from service.api.feed_json import feed_json, shown_feed_json
from service.api.feed_schemas import FeedChangeSchema, FeedSchema, FeedsQuery
from service.api.fields import load_body, load_query
from service.api.idempotency import idempotent
from service.api.json_body import read_json
from service.api.pagination import link_header
from service.api.query import read_query
from service.api.responses import answer
from service.api.schemas import EmptyQuery
from service.api.state import services
from service.errors import InvalidInput, NotFound
from service.feeds.edit import check_active, check_address, new_feed, paused, resumed, with_interval, with_outlet
from service.feeds.feed import Feed
from service.keys import Scope

feeds = Blueprint("feeds", __name__)
PATH = "/v1/feeds/<feed_id>"


@feeds.post("/v1/feeds")
@requires(Scope.ADMIN)
@idempotent
def add_feed() -> Response:
    """Follow a feed; one that is followed already is returned as it is."""
    load_query(EmptyQuery(), read_query(request))
    values = load_body(FeedSchema(), read_json(request))
    check_address(values["url"], services().feeds.client)
    wanted = {name: values.get(name) for name in ("outlet", "name", "interval_s")}
    made = new_feed(values["url"], services().outlets, now=datetime.now(UTC), **wanted)
    feed, is_new = services().feeds.book.add(made)
    headers = {"Location": f"/v1/feeds/{feed.id}"}
    return answer(shown_feed_json(feed), status=201 if is_new else 200, headers=headers)


@feeds.get("/v1/feeds")
@requires(Scope.READ)
def list_feeds() -> Response:
    """List feeds in the order they were added, in pages."""
    query = load_query(FeedsQuery(), read_query(request))
    after, limit = query.get("cursor", ""), query["limit"]
    if after and not re.fullmatch(bounds.FEED_ID, after):
        raise InvalidInput("the cursor is not one that a listing gave", pointer="cursor")
    found = services().feeds.book.page(after=after, limit=limit + 1)
    cursor = found[limit - 1].id if len(found) > limit else None
    body = {"feeds": [feed_json(feed) for feed in found[:limit]], "next_cursor": cursor}
    return answer(body, headers=link_header(request, cursor))


@feeds.get(PATH)
@requires(Scope.READ)
def get_feed(feed_id: str) -> Response:
    """Return a feed with what went wrong lately."""
    load_query(EmptyQuery(), read_query(request))
    return answer(shown_feed_json(_find(feed_id)))


@feeds.patch(PATH)
@requires(Scope.ADMIN)
def change_feed(feed_id: str) -> Response:
    """Pause or resume a feed, or change its interval, outlet or name."""
    load_query(EmptyQuery(), read_query(request))
    values = load_body(FeedChangeSchema(), read_json(request))
    outlets, now = services().outlets, datetime.now(UTC)

    def change(feed: Feed) -> Feed:
        if "name" in values:
            feed = replace(feed, name=values["name"])
        if "outlet" in values:
            feed = with_outlet(feed, values["outlet"], outlets)
        if "interval_s" in values:
            feed = with_interval(feed, values["interval_s"], now=now)
        if "paused" in values:
            feed = paused(feed) if values["paused"] else resumed(feed, now=now)
        return feed

    return answer(shown_feed_json(services().feeds.book.update(_find(feed_id).id, change)))


@feeds.delete(PATH)
@requires(Scope.ADMIN)
def remove_feed(feed_id: str) -> Response:
    """Stop following a feed; its articles stay."""
    load_query(EmptyQuery(), read_query(request))
    services().feeds.book.remove(_find(feed_id).id)
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


@feeds.post(PATH + "/poll")
@requires(Scope.ADMIN)
def poll_feed(feed_id: str) -> Response:
    """Let a feed be polled as soon as may be."""
    load_query(EmptyQuery(), read_query(request))
    check_active(_find(feed_id))
    return answer(shown_feed_json(services().feeds.book.ask(feed_id)), status=202)


def _find(feed_id: str) -> Feed:
    if not re.fullmatch(bounds.FEED_ID, feed_id):
        raise NotFound("there is no such feed")
    return services().feeds.book.get(feed_id)
