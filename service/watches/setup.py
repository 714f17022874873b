"""Putting the parts of watches together from the settings."""

from __future__ import annotations

from datetime import timedelta

from service.background import Background, LeasedThread
from service.index import PassageIndex
from service.index.documents import DocumentStore
from service.judgement import Judge
from service.leases import Lease
from service.outbound.addresses import read_allowed
from service.outbound.http import OutboundClient
from service.settings import Settings
from service.watches.background import Sweeping, Watches
from service.watches.book import WatchBook
from service.watches.dead_letters import DeadLetters
from service.watches.deliver import Deliverer, Patience
from service.watches.feed_tokens import FeedTokens
from service.watches.follow import Follower
from service.watches.matching import Matcher, Render

FOLLOW, DELIVER = "watches-follow", "watches-deliver"


def build_watches(settings: Settings, index: PassageIndex, documents: DocumentStore, judge: Judge) -> Watches:
    """Return the watches of a process; nothing runs before they are started. Raises `InvalidSettings`."""
    wanted = settings.watches
    book = WatchBook(documents, index)
    client = OutboundClient(read_allowed(settings.outbound.allow))
    patience = Patience(wanted.timeout_s, wanted.attempts, wanted.first_retry_s)
    deliverer = Deliverer(book, client, patience)
    keep = timedelta(days=wanted.keep_days)

    def prepare(render: Render) -> Background:
        matcher = Matcher(judge, most=wanted.candidates)
        follower = Follower(book, index, matcher, render=render, keep=keep)
        works = ((FOLLOW, Sweeping(follower.work, book, keep=keep)), (DELIVER, deliverer.work))
        return Background(
            [
                LeasedThread(name, Lease(documents, name, lasts_s=_lasts(settings)), work, interval_s=wanted.interval_s)
                for name, work in works
            ]
        )

    return Watches(
        book,
        deliverer,
        client,
        prepare,
        dead_letters=DeadLetters(documents),
        feed_tokens=FeedTokens(documents),
    )


def _lasts(settings: Settings) -> float:
    """Return how long a lease lasts: longer than a call of a webhook, between two of which its holder says it lives."""
    return max(settings.watches.lease_s, 1.5 * settings.watches.timeout_s)
