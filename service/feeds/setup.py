"""Putting the parts of feeds together from the settings."""

from __future__ import annotations

import time
from datetime import timedelta

from service import __version__
from service.background import Background, LeasedThread
from service.feeds.background import Feeds
from service.feeds.book import FeedBook
from service.feeds.fetch import Guest, Limits
from service.feeds.pacing import HostPauses, Pausing
from service.feeds.pages import PageReader
from service.feeds.poll import Poller, Progress, Wishes
from service.feeds.record import Observe, Record
from service.feeds.rounds import Rounds
from service.feeds.take import ItemTaker, Take
from service.feeds.timing import Rhythm
from service.index.documents import DocumentStore
from service.ingest.outlets import Outlets
from service.leases import Lease
from service.outbound.addresses import read_allowed
from service.outbound.http import OutboundClient
from service.settings import Settings

LEASE = "feeds-poll"
LOOK_EVERY_S = 2.0


def build_feeds(settings: Settings, documents: DocumentStore, outlets: Outlets, take: Take) -> Feeds:
    """Return the feeds of a process; `take` stores articles. Raises `InvalidSettings`."""
    wanted = settings.feeds
    book = FeedBook(documents)
    client = OutboundClient(read_allowed(settings.outbound.allow))
    keep = timedelta(days=wanted.keep_days)

    def make_rounds(
        only: frozenset[str] | None, observe: Observe, progress: Progress = lambda _, __, ___: None
    ) -> Rounds:
        pausing = Pausing()
        limits = Limits(wanted.timeout_s, wanted.max_bytes)
        guest = Guest(client, HostPauses(wanted.pause_s, pausing.wait), limits, agent=name_agent(wanted.contact))
        taker = ItemTaker(guest, take, fetch_pages=wanted.fetch_pages)
        record = Record(book, outlets, Rhythm(wanted.interval_s), observe=observe)
        poller = Poller(book, guest, taker, record, Wishes(wanted.items, keep), progress=progress)
        return Rounds(book, poller, pausing, keep=keep, only=only)

    def make_lease() -> Lease:
        return Lease(documents, LEASE, lasts_s=wanted.lease_s)

    def prepare(observe: Observe) -> Background | None:
        if not wanted.enabled:
            return None
        work = make_rounds(None, observe).work
        return Background([LeasedThread(LEASE, make_lease(), work, interval_s=LOOK_EVERY_S)])

    guest = Guest(
        client,
        HostPauses(wanted.pause_s, lambda wait_s: time.sleep(max(0.0, wait_s))),
        Limits(wanted.timeout_s, wanted.max_bytes),
        agent=name_agent(wanted.contact),
    )
    return Feeds(
        book,
        client,
        PageReader(guest),
        prepare=prepare,
        make_rounds=lambda only, progress: (make_lease(), make_rounds(only, lambda _, __: None, progress)),
    )


def name_agent(contact: str) -> str:
    """Return the name under which servers are asked, with where its operator can be reached."""
    return f"Isnad/{__version__} (+{contact})" if contact else f"Isnad/{__version__}"
