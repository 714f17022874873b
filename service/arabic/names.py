"""Names of people, organisations and places in a text.

From left to right, the longest reading at each word wins: a title with the person behind it, a person, an organisation,
a place. Then what only the whole text decides: names that are also common words need a cue, shared place names a
country, a surname alone takes the key of the full name, and foreign-looking words that no list knows become names when
they come back or stand in quotes. Precision before recall: a wrong name makes a false conflict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from service.arabic.foreign import read_foreign
from service.arabic.gazetteers import Candidate, homes, listed_places, name_parts, nisbas
from service.arabic.places import PlaceFound, countries_of, decide, has_cue
from service.arabic.readings import Reading, opening_of, read_at, read_title, skeleton_key, tokens_of
from service.arabic.spellings import SAME_WORD, name_similarity, same_name, word_similarity
from service.arabic.spotting import Words, read_words
from service.arabic.vocabulary import first_form
from service.model import Fact, FactKind, Name, Place

__all__ = ["name_similarity", "read_names", "same_name"]


def read_names(text: str) -> list[Fact]:
    """Return the names (FactKind.NAME) and places (FactKind.PLACE) of a text, ordered, not overlapping."""
    return names_among(read_words(text))


def names_among(words: Words) -> list[Fact]:
    """Return what `read_names` returns, for a text already read as words."""
    readings = _keep_supported(words, _scan(words))
    readings = _share_keys([*readings, *_read_foreign(words, readings)])
    readings += _read_surnames(words, readings)
    readings += _read_adjectives(words, readings)
    countries = _countries_named(words, readings)
    facts = [_fact(words, reading, countries) for reading in readings]
    return sorted(facts, key=lambda fact: fact.span)


def _scan(words: Words) -> list[Reading]:
    readings: list[Reading] = []
    index = 0
    while index < len(words.items):
        reading, end = read_at(words, index)
        if reading:
            readings += [*read_title(words, reading), reading]
        index = end
    return readings


def _keep_supported(words: Words, readings: list[Reading]) -> list[Reading]:
    """Drop names that are also common words unless something in the text makes them names."""
    sure = [reading for reading in readings if not reading.weak]
    keys = {reading.value.key for reading in sure if isinstance(reading.value, Name)}
    countries = _countries_named(words, sure)
    return [
        reading
        for reading in readings
        if (not reading.weak or _is_supported(words, reading, keys, countries))
        and not _is_title_of_work(words, reading)
    ]


def _is_title_of_work(words: Words, reading: Reading) -> bool:
    """Tell whether a region's name alone in quotes names a newspaper («الشرق الأوسط»)."""
    is_region = isinstance(reading.value, PlaceFound) and reading.value.candidates[0].place.kind == "region"
    return is_region and words.is_quoted(reading.first, reading.end)


def _is_supported(words: Words, reading: Reading, keys: set[str], countries: set[str]) -> bool:
    if isinstance(reading.value, PlaceFound):
        return has_cue(words, reading.value) or bool(countries_of(reading.value.candidates) & countries)
    return reading.value.key in keys or words.is_quoted(reading.first, reading.end)


def _countries_named(words: Words, readings: list[Reading]) -> set[str]:
    """Return the countries that the text speaks of, by certain places, adjectives, and people and organisations."""
    sure = [r.value.candidates for r in readings if isinstance(r.value, PlaceFound) and len(r.value.candidates) == 1]
    countries = countries_of(candidate for candidates in sure for candidate in candidates)
    for index in range(len(words.items)):
        nationality = nisbas().find(words, index)
        if nationality:
            countries.add(nationality.value)
    return countries.union(*(_homes_of(r.value) for r in readings if isinstance(r.value, Name)))


def _homes_of(name: Name) -> set[str]:
    """Return the country of a listed name, of «الجيش الليبي» and of an office."""
    codes = (homes().get(name.key), *(key.rpartition("/")[2] for key in (name.key, name.office) if "/" in key))
    return {f"country:{code}" for code in codes if code}


def _read_foreign(words: Words, readings: list[Reading]) -> list[Reading]:
    found = []
    for first, end, cut in read_foreign(words, _taken(readings)):
        tokens = tokens_of(words, first, end, cut)
        found.append(Reading(first, end, cut, Name("other", skeleton_key(tokens), tokens)))
    return found


def _full_names(readings: list[Reading]) -> Iterator[Name]:
    for reading in readings:
        if isinstance(reading.value, Name) and reading.value.kind == "person" and len(reading.value.tokens) > 1:
            yield reading.value


def _read_surnames(words: Words, readings: list[Reading]) -> list[Reading]:
    """Find surnames with the article, alone, of people whose full name the text has («وأضاف الشاهد»)."""
    surnames = {name.tokens[-1]: name for name in _full_names(readings) if _is_surname(name.tokens)}
    if not surnames:
        return []
    taken = _taken(readings)
    found = []
    for index, word in enumerate(words.items):
        form = None if index in taken or word.latin else first_form(word.text, frozenset(surnames))
        if form:
            name = replace(surnames[form.text], tokens=(form.text,), role="", office="")
            found.append(Reading(index, index + 1, form.cut, name))
    return found


def _read_adjectives(words: Words, readings: list[Reading]) -> list[Reading]:
    """Read the nationalities that belong to no name («الحدود السورية»): they say a country without placing anything.

    Titles are read too: «الرئيس التركي رجب طيب أردوغان» says Turkey.
    """
    taken = {place for reading in readings for place in range(reading.first, reading.end)}
    found = []
    for index in range(len(words.items)):
        nationality = None if index in taken else nisbas().find(words, index)
        if nationality and not taken.intersection(range(index, nationality.end)):
            country = replace(listed_places()[nationality.value], kind="other")
            place = PlaceFound(index, nationality.end, nationality.cut, (Candidate(country, False, ""),))
            found.append(Reading(index, nationality.end, nationality.cut, place))
            taken.update(range(index, nationality.end))
    return found


def _is_surname(tokens: tuple[str, ...]) -> bool:
    return tokens[-1].startswith("ال") and name_parts().get(tokens[-1]) is None


def _taken(readings: list[Reading]) -> set[int]:
    """Return the words that belong to names and to the titles before them."""
    return {place for reading in readings for place in range(opening_of(reading), reading.end)}


def _share_keys(readings: list[Reading]) -> list[Reading]:
    """Give a surname alone the kind and key of the full name that the text has for it."""
    full: dict[str, Name] = {}
    for name in _full_names(readings):
        full.setdefault(skeleton_key(name.tokens[-1:]), name)
    return [_with_full(reading, full) for reading in readings]


def _with_full(reading: Reading, full: dict[str, Name]) -> Reading:
    name = reading.value
    if isinstance(name, PlaceFound) or name.kind == "organisation" or len(name.tokens) != 1 or ":" in name.key:
        return reading
    owner = full.get(name.key)
    if owner is None or word_similarity(name.tokens[0], owner.tokens[-1]) < SAME_WORD:
        return reading
    return replace(reading, value=replace(name, kind="person", key=owner.key))


def _fact(words: Words, reading: Reading, countries: set[str]) -> Fact:
    span = words.span(reading.first, reading.end, cut=reading.cut)
    value: Name | Place
    if isinstance(reading.value, PlaceFound):
        value = decide(reading.value.candidates, countries)
        return Fact(FactKind.PLACE, span, span.of(words.original), value)
    return Fact(FactKind.NAME, span, span.of(words.original), reading.value)
