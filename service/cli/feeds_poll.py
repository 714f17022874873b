"""What `isnad feeds poll` does: this process polls, or waits for the one that does, and says what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from service.cli.terminal import output, show_isolated, tame
from service.feeds.background import Feeds
from service.feeds.feed import Feed
from service.feeds.poll import Progress as Tell

LOOK_EVERY_S = 0.3


def poll_now(feeds: Feeds, wanted: frozenset[str], tell: Tell, console: Console) -> None:
    """Return when feeds that were asked for are polled, by this process or by the one that holds the lease."""
    lease, rounds = feeds.make_rounds(wanted, tell)
    has_said = False
    while wanted:
        if lease.acquire():
            try:
                rounds.work(lease.keep)
            finally:
                lease.release()
            return
        if not any(feed.asked_at and feed.is_active for one in wanted if (feed := feeds.book.find(one))):
            return
        if not has_said:
            console.print("another process polls the feeds; it was asked to poll these now")
        has_said = True
        time.sleep(LOOK_EVERY_S)


@contextmanager
def quiet_log() -> Iterator[None]:
    """Let feeds log mistakes of this program only; what else went wrong is in the results."""
    log = logging.getLogger("isnad.feeds")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def say_results(after: list[Feed], before: dict[str, Feed]) -> None:
    """Print what a poll brought, feed by feed."""
    console = output()
    for feed in after:
        counts, earlier = feed.counts, before[feed.id].counts
        parts = [
            f"{getattr(counts, name) - getattr(earlier, name):,} {name}" for name in ("created", "revised", "failed")
        ]
        waiting = sum(1 for problem in feed.problems if problem.retry_at)
        parts += [f"{waiting:,} to be tried again"] if waiting else []
        said = (
            f"{feed.state}: {feed.trouble.detail}" if feed.trouble and (feed.failures or feed.stopped) else feed.state
        )
        console.print(f"{feed.id}  {', '.join(parts)}  ", show_isolated(str(said)), sep="", soft_wrap=True)
    if not after:
        console.print("there are no feeds to poll")


@contextmanager
def shown_progress(console: Console, feeds: dict[str, Feed]) -> Iterator[Tell]:
    """Show how many items of each feed are worked through; yield the function that says so."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(feed_id: str, done: int, total: int) -> None:
            if feed_id not in tasks:
                tasks[feed_id] = bars.add_task(tame(feeds[feed_id].url)[:60], total=total)
            bars.update(tasks[feed_id], completed=done, total=total)

        yield tell
