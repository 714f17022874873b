"""Read a query string strictly: UTF-8 only, every name known, single values given once, lists repeated or by comma."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl

from flask import Request

from service.api.json_body import check_text
from service.api.problems import Fault, Problem

MOST_PARAMETERS = 250


def read_query(request: Request, *, lists: Collection[str] = ()) -> dict[str, Any]:
    """Return the parameters by name; those of `lists` as lists of texts. Raises `Problem` (400 or 422).

    An empty value counts as not given, so that a form can be sent as it is.
    """
    values: dict[str, Any] = {}
    for name, text in _pairs(request.query_string):
        check_text(name + text, Fault("", parameter=name.replace("\0", "\ufffd")))
        if name in lists:
            values.setdefault(name, []).extend(item.strip() for item in text.split(",") if item.strip())
        elif name in values:
            raise _invalid(name, "is given twice")
        elif text:
            values[name] = text
    return {name: value for name, value in values.items() if value != []}


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise Problem("malformed-request", "the query string is not UTF-8") from error
    except ValueError as error:
        raise Problem("malformed-request", f"the query string has more than {MOST_PARAMETERS} parameters") from error


def _invalid(name: str, detail: str) -> Problem:
    return Problem("invalid-input", f"{name} {detail}", faults=[Fault(detail, parameter=name)])
