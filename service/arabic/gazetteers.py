"""The word lists of names and places, read once at first use."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from service.arabic.normalise import normalise
from service.arabic.spotting import Gazetteer, split_phrase
from service.arabic.words import read_table
from service.model import Place

_WEAK, _STRICT = "~", "~~"
_LONG = 5
_FEMININE, _PLURALS = "ه", ("ون", "ين", "ات")


class Candidate(NamedTuple):
    """A place that a phrase may mean; `weak`: the phrase is also a common word, and `strict`: so common that only its
    country beside it makes it a place; `form`: as the list writes it.
    """

    place: Place
    weak: bool
    form: str
    strict: bool = False


class Known(NamedTuple):
    """A person or organisation of the lists; `full` is its first spelling."""

    key: str
    weak: bool
    full: tuple[str, ...]


@cache
def places() -> Gazetteer[tuple[Candidate, ...]]:
    """Return all listed places by their spellings."""
    by_phrase: dict[tuple[str, ...], list[Candidate]] = {}
    spelled: dict[tuple[str, ...], str] = {}
    for place, forms in _listed_places():
        for form in with_egyptian(forms):
            words = split_phrase(form.lstrip(_WEAK))
            candidate = Candidate(place, form.startswith(_WEAK), form.lstrip(_WEAK), form.startswith(_STRICT))
            spelled.setdefault(words, candidate.form)
            by_phrase.setdefault(words, []).append(candidate)
    return Gazetteer((spelled[words], tuple(found)) for words, found in by_phrase.items())


def with_egyptian(forms: list[str]) -> list[str]:
    """Add the spellings that write ج for the g that others write غ; not for short ones, which are other words."""
    return forms + [form.replace("غ", "ج") for form in forms if "غ" in form and len(form) >= _LONG]


def _listed_places() -> Iterator[tuple[Place, list[str]]]:
    regions = {code: tuple(within.split()) for code, within, *_ in read_table("countries")}
    for code, _, arabic, _, latin, _ in _country_rows():
        yield Place(f"country:{code}", "country", regions[code]), _split(arabic) + _split(latin)
    for key, within, mark, arabic, latin in _rows("cities", 5):
        inside = _with_regions(tuple(within.split()), regions)
        government = next(part for part in inside if part.startswith("country:")) if mark == "capital" else None
        place = Place(key, "region" if mark == "region" else "city", inside, government)
        yield place, _split(arabic) + _split(latin)
    for key, kind, within, arabic, latin in _rows("regions", 5):
        inside = _with_regions(tuple(within.split()), regions)
        yield Place(key, "site" if kind == "site" else "region", inside), _split(arabic) + _split(latin)


def _with_regions(within: tuple[str, ...], regions: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Add the regions that contain the countries in `within`."""
    wider = [region for key in within if key.startswith("country:") for region in regions[key[8:]]]
    return tuple(dict.fromkeys((*within, *wider)))


@cache
def capitals() -> dict[str, Place]:
    """Return the capital of each country key."""
    return {place.stands_for: place for place, _ in _listed_places() if place.stands_for}


@cache
def listed_places() -> dict[str, Place]:
    """Return all listed places by key."""
    return {place.key: place for place, _ in _listed_places()}


@cache
def nisbas() -> Gazetteer[str]:
    """Return the adjectives of countries, all genders and numbers, with and without article, by country key."""
    return Gazetteer(_nisba_rows(), any_case=True)


@cache
def _nationalities() -> frozenset[str]:
    return frozenset(phrase.removeprefix("ال") for phrase, _ in _nisba_rows())


def is_nationality(word: str) -> bool:
    """Tell whether one normalised word, article aside, is the adjective of a country."""
    return word.removeprefix("ال") in _nationalities()


def _nisba_rows() -> Iterator[tuple[str, str]]:
    for code, _, _, arabic, _, latin in _country_rows():
        for adjective in _split(arabic):
            for inflected in _inflect(normalise(adjective)):
                yield inflected, f"country:{code}"
        for adjective in _split(latin):
            yield adjective, f"country:{code}"
            yield adjective + "s", f"country:{code}"


def _inflect(adjective: str) -> Iterator[str]:
    """Yield the forms of «ليبي» or «كوري شمالي»."""
    for ending in ("", _FEMININE, *_PLURALS, "ا"):
        forms = [word + ending for word in adjective.split()]
        yield " ".join(forms)
        if ending != "ا":
            yield " ".join("ال" + form for form in forms)


