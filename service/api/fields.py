"""marshmallow fields of the contract: bounded texts, days, times; and how a schema's errors become problems."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import urlsplit

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from service.api import bounds
from service.api.json_body import escape_pointer
from service.api.problems import Fault, Problem

TATWEEL = "\u0640"
"""Counts as a letter in Unicode, but only stretches one."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6}\d*)?)?([Zz]|[+-]\d{2}:\d{2})?", re.ASCII)


class StrictSchema(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        """marshmallow's options."""

        unknown = RAISE

    error_messages = {"unknown": "is not a known field", "type": "must be an object"}  # noqa: RUF012 (marshmallow's way)


class Text(fields.String):
    """A text of `least` to `most` code points; with `words`, at least one letter or digit."""

    def __init__(self, most: int, *, least: int = 0, words: bool = False, **more: Any) -> None:
        super().__init__(**more)
        self._least, self._most, self._words = least, most, words

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("must be a text")
        if len(value) > self._most:
            raise ValidationError(f"must have at most {self._most} characters, has {len(value)}")
        if len(value.strip()) < self._least:
            raise ValidationError("must not be empty")
        if self._words and not any(character.isalnum() and character != TATWEEL for character in value):
            raise ValidationError("must have at least one word")
        return value


class Day(fields.Field[date]):
    """A day, YYYY-MM-DD; of an RFC 3339 time, its own day."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        moment = read_moment(value)
        return moment.date() if isinstance(moment, datetime) else moment


class Moment(fields.Field[datetime]):
    """An RFC 3339 time; a day alone is its first moment, a time without an offset is UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        moment = read_moment(value)
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


class Url(Text):
    """An absolute web address; letters of any script may stand in it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(bounds.URL, least=1, **more)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value, *_, **__)
        try:
            parts = urlsplit(text)
            is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_web = False
        if not is_web or any(character.isspace() or not character.isprintable() for character in text):
            raise ValidationError("must be an absolute http or https address")
        return text


class Count(fields.Integer):
    """A whole number in a closed range; `1.0`, `true` and, in a body, `"1"` are none."""

    def __init__(self, low: int, high: int, *, from_text: bool = False, **more: Any) -> None:
        super().__init__(validate=validate.Range(low, high, error=f"must be between {low} and {high}"), **more)
        self._from_text = from_text

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if self._from_text and isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value, re.ASCII):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("must be a whole number")
        return value


class Choice(fields.Boolean):
    """`true` or `false`; in a body nothing that only looks like them."""

    def __init__(self, *, from_text: bool = False, **more: Any) -> None:
        super().__init__(**more)
        self._from_text = from_text

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if self._from_text and value in ("true", "false"):
            return bool(value == "true")
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


def language_field(**more: Any) -> fields.String:
    """Return a field for an ISO 639-1 code, or "und"."""
    return fields.String(
        **more, validate=validate.Regexp(r"([a-z]{2}|und)\Z", error="must be an ISO 639-1 code such as ar")
    )


def list_of(field: fields.Field[Any], most: int, **more: Any) -> fields.List[Any]:
    """Return a field for a list of up to `most`."""
    size = validate.Length(max=most, error=f"must have at most {most} items")
    return fields.List(field, validate=size, error_messages={"invalid": "must be a list"}, **more)


def read_moment(value: Any) -> date | datetime:
    """Return the day or the time that a text states. Raises `ValidationError`."""
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            moment: date = date.fromisoformat(value)
        elif isinstance(value, str) and _TIME.fullmatch(value):
            moment = datetime.fromisoformat(value.upper())
        else:
            raise ValidationError("must be a day (2023-09-26) or an RFC 3339 time (2023-09-26T21:15:00+03:00)")
    except ValueError as error:
        raise ValidationError("is not a day of the calendar") from error
    if not bounds.EARLIEST_YEAR <= moment.year <= bounds.LATEST_YEAR:
        raise ValidationError(f"must lie between {bounds.EARLIEST_YEAR} and {bounds.LATEST_YEAR}")
    return moment


def load_body(schema: Schema, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a body. Raises a `Problem` with a JSON pointer to every field at fault."""
    try:
        return cast(dict[str, Any], schema.load(body))
    except ValidationError as error:
        faults = [Fault(detail, pointer=pointer) for pointer, detail in _faults(error.messages)]
        raise Problem(
            "invalid-input", _summary([(fault.pointer or "", fault.detail) for fault in faults]), faults=faults
        ) from error


def load_query(schema: Schema, query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a query. Raises a `Problem` that names every parameter at fault."""
    try:
        return cast(dict[str, Any], schema.load(query))
    except ValidationError as error:
        found = [(pointer.split("/")[1] if pointer else "", detail) for pointer, detail in _faults(error.messages)]
        faults = [Fault(detail, parameter=name) for name, detail in found]
        raise Problem("invalid-input", _summary(found), faults=faults) from error


def _summary(found: list[tuple[str, str]]) -> str:
    where, detail = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{where.lstrip('/') or 'the body'} {detail}{more}"


def _faults(messages: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Flatten marshmallow's nested messages into (JSON pointer, detail)."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else f"/{escape_pointer(str(name))}"
            yield from _faults(inner, pointer + step)
    elif isinstance(messages, list):
        for inner in messages:
            yield from _faults(inner, pointer)
    else:
        yield pointer, str(messages)
