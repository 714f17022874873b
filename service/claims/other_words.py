"""Other words for what a claim speaks of, so that a search finds passages that put it otherwise.

- Numbers in digits, with grouping marks, as so many thousands or millions, and in one word: «خمسة عشر مليار» is "15"
  before «مليار» elsewhere, «76 ألف» is "76.000", "9" is «تسعة».
- Months under their other Arabic names: «أيلول» is «سبتمبر».
- For claims in Latin letters: names and places as they are written in Arabic, what is counted, and the common words of
  news by the table of words that are used for one another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from service.arabic.marks import read_marks
from service.arabic.normalise import align, normalise
from service.arabic.numerals import Numeral, read_numerals
from service.arabic.tokens import tokenise
from service.arabic.words import read_table
from service.model import Claim, Fact, Name, Period, Place, Quantity

_SCALES = (10**3, 10**6, 10**9)
_ONE_WORD = frozenset({"unit", "ten", "teen", "tens", "hundred", "hundreds"})
_NAME_COLUMNS = {"persons": (0, 1), "organisations": (0, 1), "cities": (0, 3), "regions": (0, 3)}


def read_other_words(claim: Claim) -> tuple[tuple[str, ...], ...]:
    """Return other words for the things in a claim, one group a thing; none of them is needed to match."""
    return tuple(dict.fromkeys(group for group in _read(claim) if group))


def _read(claim: Claim) -> Iterator[tuple[str, ...]]:
    periods = []
    for fact in claim.facts:
        if isinstance(fact.value, Period):
            periods.append(fact.span)
            yield _month_names().get(fact.value.month or 0, ())
        elif claim.language != "ar":
            yield _in_arabic(fact)
    aligned = align(claim.text)
    marks = read_marks(claim.text).items
    for numeral in read_numerals(read_marks(claim.text)):
        span = aligned.span(marks[numeral.first].start, marks[numeral.last].end)
        if not any(span.overlaps(period) for period in periods):
            yield tuple(_number_forms(numeral))
    if claim.language != "ar":
        yield from _translate(claim.text)


def _number_forms(numeral: Numeral) -> Iterator[str]:
    if numeral.is_vague or numeral.fraction:
        return
    value = numeral.low
    yield from _number_words().get(value, ())
    yield from _digit_forms(value)
    scale = max((scale for scale in _SCALES if scale <= value), default=None)
    if scale is not None:
        yield from _digit_forms(round(value / scale, 3))


def _digit_forms(value: float) -> Iterator[str]:
    """Yield a number in digits with either mark for thousands or decimals: one word each to the tokeniser."""
    if value.is_integer():
        yield str(int(value))
        if value >= _SCALES[0]:
            yield f"{int(value):,}"
            yield f"{int(value):,}".replace(",", ".")
    else:
        yield str(value)
        yield str(value).replace(".", ",")


def _in_arabic(fact: Fact) -> tuple[str, ...]:
    match fact.value:
        case Name(key=key) | Place(key=key):
            return _arabic_names().get(key, ())
        case Quantity(counted=counted):
            return counted
        case _:
            return ()


def _translate(text: str) -> Iterator[tuple[str, ...]]:
    words = [normalise(token.text) for token in tokenise(text)]
    for place, word in enumerate(words):
        yield _translations().get(word, ())
        yield _translations().get(" ".join(words[place : place + 2]), ())


@cache
def _number_words() -> dict[float, tuple[str, ...]]:
    """Return the Arabic words that say a number alone."""
    words = defaultdict(list)
    for word, role, value in read_table("number_words"):
        if role in _ONE_WORD and _is_arabic(word):
            words[float(value)].append(word)
    return {value: tuple(found) for value, found in words.items()}


@cache
def _month_names() -> dict[int, tuple[str, ...]]:
    """Return the Arabic names of each Gregorian month."""
    names = defaultdict(list)
    for name, calendar, number, _ in read_table("months"):
        if calendar == "gregorian" and _is_arabic(name):
            names[int(number)].append(name)
    return {number: tuple(found) for number, found in names.items()}


@cache
def _arabic_names() -> dict[str, tuple[str, ...]]:
    """Return the Arabic spellings of listed people, organisations and places by key, without ambiguous ones."""
    names = {f"country:{row[0]}": _sure(row[2]) for row in read_table("countries")}
    for table, (key, spellings) in _NAME_COLUMNS.items():
        names |= {row[key]: _sure(row[spellings]) for row in read_table(table)}
    return names


@cache
def _translations() -> dict[str, tuple[str, ...]]:
    """Return the Arabic words for Latin ones: words of news, and adjectives of countries."""
    arabic: dict[str, list[str]] = defaultdict(list)
    for (group,) in read_table("synonyms"):
        words = group.split("|")
        for word in words:
            if not _is_arabic(word):
                arabic[normalise(word)] += [other for other in words if _is_arabic(other)]
    for row in read_table("countries"):
        for adjective in row[5].split("|") if len(row) > 5 else ():
            arabic[normalise(adjective.lstrip("~"))] += _sure(row[3])
    return {word: tuple(dict.fromkeys(found)) for word, found in arabic.items() if word}


def _sure(spellings: str) -> tuple[str, ...]:
    return tuple(one for one in spellings.split("|") if one and not one.startswith("~"))


def _is_arabic(word: str) -> bool:
    return "\u0620" <= word[:1] <= "\u06ff"
