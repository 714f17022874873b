"""Names of people, organisations and places in a text.

From left to right, the longest reading at each word wins: a title with the person behind it, a person, an organisation,
a place. Then what only the whole text decides: names that are also common words need a cue, shared place names a
country, a surname alone takes the key of the full name, and foreign-looking words that no list knows become names when
they come back or stand in quotes. Precision before recall: a wrong name makes a false conflict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from service.arabic.foreign import read_foreign
from service.arabic.gazetteers import Candidate, first_names, listed_places, name_parts, nisbas
from service.arabic.offices import Office, read_office
from service.arabic.organisations import Organisation, read_organisation
from service.arabic.people import Person, opens_name, read_known_person, read_named_person, read_titled_person
from service.arabic.places import PlaceFound, countries_of, decide, has_cue, read_place
from service.arabic.recognise import recognise
from service.arabic.spellings import name_similarity, name_words, same_name
from service.arabic.spotting import Words, read_words
from service.arabic.transliterate import skeleton
from service.arabic.vocabulary import first_form, function_words, is_everyday_name
from service.model import Fact, FactKind, Name, Place

__all__ = ["name_similarity", "read_names", "same_name"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A name as read: the words of its span, `first` up to `end`, and what it is."""

    first: int
    end: int
    cut: int
    value: Name | PlaceFound
    weak: bool = False
    opening: int | None = None
    """The word at which a title before the name begins: it belongs to no other name."""


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
        reading, end = _read_at(words, index)
        if reading:
            readings += [*_read_title(words, reading), reading]
        index = end
    return readings


def _read_title(words: Words, reading: Reading) -> list[Reading]:
    """Read the organisations and countries in the title before a name («المتحدث باسم البحرية الليبية …»)."""
    found: list[Reading] = []
    index = _opening(reading) + 1
    while index < reading.first:
        organisation = _read_organisation(words, index)
        place = _read_country(words, index)
        inner = organisation if organisation and organisation.end <= reading.first else place
        if inner and inner.end <= reading.first and not inner.weak:
            found.append(inner)
            index = inner.end
        else:
            index += 1
    return found


def _read_country(words: Words, index: int) -> Reading | None:
    """Read a country that belongs to a title: it places nothing."""
    place = read_place(words, index)
    if place is None or len(place.candidates) > 1 or place.candidates[0].place.kind != "country":
        return None
    country = place.candidates[0]._replace(place=replace(place.candidates[0].place, kind="other"))
    return Reading(index, place.end, place.cut, place._replace(candidates=(country,)), country.weak)


def _read_at(words: Words, index: int) -> tuple[Reading | None, int]:
    """Return the best reading at a word, and where to go on."""
    options = [option for option in (_read_person(words, index), _read_organisation(words, index)) if option]
    place = read_place(words, index)
    if place:
        options.append(Reading(place.first, place.end, place.cut, place, all(c.weak for c in place.candidates)))
    office = _read_holder(words, index)
    if office:
        options.append(office)
    best = max(options, key=lambda option: (option.end, not option.weak, _is_listed(option)), default=None)
    return (best, best.end) if best else (None, index + 1)


def _is_listed(reading: Reading) -> bool:
    """Tell whether a word list identifies a reading: «قناة السويس» is the canal, not a channel."""
    return isinstance(reading.value, PlaceFound) or ":" in reading.value.key


def _read_holder(words: Words, index: int) -> Reading | None:
    """Read a title with the person behind it, or an office that says what it is for without its holder."""
    office = read_office(words, index)
    if office is None:
        return None
    person = read_titled_person(words, office.end)
    if person and _may_hold(words, office, person):
        role = _text(words, index, office.end, office.cut) if office.kind != "honorific" else ""
        value = _person(words, person, role, office.key)
        return replace(_person_reading(words, person), value=value, weak=False, opening=index)
    if (
        office.kind != "office"
        or _describes(words, index)
        or office.certain_end == office.end == index + 1
        or not _says_what_for(office)
    ):
        return None
    role = _text(words, index, office.certain_end, office.cut)
    return Reading(index, office.certain_end, office.cut, Name("person", f"office:{office.key}", (), role, office.key))


