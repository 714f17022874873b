"""Whether two places are one, one lies in the other, or they lie apart.

A place says what contains it; two that neither contains are apart when their countries differ, when both are cities, or
when they lie on opposite sides of one place. Everything else stays unknown: no conflict rests on it.
"""

from __future__ import annotations

from typing import Literal

from service.arabic.transliterate import spelling_similarity
from service.model import Place

Comparison = Literal["same", "contains", "within", "disjoint", "unknown"]

AMBIGUOUS, UNLISTED = "ambiguous:", "place:"
"""Openings of the keys of places that a text leaves open, and of those that no list has."""
_OPPOSITES = frozenset(
    frozenset(pair)
    for pair in (
        ("east", "west"),
        ("north", "south"),
        ("northeast", "southwest"),
        ("northwest", "southeast"),
        ("northeast", "west"),
        ("northeast", "south"),
    )
)
_SAME_SPELLING = 0.85


def compare_places(first: Place, second: Place) -> Comparison:
    """Tell how `first` lies to `second`: same, contains, within, disjoint, or unknown when nothing is certain.

    Cities of one country and places of different countries are disjoint; regions of one country may overlap, an
    unlisted or ambiguous place may be anywhere, an adjective («الحدود السورية», kind "other") places nothing: unknown.
    """
    if first.key == second.key:
        return "same"
    if first.key in second.within:
        return "contains"
    if second.key in first.within:
        return "within"
    if first.key.startswith(AMBIGUOUS) or second.key.startswith(AMBIGUOUS):
        return "same" if _options(first) & _options(second) else "unknown"
    if "other" in (first.kind, second.kind):
        return "unknown"
    if first.key.startswith(UNLISTED) or second.key.startswith(UNLISTED):
        return _compare_unlisted(first, second)
    return "disjoint" if _are_apart(first, second) else "unknown"


def _options(place: Place) -> set[str]:
    return set(place.key.removeprefix(AMBIGUOUS).split("|"))


def _compare_unlisted(first: Place, second: Place) -> Comparison:
    names = [place.key.partition(":")[2] for place in (first, second)]
    return "same" if spelling_similarity(*names) >= _SAME_SPELLING else "unknown"


def _are_apart(first: Place, second: Place) -> bool:
    countries = countries_around(first), countries_around(second)
    if all(countries) and not countries[0] & countries[1]:
        return True
    if not all(countries):
        return _are_other_continents(first, second)
    kinds = {first.kind, second.kind}
    if kinds == {"city"}:
        return True
    if kinds == {"city", "site"} or kinds == {"site"}:
        return _have_other_cities(first, second)
    return _are_opposite(first, second)


def countries_around(place: Place) -> set[str]:
    """Return the countries that a place is or lies in."""
    return {key for key in (place.key, *place.within) if key.startswith("country:")}


_CONTINENTS = frozenset(
    f"region:{name}" for name in ("africa", "europe", "asia", "oceania", "north-america", "south-america")
)


def _are_other_continents(first: Place, second: Place) -> bool:
    continents = [_CONTINENTS.intersection((place.key, *place.within)) for place in (first, second)]
    return all(continents) and not continents[0] & continents[1]


def _have_other_cities(first: Place, second: Place) -> bool:
    cities = [{key for key in (place.key, *place.within) if key.startswith("city:")} for place in (first, second)]
    return all(cities) and not cities[0] & cities[1]


def _are_opposite(first: Place, second: Place) -> bool:
    """Tell whether two parts of one place lie on opposite sides of it («شرق ليبيا», «غرب ليبيا»)."""
    names = [_direction(place) for place in (first, second)]
    for ours in names[0]:
        for theirs in names[1]:
            if ours[0] == theirs[0] and frozenset((ours[1], theirs[1])) in _OPPOSITES:
                return True
    return False


def _direction(place: Place) -> set[tuple[str, str]]:
    """Return (base, direction) for a part of a place, and for the parts that a place lies in."""
    parts = (key.rpartition("-") for key in (place.key, *place.within) if key.startswith("region:"))
    return {(base, direction) for base, _, direction in parts if base}
