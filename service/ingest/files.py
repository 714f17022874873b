"""Files and folders → submissions, one bad item never hiding the others behind it.

Lines of .ndjson and .jsonl are read one at a time, so that a file may be larger than the memory; the other kinds are
read whole (`sources.read_file`). .xml is a NewsML-G2 message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from service.errors import InvalidInput, UnreadableSource
from service.ingest.newsml import Item, NewsItem, PassedItem, Refusal, read_newsml
from service.ingest.sources import (
    KNOWN_SUFFIXES,
    LINE_SUFFIXES,
    MESSAGE_SUFFIX,
    Handed,
    Withdrawal,
    parse_item,
    read_file,
    read_item,
    read_object,
)


@dataclass(frozen=True, slots=True)
class FileItem:
    """The `number`th item of a file (from 1), or why it cannot be used; `size` is the bytes of the file it took.

    `passed` says of an item that is no article what it is.
    """

    path: Path
    number: int
    size: int
    handed: Handed | None = None
    error: InvalidInput | None = None
    passed: str | None = None


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files given and those of a known kind in the folders given, each once, folders in sorted order.

    Raises `UnreadableSource` for a path that is not there and for a file of an unknown kind.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            files = (file for file in path.rglob("*") if file.suffix.lower() in KNOWN_SUFFIXES and file.is_file())
            found.update(dict.fromkeys(sorted(files)))
        elif not path.is_file():
            raise UnreadableSource(f"{path}: no such file or folder", pointer=str(path))
        elif path.suffix.lower() not in KNOWN_SUFFIXES:
            raise UnreadableSource(f"{path}: not one of {' '.join(sorted(KNOWN_SUFFIXES))}", pointer=str(path))
        else:
            found[path] = None
    return list(found)


def read_items(path: Path) -> Iterator[FileItem]:
    """Read every item of a file, the bad ones as such."""
    suffix = path.suffix.lower()
    try:
        if suffix in LINE_SUFFIXES:
            yield from _read_lines(path)
        elif suffix == ".json":
            yield from _read_list(path)
        elif suffix == MESSAGE_SUFFIX:
            yield from _read_message(path)
        else:
            size = path.stat().st_size
            yield from (FileItem(path, 1, size, submission) for submission in read_file(path))
    except (UnreadableSource, OSError) as error:
        yield FileItem(path, 1, 0, error=_as_unreadable(error, path))


def _read_lines(path: Path) -> Iterator[FileItem]:
    with path.open("rb") as file:
        number = 0
        for place, line in enumerate(file, start=1):
            if line.strip():
                number += 1
                yield _read_line(path, number, place, line)


def _read_line(path: Path, number: int, place: int, line: bytes) -> FileItem:
    origin = f"{path}:{place}"
    try:
        text = line.decode("utf-8-sig" if place == 1 else "utf-8")
        return FileItem(path, number, len(line), parse_item(text, origin=origin))
    except UnicodeDecodeError as error:
        bad = UnreadableSource(f"{origin}: not UTF-8: {error.reason} at byte {error.start}", pointer=origin)
        return FileItem(path, number, len(line), error=bad)
    except UnreadableSource as error:
        return FileItem(path, number, len(line), error=error)


def _read_list(path: Path) -> Iterator[FileItem]:
    raw = path.read_bytes()
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableSource(f"{path}: not JSON in UTF-8: {error}", pointer=str(path)) from error
    items = content if isinstance(content, list) else [content]
    for number, item in enumerate(items, start=1):
        origin = f"{path}#/{number - 1}" if isinstance(content, list) else str(path)
        try:
            yield FileItem(path, number, len(raw) // len(items), read_object(item, origin=origin))
        except UnreadableSource as error:
            yield FileItem(path, number, len(raw) // len(items), error=error)


def _read_message(path: Path) -> Iterator[FileItem]:
    raw = path.read_bytes()
    try:
        items = read_newsml(raw, now=datetime.now(UTC))
    except UnreadableSource as error:
        raise UnreadableSource(f"{path}: {error}", pointer=str(path)) from error
    for number, item in enumerate(items, start=1):
        size = len(raw) // len(items)
        try:
            yield _file_item(path, number, size, item)
        except InvalidInput as error:
            yield FileItem(path, number, size, error=UnreadableSource(f"{path}: {error}", pointer=str(path)))


def _file_item(path: Path, number: int, size: int, item: Item | Refusal) -> FileItem:
    if isinstance(item, PassedItem):
        return FileItem(path, number, size, passed=f"{path}: {item.place}: {item.reason}")
    if isinstance(item, Withdrawal):
        return FileItem(path, number, size, replace(item, origin=f"{path}: {item.id}"))
    if isinstance(item, NewsItem):
        submission = item.as_version(read_item(item.fields))
        return FileItem(path, number, size, replace(submission, origin=f"{path}: {item.place}"))
    raise InvalidInput(str(item))


def _as_unreadable(error: UnreadableSource | OSError, path: Path) -> UnreadableSource:
    if isinstance(error, UnreadableSource):
        return error
    return UnreadableSource(f"{path}: {error.strerror}", pointer=str(path))
