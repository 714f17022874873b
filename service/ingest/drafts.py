"""An article while its page is being read: what is kept, what is taken off, which lines tell where it is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from service.ingest.datelines import Stamp
from service.ingest.lines import Line, LineKind
from service.model import Removed, RemovedKind

_REMOVED_AS: dict[LineKind, RemovedKind] = {
    "teaser": "teaser",
    "caption": "caption",
    "tags": "tags",
    "share": "share",
    "comments": "comments",
    "source": "source_line",
    "author": "source_line",
}


@dataclass(slots=True)
class Draft:
    """An article while the page is being read: body lines, what was taken off, and where its facts may stand."""

    title: str | None = None
    body: list[Line] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    published: Stamp | None = None
    updated: Stamp | None = None
    author: str | None = None
    source_lines: list[str] = field(default_factory=list)
    name_lines: list[str] = field(default_factory=list)
    commented: list[datetime] = field(default_factory=list)
    is_split_off: bool = False

    @property
    def body_words(self) -> int:
        """Number of words of the body so far."""
        return sum(len(line.words) for line in self.body)

    def take_off(self, line: Line, kind: LineKind) -> None:
        """Note a line as removed."""
        self.removed.append(Removed(_REMOVED_AS.get(kind, "other"), line.text))


def join_removed(removed: Sequence[Removed]) -> tuple[Removed, ...]:
    """Return what was taken off with neighbours of one kind joined line by line."""
    groups = groupby(removed, key=lambda one: one.kind)
    return tuple(Removed(kind, "\n".join(one.text for one in group)) for kind, group in groups)
