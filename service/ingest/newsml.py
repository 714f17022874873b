"""IPTC NewsML-G2 messages → the fields of `POST /v1/articles`, item by item.

A `newsMessage` brings items in its `itemSet`; a `newsItem` may also stand alone. Of a text item: guid → id, itemMeta →
outlet, times and whether it may be shown, contentMeta → headline, byline, dateline, language, contentSet → the text.
Packages, pictures and other items without an article are passed over, and said. Element names and meanings follow
https://iptc.org/std/NewsML-G2/ (power conformance); codes are read without their catalogue, by what follows the colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from service.errors import InvalidInput, UnderEmbargo, UnreadableMessage
from service.ingest.newsml_text import Content, read_content
from service.ingest.sources import Submission, Withdrawal, WithdrawnStatus, read_moment
from service.ingest.xml import Element, fold_blanks, name_of, parse_xml, path_of, text_of

NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
MOST_ITEMS = 1_000
"""Of one message. Agencies send a few dozen at most; the place of an item is counted among all its siblings."""
_NAMES = {"g": NAMESPACE}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_STATUSES: dict[str, Literal["usable"] | WithdrawnStatus] = {
    "usable": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
}
_LANGUAGES = {"ara": "ar", "arb": "ar"}
"""Codes of three letters that stand where BCP 47 wants «ar»."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which item of a message is meant, for people, and where it stands in the XML."""

    name: str
    xpath: str
    line: int | None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A text item: the fields of an article, and who else the text is credited to."""

    place: Place
    fields: dict[str, Any]
    credit: str | None

    def as_version(self, submission: Submission) -> Submission:
        """Return what was read from the fields as one of several versions of the item."""
        return replace(submission, credit=self.credit, is_version=True)


@dataclass(frozen=True, slots=True)
class PassedItem:
    """An item that is no article: what it is, and its guid."""

    place: Place
    id: str | None
    reason: str


Item = NewsItem | Withdrawal | PassedItem
Refusal = UnreadableMessage | UnderEmbargo


def read_newsml(data: bytes, *, now: datetime, encoding: str | None = None) -> list[Item | Refusal]:
    """Return the items of a message in their order, those that cannot be taken as the error that says why.

    `UnderEmbargo` stands for an item that must not be shown at the time `now`. `encoding` goes before what the XML
    says of itself. Raises `UnreadableMessage` when the whole is no NewsML-G2.
    """
    found = list(_find_items(parse_xml(data, encoding=encoding)))
    return [_try_item(item, _place_of(item, number, of=len(found)), now) for number, item in enumerate(found, 1)]


def _find_items(root: Element) -> Iterator[Element]:
    name = name_of(root)
    if not root.tag.startswith(f"{{{NAMESPACE}}}"):
        hint = "; feeds are added at /v1/feeds" if name in ("rss", "feed", "RDF") else ""
        raise _error(f"the root {name} is not of NewsML-G2 ({NAMESPACE}){hint}", root)
    if name != "newsMessage":
        yield root
        return
    items = root.findall("g:itemSet/*", _NAMES)
    if not 0 < len(items) <= MOST_ITEMS:
        raise _error(f"the message has {len(items):,} items; 1 to {MOST_ITEMS:,} are taken at once", root)
    yield from items


def _place_of(item: Element, number: int, *, of: int) -> Place:
    name, guid = f"item {number}" if of > 1 else "the item", item.get("guid")
    return Place(f"{name} ({guid[:200]})" if guid else name, path_of(item), item.sourceline)


def _try_item(item: Element, place: Place, now: datetime) -> Item | Refusal:
    try:
        return _read_item(item, place, now)
    except UnreadableMessage as error:
        return UnreadableMessage(f"{place}: {error}", xpath=error.xpath, line=error.line)
    except UnderEmbargo as error:
        return UnderEmbargo(f"{place}: {error}")


def _read_item(item: Element, place: Place, now: datetime) -> Item:
    guid = fold_blanks(item.get("guid", ""))
    if name_of(item) != "newsItem":
        return PassedItem(place, guid or None, f"a {name_of(item)} is no article")
    if not guid:
        raise _error("the newsItem has no guid", item)
    if not re.fullmatch(r"\s*[1-9]\d{0,17}\s*", item.get("version", "1"), re.ASCII):
        raise _error(f"the version {item.get('version')[:20]!r} is no number from 1", item)
    meta = _Meta(item)
    status = meta.read_status()
    if status != "usable":
        return Withdrawal(guid, status, meta.read_time("itemMeta/g:versionCreated") or now)
    kind = _code_of(item.find("g:itemMeta/g:itemClass", _NAMES))
    if kind not in ("", "text"):
        return PassedItem(place, guid, f"an item of class {kind} is no article")
    meta.hold_embargo(now)
    content = _find_content(item, meta.read_text("contentMeta/g:headline"))
    return NewsItem(place, _read_fields(guid, meta, content), meta.read_text("contentMeta/g:creditline"))


def _find_content(item: Element, headline: str | None) -> Content:
    """Return the text of an item: renditions say the same, markup says it best; of a flash it is the headline."""
    held = item.find("g:contentSet", _NAMES)
    if held is None or not len(held):
        if headline:
            return Content(headline)
        raise _error("the newsItem has no content", item if held is None else held)
    parts = [*held.findall("g:inlineXML", _NAMES), *held.findall("g:inlineData", _NAMES)]
    content = next((content for part in parts if (content := read_content(part))), None)
    if content is None:
        remote = any(name_of(part).startswith("remote") for part in held)
        raise _error("the text is only linked, and links are not followed" if remote else "there is no text", held)
    return content


def _read_fields(guid: str, meta: _Meta, content: Content) -> dict[str, Any]:
    """Return what `POST /v1/articles` calls it all; what is not there is left out."""
    updated = meta.read_time("itemMeta/g:versionCreated")
    published = meta.read_time("itemMeta/g:firstCreated") or meta.read_time("contentMeta/g:contentCreated") or updated
    found = {
        "id": guid,
        "text": _put_dateline(meta.read_text("contentMeta/g:dateline") or content.dateline, content.text),
        "url": guid if guid.startswith(("http://", "https://")) else None,
        "title": meta.read_text("contentMeta/g:headline") or content.title or meta.read_text("itemMeta/g:title"),
        "author": meta.read_text("contentMeta/g:by") or content.author or meta.read_person(),
        "outlet": meta.read_party("itemMeta/g:provider") or meta.read_party("contentMeta/g:infoSource"),
        "published_at": published and published.isoformat(),
        "updated_at": updated and updated.isoformat(),
        "language": meta.language,
    }
    return {name: value for name, value in found.items() if value}


def _put_dateline(dateline: str | None, text: str) -> str:
    """Return a text that begins with its dateline, as an agency's client prints it."""
    if not dateline or fold_blanks(text).startswith(dateline.rstrip(" -–—:")):
        return text
    return f"{dateline} {text}" if dateline[-1] in "-–—:" else f"{dateline} - {text}"


