"""Values of schema.org as publishers really write them: text with markup, lists where one is meant, numbers as text.

A value that cannot be read is left out with a remark, unless the review is nothing without it.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from service.arabic.normalise import normalise

LONGEST_URL = 2_000
LONGEST_TEXT = 1_000
EARLIEST_YEAR, LATEST_YEAR = 1600, 2999
_LARGEST_RATING = 1e6
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_BLANKS = re.compile(r"\s+")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_DATE = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[Tt ]\s*(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?\s*([Zz]|[+-]\d{2}:?\d{2})?)?"
)
_NUMBER = re.compile(r"([+-]?\d+(?:[.,]\d+)?)(?:\s*/\s*(\d+(?:[.,]\d+)?))?")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a review that could not be used, and where."""

    pointer: str
    detail: str


@dataclass(slots=True)
class Source:
    """What values of one review are read with: nodes that others refer to, the page's address, remarks so far."""

    nodes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    page_url: str | None = None
    remarks: list[Remark] = field(default_factory=list)

    def node(self, value: Any) -> Any:
        """Return the node that a bare reference ({"@id": …}) points at, anything else as it is; of a list the first."""
        value = first(value)
        if isinstance(value, dict) and value.keys() <= {"@id", "@type"}:
            return self.nodes.get(str(value.get("@id")), value)
        return value

    def remark(self, pointer: str, detail: str) -> None:
        """Note that something could not be used."""
        self.remarks.append(Remark(pointer, detail))


def first(value: Any) -> Any:
    """Return the first of a list that says something, or the value itself."""
    if isinstance(value, list):
        return next((item for item in value if item not in (None, "", {}, [])), None)
    return value


def has_type(node: Any, name: str) -> bool:
    """Tell whether a node is of a schema.org type, however its name is written."""
    types = node.get("@type") if isinstance(node, dict) else None
    return any(
        isinstance(one, str) and re.split(r"[/#:]", one)[-1] == name
        for one in (types if isinstance(types, list) else [types])
    )


def read_text(value: Any, *, most: int | None = LONGEST_TEXT) -> str | None:
    """Return the words of a text value: markup off, entities read, blanks made single; None when there are none.

    A language map or a typed value counts by its `@value`. Longer than `most`, the text is cut.
    """
    value = first(value)
    if isinstance(value, dict):
        value = first(value.get("@value"))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    plain = _TAG.sub(" ", html.unescape(_UNSTORABLE.sub("", str(value))))
    words = _BLANKS.sub(" ", _UNSTORABLE.sub("", plain)).strip()
    return (words if most is None or len(words) <= most else words[: most - 1] + "…") or None


def read_url(value: Any, source: Source, pointer: str) -> str | None:
    """Return a web address; one that is relative is completed by the page's."""
    value = first(value)
    if isinstance(value, dict):
        value = first(value.get("@id") or value.get("url"))
    if value is None or value == "":
        return None
    text = str(value).strip() if isinstance(value, str) else ""
    try:
        text = urljoin(source.page_url or "", text)
        parts = urlsplit(text)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web or len(text) > LONGEST_URL or any(one.isspace() or not one.isprintable() for one in text):
        source.remark(pointer, "is not an absolute http or https address")
        return None
    return text


def read_date(value: Any, source: Source, pointer: str) -> date | datetime | None:
    """Return a day, or a moment; one without an offset is UTC. Days like 05/03/2024 could be two, and are left out."""
    value = first(value)
    if value is None or value == "":
        return None
    found = _DATE.fullmatch(normalise(str(value)).strip()) if isinstance(value, str) else None
    if found:
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
            moment = _read_moment(day, found[4], found[5]) if found[4] else day
        except ValueError:
            moment = None
        if moment is not None and EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            return moment
    source.remark(pointer, "is not a date such as 2024-03-05 or 2024-03-05T10:00:00+03:00")
    return None


def _read_moment(day: date, clock: str, offset: str | None) -> datetime:
    hour, _, rest = clock.partition(":")
    moment = datetime.fromisoformat(f"{day.isoformat()}T{int(hour):02d}:{rest}{_read_offset(offset)}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_offset(offset: str | None) -> str:
    if offset is None or offset.upper() == "Z":
        return "+00:00"
    return offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"


def read_number(value: Any) -> tuple[float | None, float | None]:
    """Return a number, in whatever digits, and of «3/5» the number behind the slash."""
    value = first(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None, None
    found = _NUMBER.fullmatch(normalise(str(value)).strip())
    if not found:
        return None, None
    return _as_number(found[1]), _as_number(found[2]) if found[2] else None


def _as_number(digits: str) -> float | None:
    value = float(digits.replace(",", "."))
    return value if math.isfinite(value) and abs(value) <= _LARGEST_RATING else None
