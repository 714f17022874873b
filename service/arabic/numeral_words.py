"""The words and digits of numerals: what each means, and how digits with signs («76.000», «5ر2») are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from service.arabic.marks import Bare, Marks, bare_forms, spellings
from service.arabic.normalise import normalise
from service.arabic.words import read_table

ARABIC_AND = "و"
LATIN_AND = ("and", "et", "-")
_DECIMAL_WORDS = ("فاصل", "فاصله", "point", "virgule")
# «كمية», «لمية»: other words far more often than a hundred behind a preposition.
_NEVER_BEHIND_PREPOSITION = ("ميه", "ست")


class Sense(NamedTuple):
    """What a word means in a numeral."""

    role: str
    value: float
    form: Bare


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number read from the marks `first` to `last` (inclusive).

    `low` and `high` differ for vague words; `scale` is the least factor read (1 without scale words), `step` the place
    of the last significant digit; `decimal` holds the other reading of digits such as «2.301»; `skip` counts the
    clitic letters before the number; `head` is the article or preposition it is written with.
    """

    first: int
    last: int
    low: float
    high: float | None
    scale: float = 1
    in_digits: bool = False
    ordinal: bool = False
    fraction: bool = False
    decimal: float | None = None
    joined: bool = False
    preposition: str = ""
    definite: bool = False
    skip: int = 0

    @property
    def is_vague(self) -> bool:
        """Tell whether the words leave the number open."""
        return self.low != self.high


@cache
def known_words() -> dict[str, tuple[str, float]]:
    """Return role and value of every number word."""
    return {normalise(word): (role, float(value)) for word, role, value in read_table("number_words")}


@lru_cache(maxsize=65536)
def sense_of(word: str) -> Sense | None:
    """Return what a word with its clitics means in a numeral, None when nothing."""
    for form in bare_forms(word):
        if form.preposition == "ك" or (form.preposition and form.text in _NEVER_BEHIND_PREPOSITION):
            continue
        for text in spellings(form.text):
            if text in known_words():
                role, value = known_words()[text]
                return Sense(role, value, form)
    return None


def plain_sense(marks: Marks, index: int) -> Sense | None:
    """Return the sense of a word that has no clitics."""
    if marks.kind_at(index) != "word":
        return None
    sense = sense_of(marks.text_at(index))
    return sense if sense and not (sense.form.joined or sense.form.preposition) else None


def behind_and(marks: Marks, index: int) -> int | None:
    """Return where the term behind an "and" starts; None when there is none."""
    word = marks.text_at(index)
    if word in (ARABIC_AND, *LATIN_AND) and marks.kind_at(index + 1) in ("number", "word"):
        return index + 1
    sense = sense_of(word) if marks.kind_at(index) == "word" else None
    if sense and (sense.form.joined or word[0].isascii()):
        return index
    if marks.kind_at(index) == "number" and marks.text_at(index - 1).isascii() and marks.kind_at(index - 1) == "word":
        return index
    return None


def read_digits(marks: Marks, index: int) -> Numeral:
    """Read digits, and a decimal part in words."""
    value, decimal = parse_digits(marks.text_at(index))
    numeral = Numeral(index, index, value, value, in_digits=True, decimal=decimal)
    return _with_decimal_word(marks, numeral) if marks.kind_at(index + 1) == "word" else numeral


def _with_decimal_word(marks: Marks, numeral: Numeral) -> Numeral:
    """Read «50 فاصل 2»."""
    last = numeral.last + 2
    if marks.text_at(last - 1) not in _DECIMAL_WORDS or not marks.text_at(last).isdigit():
        return numeral
    value = float(f"{int(numeral.low)}.{marks.text_at(last)}")
    return replace(numeral, last=last, low=value, high=value, decimal=None)


@lru_cache(maxsize=4096)
def parse_digits(text: str) -> tuple[float, float | None]:
    """Return the value of digits, and the decimal one where three digits behind one sign can be either.

    «5ر2» is 2.5: typed from right to left, the fraction stands first.
    """
    if "ر" in text:
        fraction, whole = text.split("ر")
        return float(f"{whole}.{fraction}"), None
    plain = text.replace("،", ".").replace("٫", ".").replace(",", ".")
    for sign in "٬' \u00a0\u2009\u202f":
        plain = plain.replace(sign, "")
    parts = plain.split(".")
    if len(parts) == 1:
        return float(plain), None
    if len(parts) == 2:
        return _one_sign(text, parts)
    signs = [character for character in text if character in ".,٫"]
    if len(set(signs)) == 1:
        return float("".join(parts)), None
    return float("".join(parts[:-1]) + "." + parts[-1]), None


def _one_sign(text: str, parts: list[str]) -> tuple[float, float | None]:
    whole, rest = parts
    decimal = float(f"{whole}.{rest}")
    if len(rest) == 3 and len(whole) <= 3 and whole != "0" and "٫" not in text and "٬" not in text:
        return float(whole + rest), decimal
    return decimal, None


def note_clitics(marks: Marks, index: int, numeral: Numeral) -> Numeral:
    """Note the clitics of the first word."""
    if marks.kind_at(index) == "number":
        return _marked_digits(marks, index, numeral)
    sense = sense_of(marks.text_at(index))
    if sense is None:
        return numeral
    form = sense.form
    skip = len(marks.text_at(index)) - len(form.text) - (2 if form.definite and not form.preposition else 0)
    return replace(numeral, joined=form.joined, preposition=form.preposition, definite=form.definite, skip=max(0, skip))


def _marked_digits(marks: Marks, index: int, numeral: Numeral) -> Numeral:
    """Note what is glued before digits: «الـ15», «بـ20», «و470»."""
    before = marks.text_at(index - 1) if marks.items[index].glued or index else ""
    if marks.kind_at(index - 1) != "word" or len(before) > 4:
        return numeral
    core = before.removeprefix("و").removeprefix("ف") if len(before) > 1 else before
    definite = core in ("ال", "لل", "بال", "كال")
    preposition = core[0] if core and core[0] in "بلك" and core in ("ب", "ل", "ك", "لل", "بال", "كال") else ""
    joined = before[0] in "وف" and (core in ("", "و", "ف") or definite or bool(preposition))
    return replace(numeral, joined=joined, preposition=preposition, definite=definite)
