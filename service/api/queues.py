"""How much waits to be done in the background, for the gauges; what cannot be counted now is left out."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

from service.errors import IndexUnavailable
from service.index import Lagging
from service.services import Services


def count_waiting(services: Services) -> dict[str, int]:
    """Return the lengths of the queues: jobs, webhook calls, due feeds; on the embedded engine articles and vectors."""
    counts: list[Callable[[], Mapping[str, int]]] = [
        lambda: {"jobs": services.jobs.book.count_open()},
        lambda: {"webhooks": services.watches.book.count_waiting()},
        lambda: {"feeds": services.feeds.book.count_waiting()},
    ]
    if isinstance(services.index, Lagging):
        counts.append(services.index.count_waiting)
    lengths: dict[str, int] = {}
    for count in counts:
        with contextlib.suppress(IndexUnavailable):
            lengths.update(count())
    return lengths
