"""The connection to Elasticsearch: one client a process, made at first use, and its errors in our words.

A client is never carried over a fork (two processes would read each other's answers from one socket): a process that
finds another process's client makes its own. Nothing that could hold a key or password is put into a message or repr.

Retries. The transport tries another node only when a connection failed or a node says that it cannot serve (502, 503,
504) or is busy (429), with exponential back-off and jitter, and never after a timeout, when the request may still be
running. Every write of this engine may be sent twice without harm (a create, a compare-and-set with the writer's own
token in the document, or an external version), so those retries are safe for reads and writes alike.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from elastic_transport import ConnectionError as NodeUnreachable
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, UnsupportedProductError

from service.errors import IndexUnavailable, InvalidSettings, ServiceError
from service.pauses import RETRY_BASE_S, RETRY_CAP_S
from service.settings import ElasticsearchSettings

BUSY, GONE = 429, (502, 503, 504)


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """An API key, or a name and password, or neither."""

    api_key: str = ""
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Login({'api key' if self.api_key else self.username or 'none'})"


class Connection:
    """Lends the client of this process. Safe under threads and forks."""

    def __init__(self, settings: ElasticsearchSettings) -> None:
        """Check the settings and read the files they name; nothing is sent. Raises `InvalidSettings`."""
        self._hosts = _check_hosts(settings.hosts)
        self._login = _read_login(settings)
        self._ca_file = _check_file(settings.ca_file, "elasticsearch.ca_file")
        self._timeout_s = settings.timeout_s
        self._max_retries = settings.max_retries
        self._lock = threading.Lock()
        self._client: Elasticsearch | None = None
        self._process = 0

    def __repr__(self) -> str:
        return f"Connection({', '.join(self._hosts)})"

    @property
    def attempts(self) -> int:
        """How often a rejected write is tried in all."""
        return self._max_retries + 1

    @property
    def timeout_s(self) -> int:
        """How long one request may take."""
        return self._timeout_s

    @property
    def client(self) -> Elasticsearch:
        """The client of this process."""
        with self._lock:
            if self._client is None or self._process != os.getpid():
                self._client = (
                    self._make()
                )  # another process's client is left alone: closing it would close its sockets
                self._process = os.getpid()
            return self._client

    @contextmanager
    def lend(self) -> Iterator[Elasticsearch]:
        """Lend the client; whatever it raises inside the block comes out as a domain error."""
        with translated_errors():
            yield self.client

    def close(self) -> None:
        """Close this process's client; the next use makes a new one."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None and self._process == os.getpid():
            client.close()

    def _make(self) -> Elasticsearch:
        secure = any(host.startswith("https:") for host in self._hosts)
        return Elasticsearch(
            list(self._hosts),
            api_key=self._login.api_key or None,
            basic_auth=(self._login.username, self._login.password) if self._login.username else None,
            **({"ca_certs": str(self._ca_file)} if secure and self._ca_file else {}),  # type: ignore[arg-type]
            # Compressing costs more than it saves where nothing leaves the machine.
            http_compress=not all(_is_loopback(host) for host in self._hosts),
            request_timeout=self._timeout_s,
            max_retries=self._max_retries,
            retry_on_timeout=False,
            retry_on_status=(BUSY, *GONE),
            retry_backoff_base=RETRY_BASE_S,
            retry_backoff_cap=RETRY_CAP_S,
            # A node that was away is tried again after 1 s, later 5 s: it shall be used soon after its return.
            dead_node_backoff_factor=1.0,
            max_dead_node_backoff=5.0,
        )


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise the client's errors as ours: `IndexUnavailable` with the reason, or `ServiceError` for a bug of ours."""
    try:
        yield
    except UnsupportedProductError as error:
        raise IndexUnavailable("what answers is not Elasticsearch", retry_after=60) from error
    except ConnectionTimeout as error:
        raise IndexUnavailable("Elasticsearch did not answer in time") from error
    except TlsError as error:
        raise IndexUnavailable(f"no secure connection to Elasticsearch: {error.message}", retry_after=60) from error
    except NodeUnreachable as error:
        raise IndexUnavailable("no node of Elasticsearch can be reached") from error
    except TransportError as error:
        raise IndexUnavailable(f"Elasticsearch answered something unreadable: {type(error).__name__}") from error
    except ApiError as error:
        raise domain_error(error.status_code, reason_of(error)) from error


def domain_error(status: int, reason: str) -> ServiceError:
    """Return what an HTTP status of Elasticsearch and its reason mean to a caller."""
    if status in (401, 403) and "cluster_block" not in reason:
        return IndexUnavailable("Elasticsearch refuses our key or password, or it lacks a privilege", retry_after=60)
    if status == 403:
        return IndexUnavailable(f"Elasticsearch takes no writes: {reason}", retry_after=30)
    if status == BUSY:
        return IndexUnavailable(f"Elasticsearch is busy: {reason}", retry_after=5)
    if status == 404:
        return missing_index(reason)
    if status >= 500:
        return IndexUnavailable(f"Elasticsearch cannot answer: {reason}")
    return ServiceError(f"Elasticsearch refuses a request: {status} {reason}")


def missing_index(reason: str) -> IndexUnavailable:
    """Return the error for an index that is not where it should be."""
    return IndexUnavailable(f"an index is missing: {reason}", retry_after=10)


def reason_of(error: ApiError) -> str:
    """Return type and reason of an error answer, short enough for a log line."""
    body = error.body if isinstance(error.body, dict) else {}
    detail = body.get("error", {})
    if not isinstance(detail, dict):
        return str(detail)[:200]
    return f"{detail.get('type', 'unknown')}: {detail.get('reason', '')}"[:300]


def _check_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses. A password inside one is refused: addresses are logged and shown."""
    for host in hosts:
        parts = urlsplit(host)
        if parts.username or parts.password:
            raise InvalidSettings("elasticsearch.hosts: put the password into elasticsearch.password_file, not here")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidSettings(f"elasticsearch.hosts: {host} is not http(s)://host:port")
    if not hosts:
        raise InvalidSettings("elasticsearch.hosts: name at least one node")
    return tuple(host if urlsplit(host).port else f"{host.rstrip('/')}:9200" for host in hosts)


def _is_loopback(host: str) -> bool:
    return urlsplit(host).hostname in ("127.0.0.1", "localhost", "::1")


def _read_login(settings: ElasticsearchSettings) -> Login:
    api_key = settings.api_key.reveal() or _read_secret(settings.api_key_file, "elasticsearch.api_key_file")
    password = settings.password.reveal() or _read_secret(settings.password_file, "elasticsearch.password_file")
    if api_key and (settings.username or password):
        raise InvalidSettings("elasticsearch: give either an API key or a username with a password, not both")
    if bool(settings.username) != bool(password):
        raise InvalidSettings("elasticsearch: username and password belong together")
    return Login(api_key, settings.username, password)


def _read_secret(file: Path | None, key: str) -> str:
    if file is None:
        return ""
    try:
        secret = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"{key}: {file} cannot be read") from error
    if not secret:
        raise InvalidSettings(f"{key}: {file} is empty")
    return secret


def _check_file(file: Path | None, key: str) -> Path | None:
    if file is not None and not file.is_file():
        raise InvalidSettings(f"{key}: there is no file {file}")
    return file
