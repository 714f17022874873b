"""Asking a server as a guest does: as its robots.txt allows, one request at a time, under our name, within limits.

Every hop of a redirect is a request like the first: its address is resolved and checked, its host's rules are read, its
host's pause is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from service.errors import CallRefused, InvalidInput
from service.feeds.pacing import HostPauses
from service.feeds.resting import REST_S, Resting
from service.feeds.robots import LARGEST, Robots
from service.outbound.decoding import ACCEPTED, read_body
from service.outbound.http import Answer, CallFailed, OutboundClient
from service.outbound.redirects import Arrived, follow

NOT_MODIFIED, GONE, _TOO_MANY = 304, 410, 429
_LASTING = frozenset({400, 401, 403, 404, 405, 406, 410, 414, 451})
"""Answers that the same request will get again soon."""


class FetchFailed(Exception):
    """Nothing came, or nothing of use; the message says what and where.

    `is_lasting`: asking again soon is of no use. `retry_after_s` is what the server wants.
    """

    def __init__(
        self, detail: str, *, is_lasting: bool = False, retry_after_s: int = 0, status: int | None = None
    ) -> None:
        super().__init__(detail)
        self.is_lasting = is_lasting
        self.retry_after_s = retry_after_s
        self.status = status


@dataclass(frozen=True, slots=True)
class Limits:
    """For one answer: the time of each request, and its size as sent and unpacked."""

    timeout_s: float
    most_bytes: int


class Guest:
    """Fetches addresses; holds rules and pauses of hosts, safe between threads."""

    def __init__(
        self,
        client: OutboundClient,
        pauses: HostPauses,
        limits: Limits,
        *,
        agent: str,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._pauses = pauses
        self._limits = limits
        self._agent = agent
        self._clock = clock
        self._robots = Robots(self._get_robots)
        self._resting = Resting(clock)

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None, spares: bool = False) -> Arrived:
        """Return the answer for an address, redirects followed and the body unpacked: status 200, or 304.

        With `spares`, a host that fails or wants to be left alone is not asked. Raises `FetchFailed`; the message
        begins with the address that failed.
        """
        at = url

        def send(here: str) -> Answer:
            nonlocal at
            at = here
            if spares:
                self._spare(here)
            return self._ask(here, {"Accept": accept, **(headers or {})})

        try:
            arrived = follow(send, url)
            self._check_status(arrived)
            body = read_body(arrived.answer, most=self._limits.most_bytes)
        except CallFailed as error:
            raise FetchFailed(f"{_shorten(at)}: {error}") from error
        except (CallRefused, InvalidInput) as error:
            raise FetchFailed(f"{_shorten(at)}: {error}", is_lasting=True) from error
        return replace(arrived, answer=replace(arrived.answer, body=body))

    def _spare(self, url: str) -> None:
        resting = self._resting.find(_host(url))
        if resting is not None:
            left_s, why = resting
            raise FetchFailed(f"{_shorten(url)}: not asked for now, since {why}", retry_after_s=left_s)

    def _ask(self, url: str, headers: Mapping[str, str]) -> Answer:
        self._client.check(url)
        rules = self._robots.rules(url)
        if rules.why_not:
            raise FetchFailed(f"{_shorten(url)}: not asked for, since {rules.why_not}")
        if not rules.allows(url):
            raise FetchFailed(f"{_shorten(url)}: the host's robots.txt does not allow it", is_lasting=True)
        try:
            answer = self._request(url, headers, pause_s=rules.delay_s, most=self._limits.most_bytes)
        except CallFailed as error:
            self._resting.note_failure(_host(url), str(error))
            raise
        self._note(url, answer)
        return answer

    def _note(self, url: str, answer: Answer) -> None:
        """Take note of how a host answers."""
        wish_s = read_retry_after(answer.headers.get("retry-after", ""), now=self._clock()) or None
        if answer.status == _TOO_MANY:
            self._resting.note_failure(_host(url), "its host says that this is too often", wish_s=wish_s or REST_S)
        elif answer.status >= 500:
            why = f"{_shorten(url)} answered {answer.status}"
            self._resting.note_failure(_host(url), why, wish_s=wish_s)
        else:
            self._resting.note_success(_host(url))

    def _get_robots(self, url: str) -> Answer:
        def send(here: str) -> Answer:
            answer = self._request(here, {"Accept": "text/plain, */*;q=0.5"}, most=LARGEST)
            return replace(answer, is_cut=False)  # rules behind the limit are not read

        try:
            answer = follow(send, url).answer
            return replace(answer, body=read_body(answer, most=LARGEST) if answer.status == 200 else b"")
        except (CallRefused, InvalidInput) as error:
            raise CallFailed(str(error)) from error

    def _request(self, url: str, headers: Mapping[str, str], *, most: int, pause_s: float = 0.0) -> Answer:
        sent = {"User-Agent": self._agent, "Accept-Encoding": ACCEPTED, **headers}
        with self._pauses.turn(_host(url), pause_s=pause_s):
            return self._client.request("GET", url, headers=sent, timeout_s=self._limits.timeout_s, most=most)

    def _check_status(self, arrived: Arrived) -> None:
        status = arrived.answer.status
        if status in (200, NOT_MODIFIED):
            return
        wait_s = read_retry_after(arrived.answer.headers.get("retry-after", ""), now=self._clock())
        detail = f"{_shorten(arrived.url)}: answered {status}" + (
            f", to be asked again in {wait_s} s" if wait_s else ""
        )
        raise FetchFailed(detail, is_lasting=status in _LASTING, retry_after_s=wait_s, status=status)


def read_retry_after(text: str, *, now: datetime) -> int:
    """Return the seconds that a Retry-After header means, given as seconds or as a time; 0 without one."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter of a zone as far away as +99999999999
        return 0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int((moment - now).total_seconds()))


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _shorten(url: str) -> str:
    return url if len(url) <= 300 else url[:299] + "…"
