"""What can go wrong, in the words of the domain; the HTTP edge maps each class to a status.

ServiceError
├── InvalidInput            something given is not usable: says what and where
│   └── UnreadableSource    a file, page or feed item that cannot be read as an article
│       └── UnreadableMessage   a news message or an item of it: says which and where
├── NotFound                no such article, revision, outlet …
├── Conflict                the write contradicts what is stored
│   ├── StaleRevision       another writer was first
│   └── UnderEmbargo        a news item that must not be shown yet
├── IndexUnavailable        the engine does not answer now: try again later
│   └── IndexIncompatible   the stored index was made by another schema: says what to run
├── JudgeUnavailable        the judge cannot work (weights missing, remote model away)
│   └── ModelUnavailable    a neural model's files are not there, or are not a model
├── QueueFull               too much is waiting to be done in the background: try again later
├── CallRefused             an outside address that the service will not call
└── InvalidSettings         configuration that cannot be served with
"""

from __future__ import annotations


class ServiceError(Exception):
    """Base of everything this service raises on purpose."""


class InvalidInput(ServiceError):
    """Something given is not usable. `pointer` is the JSON pointer or place of the bad part."""

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class UnreadableSource(InvalidInput):
    """A file, page or feed item that cannot be read as an article."""


class UnreadableMessage(UnreadableSource):
    """A news message, or one item of it, that cannot be read.

    `xpath` is the place of the bad part, `line` its line in the XML, None where it has none.
    """

    def __init__(self, message: str, *, xpath: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.xpath = xpath
        self.line = line


class NotFound(ServiceError):
    """There is no such thing."""


class Conflict(ServiceError):
    """The write contradicts what is stored."""


class StaleRevision(Conflict):
    """Another writer stored a later revision first."""


class UnderEmbargo(Conflict):
    """A news item that must not be shown yet; the message says until when."""


class IndexUnavailable(ServiceError):
    """The engine does not answer now. `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IndexIncompatible(IndexUnavailable):
    """The stored index was made by another schema; the message says what to run."""


class JudgeUnavailable(ServiceError):
    """The judge cannot work."""


class ModelUnavailable(JudgeUnavailable):
    """A neural model's files are not there or are not a model; the message names them."""


class QueueFull(ServiceError):
    """Too many jobs wait: of the caller himself (`is_own`) or of all. `retry_after` is in seconds."""

    def __init__(self, message: str, *, is_own: bool, retry_after: int = 10) -> None:
        super().__init__(message)
        self.is_own = is_own
        self.retry_after = retry_after


class CallRefused(ServiceError):
    """An outside address that the service will not call, because it does not lead to the public internet."""


class InvalidSettings(ServiceError):
    """Configuration that cannot be served with; the message names the key."""
