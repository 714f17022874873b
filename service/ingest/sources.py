"""How an article is handed in: a request, a file, a feed item → `Submission`.

A submission is raw content of one kind (`page`: scraped text with everything around it; `html`; `text`: a body that is
already clean) and what the sender knows of it. Known fields always win over what is found later. Files: .txt is a
page, .html/.htm is html, .json is one item or a list, .ndjson/.jsonl one item a line; an item is an object with the
fields of `POST /v1/articles`, or an IPTC ninjs item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal

from service.errors import InvalidInput, UnreadableSource
from service.ingest.ninjs import is_ninjs, read_ninjs, read_pubstatus

ContentKind = Literal["page", "html", "text"]
CONTENT_KINDS: tuple[ContentKind, ...] = ("page", "html", "text")

_PAGE_SUFFIXES = {".txt": "page", ".html": "html", ".htm": "html"}
LINE_SUFFIXES = {".ndjson", ".jsonl"}
MESSAGE_SUFFIX = ".xml"
KNOWN_SUFFIXES = frozenset(_PAGE_SUFFIXES) | LINE_SUFFIXES | {".json", MESSAGE_SUFFIX}
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NEWLINES = re.compile("\r\n?|[\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Submission:
    """One article as it was handed in. `origin` names the file and line it came from, for messages.

    `credit` is whom an agency's client must name. `is_version` marks one of several versions that may come in any
    order: the one with the latest `updated_at` counts.
    """

    content: str
    kind: ContentKind = "page"
    id: str | None = None
    url: str | None = None
    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: str | None = None
    origin: str | None = None
    credit: str | None = None
    is_version: bool = False


WithdrawnStatus = Literal["canceled", "withheld"]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Word of an agency, as of the time `at`, that an article must not be shown (any more)."""

    id: str
    status: WithdrawnStatus
    at: datetime
    origin: str | None = None


Handed = Submission | Withdrawal
"""What may be handed in."""

_NOT_SENT = {"content", "kind", "origin", "credit", "is_version"}
_KNOWN_FIELDS = tuple(field.name for field in fields(Submission) if field.name not in _NOT_SENT)
_MOMENTS = ("published_at", "updated_at")


def tidy_text(text: str, *, pointer: str = "") -> str:
    """Return `text` with plain newlines and without a byte order mark; every other character stays as it is.

    Bidi controls and zero-width characters are part of the quote and stay (comparison ignores them). NUL and lone
    surrogates can be stored by neither engine and sent by no JSON, so they raise `InvalidInput`.
    """
    bad = _UNSTORABLE.search(text)
    if bad:
        raise InvalidInput(f"the text holds U+{ord(bad.group()):04X} at character {bad.start()}", pointer=pointer)
    return _NEWLINES.sub("\n", text.removeprefix("\ufeff"))


def read_item(item: Mapping[str, Any], *, pointer: str = "") -> Submission:
    """Read one JSON object: the fields of `POST /v1/articles` or a ninjs item.

    Raises `InvalidInput` with the JSON pointer of the bad field.
    """
    is_version = is_ninjs(item)
    if is_version:
        item = read_ninjs(item, pointer=pointer)
    unknown = sorted(set(item) - set(CONTENT_KINDS) - set(_KNOWN_FIELDS))
    if unknown:
        raise InvalidInput(f"unknown field {unknown[0]!r}", pointer=f"{pointer}/{unknown[0]}")
    kinds = [kind for kind in CONTENT_KINDS if item.get(kind) is not None]
    if len(kinds) != 1:
        raise InvalidInput("exactly one of page, html and text is needed", pointer=pointer)
    content = _read_string(item, kinds[0], pointer)
    if not content or not content.strip():
        raise InvalidInput("the content is empty", pointer=f"{pointer}/{kinds[0]}")
    return Submission(content=content, kind=kinds[0], is_version=is_version, **_read_known(item, pointer))


