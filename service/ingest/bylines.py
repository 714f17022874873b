"""Who an article is from: datelines, source lines and bylines, and the two answers they give, outlet and wire source.

The outlet is the publisher. Sure signs come first: what the sender knows, the web address, a name line under the
title, the site's name behind the title, a source line, a dateline, the article's own voice («اطلعت "العين الإخبارية"
على نسخة منه»). An agency is the publisher only when nobody else is named. The wire source is whoever else is named as
the origin of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from service.arabic.names import read_names
from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.ingest.outlets import KnownOutlet, Outlets, words_of
from service.model import FactKind, Outlet

_WORDS = "service.ingest.words"
_PLACE = r"[^\W\d_][^\d()\[\]«»\"“”:.!؟\n–—/-]{1,39}?"
_IN_BRACKETS = re.compile(rf"\W*(?:{_PLACE})?\s*[-–—,،:]?\s*\(\s*(?P<name>[^()]{{2,40}}?)\s*\)")
_BEHIND_DASH = re.compile(rf"\W*{_PLACE}\s*[-–—/:،]\s*(?P<name>[^-–—/:()،]{{2,30}}?)\s*(?:[-–—:/]|$)")
_BEFORE_DASH = re.compile(rf"\W*(?P<name>[^-–—/:()،]{{2,30}}?)\s*[-–—/]\s*{_PLACE}\s*(?:[-–—:/]|$)")
_IN_SLASHES = re.compile(r"[^/\n]{2,45}/\s*(?P<name>[^/\n]{2,30}?)\s*/")
_AT_FRONT = re.compile(r"\W*(?P<name>[^-–—/:()،.]{2,30}?)\s*(?:/|:|[-–—]\s)")
_LAST_CREDIT = re.compile(r"[.!؟?»\"”]\s*[-–—]?\s*(?:\(\s*([^()]{2,40})\s*\)|[-–—]\s*([^-–—().]{2,30}))\s*\.?\s*\Z")
_LISTED = re.compile(r"\s*[+/،,;|•]\s*|\s+[-–—]\s+")
_TITLE_SITE = re.compile(r"(?P<title>.{12,})\s+[|–—-]\s+(?P<site>[^|–—]{2,40})\Z", re.DOTALL)
_BYLINE_PARTS = re.compile(r"\s*[-–—|/]\s+|\s+[-–—|/]\s*|\s*[،,:]\s*")
_LONGEST_PLACE, _LONGEST_NAME = 5, 4


@dataclass(frozen=True, slots=True)
class Signs:
    """What an article says of where it comes from, as lines of it."""

    url: str | None = None
    given: str | None = None
    site: str | None = None
    title: str | None = None
    author: str | None = None
    name_lines: tuple[str, ...] = ()
    source_lines: tuple[str, ...] = ()
    body: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """The publisher and the wire source of an article, None where nothing says."""

    outlet: Outlet | None
    wire_source: str | None


def attribute(signs: Signs, outlets: Outlets) -> Attribution:
    """Return outlet and wire source of an article from the signs it bears."""
    origins = list(_origins(signs, outlets))
    outlet = _find_outlet(signs, outlets, origins)
    others = [name for name in origins if outlet is None or outlets.resolve(name).id != outlet.id]
    agencies = [name for name in others if (known := outlets.named(name)) and known.agency]
    if outlet is None and agencies:
        return Attribution(outlets.resolve(agencies[0]), None)
    wire = next(iter(agencies or others), None)
    return Attribution(outlet, outlets.resolve(wire).name if wire else None)


def _find_outlet(signs: Signs, outlets: Outlets, origins: Sequence[str]) -> Outlet | None:
    if signs.given:
        return outlets.resolve(signs.given)
    known = next((one for one in _publishers(signs, outlets) if not one.agency), None)
    if known:
        return known.outlet
    if signs.site:
        return outlets.resolve(signs.site)
    by_address = outlets.at(signs.url) if signs.url else None
    named = [name for name in origins if not ((one := outlets.named(name)) and one.agency)]
    return by_address.outlet if by_address else outlets.resolve(named[0]) if named else None


def _publishers(signs: Signs, outlets: Outlets) -> Iterator[KnownOutlet]:
    """Known outlets that the signs name as publisher, the surest first."""
    sure = [outlets.at(signs.url) if signs.url else None, outlets.named(signs.site) if signs.site else None]
    yield from filter(None, sure)
    yield from filter(None, (_named_in(line, outlets) for line in signs.name_lines))
    if signs.title and (site := read_title_site(signs.title, outlets)[1]):
        yield site
    names = (name for line in signs.source_lines for name in read_source_names(line))
    yield from filter(None, map(outlets.named, names))
    if signs.body and (dateline := read_dateline(signs.body[0], outlets)):
        yield dateline
    if own := _find_own_voice(signs.body, outlets):
        yield own


def _named_in(line: str, outlets: Outlets) -> KnownOutlet | None:
    """Return the outlet of a name line; an everyday word counts only when it is a whole part of the line."""
    parts = [outlets.named(part) for part in _LISTED.split(line)]
    mentions = [mention.known for mention in outlets.mentions(line) if not mention.known.common]
    return next((known for known in [*parts, *mentions] if known), None)


def _origins(signs: Signs, outlets: Outlets) -> Iterator[str]:
    """Names of those the text comes from: source lines, dateline, the credit behind the last sentence, bylines."""
    for line in signs.source_lines:
        yield from read_source_names(line)
    dateline = read_dateline(signs.body[0], outlets) if signs.body else None
    if dateline:
        yield dateline.name
    if signs.body:
        yield from (known.name for known in _read_last_credit(signs.body[-1], outlets))
    for line in (*signs.name_lines, signs.author or ""):
        yield from (mention.known.name for mention in outlets.mentions(line) if mention.known.agency)


def is_byline(line: str, outlets: Outlets) -> bool:
    """Tell whether a line is a name line: the outlet alone, «عمر إبراهيم – عين اليوم», «الرياض - واس», «وكالات - عدن».

    A name before an agency may be a caption's («خليفة حفتر - رويترز»): there only a place makes a name line.
    """
    parts = [part for part in _BYLINE_PARTS.split(line.strip(" .:|*")) if words_of(part)]
    if not parts or len(parts) > 3 or any(len(words_of(part)) > _LONGEST_NAME for part in parts):
        return False
    named = [outlets.named(part) for part in parts]
    if len(parts) == 1:
        return named[0] is not None
    others = [part for part, known in zip(parts, named, strict=True) if known is None]
    if any(known and not known.agency for known in named):
        return True
    told = any(named) or any(names_nobody(part) for part in parts)
    return told and all(_is_place(part) or names_nobody(part) for part in others)


def _is_place(text: str) -> bool:
    return any(fact.kind is FactKind.PLACE and fact.text.strip() == text.strip() for fact in read_names(text))


def read_source_names(line: str) -> list[str]:
    """Return the names of a source line, verbatim: «المصدر | الخليج الجديد + متابعات» gives «الخليج الجديد»."""
    names: list[str] = []
    for behind_label in _source_label().split(line):
        for part in _LISTED.split(behind_label):
            name = part.strip(" \t.:|*()[]«»\"'-–—")
            if words_of(name) and not names_nobody(name) and words_of(name) not in map(words_of, names):
                names.append(name)
    return names


@cache
def _source_label() -> re.Pattern[str]:
    rows = [row for row in read_table("page_cues", package=_WORDS) if row[0] == "source"]
    labels = sorted({row[2] for row in rows if row[1] == "label"}, key=len, reverse=True)
    openers = sorted({row[2] for row in rows if row[1] in {"start", "quoted"}}, key=len, reverse=True)
    joined = "|".join(map(re.escape, labels))
    opened = "|".join(map(re.escape, openers))
    return re.compile(rf"(?:{joined})\s*[:|–—-]|(?<!\w)(?:{opened})(?!\w)")


def names_nobody(name: str) -> bool:
    """Tell whether a name stands for nobody in particular: «متابعات», «وكالات», or a whole sentence."""
    words = [word.removeprefix("و") for word in words_of(name)]
    return len(words) > 8 or all(word in _nobody() or word.isdigit() for word in words)


@cache
def _nobody() -> frozenset[str]:
    rows = read_table("agency_words", package=_WORDS)
    return frozenset(word.removeprefix("و") for row in rows for word in words_of(row[0]))


def read_dateline(text: str, outlets: Outlets) -> KnownOutlet | None:
    """Return the outlet of a dateline: «القاهرة (زمان التركية)ــ», «الرياض - واس:», «مسقط /العمانية/», «شفق نيوز/»."""
    start = normalise(text[:120])
    match = _IN_BRACKETS.match(start)
    if match and len(words_of(start[: match.start("name")])) <= _LONGEST_PLACE:
        return _named_part(match["name"], outlets)
    slashed = _IN_SLASHES.match(start)
    if slashed and (known := outlets.named(slashed["name"])):
        return known
    for pattern in (_BEHIND_DASH, _BEFORE_DASH, _AT_FRONT):
        match = pattern.match(start)
        known = outlets.named(match["name"]) if match else None
        if match and known and not (known.common and len(words_of(match["name"])) == 1):
            return known
    return None


def _named_part(text: str, outlets: Outlets) -> KnownOutlet | None:
    parts = [text, *_LISTED.split(text)]
    return next((known for part in parts if (known := outlets.named(part))), None)


def _read_last_credit(text: str, outlets: Outlets) -> Iterator[KnownOutlet]:
    match = _LAST_CREDIT.search(text[-80:])
    if match:
        for part in _LISTED.split(match[1] or match[2]):
            known = outlets.named(part)
            if known and known.agency:
                yield known


def read_title_site(title: str, outlets: Outlets) -> tuple[str, KnownOutlet | None]:
    """Return a title without the site's name behind it («… | نون بوست»), and the outlet that name belongs to."""
    match = _TITLE_SITE.match(title)
    known = outlets.named(match["site"]) if match else None
    return (match["title"].rstrip(), known) if match and known else (title, None)


def _find_own_voice(body: Iterable[str], outlets: Outlets) -> KnownOutlet | None:
    """Return the one outlet that a text speaks of as its own («علمت "العين الإخبارية"»), None when it names two."""
    found = {known.id: known for line in body for known in _own_voices(line, outlets)}
    return next(iter(found.values())) if len(found) == 1 else None


def _own_voices(line: str, outlets: Outlets) -> Iterator[KnownOutlet]:
    words = words_of(line)
    for mention in outlets.mentions(line):
        before = (words[max(mention.start - length, 0) : mention.start] for length in (1, 2))
        if any(some in _own_verbs() for some in before) and (
            not mention.known.common or _is_quoted(line, mention.known)
        ):
            yield mention.known


@cache
def _own_verbs() -> frozenset[tuple[str, ...]]:
    return frozenset(words_of(row[1]) for row in read_table("self_mentions", package=_WORDS))


def _is_quoted(line: str, known: KnownOutlet) -> bool:
    names = "|".join(re.escape(normalise(name)) for name in (known.name, *known.aliases))
    return re.search(rf"[«\"“'‹]\s*(?:{names})\s*[»\"”'›]", normalise(line)) is not None
