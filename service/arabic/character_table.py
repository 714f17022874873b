"""Tables for str.translate that grow as characters are met: no start works through a million code points."""

from __future__ import annotations

from collections.abc import Callable


class CharacterTable(dict[int, str]):
    """What every character becomes: what is `known`, and for others what `work_out` says at first sight."""

    def __init__(self, work_out: Callable[[str], str], known: dict[int, str] | None = None) -> None:
        super().__init__(known or {})
        self._work_out = work_out

    def __missing__(self, code: int) -> str:
        self[code] = value = self._work_out(chr(code))
        return value
