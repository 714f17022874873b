"""Facts as JSON: the words, where they stand, and the value read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from service.api.offsets import Utf16
from service.model import Fact, Span


def fact_json(fact: Fact, offsets: Utf16) -> dict[str, Any]:
    """Return a fact; `offsets` are those of the text it was read from."""
    return {
        "kind": fact.kind,
        "text": fact.text,
        **offsets.span(fact.span),
        "value": plain(fact.value, offsets),
    }


def plain(value: Any, offsets: Utf16) -> Any:
    """Return a fact's value as JSON: its fields under their own names, whole numbers without a point."""
    if isinstance(value, Span):
        return offsets.span(value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), offsets) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(item, offsets) for item in value]
    if isinstance(value, Mapping):
        return {name: plain(item, offsets) for name, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value