@cache
def directions() -> Gazetteer[str]:
    """Return the words for directions, by key."""
    rows = [(form, key) for key, *forms in read_table("directions") for form in _split("|".join(forms))]
    return Gazetteer(rows, any_case=True)


@cache
def place_nouns() -> dict[str, str]:
    """Return the nouns that open a place's name, with the kind of place, with and without article."""
    return {normalise(noun): kind for noun, kind in read_table("place_nouns")}


@cache
def place_openers() -> frozenset[str]:
    """Return the nouns of `place_nouns`."""
    return frozenset(place_nouns())


@cache
def organisations() -> Gazetteer[Known]:
    """Return all listed organisations by their spellings."""
    return Gazetteer(_known_rows("organisations"))


@cache
def persons() -> Gazetteer[Known]:
    """Return all listed people by their spellings."""
    return Gazetteer(_known_rows("persons"))


def listed_people() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield key and words of every spelling of every listed person."""
    for form, known in _known_rows("persons"):
        yield known.key, split_phrase(form)


def _known_rows(table: str) -> Iterator[tuple[str, Known]]:
    for key, arabic, latin, *_ in _rows(table, 3):
        full = split_phrase(_split(arabic)[0].lstrip(_WEAK))
        for form in with_egyptian(_split(arabic)) + _split(latin):
            yield form.lstrip(_WEAK), Known(key, form.startswith(_WEAK), full)


class Title(NamedTuple):
    """A title or office: its key and kind (office, rank, occupation, honorific, prefix)."""

    key: str
    kind: str


@cache
def titles() -> Gazetteer[Title]:
    """Return the titles that open a person's name."""
    rows = [
        (form, Title(key, kind))
        for key, kind, arabic, latin in _rows("titles", 4)
        for form in _split(arabic) + _split(latin)
    ]
    return Gazetteer(rows, any_case=True)


@cache
def portfolios() -> Gazetteer[str]:
    """Return what ministries and ministers are for, by key."""
    return _plain("portfolios")


@cache
def organisation_heads() -> Gazetteer[str]:
    """Return the organisations that every country has (army, ministry …), by key."""
    return _plain("organisation_heads")


def _plain(table: str) -> Gazetteer[str]:
    rows = [(form, key) for key, arabic, latin in _rows(table, 3) for form in _split(arabic) + _split(latin)]
    return Gazetteer(rows, any_case=True)


@cache
def organisation_nouns() -> frozenset[str]:
    """Return the nouns that open an organisation's name."""
    return frozenset(normalise(noun) for (noun,) in read_table("organisation_nouns"))


@cache
def organisation_parts() -> frozenset[tuple[str, str]]:
    """Return pairs of organisations, or kinds of them, of which the first belongs to the second."""
    return frozenset((part, whole) for part, whole in read_table("organisation_parts") if ":" in whole)


@cache
def organisation_homes() -> dict[str, str]:
    """Return the country codes of listed organisations that belong to one country."""
    return {key: country for key, country in read_table("organisation_parts") if ":" not in country}


@cache
def homes() -> dict[str, str]:
    """Return the country codes of listed organisations and people."""
    return organisation_homes() | {key: home for key, _, _, home in _rows("persons", 4) if home}


@cache
def first_names() -> dict[str, str]:
    """Return the given names, normalised, each with "strong" or "weak" and its kind: "strong native"."""
    return {name: f"{strength} {kind}" for name, strength, kind in read_table("first_names")}


@cache
def name_parts() -> dict[str, str]:
    """Return the small words of names and what they do: joins, completes or skips."""
    return dict(read_table("name_parts"))  # type: ignore[arg-type]


@cache
def common_words() -> frozenset[str]:
    """Return everyday words that are no names, without clitics and article."""
    return frozenset(word for (word,) in read_table("common_words"))


def _country_rows() -> Iterator[tuple[str, ...]]:
    yield from _rows("countries", 6)


def _rows(table: str, width: int) -> Iterator[tuple[str, ...]]:
    """Read a table whose last columns may be empty."""
    for row in read_table(table):
        yield (*row, *("",) * (width - len(row)))


def _split(forms: str) -> list[str]:
    return [form for form in forms.split("|") if form]
