"""Read a JSON body strictly: bytes → UTF-8 → depth → values → texts.

What lenient readers let through becomes wrong data later: a field given twice, NaN, a number no machine holds, half a
surrogate pair that no engine can store. Each is refused here, with the place.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from service.api import bounds
from service.api.problems import Fault, Problem

_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{}]', re.DOTALL)
"""Whole strings, so that brackets in them do not count; a lone quote is a string without an end."""


class _Repeated(dict[str, Any]):
    """An object in which `name` stands twice."""

    name: str


def read_json(request: Request) -> dict[str, Any]:
    """Return the JSON object that the request brings. Raises `Problem` (400, 413, 415 or 422)."""
    _check_media_type(request)
    return parse_object(read_bytes(request))


def read_json_value(request: Request) -> Any:
    """Return the JSON that the request brings, a list as well. Raises `Problem` (400, 413, 415 or 422)."""
    _check_media_type(request)
    return _parse_value(read_bytes(request))


def parse_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object of a body or of one line of it. Raises `Problem` (400 or 422)."""
    value = _parse_value(data)
    if not isinstance(value, dict):
        raise Problem(
            "invalid-input", "the body must be a JSON object", faults=[Fault("must be an object", pointer="")]
        )
    return value


def _parse_value(data: bytes) -> Any:
    text = _decode(data)
    _check_depth(text)
    value = _parse(text)
    _check_values(value, "")
    return value


def _check_media_type(request: Request) -> None:
    kind = request.mimetype
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Problem("unsupported-media-type", "send Content-Type: application/json")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise Problem("unsupported-media-type", "JSON is sent in UTF-8 only")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem("unsupported-media-type", "send the body without Content-Encoding")


def read_bytes(request: Request) -> bytes:
    """Return the body. Raises `Problem` (400) when it breaks off or its chunks are malformed."""
    try:
        data = request.get_data()
    except OSError as error:
        raise Problem("malformed-request", "the body could not be read to its end") from error
    if request.content_length is None and len(data) >= (request.max_content_length or math.inf):
        # A body in chunks is cut off at the limit without a word.
        raise RequestEntityTooLarge
    if request.content_length is not None and len(data) < request.content_length:
        raise Problem("malformed-request", "the body is shorter than Content-Length says")
    return data


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem("malformed-request", f"the body is not UTF-8: byte {error.start} cannot be read") from error


def _check_depth(text: str) -> None:
    depth = 0
    for found in _BRACKETS.finditer(text):
        mark = found.group()
        if mark == '"':
            return
        depth += (mark in "[{") - (mark in "]}")
        if depth > bounds.JSON_DEPTH:
            raise Problem("malformed-request", f"the JSON is nested more than {bounds.JSON_DEPTH} levels deep")


def _parse(text: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_read_object,
            parse_constant=_refuse_constant,
            parse_int=_read_whole,
            parse_float=_read_decimal,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Problem("malformed-request", f"the body is not JSON: {error.msg}, {place}") from error


def _read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    repeated = _Repeated(value)
    repeated.name = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return repeated


def _refuse_constant(name: str) -> Any:
    raise Problem("malformed-request", f"{name} is not JSON")


def _read_whole(digits: str) -> int:
    if len(digits) > bounds.JSON_NUMBER:
        raise Problem("malformed-request", f"a number has more than {bounds.JSON_NUMBER} characters")
    return int(digits)


def _read_decimal(digits: str) -> float:
    value = float(digits)
    if len(digits) > bounds.JSON_NUMBER or math.isinf(value):
        raise Problem("malformed-request", f"the number {digits[: bounds.JSON_NUMBER]} is too long or too large")
    return value


def _check_values(value: Any, pointer: str) -> None:
    """Refuse what cannot be stored or means two things, and say where."""
    if isinstance(value, str):
        check_text(value, Fault("", pointer=pointer))
    elif isinstance(value, dict):
        if isinstance(value, _Repeated):
            where = f"{pointer}/{escape_pointer(value.name)}"
            detail = "the name stands twice in one object"
            raise Problem("malformed-request", detail, faults=[Fault(detail, pointer=_printable(where))])
        for name, item in value.items():
            where = f"{pointer}/{escape_pointer(name)}"
            check_text(name, Fault("", pointer=_printable(where)))
            _check_values(item, where)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check_values(item, f"{pointer}/{number}")


def check_text(text: str, place: Fault) -> None:
    """Refuse NUL and lone surrogates: neither engine can store them and no JSON can carry them back."""
    for position, character in enumerate(text) if "\0" in text or not _is_unicode(text) else ():
        if character == "\0" or "\ud800" <= character <= "\udfff":
            detail = f"U+{ord(character):04X} at character {position} is not a character that a text can hold"
            fault = Fault(detail, pointer=place.pointer, parameter=place.parameter, header=place.header)
            raise Problem("invalid-input", detail, faults=[fault])


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _printable(pointer: str) -> str:
    return pointer.encode("utf-8", "replace").decode("utf-8")


def escape_pointer(name: str) -> str:
    """Return a member's name as a step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
