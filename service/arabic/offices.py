"""Titles and offices before a person's name: «نائب وزير الدفاع الروسي», «المتحدث باسم الجيش», "US President".

A title is followed by what it is for: a portfolio, an organisation, a country or its adjective, qualifying words with
an article («رئيس المجلس الرئاسي»). The reader stops where the name may begin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from service.arabic.gazetteers import (
    first_names,
    nisbas,
    organisation_heads,
    organisations,
    persons,
    places,
    portfolios,
    titles,
)
from service.arabic.normalise import normalise
from service.arabic.spotting import Found, Words
from service.arabic.vocabulary import function_words, is_everyday
from service.arabic.words import read_table

_LONGEST = 8
_CAPITALS = frozenset(("العاصمه",))
_LINKS = frozenset(("في", "باسم", "لدي", "ب", "of", "the", "for", "de", "du", "des", "la", "le", "l", "d", "to", "s"))


@dataclass(frozen=True, slots=True)
class Office:
    """A title as read: where its name may begin, where its last certain word ended, and its canonical parts."""

    end: int
    certain_end: int
    kind: str
    rank: str
    portfolio: str = ""
    country: str = ""
    cut: int = 0
    is_open: bool = False
    """The title alone does not say of what («رئيس», «المتحدث باسم»): what follows is not yet the name."""

    @property
    def key(self) -> str:
        """Return "rank/portfolio/country", or "" for a form of address that is no office."""
        return "" if self.kind == "honorific" else f"{self.rank}/{self.portfolio}/{self.country}"


def read_office(words: Words, index: int) -> Office | None:
    """Read the title that starts at the word `index`, with what it is for."""
    ranks: list[str] = []
    kind = ""
    position = index
    country = ""
    portfolio = ""
    cut = 0
    while position < len(words.items) and (position == index or words.is_joined(position)):
        owner = _read_owner(words, position) if words.items[position].latin and not ranks else None
        if owner:
            country, position = owner
            continue
        before = portfolios().find_exact(words, position) if words.items[position].latin else None
        if before and not portfolio and _is_title(words, before.end):
            portfolio, position = before.value, before.end
            continue
        found = titles().find(words, position) if position == index else titles().find_exact(words, position)
        if not found:
            break
        cut = found.cut or cut
        ranks, kind, position = (
            _add_rank(ranks, kind, found.value.key, found.value.kind),
            _kind(kind, found.value.kind),
            found.end,
        )
    if not ranks:
        return None
    office = Office(position, position, kind, "-".join(ranks), portfolio, country, cut)
    whole = _read_complement(words, office)
    is_open = whole.end == position and kind != "honorific" and not words.items[index].latin
    return replace(
        whole, is_open=is_open and (_is_indefinite(words, index) or words.items[position - 1].text == "باسم")
    )


def _is_indefinite(words: Words, index: int) -> bool:
    return not words.has_article(index)


def _read_owner(words: Words, index: int) -> tuple[str, int] | None:
    """Read the country before an English title: "Russian", "Israel's"; return its code and where it ends."""
    adjective = nisbas().find_exact(words, index)
    if adjective:
        return adjective.value[8:], adjective.end
    place = places().find_exact(words, index)
    if place is None or place.value[0].place.kind != "country" or place.end >= len(words.items):
        return None
    is_owner = words.items[place.end].text == "s" and words.is_joined(place.end)
    return (place.value[0].place.key[8:], place.end + 1) if is_owner else None


def _is_title(words: Words, index: int) -> bool:
    return index < len(words.items) and words.is_joined(index) and titles().find_exact(words, index) is not None


def _kind(before: str, now: str) -> str:
    """An office outweighs a form of address written before or behind it."""
    if before in ("", "honorific", "prefix"):
        return now if now != "honorific" or before == "" else before
    return before


def _add_rank(ranks: list[str], before: str, key: str, kind: str) -> list[str]:
    if kind == "honorific":
        return ranks or [key]
    if before == "honorific":
        return [key]
    return [*ranks, key] if not ranks or before == "prefix" or kind == "prefix" else ranks


def _read_complement(words: Words, office: Office) -> Office:
    """Read portfolio, organisation, country and qualifying words behind a title."""
    position, certain = office.end, office.certain_end
    portfolio, country = office.portfolio, office.country
    while position < min(len(words.items), office.end + _LONGEST) and _is_open(words, position):
        step = _read_part(words, position)
        if step is None:
            break
        end, what, value = step
        if country and (what != "qualifier" or words.items[position].text not in _modifiers()):
            break
        if what == "portfolio":
            portfolio = portfolio or value
            end = _read_more_portfolios(words, end) if end < len(words.items) else end
        elif what == "country":
            country = country or value
        position = end
        certain = end if what in ("portfolio", "country") else certain
    return Office(position, certain, office.kind, office.rank, portfolio, country, office.cut)


@cache
def _modifiers() -> frozenset[str]:
    """Return the words that may follow even the country of an office («السابق»)."""
    return frozenset(normalise(word) for (word,) in read_table("office_modifiers"))


def _is_open(words: Words, index: int) -> bool:
    """Tell whether a word may belong to the office before it: joined, or alone in quotes («أفريكوم»)."""
    return words.is_joined(index) or (words.items[index].gap == "quote" and words.is_quoted(index, index + 1))


def _read_more_portfolios(words: Words, index: int) -> int:
    """Read «… وشؤون المغتربين» behind a portfolio, as far as a nationality; return where it ends, `index` if not."""
    if not _is_open(words, index) or not words.items[index].text.startswith("و"):
        return index
    for end in range(index + 1, min(len(words.items), index + 5)):
        if not _is_open(words, end):
            return index
        if nisbas().find_exact(words, end):
            return end
        if not is_everyday(words.items[end].text) or words.items[end].text in function_words():
            return index
    return index


def _read_part(words: Words, index: int) -> tuple[int, str, str] | None:
    """Read one part of what a title is for: (end, what it is, its key)."""
    nationality = nisbas().find_exact(words, index)
    if nationality:
        return nationality.end, "country", nationality.value[8:]
    body = _read_body(words, index)
    if body:
        return body
    place = places().find(words, index)
    if place and not place.value[0].weak:
        key = place.value[0].place.key
        return place.end, "country" if key.startswith("country:") else "qualifier", key.partition(":")[2]
    return _read_qualifier(words, index)


def _read_body(words: Words, index: int) -> tuple[int, str, str] | None:
    """Read the longest portfolio or organisation that starts at `index`."""
    found = [(part.end, "portfolio", part.value) for part in _find_kinds(words, index) if part]
    organisation = organisations().find(words, index)
    if organisation and not organisation.value.weak and not persons().find(words, index):
        found.append((organisation.end, "portfolio", organisation.value.key))
    return max(found, key=lambda part: part[0], default=None)


def _find_kinds(words: Words, index: int) -> tuple[Found[str] | None, ...]:
    return portfolios().find(words, index), organisation_heads().find(words, index)


def _read_qualifier(words: Words, index: int) -> tuple[int, str, str] | None:
    word = words.items[index].text
    if word in _LINKS:
        return _read_linked(words, index + 1)
    if word in _modifiers():
        return index + 1, "qualifier", ""
    is_definite = words.has_article(index) and word not in function_words() and word not in _CAPITALS
    if is_definite and word not in first_names() and is_everyday(word) and not persons().find_exact(words, index):
        return index + 1, "qualifier", ""
    return None


def _read_linked(words: Words, index: int) -> tuple[int, str, str] | None:
    """Read what stands behind «في», «باسم», "of": only an organisation or a place belongs to the office."""
    if index >= len(words.items) or not _is_open(words, index):
        return None
    if words.items[index].text in _LINKS:
        return _read_linked(words, index + 1)
    part = _read_part(words, index)
    return part if part and (part[1] != "qualifier" or part[2]) else None