def _describes(words: Words, index: int) -> bool:
    """Tell whether a word with the article describes the one before («الائتلاف الحاكم») and is no title."""
    return words.is_joined(index) and words.has_article(index) and words.has_article(index - 1)


def _may_hold(words: Words, office: Office, person: Person) -> bool:
    """Tell whether a person read behind a title is its holder, and not what the title is of («مدرب اللياقة»)."""
    if person.known is not None:
        return True
    if office.is_open:
        return opens_name(words, person.first)
    is_alone = person.end - person.first == 1
    if is_alone and _is_short_verb(words.items[person.first].text):
        return False
    return not (is_alone and is_everyday_name(words, person.first) and not _ends_name(words, person.end, office))


def _is_short_verb(word: str) -> bool:
    """Tell whether an unknown word of three letters behind a title is rather a verb («تبي») than a surname."""
    return len(word) <= 3 and word[0] in "يت" and word not in first_names()


def _ends_name(words: Words, end: int, office: Office) -> bool:
    """Tell whether a name surely ends before the word `end`: a mark or a function word stands there."""
    if office.kind in ("prefix", "office") and office.rank not in ("king", "queen", "emir", "pope", "sultan"):
        return False
    return end == len(words.items) or words.items[end].gap != "space" or words.items[end].text in function_words()


def _says_what_for(office: Office) -> bool:
    return bool(office.country or office.portfolio) and office.rank not in ("official", "member", "deputy")


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
    key = person.known.key if person.known else recognise(tokens) or _skeleton_key(tokens)
    return Name("person", key, tokens, role, office)


def _read_organisation(words: Words, index: int) -> Reading | None:
    found = read_organisation(words, index)
    return _organisation_reading(words, found) if found else None


def _organisation_reading(words: Words, found: Organisation) -> Reading:
    tokens = _tokens(words, found.first, found.end, found.cut)
    key = found.key or _skeleton_key(tokens)
    return Reading(found.first, found.end, found.cut, Name("organisation", key, tokens), found.weak)


def _tokens(words: Words, first: int, end: int, cut: int) -> tuple[str, ...]:
    tokens = [word.text for word in words.items[first:end]]
    tokens[0] = _with_article(tokens[0][cut:])
    return tuple(tokens)


def _skeleton_key(tokens: tuple[str, ...]) -> str:
    """Return the key of an unlisted name: the skeletons of its words, «عبد الله» and «عبدالله» alike."""
    return "-".join(map(skeleton, name_words(tokens)))


def _with_article(word: str) -> str:
    return "ال" + word[2:] if word.startswith("لل") and len(word) > 4 else word


def _text(words: Words, first: int, end: int, cut: int) -> str:
    return " ".join(_tokens(words, first, end, cut))


# --- what the whole text decides -----------------------------------------------------------------------------------


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
    """Return the countries that the text speaks of, by places that are certain and by adjectives."""
    sure = [r.value.candidates for r in readings if isinstance(r.value, PlaceFound) and len(r.value.candidates) == 1]
    countries = countries_of(candidate for candidates in sure for candidate in candidates)
    for index in range(len(words.items)):
        nationality = nisbas().find(words, index)
        if nationality:
            countries.add(nationality.value)
    return countries


def _read_foreign(words: Words, readings: list[Reading]) -> list[Reading]:
    found = []
    for first, end, cut in read_foreign(words, _taken(readings)):
        tokens = _tokens(words, first, end, cut)
        found.append(Reading(first, end, cut, Name("other", _skeleton_key(tokens), tokens)))
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
    return {place for reading in readings for place in range(_opening(reading), reading.end)}


def _opening(reading: Reading) -> int:
    return reading.first if reading.opening is None else reading.opening


def _share_keys(readings: list[Reading]) -> list[Reading]:
    """Give a surname alone the kind and key of the full name that the text has for it."""
    full: dict[str, Name] = {}
    for name in _full_names(readings):
        full.setdefault(_skeleton_key(name.tokens[-1:]), name)
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
