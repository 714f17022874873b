"""Units of measure and currencies behind (or before) a number, and the duals that hold number and unit in one word."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from service.arabic.marks import Marks, bare_forms
from service.arabic.normalise import normalise
from service.arabic.phrases import Found, Phrases
from service.arabic.words import read_table
from service.model import Dimension


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its key as in words/units.tsv or an ISO 4217 code, what it measures, and its size in base units."""

    key: str
    dimension: Dimension
    factor: float = 1.0


_BODY_PARTS = ("قدم",)  # «قدمان» are rarely a measure
_PER_CENT = Unit("%", Dimension.PERCENT)


@dataclass(frozen=True, slots=True)
class UnitRead:
    """A unit read from a text up to the mark `end` (exclusive); `number` is 2 for a dual («كيلومترين»)."""

    unit: Unit
    end: int
    number: float | None = None


@cache
def _units() -> Phrases[Unit]:
    return Phrases(
        (form, Unit(key, Dimension(dimension), float(factor))) for form, key, dimension, factor in read_table("units")
    )


@cache
def _currencies() -> Phrases[str]:
    return Phrases(read_table("currencies"))  # type: ignore[arg-type]


@cache
def _countries() -> dict[tuple[str, str], str]:
    return {(base, normalise(adjective)): code for base, adjective, code in read_table("currency_countries")}


@cache
def base_currency(code: str) -> str:
    """Return the currency without its country ("TND" → "dinar"); a code of its own otherwise."""
    return next((base for (base, _), known in _countries().items() if known == code), code)


def may_be_unit(word: str) -> bool:
    """Tell whether a unit or a currency may start with a word."""
    return _units().may_start_with(word) or _currencies().may_start_with(word)


def read_unit(marks: Marks, index: int) -> UnitRead | None:
    """Return the unit written at the mark `index`, behind a number."""
    found = _find(_units(), marks, index)
    money = _find(_currencies(), marks, index)
    if found is None and money is None:
        return _with_country_before(marks, index)
    if money and (found is None or money.end >= found.end):
        return _with_country(marks, money)
    return UnitRead(found.value, found.end) if found else None


def _with_country_before(marks: Marks, index: int) -> UnitRead | None:
    """Return the currency behind an adjective, as English has it: "900 million US dollars"."""
    money = _find(_currencies(), marks, index + 1)
    code = _countries().get((money.value, marks.text_at(index))) if money else None
    return UnitRead(_money(code), money.end) if money and code else None


def read_unit_before(marks: Marks, index: int) -> UnitRead | None:
    """Return the currency sign or code that stands directly before the mark `index` ("$5 million", "EUR 20")."""
    percent = index > 0 and marks.items[index].glued and marks.kind_at(index - 2) != "number"
    if percent and marks.text_at(index - 1) in ("%", "٪"):
        return UnitRead(_PER_CENT, index - 1)
    for start in (index - 2, index - 1):
        if start >= 0 and marks.text_at(start) in ("$", "€", "£", "¥", "us", "usd", "eur", "gbp", "tnd", "sar"):
            found = _currencies().find(marks, start)
            if found and found.end == index:
                return UnitRead(_money(found.value), start)
    return None


def read_dual_unit(marks: Marks, index: int) -> UnitRead | None:
    """Return the unit that a dual names twice: «كيلومترين», «دولارين», «ساعتان»."""
    for form in bare_forms(marks.text_at(index)):
        for singular in _singulars(form.text):
            unit = _single_words().get(singular)
            if unit:
                return UnitRead(unit, index + 1, 2)
    return None


def _singulars(word: str) -> tuple[str, ...]:
    if word.endswith(("تان", "تين")) and len(word) > 4:
        return (word[:-3] + "ه",)
    if word.endswith(("ان", "ين")) and len(word) > 4:
        return (word[:-2],)
    return ()


@cache
def _single_words() -> dict[str, Unit]:
    """Units of one Arabic word that may stand in the dual."""
    rows = {
        normalise(form): Unit(key, Dimension(dimension), float(factor))
        for form, key, dimension, factor in read_table("units")
    }
    rows |= {normalise(form): _money(base) for form, base in read_table("currencies")}
    return {
        form: unit
        for form, unit in rows.items()
        if " " not in form and len(form) > 2 and not form[0].isascii() and form not in _BODY_PARTS
    }


def _money(currency: str) -> Unit:
    return Unit(currency, Dimension.MONEY)


def _with_country(marks: Marks, money: Found[str]) -> UnitRead:
    """Take the country's adjective into the currency: «دينارا تونسيا» is TND."""
    base = money.value
    for form in bare_forms(marks.text_at(money.end)) if marks.text_at(money.end) else ():
        for adjective in (form.text, form.text.removesuffix("ا"), form.text.removesuffix("ه")):
            code = _countries().get((base, adjective))
            if code and not form.joined:
                return UnitRead(_money(code), money.end + 1)
    return UnitRead(_money(base), money.end)


def _find(phrases: Phrases, marks: Marks, index: int) -> Found | None:  # type: ignore[type-arg]
    """Find a phrase, its first word as listed or in the accusative; a word of one letter must stand alone."""
    found = phrases.find(marks, index)
    if found is None or found.joined or (found.preposition and marks.text_at(index)[0] != "ب"):
        return None
    return found
