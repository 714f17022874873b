"""A page that somebody asks for by its address: fetched as the pages of feed items are, politely and within limits."""

from __future__ import annotations

from dataclasses import dataclass

from service.errors import InvalidInput
from service.feeds.fetch import FetchFailed, Guest
from service.ingest.page_bytes import decode_page

ACCEPT = "text/html, application/xhtml+xml;q=0.9"
_PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Page:
    """The markup of a page, and the address that it had in the end."""

    url: str
    html: str


class PageReader:
    """Fetches pages of the public internet, and of what the operator allows."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest

    def read(self, url: str, *, pointer: str) -> Page:
        """Return a page. Raises `InvalidInput` at `pointer`, with the reason, when it cannot be had or is no page."""
        try:
            arrived = self._guest.get(url, accept=ACCEPT, spares=True)
        except FetchFailed as error:
            raise InvalidInput(f"the page could not be fetched: {error}", pointer=pointer) from error
        kind = arrived.answer.headers.get("content-type", "")
        if kind.partition(";")[0].strip().lower() not in _PAGE_TYPES:
            raise InvalidInput("the address leads to no page of HTML", pointer=pointer)
        return Page(arrived.url, decode_page(arrived.answer.body, kind))
