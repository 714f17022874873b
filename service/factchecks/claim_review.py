"""ClaimReview of schema.org, as JSON-LD, read strictly in what matters and tolerantly in how publishers write it.

1. The reviews are found: one, a list, in `@graph`, or inside what stands around them (an article's `review`).
2. Of each the claim and the rating must be there; whatever else cannot be read is left out with a remark.
3. References between nodes of a graph ({"@id": …}) are followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.arabic.language import detect_language
from service.arabic.tokens import tokenise
from service.factchecks.values import Remark, Source, first, has_type, read_date, read_number, read_text, read_url
from service.model import Party, Rating, Review, Work

LONGEST_CLAIM = 2_000
MOST_REVIEWS = 500
"""Of one call."""
TOO_MANY = f"a call takes at most {MOST_REVIEWS} reviews"
MOST_WORKS = 50
"""Appearances of one claim."""
_LANGUAGES = {"arabic": "ar", "العربية": "ar", "عربي": "ar", "english": "en", "french": "fr", "français": "fr"}
_WITHIN = ("@graph", "review", "reviews", "mainEntity", "mainEntityOfPage", "hasPart", "subjectOf", "itemListElement")
"""Members of other nodes in which publishers put their reviews."""
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class ReadReview:
    """A review, with what of it could not be used."""

    review: Review
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class UnusableReview:
    """A review that says nothing that could be kept, why, and where."""

    pointer: str
    detail: str


def read_claim_reviews(
    value: Any, *, page_url: str | None = None, pointer: str = ""
) -> list[ReadReview | UnusableReview]:
    """Return every review in a JSON-LD value, in order, at most `MOST_REVIEWS`; nothing else in it counts."""
    nodes = dict(_named_nodes(value))
    found: list[ReadReview | UnusableReview] = []
    for place, node in _find(value, pointer):
        if len(found) == MOST_REVIEWS:
            found.append(UnusableReview(place, TOO_MANY))
            break
        found.append(_read(node, place, Source(nodes, page_url)))
    return found


def read_sent_reviews(value: Any) -> list[ReadReview | UnusableReview]:
    """Return every review in a value that somebody sent; an item of a list that holds none is unusable."""
    if not isinstance(value, list):
        return read_claim_reviews(value)
    nodes = dict(_named_nodes(value))
    found: list[ReadReview | UnusableReview] = []
    for place, item in enumerate(value):
        own = [_read(node, pointer, Source(nodes)) for pointer, node in _find(item, f"/{place}")]
        found += own or [UnusableReview(f"/{place}", "is not a ClaimReview")]
    return found[:MOST_REVIEWS] + [UnusableReview("", TOO_MANY)] * (len(found) > MOST_REVIEWS)


def _find(value: Any, pointer: str, depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _find(item, f"{pointer}/{place}", depth + 1)
    elif isinstance(value, dict):
        if has_type(value, "ClaimReview"):
            yield pointer, value
            return
        for name in _WITHIN:
            if name in value:
                yield from _find(value[name], f"{pointer}/{name}", depth + 1)


def _named_nodes(value: Any, depth: int = 0) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if depth > _DEEPEST:
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            if isinstance(item.get("@id"), str) and len(item) > 2:
                yield item["@id"], item
            yield from _named_nodes(item.get("@graph", []), depth + 1)


def _read(node: Mapping[str, Any], pointer: str, source: Source) -> ReadReview | UnusableReview:
    item = source.node(node.get("itemReviewed"))
    item = item if isinstance(item, dict) else {}
    claim = _read_claim(node, item)
    if claim is None:
        return UnusableReview(f"{pointer}/claimReviewed", "is required: the claim in words")
    if len(claim) > LONGEST_CLAIM:
        return UnusableReview(f"{pointer}/claimReviewed", f"must have at most {LONGEST_CLAIM} characters")
    rating = _read_rating(source.node(node.get("reviewRating")))
    if rating is None:
        return UnusableReview(f"{pointer}/reviewRating", "needs an alternateName or a ratingValue")
    review = Review(
        claim=claim,
        language=_read_language(node.get("inLanguage"), claim),
        rating=rating,
        author=_read_party(node.get("author"), source, f"{pointer}/author")
        or _read_party(node.get("publisher"), source, f"{pointer}/publisher"),
        url=_read_address(node, source, pointer),
        published=_read_first_date(node, ("datePublished", "dateCreated", "dateModified"), source, pointer),
        claimant=_read_party(item.get("author"), source, f"{pointer}/itemReviewed/author"),
        claimed=read_date(item.get("datePublished"), source, f"{pointer}/itemReviewed/datePublished"),
        appearances=tuple(_read_appearances(item, source, f"{pointer}/itemReviewed")),
        citations=tuple(_read_works(node.get("citation"), source, f"{pointer}/citation")),
    )
    return ReadReview(review, tuple(source.remarks))


def _read_claim(node: Mapping[str, Any], item: Mapping[str, Any]) -> str | None:
    """Return the claim; some leave it out and name it in what was reviewed."""
    for value in (node.get("claimReviewed"), item.get("text"), item.get("name") if has_type(item, "Claim") else None):
        text = read_text(value, most=None)
        if text and tokenise(text):
            return text
    return None


def _read_rating(node: Any) -> Rating | None:
    """Return the rating; text alone is its words."""
    if not isinstance(node, dict):
        text = read_text(node)
        return Rating(text) if text else None
    text = next(filter(None, (read_text(node.get(name)) for name in ("alternateName", "name"))), None)
    value, out_of = read_number(node.get("ratingValue"))
    text = (
        text
        or read_text(node.get("ratingExplanation"))
        or (read_text(node.get("ratingValue")) if value is None else None)
    )
    if text is None and value is None:
        return None
    best, worst = read_number(node.get("bestRating"))[0], read_number(node.get("worstRating"))[0]
    return Rating(text, value, best if best is not None else out_of, worst)


def _read_party(value: Any, source: Source, pointer: str) -> Party | None:
    node = source.node(value)
    if not isinstance(node, dict):
        name = read_text(node)
        return Party(name) if name else None
    name = next(filter(None, (read_text(node.get(key)) for key in ("name", "alternateName", "legalName"))), None)
    url = read_url(node.get("url") or node.get("sameAs"), source, f"{pointer}/url")
    return Party(name or url or "", url) if name or url else None


def _read_address(node: Mapping[str, Any], source: Source, pointer: str) -> str | None:
    """Return the page of the review: its own address, what it is the main entity of, or the page it stood on."""
    for name in ("url", "mainEntityOfPage", "@id"):
        value = first(node.get(name))
        if value and (name != "@id" or str(value).startswith("http")):
            url = read_url(value, source, f"{pointer}/{name}")
            if url:
                return url
    return source.page_url


def _read_first_date(node: Mapping[str, Any], names: tuple[str, ...], source: Source, pointer: str) -> Any:
    found = (read_date(node.get(name), source, f"{pointer}/{name}") for name in names)
    return next((one for one in found if one), None)


def _read_language(value: Any, claim: str) -> str:
    value = first(value)
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    name = (read_text(value) or "").lower()
    code = _LANGUAGES.get(name, name.replace("_", "-").split("-")[0])
    return code if len(code) == 2 and code.isascii() and code.isalpha() else detect_language(claim)


def _read_appearances(item: Mapping[str, Any], source: Source, pointer: str) -> Iterator[Work]:
    """Yield where the claim stood; what was reviewed may itself be the text it stood in."""
    seen: set[Work] = set()
    for name in ("firstAppearance", "appearance"):
        for work in _read_works(item.get(name), source, f"{pointer}/{name}"):
            if work not in seen and len(seen) < MOST_WORKS:
                seen.add(work)
                yield work
    if not seen and (item.get("url") or item.get("sameAs")):
        yield from _read_works({**item, "url": item.get("url") or item.get("sameAs")}, source, pointer)


def _read_works(value: Any, source: Source, pointer: str) -> Iterator[Work]:
    for place, one in enumerate((value if isinstance(value, list) else [value])[:MOST_WORKS]):
        node = source.node(one)
        where = f"{pointer}/{place}" if isinstance(value, list) else pointer
        if isinstance(node, str):
            url = read_url(node, source, where)
            if url:
                yield Work(url)
        elif isinstance(node, dict):
            work = _read_work(node, source, where)
            if work != Work():
                yield work


def _read_work(node: Mapping[str, Any], source: Source, pointer: str) -> Work:
    is_claim = has_type(node, "Claim")
    headline = read_text(node.get("headline")) or (None if is_claim else read_text(node.get("name")))
    publisher = node.get("publisher") or (None if is_claim else node.get("author"))
    return Work(
        url=read_url(node.get("url") or node.get("@id"), source, f"{pointer}/url"),
        headline=headline,
        publisher=_read_party(publisher, source, f"{pointer}/publisher"),
        published=read_date(node.get("datePublished"), source, f"{pointer}/datePublished"),
        quote=None if is_claim else read_text(node.get("text"), most=10_000),
    )
