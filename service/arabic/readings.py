"""The best reading at a word: a title with the person behind it, a person, an organisation, a place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from service.arabic.gazetteers import first_names
from service.arabic.offices import Office, read_office
from service.arabic.organisations import Organisation, read_organisation
from service.arabic.people import Person, opens_name, read_known_person, read_named_person, read_titled_person
from service.arabic.places import PlaceFound, read_place
from service.arabic.recognise import recognise
from service.arabic.spellings import name_words
from service.arabic.spotting import Words
from service.arabic.transliterate import skeleton
from service.arabic.vocabulary import function_words, is_everyday_name
from service.model import Name


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


def opening_of(reading: Reading) -> int:
    """Return the word at which a name with its title begins."""
    return reading.first if reading.opening is None else reading.opening


def read_title(words: Words, reading: Reading) -> list[Reading]:
    """Read the organisations and countries in the title before a name («المتحدث باسم البحرية الليبية …»)."""
    found: list[Reading] = []
    index = opening_of(reading)
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


def read_at(words: Words, index: int) -> tuple[Reading | None, int]:
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
    tokens = tokens_of(words, person.first, person.end, person.cut)
    key = person.known.key if person.known else recognise(tokens) or skeleton_key(tokens)
    return Name("person", key, tokens, role, office)


def _read_organisation(words: Words, index: int) -> Reading | None:
    found = read_organisation(words, index)
    return _organisation_reading(words, found) if found else None


def _organisation_reading(words: Words, found: Organisation) -> Reading:
    tokens = tokens_of(words, found.first, found.end, found.cut)
    key = found.key or skeleton_key(tokens)
    return Reading(found.first, found.end, found.cut, Name("organisation", key, tokens), found.weak)


def tokens_of(words: Words, first: int, end: int, cut: int) -> tuple[str, ...]:
    """Return the normalised words of a name, `cut` letters of clitics taken off the first."""
    tokens = [word.text for word in words.items[first:end]]
    tokens[0] = _with_article(tokens[0][cut:])
    return tuple(tokens)


def skeleton_key(tokens: tuple[str, ...]) -> str:
    """Return the key of an unlisted name: the skeletons of its words, «عبد الله» and «عبدالله» alike."""
    return "-".join(map(skeleton, name_words(tokens)))


def _with_article(word: str) -> str:
    return "ال" + word[2:] if word.startswith("لل") and len(word) > 4 else word


def _text(words: Words, first: int, end: int, cut: int) -> str:
    return " ".join(tokens_of(words, first, end, cut))
