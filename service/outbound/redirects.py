"""Following redirects: every hop is a request of its own, checked like the first, and there are few of them.

The caller makes the requests, so that whatever holds for one (address checks, robots.txt, pauses) holds for each hop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from service.outbound.http import Answer, CallFailed

MOST_HOPS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Arrived:
    """The answer at the end of a way. `url` is where it came from; `moved_to` is the address that the one asked for
    has moved to for good, when the server said so."""

    answer: Answer
    url: str
    moved_to: str | None = None


def follow(send: Callable[[str], Answer], url: str, *, most: int = MOST_HOPS) -> Arrived:
    """Return the answer that redirects lead to from `url`, after `most` hops at most.

    Raises `CallFailed` for a circle, for too many hops and for a redirect to nowhere, and what `send` raises.
    """
    here, moved_to, seen = url, None, {url}
    is_for_good = True
    while True:
        answer = send(here)
        if answer.status not in _REDIRECTS:
            return Arrived(answer, here, moved_to)
        is_for_good = is_for_good and answer.status in _PERMANENT
        here = _read_location(answer, here)
        if here in seen:
            raise CallFailed(f"the redirects go round in a circle at {here[:200]}")
        if len(seen) > most:
            raise CallFailed(f"more than {most} redirects, the last one to {here[:200]}")
        seen.add(here)
        moved_to = here if is_for_good else moved_to


def _read_location(answer: Answer, url: str) -> str:
    location = answer.headers.get("location", "").strip()
    if not location:
        raise CallFailed(f"answered {answer.status} without saying where to")
    try:
        return urldefrag(urljoin(url, _as_utf8(location))).url
    except ValueError as error:
        raise CallFailed(f"a redirect to {location[:200]!r}, which is no address") from error


def _as_utf8(location: str) -> str:
    """Return a header that was read as Latin-1 with the UTF-8 that many servers write into it."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
