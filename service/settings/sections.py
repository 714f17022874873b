"""The sections of config/isnad.toml as frozen dataclasses, each value with its default and, for numbers, its range."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


class Secret:
    """A password or key that no log, repr or traceback shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret itself; call it only where it is sent."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(***)" if self._value else "Secret()"


NO_SECRET = Secret()
SHIPPED_MODELS = ("big", "small")
"""The judge's models that come with the service: the folders of service/judgement/weights."""


def _between(default: int, low: int, high: int) -> int:
    """Declare a number with the closed range it must lie in."""
    value: int = field(default=default, metadata={"range": (low, high)})
    return value


def _chance(default: float) -> float:
    """Declare a number between 0 and 1."""
    value: float = field(default=default, metadata={"range": (0, 1)})
    return value


def _rate(default: str) -> str:
    """Declare a number of calls in a stretch of time."""
    value: str = field(default=default, metadata={"pattern": r"[1-9][0-9]{0,8}/(second|minute|hour|day)"})
    return value


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where and with how many processes the service listens."""

    host: str = "127.0.0.1"
    port: int = _between(8000, 1, 65535)
    workers: int = _between(2, 1, 64)
    threads: int = _between(4, 1, 64)
    timeout_s: int = _between(120, 5, 3600)
    graceful_timeout_s: int = _between(30, 1, 3600)

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the listening address."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """What a request may bring."""

    max_body_bytes: int = _between(5 * 1024 * 1024, 1024, 256 * 1024 * 1024)


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Which engine keeps the articles, and whether it also finds passages by what they mean (embedded only)."""

    engine: Literal["embedded", "elasticsearch"] = "embedded"
    vectors: bool = True


@dataclass(frozen=True, slots=True)
class ElasticsearchSettings:
    """How to reach Elasticsearch; used when `index.engine` is "elasticsearch"."""

    hosts: tuple[str, ...] = ("http://127.0.0.1:9200",)
    prefix: str = "isnad"
    api_key: Secret = NO_SECRET
    api_key_file: Path | None = None
    username: str = ""
    password: Secret = NO_SECRET
    password_file: Path | None = None
    ca_file: Path | None = None
    timeout_s: int = _between(10, 1, 300)
    max_retries: int = _between(3, 0, 20)
    shards: int = _between(1, 1, 128)
    replicas: int = _between(1, 0, 8)


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """How articles are read. `outlets_file` None means the outlets.toml beside the configuration."""

    outlets_file: Path | None = None


@dataclass(frozen=True, slots=True)
class ClaimsSettings:
    """How wide a claim is searched for."""

    candidates: int = _between(40, 1, 500)


@dataclass(frozen=True, slots=True)
class RemoteJudgeSettings:
    """An OpenAI-compatible chat endpoint for pairs the judge is unsure of; without `base_url` there is none.

    `unsure_below` and `trust` are chances: a pair is asked about when the judgement is less sure than the one, and the
    endpoint's flag is believed as right as often as the other says. `per_minute` is shared by all workers.
    """

    base_url: str = ""
    model: str = ""
    api_key: Secret = NO_SECRET
    api_key_file: Path | None = None
    timeout_s: int = _between(20, 1, 300)
    per_minute: int = _between(60, 1, 100_000)
    per_claim: int = _between(8, 1, 100)
    unsure_below: float = _chance(0.6)
    trust: float = _chance(0.8)


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """Who judges: a shipped model, no model at all, or the folder of an ONNX model with a model.json of its own."""

    model: str = "big"
    sieve: bool = True
    threads: int = _between(0, 0, 64)
    remote: RemoteJudgeSettings = RemoteJudgeSettings()


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """Who may call. `auto` is open while the service listens on loopback only, and asks for keys otherwise."""

    mode: Literal["auto", "keys", "open"] = "auto"
    bootstrap_key: Secret = NO_SECRET


