"""IPTC ninjs (News in JSON, 1.x to 3.x) items as the fields of `POST /v1/articles`.

Only what an article needs is read, and whether it may be shown; rights, renditions and subjects are left where they
are. The field names follow https://iptc.org/std/ninjs/: 1.x has body_text, body_xhtml and headline, 2.x and later have
lists bodies and headlines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from service.errors import InvalidInput

_MARKS = ("body_text", "body_xhtml", "body_html", "bodies", "versioncreated", "firstcreated", "uri")


def is_ninjs(item: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object is a ninjs item rather than an article of our own."""
    return any(mark in item for mark in _MARKS)


def read_ninjs(item: Mapping[str, Any], *, pointer: str = "") -> dict[str, Any]:
    """Return the article fields of a ninjs item. Raises `InvalidInput` when it holds no body."""
    body = _read_body(item)
    if body is None:
        raise InvalidInput("the ninjs item has no body", pointer=pointer)
    uri = item.get("uri") or item.get("guid")
    found = {
        "id": uri,
        "url": item.get("url") or (uri if str(uri).startswith("http") else None),
        "title": item.get("headline") or _first(item.get("headlines"), "value") or item.get("title"),
        "author": item.get("byline") or _first(item.get("bylines"), "byline"),
        "outlet": _first(item.get("provider"), "name") or item.get("source") or item.get("copyrightholder"),
        "published_at": item.get("firstpublished") or item.get("firstcreated") or item.get("versioncreated"),
        "updated_at": item.get("versioncreated"),
        "language": _read_language(item.get("language")),
    }
    return body | {name: value for name, value in found.items() if value}


def read_pubstatus(item: Mapping[str, Any]) -> Literal["canceled", "withheld"] | None:
    """Return why a ninjs item must not be shown, None of one that may be."""
    status = str(item.get("pubstatus") or "").lower()
    if status in ("canceled", "cancelled"):
        return "canceled"
    return "withheld" if status == "withheld" else None


def _read_body(item: Mapping[str, Any]) -> dict[str, Any] | None:
    bodies = [body for body in item.get("bodies") or [] if isinstance(body, Mapping)]
    plain = item.get("body_text") or _value_of(bodies, "text/plain")
    if plain:
        return {"text": plain}
    markup = item.get("body_xhtml") or item.get("body_html") or _value_of(bodies, "html") or _first(bodies, "value")
    return {"html": markup} if markup else None


def _read_language(tag: Any) -> Any:
    """Return the language of a BCP 47 tag, «ar» of «ar-SA»; what is none stays, to be refused."""
    return tag.replace("_", "-").partition("-")[0].lower() if isinstance(tag, str) else tag


def _value_of(bodies: list[Mapping[str, Any]], content_type: str) -> Any:
    return next((body.get("value") for body in bodies if content_type in str(body.get("contenttype", ""))), None)


def _first(things: Any, name: str) -> Any:
    """Return a member of the first object in a list, or of the object itself."""
    if isinstance(things, Mapping):
        return things.get(name)
    if isinstance(things, list) and things and isinstance(things[0], Mapping):
        return things[0].get(name)
    return None
