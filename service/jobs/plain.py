"""Values of the domain as JSON and back, by the types of their fields: what a job is asked and has found, kept whole.

Facts are not kept: they are read from the claim again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from service import model
from service.arabic.facts import read_facts
from service.errors import Conflict
from service.model import CrossReference, Facts

T = TypeVar("T")


def write_answer(found: CrossReference) -> dict[str, Any]:
    """Return an answer as JSON."""
    bare = replace(found, claim=replace(found.claim, facts=Facts()))
    return cast(dict[str, Any], to_plain(bare))


def read_answer(plain: Mapping[str, Any]) -> CrossReference:
    """Return the answer behind its JSON. Raises `Conflict` when another version of the service wrote it."""
    try:
        found = from_plain(CrossReference, plain)
    except (KeyError, TypeError, ValueError) as error:
        raise Conflict("the result was written by another version of the service; ask again") from error
    claim = found.claim
    return replace(found, claim=replace(claim, facts=read_facts(claim.text, reference=claim.as_of)))


def to_plain(value: Any) -> Any:
    """Return a value as JSON."""
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(to_plain(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def from_plain(kind: type[T], plain: Any) -> T:
    """Return the value of a type behind its JSON. Raises KeyError, TypeError or ValueError when it is none."""
    return cast(T, _read(kind, plain))


def _read(kind: Any, plain: Any) -> Any:
    options = get_args(kind)
    if NoneType in options:
        return None if plain is None else _read(_choose([one for one in options if one is not NoneType], plain), plain)
    origin = get_origin(kind) or kind
    if origin in (tuple, frozenset):
        return origin(_read(options[0], item) for item in plain)
    if origin is dict:
        return {_read(options[0], key): _read(options[1], item) for key, item in plain.items()}
    if isinstance(origin, type) and is_dataclass(origin):
        return origin(**{name: _read(hint, plain[name]) for name, hint in _hints(origin).items()})
    if origin in (date, datetime):
        return origin.fromisoformat(plain)
    return origin(plain) if isinstance(origin, type) and issubclass(origin, StrEnum) else plain


def _choose(kinds: Sequence[Any], plain: Any) -> Any:
    """Return the kind that a value is of: what may be a day or a moment is told apart by its text."""
    return datetime if datetime in kinds and "T" in plain else kinds[0]


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, localns=vars(model))  # some types are only imported for the type checker