@dataclass(frozen=True, slots=True)
class LimitsSettings:
    """How often one API key may call, as "<number>/<second|minute|hour|day>"; callers without a key are not counted."""

    read: str = _rate("600/minute")
    ingest: str = _rate("6000/minute")
    storage: str = "memory://"


@dataclass(frozen=True, slots=True)
class IdempotencySettings:
    """How long the answer to a write with an Idempotency-Key is kept."""

    keep_hours: int = _between(24, 1, 24 * 30)


@dataclass(frozen=True, slots=True)
class OutboundSettings:
    """Which addresses may be called besides the public internet: names, addresses, networks, parted by commas."""

    allow: str = ""


@dataclass(frozen=True, slots=True)
class WatchesSettings:
    """How claims are watched: what is judged, how webhooks are called, and how long what was found is kept."""

    candidates: int = _between(100, 1, 100_000)
    keep_days: int = _between(30, 1, 3650)
    timeout_s: int = _between(10, 1, 60)
    attempts: int = _between(16, 1, 100)
    first_retry_s: int = _between(5, 1, 3600)
    interval_s: int = _between(1, 1, 60)
    lease_s: int = _between(30, 2, 600)


@dataclass(frozen=True, slots=True)
class JobsSettings:
    """How claims are answered in the background: how many jobs may wait, and how long a finished one is kept."""

    queue: int = _between(100, 1, 10_000)
    per_key: int = _between(20, 1, 10_000)
    keep_days: int = _between(7, 1, 3650)
    interval_s: int = _between(1, 1, 60)
    lease_s: int = _between(60, 2, 3600)


@dataclass(frozen=True, slots=True)
class FeedsSettings:
    """How feeds are followed: how often, how gently, within which limits.

    `contact` is an address of the operator that servers are told, `pause_s` the pause between two requests to a host.
    """

    enabled: bool = True
    interval_s: int = _between(900, 60, 7 * 24 * 3600)
    items: int = _between(50, 1, 1000)
    fetch_pages: bool = True
    contact: str = field(default="", metadata={"pattern": r"[!-~]{0,200}"})
    pause_s: int = _between(1, 0, 60)
    timeout_s: int = _between(15, 1, 60)
    max_bytes: int = _between(4 * 1024 * 1024, 64 * 1024, 64 * 1024 * 1024)
    keep_days: int = _between(30, 1, 3650)
    lease_s: int = _between(30, 2, 600)


@dataclass(frozen=True, slots=True)
class FactChecksSettings:
    """How fact-checks are matched to a claim: how many are judged, the likeliest by their words."""

    candidates: int = _between(8, 1, 100)


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    """What is written to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["json", "text"] = "json"


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration. `config_directory` is where files named beside the configuration are looked for."""

    data: Path = Path(".data")
    server: ServerSettings = ServerSettings()
    http: HttpSettings = HttpSettings()
    index: IndexSettings = IndexSettings()
    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()
    ingest: IngestSettings = IngestSettings()
    claims: ClaimsSettings = ClaimsSettings()
    judge: JudgeSettings = JudgeSettings()
    auth: AuthSettings = AuthSettings()
    limits: LimitsSettings = LimitsSettings()
    idempotency: IdempotencySettings = IdempotencySettings()
    outbound: OutboundSettings = OutboundSettings()
    watches: WatchesSettings = WatchesSettings()
    jobs: JobsSettings = JobsSettings()
    feeds: FeedsSettings = FeedsSettings()
    fact_checks: FactChecksSettings = FactChecksSettings()
    logging: LoggingSettings = LoggingSettings()
    config_directory: Path = Path(__file__).parents[2] / "config"

    @property
    def outlets_file(self) -> Path:
        """Return the file that names outlets, agencies and their aliases."""
        return self.ingest.outlets_file or self.config_directory / "outlets.toml"

    @property
    def is_open(self) -> bool:
        """Tell whether callers from this machine need no API key."""
        return self.auth.mode == "open" or (self.auth.mode == "auto" and self.server.is_loopback)
