"""An item of a feed → an article: from its page; else from the item itself, where that has the whole text.

Most feeds carry teasers. A teaser is never taken in as an article: an item whose page cannot be had and whose own text
is none fails, and says why.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import urlsplit

from service.errors import Conflict, InvalidInput, UnreadableSource
from service.feeds.feed import Feed, name_known
from service.feeds.fetch import FetchFailed, Guest
from service.ingest.feed_items import FeedItem, read_words
from service.ingest.html import extract_html
from service.ingest.intake import Taken
from service.ingest.page_bytes import decode_page
from service.ingest.sources import Submission
from service.outbound.redirects import Arrived

ACCEPT = "text/html, application/xhtml+xml;q=0.9"
_PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})
_SHARE = 0.5
"""A page that gives less of an item's own text than this is a wall before the article (cookies, subscription)."""

Take = Callable[[Submission], list[Taken]]


class ItemFailed(Exception):
    """No article came of an item; the message says why. `is_lasting`: trying again soon is of no use."""

    def __init__(self, detail: str, *, is_lasting: bool = False, retry_after_s: int = 0) -> None:
        super().__init__(detail)
        self.is_lasting = is_lasting
        self.retry_after_s = retry_after_s


class ItemTaker:
    """Takes items in."""

    def __init__(self, guest: Guest, take: Take, *, fetch_pages: bool = True) -> None:
        self._guest = guest
        self._take = take
        self._fetch_pages = fetch_pages

    def take(self, item: FeedItem, feed: Feed) -> list[Taken]:
        """Store the article of an item, with those split off from its page, and return what became of them.

        Raises `ItemFailed`, and `IndexUnavailable` when nothing was stored.
        """
        try:
            try:
                return self._take_page(item, feed)
            except (FetchFailed, UnreadableSource) as error:
                return self._take_content(item, feed, error)
        except (InvalidInput, Conflict) as error:
            raise ItemFailed(str(error), is_lasting=isinstance(error, InvalidInput)) from error

    def _take_page(self, item: FeedItem, feed: Feed) -> list[Taken]:
        url = page_of(item)
        if url is None:
            raise FetchFailed("the item names no page of its own", is_lasting=True)
        if not self._fetch_pages:
            raise FetchFailed("pages are not fetched ([feeds] fetch_pages)", is_lasting=True)
        arrived = self._guest.get(url, accept=ACCEPT, spares=True)
        _check_page(arrived, url)
        html = decode_page(arrived.answer.body, arrived.answer.headers.get("content-type", ""))
        try:
            _check_text(html, item)
            return self._take(_submit(item, feed, html))
        except UnreadableSource as error:
            raise UnreadableSource(f"{arrived.url}: {error}") from error

    def _take_content(self, item: FeedItem, feed: Feed, why: FetchFailed | UnreadableSource) -> list[Taken]:
        if item.is_full:
            return self._take(_submit(item, feed, _write_page(item)))
        words = len((item.teaser or read_words(item.content or "")).split())
        only = f"the feed itself has only a teaser of {words} words" if words else "the feed itself has no text"
        is_lasting = not isinstance(why, FetchFailed) or why.is_lasting
        retry_after_s = why.retry_after_s if isinstance(why, FetchFailed) else 0
        raise ItemFailed(f"{why}; {only}", is_lasting=is_lasting, retry_after_s=retry_after_s) from why


def page_of(item: FeedItem) -> str | None:
    """Return the address of an item's page; the front page, which some feeds name for all items, is none."""
    return item.url if item.url and not _is_front(item.url) else None


def _submit(item: FeedItem, feed: Feed, html: str) -> Submission:
    return Submission(
        content=html,
        kind="html",
        id=None if page_of(item) else f"{feed.id}-{name_known(item.key)}",
        url=page_of(item),
        title=item.title,
        author=item.author,
        outlet=feed.outlet.name if feed.outlet else None,
        published_at=item.published_at,
        updated_at=item.updated_at if item.updated_at != item.published_at else None,
        origin=feed.url,
    )


def _write_page(item: FeedItem) -> str:
    """Return an item's own content as a page."""
    title = escape(item.title or "")
    return (
        f"<!doctype html><html><head><title>{title}</title></head><body><article>{item.content}</article></body></html>"
    )


def _check_page(arrived: Arrived, url: str) -> None:
    """Refuse what is no page, and the front page that many sites lead to when an article is gone."""
    kind = arrived.answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES:
        raise FetchFailed(f"{arrived.url}: is {kind}, not a web page", is_lasting=True)
    if _is_front(arrived.url):
        raise FetchFailed(f"{url}: leads to the front page", is_lasting=True)


def _check_text(html: str, item: FeedItem) -> None:
    """Refuse a page that gives far less than the item itself."""
    words = len(extract_html(html, url=item.url).text.split())
    own = len(read_words(item.content or "").split()) if item.is_full else 0
    if words < own * _SHARE:
        raise UnreadableSource(f"gives {words} words of an article that has {own} in the feed")


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