class _Meta:
    """itemMeta and contentMeta of one item."""

    def __init__(self, item: Element) -> None:
        self._item = item
        self.language = self._read_language()

    def read_status(self) -> Literal["usable"] | WithdrawnStatus:
        status = self._item.find("g:itemMeta/g:pubStatus", _NAMES)
        code = _code_of(status)
        if code and code not in _STATUSES:  # who does not understand it must not show the item
            raise _error(f"the pubStatus {code!r} is not known", status)
        return _STATUSES[code or "usable"]

    def hold_embargo(self, now: datetime) -> None:
        """Raise `UnderEmbargo` while the item is under embargo; an empty one lasts until the agency lifts it."""
        held = self._item.find("g:itemMeta/g:embargoed", _NAMES)
        until = self.read_time("itemMeta/g:embargoed")
        if held is not None and (until is None or until > now):
            when = f"until {until.isoformat()}; send it again then" if until else "until the agency lifts it"
            raise UnderEmbargo(f"under embargo {when}")

    def read_time(self, path: str) -> datetime | None:
        """Return a time with its offset; None when there is none, or (of contentCreated) only a year or month."""
        element = self._item.find(f"g:{path}", _NAMES)
        text = text_of(element)
        if text is None or re.fullmatch(r"\d{4}(-\d{2})?", text):
            return None
        try:
            return read_moment(text)
        except InvalidInput as error:
            raise _error(str(error), element) from error

    def read_text(self, path: str) -> str | None:
        """Return the text of the first element there, one in the item's language before the others."""
        return _in_language(self._item.findall(f"g:{path}", _NAMES), self.language)

    def read_party(self, path: str) -> str | None:
        """Return the name of a party, else what it is written as, else its code."""
        party = self._item.find(f"g:{path}", _NAMES)
        if party is None:
            return None
        name = _in_language(party.findall("g:name", _NAMES), self.language)
        return name or fold_blanks(party.get("literal", "")) or _code_of(party, lower=False) or None

    def read_person(self) -> str | None:
        """Return the name of the first creator who is a person."""
        for creator in self._item.findall("g:contentMeta/g:creator", _NAMES):
            if re.split("[:/]", creator.get("type", ""))[-1] == "person":
                return _in_language(creator.findall("g:name", _NAMES), self.language)
        return None

    def _read_language(self) -> str | None:
        """Return the language of the content as ISO 639-1; None when none or several are named."""
        tags = [one.get("tag", "") for one in self._item.findall("g:contentMeta/g:language", _NAMES)]
        given = {_primary(tag) for tag in tags or [_inherited_language(self._item)]}
        language = given.pop() if len(given) == 1 else ""
        return language if len(language) == 2 else None


def _in_language(elements: Iterable[Element], language: str | None) -> str | None:
    told = [(text, _primary(one.get(_LANG, ""))) for one in elements if (text := text_of(one))]
    fitting = [text for text, written in told if written == language]
    return next(iter([*fitting, *(text for text, written in told if not written), *(text for text, _ in told)]), None)


def _inherited_language(element: Element) -> str:
    return next((one.get(_LANG) for one in [element, *element.iterancestors()] if one.get(_LANG)), "")


def _primary(tag: str) -> str:
    """Return the language of a BCP 47 tag: «ar» of «ar-EG»."""
    primary = re.split("[-_]", tag.strip())[0].lower()
    return _LANGUAGES.get(primary, primary)


def _code_of(element: Element | None, *, lower: bool = True) -> str:
    """Return the code of a qcode («stat:usable») or of a concept's address (…/pubstatusg2/usable)."""
    if element is None:
        return ""
    code = re.split("[:/#]", (element.get("qcode") or element.get("uri") or "").strip())[-1]
    return code.lower() if lower else code


def _error(message: str, element: Element) -> UnreadableMessage:
    return UnreadableMessage(message, xpath=path_of(element), line=element.sourceline)
