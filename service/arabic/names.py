"""Names of people, organisations and places in a text.

From left to right, the longest reading at each word wins: a title with the person behind it, a person, an organisation,
a place. Then what only the whole text decides: names that are also common words need a cue, shared place names a
country, a surname alone takes the key of the full name, and foreign-looking words that no list knows become names when
they come back or stand in quotes. Precision before recall: a wrong name makes a false conflict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.arabic.foreign import read_foreign
from service.arabic.gazetteers import nisbas
from service.arabic.offices import Office, read_office
from service.arabic.organisations import Organisation, read_organisation
from service.arabic.people import Person, read_known_person, read_named_person, read_titled_person
from service.arabic.places import PlaceFound, countries_of, decide, has_cue, read_place
from service.arabic.spellings import name_similarity, same_name
from service.arabic.spotting import Words, read_words
from service.arabic.transliterate import skeleton
from service.model import Fact, FactKind, Name, Place

__all__ = ["name_similarity", "read_names", "same_name"]

_MORE_THAN_HONOUR = ("office", "rank", "occupation", "prefix")


@dataclass(frozen=True, slots=True)
class Reading:
    """A name as read: the words of its span, `first` up to `end`, and what it is."""

    first: int
    end: int
    cut: int
    value: Name | PlaceFound
    weak: bool = False


def read_names(text: str) -> list[Fact]:
    """Return the names (FactKind.NAME) and places (FactKind.PLACE) of a text, ordered, not overlapping."""
    words = read_words(text)
    readings = _keep_supported(words, _scan(words))
    readings = _share_keys([*readings, *_read_foreign(words, readings)])
    countries = _countries_named(words, readings)
    facts = [_fact(words, reading, countries) for reading in readings]
    return sorted(facts, key=lambda fact: fact.span)


def _scan(words: Words) -> list[Reading]:
    readings: list[Reading] = []
    index = 0
    while index < len(words.items):
        reading, end = _read_at(words, index)
        if reading:
            readings.append(reading)
        index = end
    return readings


def _read_at(words: Words, index: int) -> tuple[Reading | None, int]:
    """Return the best reading at a word, and where to go on."""
    options = [option for option in (_read_person(words, index), _read_organisation(words, index)) if option]
    place = read_place(words, index)
    if place:
        options.append(Reading(place.first, place.end, place.cut, place, all(c.weak for c in place.candidates)))
    office = _read_holder(words, index)
    if office:
        options.append(office)
    best = max(options, key=lambda option: (option.end, not option.weak), default=None)
    return (best, best.end) if best else (None, index + 1)


def _read_holder(words: Words, index: int) -> Reading | None:
    """Read a title with the person behind it, or an office that says what it is for without its holder."""
    office = read_office(words, index)
    if office is None:
        return None
    person = read_titled_person(words, office.end)
    if person:
        role = _text(words, index, office.end) if office.kind != "honorific" else ""
        return replace(_person_reading(words, person), value=_person(words, person, role, office.key))
    if office.kind != "office" or office.certain_end == office.end == index + 1 or not _says_what_for(office):
        return None
    role = _text(words, index, office.certain_end)
    return Reading(index, office.certain_end, 0, Name("person", f"office:{office.key}", (), role, office.key))


def _says_what_for(office: Office) -> bool:
    return bool(office.country or office.portfolio)


def _read_person(words: Words, index: int) -> Reading | None:
    known = read_known_person(words, index)
    named = read_named_person(words, index)
    if known and (named is None or known.end >= named.end):
        return _person_reading(words, Person(index, known.end, known.cut, known.value))
    return _person_reading(words, named) if named else None


def _person_reading(words: Words, person: Person) -> Reading:
    weak = person.known is not None and person.known.weak
    return Reading(person.first, person.end, person.cut, _person(words, person, "", ""), weak)


def _person(words: Words, person: Person, role: str, office: str) -> Name:
    tokens = _tokens(words, person.first, person.end, person.cut)
    key = person.known.key if person.known else "-".join(map(skeleton, tokens))
    return Name("person", key, tokens, role, office)


def _read_organisation(words: Words, index: int) -> Reading | None:
    found = read_organisation(words, index)
    return _organisation_reading(words, found) if found else None


def _organisation_reading(words: Words, found: Organisation) -> Reading:
    tokens = _tokens(words, found.first, found.end, found.cut)
    key = found.key or "-".join(map(skeleton, tokens))
    return Reading(found.first, found.end, found.cut, Name("organisation", key, tokens), found.weak)


def _tokens(words: Words, first: int, end: int, cut: int) -> tuple[str, ...]:
    tokens = [word.text for word in words.items[first:end]]
    tokens[0] = tokens[0][cut:]
    return tuple(tokens)


def _text(words: Words, first: int, end: int) -> str:
    return " ".join(word.text for word in words.items[first:end])


# --- what the whole text decides -----------------------------------------------------------------------------------


def _keep_supported(words: Words, readings: list[Reading]) -> list[Reading]:
    """Drop names that are also common words unless something in the text makes them names."""
    sure = [reading for reading in readings if not reading.weak]
    keys = {reading.value.key for reading in sure if isinstance(reading.value, Name)}
    countries = _countries_named(words, sure)
    return [reading for reading in readings if not reading.weak or _is_supported(words, reading, keys, countries)]


def _is_supported(words: Words, reading: Reading, keys: set[str], countries: set[str]) -> bool:
    if isinstance(reading.value, PlaceFound):
        return has_cue(words, reading.value) or bool(countries_of(reading.value.candidates) & countries)
    return reading.value.key in keys or _is_quoted(words, reading)


def _is_quoted(words: Words, reading: Reading) -> bool:
    after = words.items[reading.end].gap if reading.end < len(words.items) else "quote"
    return words.items[reading.first].gap == "quote" and after in ("quote", "stop", "comma")


def _countries_named(words: Words, readings: list[Reading]) -> set[str]:
    """Return the countries that the text speaks of, by places that are certain and by adjectives."""
    sure = [r.value.candidates for r in readings if isinstance(r.value, PlaceFound) and len(r.value.candidates) == 1]
    countries = countries_of(candidate for candidates in sure for candidate in candidates)
    for index in range(len(words.items)):
        nationality = nisbas().find(words, index)
        if nationality:
            countries.add(nationality.value)
    return countries


def _read_foreign(words: Words, readings: list[Reading]) -> list[Reading]:
    taken = {place for reading in readings for place in range(reading.first, reading.end)}
    found = []
    for first, end, cut in read_foreign(words, taken):
        tokens = _tokens(words, first, end, cut)
        found.append(Reading(first, end, cut, Name("other", "-".join(map(skeleton, tokens)), tokens)))
    return found


def _share_keys(readings: list[Reading]) -> list[Reading]:
    """Give a surname alone the kind and key of the full name that the text has for it."""
    full: dict[str, Name] = {}
    for reading in readings:
        if isinstance(reading.value, Name) and reading.value.kind == "person" and len(reading.value.tokens) > 1:
            full.setdefault(skeleton(reading.value.tokens[-1]), reading.value)
    return [_with_full(reading, full) for reading in readings]


def _with_full(reading: Reading, full: dict[str, Name]) -> Reading:
    name = reading.value
    if isinstance(name, PlaceFound) or name.kind == "organisation" or len(name.tokens) != 1 or ":" in name.key:
        return reading
    owner = full.get(name.key)
    if owner is None:
        return reading
    return replace(reading, value=replace(name, kind="person", key=owner.key))


def _fact(words: Words, reading: Reading, countries: set[str]) -> Fact:
    span = words.span(reading.first, reading.end, cut=reading.cut)
    value: Name | Place
    if isinstance(reading.value, PlaceFound):
        value = decide(reading.value.candidates, countries)
        return Fact(FactKind.PLACE, span, span.of(words.original), value)
    return Fact(FactKind.NAME, span, span.of(words.original), reading.value)