def read_withdrawal(item: Mapping[str, Any], *, pointer: str = "") -> Withdrawal | None:
    """Return the withdrawal that a ninjs item is; None when it is none. Raises `InvalidInput`."""
    status = read_pubstatus(item) if is_ninjs(item) else None
    if status is None:
        return None
    id_ = _read_string(item, "uri", pointer) or _read_string(item, "guid", pointer)
    if not id_:
        raise InvalidInput("the ninjs item has no uri", pointer=f"{pointer}/uri")
    moment = _read_string(item, "versioncreated", pointer)
    at = read_moment(moment, pointer=f"{pointer}/versioncreated") if moment else datetime.now(UTC)
    return Withdrawal(id_, status, at)


def _read_known(item: Mapping[str, Any], pointer: str) -> dict[str, Any]:
    known: dict[str, Any] = {name: _read_string(item, name, pointer) for name in _KNOWN_FIELDS}
    for name in _MOMENTS:
        known[name] = read_moment(known[name], pointer=f"{pointer}/{name}") if known[name] else None
    return known


def _read_string(item: Mapping[str, Any], name: str, pointer: str) -> str | None:
    value = item.get(name)
    if isinstance(value, datetime):
        return value.isoformat()
    if value is not None and not isinstance(value, str):
        raise InvalidInput(f"{name} must be a string", pointer=f"{pointer}/{name}")
    return tidy_text(value, pointer=f"{pointer}/{name}") if value is not None else None


def read_moment(text: str, *, pointer: str = "") -> datetime:
    """Read an ISO 8601 date or date and time; a date is its first moment, no offset means UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(f"{text!r} is not an ISO 8601 date or time", pointer=pointer) from error
    return moment if moment.tzinfo else datetime.combine(moment.date(), moment.time() or time(), tzinfo=UTC)


def read_file(path: Path) -> Iterator[Handed]:
    """Read every article of a file; `origin` says where each came from.

    Raises `UnreadableSource` when the file cannot be read at all, is of no known kind, or an item is bad.
    """
    suffix = path.suffix.lower()
    if suffix in _PAGE_SUFFIXES:
        kind = _PAGE_SUFFIXES[suffix]
        yield read_object({kind: _read_utf8(path)}, origin=str(path))
    elif suffix == ".json":
        yield from _read_json(path)
    elif suffix in LINE_SUFFIXES:
        yield from _read_lines(path)
    else:
        raise UnreadableSource(f"{path}: not one of .txt .html .htm .json .ndjson .jsonl")


def parse_item(line: str, *, origin: str) -> Handed:
    """Read one line of JSON as an article. Raises `UnreadableSource` that names `origin`."""
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{origin}: not JSON: {error}", pointer=origin) from error
    return read_object(item, origin=origin)


def _read_json(path: Path) -> Iterator[Handed]:
    try:
        content = json.loads(_read_utf8(path))
    except ValueError as error:
        raise UnreadableSource(f"{path}: not JSON: {error}", pointer=str(path)) from error
    if isinstance(content, list):
        for number, item in enumerate(content):
            yield read_object(item, origin=f"{path}#/{number}")
    else:
        yield read_object(content, origin=str(path))


def _read_lines(path: Path) -> Iterator[Handed]:
    for number, line in enumerate(_read_utf8(path).split("\n"), start=1):
        if line.strip():
            yield parse_item(line, origin=f"{path}:{number}")


def read_object(item: object, *, origin: str) -> Handed:
    """Read one JSON value as an article, or as word that one was taken back.

    Raises `UnreadableSource` that names `origin`.
    """
    if not isinstance(item, Mapping):
        raise UnreadableSource(f"{origin}: an article is a JSON object", pointer=origin)
    try:
        return replace(read_withdrawal(item) or read_item(item), origin=origin)
    except InvalidInput as error:
        raise UnreadableSource(f"{origin}: {error}", pointer=f"{origin}{error.pointer}") from error


def _read_utf8(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSource(f"{path}: {error}", pointer=str(path)) from error
