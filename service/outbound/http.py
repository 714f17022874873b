"""One HTTP request to an address that was checked: no redirects, no proxies, bounded in time and size.

The connection goes to the checked address itself; the Host header, the server name of TLS and the certificate are those
of the name. A watchdog closes the connection when the time for the whole call is over, so that a server that sends a
byte now and then holds nobody.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from service.errors import CallRefused
from service.outbound.addresses import Allowed, Resolve, Target, read_target, resolve_allowed

CONNECT_S = 5.0
LARGEST_ANSWER = 64 * 1024


class CallFailed(Exception):
    """No answer came: the name, the connection, TLS, the time or what was sent is at fault; the message says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is cut at the limit that was asked for, `is_cut` tells so; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool


class OutboundClient:
    """Makes requests to the public internet and to what is allowed besides; holds nothing, safe between threads."""

    def __init__(self, allowed: Allowed | None = None, *, resolve: Resolve | None = None) -> None:
        self._allowed = allowed or Allowed()
        self._resolve = resolve

    def check(self, url: str) -> None:
        """Refuse what can be refused without asking for a name. Raises `InvalidInput` or `CallRefused`."""
        target = read_target(url)
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in target.host else socket.AF_INET, target.host)
        except OSError:
            return
        resolve_allowed(target, self._allowed, resolve=lambda host, _: [host])

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        timeout_s: float,
        most: int = LARGEST_ANSWER,
    ) -> Answer:
        """Return the answer to one request, at most `most` bytes of it; a redirect is an answer like any other.

        `timeout_s` is for the whole call. Raises `CallRefused` for an address that may not be reached, `CallFailed`
        when no answer came.
        """
        target, deadline = read_target(url), time.monotonic() + timeout_s
        try:
            addresses = resolve_allowed(target, self._allowed, resolve=self._resolve)
            stream = _connect(target, addresses, deadline)
        except (OSError, ssl.SSLError, UnicodeError) as error:
            raise CallFailed(f"cannot connect to {target.host}: {_reason(error)}") from error
        with stream, _Watchdog(stream, deadline) as watchdog:
            try:
                answer = _exchange(_Connection(target, stream), method, target, headers, body, most)
            except (OSError, ssl.SSLError, http.client.HTTPException, ValueError) as error:
                is_late = watchdog.has_barked or isinstance(error, TimeoutError)
                why = f"no whole answer within {timeout_s:g} s" if is_late else _reason(error)
                raise CallFailed(f"{target.host}: {why}") from error
            if watchdog.has_barked and not answer.is_cut:  # the end of the stream was made by the watchdog
                raise CallFailed(f"{target.host}: no whole answer within {timeout_s:g} s")
            return answer


class _Connection(http.client.HTTPConnection):
    """An HTTP connection over a stream that is open already."""

    def __init__(self, target: Target, stream: socket.socket) -> None:
        super().__init__(target.host, target.port)
        self.sock = stream
        self.auto_open = 0


class _Watchdog:
    """Closes a stream at the deadline, whatever it waits for."""

    def __init__(self, stream: socket.socket, deadline: float) -> None:
        self.has_barked = False
        self._stream = stream
        self._timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._bark)
        self._timer.daemon = True

    def __enter__(self) -> _Watchdog:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _bark(self) -> None:
        self.has_barked = True
        try:
            # Not through the TLS layer, which would say goodbye first: the waiting thread must wake up at once.
            socket.socket.shutdown(self._stream, socket.SHUT_RDWR)
        except OSError:
            return


def _connect(target: Target, addresses: list[str], deadline: float) -> socket.socket:
    """Open a stream to the first address that answers."""
    trouble: OSError = OSError("the name has no address")
    for address in addresses:
        left = min(CONNECT_S, deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("timed out")
        try:
            plain = socket.create_connection((address, target.port), timeout=left)
        except OSError as error:
            trouble = error
            continue
        return _secure(plain, target, deadline) if target.scheme == "https" else _with_time(plain, deadline)
    raise trouble


def _secure(plain: socket.socket, target: Target, deadline: float) -> socket.socket:
    with _Watchdog(plain, min(deadline, time.monotonic() + CONNECT_S)):
        try:
            return _with_time(_tls().wrap_socket(plain, server_hostname=target.host), deadline)
        except BaseException:
            plain.close()
            raise


def _with_time(stream: socket.socket, deadline: float) -> socket.socket:
    stream.settimeout(max(0.1, deadline - time.monotonic()))
    return stream


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _exchange(
    connection: _Connection, method: str, target: Target, headers: Mapping[str, str], body: bytes | None, most: int
) -> Answer:
    sent = {"Host": target.authority, "Accept-Encoding": "identity", "Connection": "close", **headers}
    connection.request(method, target.path, body=body, headers=sent)
    response = connection.getresponse()
    found = response.read(most + 1)
    if len(found) <= most and response.length:
        raise http.client.IncompleteRead(found, response.length)
    names = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, names, found[:most], len(found) > most)


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    return (str(error) or type(error).__name__)[:200]


__all__ = ["Answer", "CallFailed", "CallRefused", "OutboundClient"]
