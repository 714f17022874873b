"""How far an ingest has come, kept beside the data until it is through.

One small file per set of paths, one line per step: {"file", "stamp", "done"}; the last line of a file counts, and only
while the file is the same (size and time of change). It is appended after the articles are stored: a crash in between
makes the next run take them again, which changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

STEP = 100
"""Items of one file between two lines."""


class Journal:
    """The journal of one run over `files`; use it as a context."""

    def __init__(self, data: Path, files: Sequence[Path]) -> None:
        named = "\n".join(sorted({str(path.resolve()) for path in files}))
        self._path = data / f"ingest-{hashlib.sha256(named.encode()).hexdigest()[:12]}.jsonl"
        self._done = self._read()
        self._file: TextIO | None = None
        self._last: tuple[Path, int] | None = None
        self._written: tuple[Path, int] | None = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._write()
        if self._file:
            self._file.close()

    def done(self, path: Path) -> int:
        """Return how many items of a file were taken by an interrupted run."""
        return self._done.get((str(path.resolve()), _stamp(path)), 0)

    def note(self, path: Path, number: int) -> None:
        """Note that the items of a file up to `number` are stored."""
        if self._last and self._last[0] != path:
            self._write()
        self._last = (path, number)
        if number % STEP == 0:
            self._write()

    def finish(self) -> None:
        """Forget everything: the run is through."""
        self._last = None
        if self._file:
            self._file.close()
            self._file = None
        self._path.unlink(missing_ok=True)

    def _write(self) -> None:
        if self._last is None or self._last == self._written:
            return
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        path, number = self._last
        self._file.write(json.dumps({"file": str(path.resolve()), "stamp": _stamp(path), "done": number}) + "\n")
        self._file.flush()
        self._written = self._last

    def _read(self) -> dict[tuple[str, str], int]:
        done: dict[tuple[str, str], int] = {}
        if not self._path.is_file():
            return done
        for line in self._path.read_text("utf-8").splitlines():
            try:
                step = json.loads(line)
                done[step["file"], step["stamp"]] = int(step["done"])
            except (ValueError, KeyError, TypeError):
                continue  # the line that a crash cut short
        return done


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "gone"
    return f"{status.st_size}:{status.st_mtime_ns}"
