"""Numerals: numbers in digits, in words and mixed («11 ألفاً و470»), ordinals, fractions, vague plurals («آلاف»).

A numeral is a sum of terms of falling scale, joined by «و»; a term is a group below a thousand, or digits, times its
scale words. In Arabic the unit stands before the ten («خمسة وعشرون») and the scale may be two of it («ألفان»).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from service.arabic.marks import Bare, Marks, bare_forms, spellings
from service.arabic.normalise import normalise
from service.arabic.words import read_table

_ARABIC_AND = "و"
_LATIN_AND = ("and", "et", "-")
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
def _senses() -> dict[str, tuple[str, float]]:
    return {normalise(word): (role, float(value)) for word, role, value in read_table("number_words")}


@lru_cache(maxsize=65536)
def sense_of(word: str) -> Sense | None:
    """Return what a word with its clitics means in a numeral, None when nothing."""
    for form in bare_forms(word):
        if form.preposition == "ك" or (form.preposition and form.text in _NEVER_BEHIND_PREPOSITION):
            continue
        for text in spellings(form.text):
            if text in _senses():
                role, value = _senses()[text]
                return Sense(role, value, form)
    return None


def read_numerals(marks: Marks) -> list[Numeral]:
    """Return the numerals of a text in order; they do not overlap."""
    found: list[Numeral] = []
    after = 0
    for index, mark in enumerate(marks.items):
        if index < after or not (mark.kind == "number" or (mark.kind == "word" and sense_of(mark.text))):
            continue
        numeral = _read_ordinal(marks, index) or _read_sum(marks, index)
        if numeral:
            found.append(numeral)
            after = numeral.last + 1
    return found


# --- sums ----------------------------------------------------------------------------------------------------------


def _read_sum(marks: Marks, index: int) -> Numeral | None:
    numeral = _read_term(marks, index)
    if numeral is None or numeral.ordinal:
        return numeral
    numeral = _marked(marks, index, numeral)
    while (more := _joined_term(marks, numeral)) is not None:
        numeral = _add(numeral, more)
    return _add_fraction(marks, numeral)


def _add(numeral: Numeral, more: Numeral) -> Numeral:
    high = None if numeral.high is None or more.high is None else numeral.high + more.high
    return replace(
        numeral,
        last=more.last,
        low=numeral.low + more.low,
        high=high,
        scale=more.scale,
        decimal=None,
        in_digits=more.in_digits,
    )


def _joined_term(marks: Marks, numeral: Numeral) -> Numeral | None:
    """Return the next term of the sum when «و» (or nothing, in English) leads to one of a lower scale."""
    if numeral.scale < 1000 and not (numeral.scale == 100 and not numeral.in_digits):
        return None
    start = _behind_and(marks, numeral.last + 1)
    listed = marks.text_at(numeral.last + 1) == "," and marks.text_at(numeral.last).isascii()
    if listed:  # "two thousand, five hundred"
        start = numeral.last + 2 if marks.kind_at(numeral.last + 2) == "word" else None
    if start is None or numeral.is_vague:
        return None
    term = _read_term(marks, start)
    if term is None or term.is_vague or term.fraction or term.ordinal or term.low >= numeral.scale:
        return None
    if listed and term.low < 100:
        return None
    return term


def _behind_and(marks: Marks, index: int) -> int | None:
    """Return where the term behind an "and" starts; None when there is none."""
    word = marks.text_at(index)
    if word in (_ARABIC_AND, *_LATIN_AND) and marks.kind_at(index + 1) in ("number", "word"):
        return index + 1
    sense = sense_of(word) if marks.kind_at(index) == "word" else None
    if sense and (sense.form.joined or word[0].isascii()):
        return index
    if marks.kind_at(index) == "number" and marks.text_at(index - 1).isascii() and marks.kind_at(index - 1) == "word":
        return index
    return None


def _add_fraction(marks: Marks, numeral: Numeral) -> Numeral:
    """Add «ونصف (المليون)» to the number before it: a part of its scale."""
    index = numeral.last + 1
    word = marks.text_at(index)
    sense = sense_of(word) if marks.kind_at(index) == "word" else None
    if word in ("and", "et") and marks.text_at(index + 1) in ("a", "une", "un"):
        sense, index = sense_of(marks.text_at(index + 2)) if marks.text_at(index + 2) else None, index + 2
    elif sense is None or not sense.form.joined or sense.form.definite:
        return numeral
    if sense is None or sense.role != "fraction" or numeral.high is None or numeral.fraction:
        return numeral
    part = sense.value * numeral.scale
    again = sense_of(marks.text_at(index + 1)) if marks.kind_at(index + 1) == "word" else None
    last = index + 1 if again and again.role == "scale" and again.value == numeral.scale > 1 else index
    return replace(numeral, last=last, low=numeral.low + part, high=numeral.high + part, decimal=None)


def _marked(marks: Marks, index: int, numeral: Numeral) -> Numeral:
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


# --- terms ---------------------------------------------------------------------------------------------------------


def _read_term(marks: Marks, index: int) -> Numeral | None:
    """Read one term: a factor and its scale words."""
    if marks.kind_at(index) == "number":
        return _times_scale(marks, _read_digits(marks, index))
    sense = sense_of(marks.text_at(index))
    if sense is None:
        return None
    role = sense.role
    if role in ("scale", "scales", "dual", "vague_scale"):
        return _scale_alone(marks, index, sense)
    if role in ("vague", "few", "several", "dozen", "approx_unit", "fraction"):
        if role == "several" and not marks.original_of(index, index).endswith(("ة", "l", "s")):
            return None  # «عدّه», not «عدة»
        return _times_scale(marks, _open_factor(index, sense))
    group = _read_group(marks, index)
    return _times_scale(marks, group) if group else None


def _read_digits(marks: Marks, index: int) -> Numeral:
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


def _times_scale(marks: Marks, numeral: Numeral) -> Numeral:
    """Multiply by the scale words behind the factor («مئة ألف», «3 ملايين», "5 million")."""
    while True:
        index = numeral.last + 1
        if marks.text_at(index) in ("of", "de", "من", "d") and numeral.is_vague:
            index += 1
        sense = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
        if sense is None or sense.role not in ("scale", "scales", "vague_scale") or sense.form.joined:
            return numeral
        if sense.form.preposition or (sense.form.definite and not (numeral.is_vague or numeral.fraction)):
            return numeral
        if numeral.scale >= sense.value:  # "huit millions mille" is a sum
            return numeral
        numeral = _scaled(numeral, index, sense)


def _scaled(numeral: Numeral, index: int, sense: Sense) -> Numeral:
    factor = sense.value if sense.role != "vague_scale" else sense.value / 2
    low = numeral.low if numeral.decimal is None or factor < 10**6 else numeral.decimal
    high = numeral.high if numeral.high is None or numeral.is_vague else low
    return replace(
        numeral,
        last=index,
        low=low * factor,
        high=None if high is None else high * factor,
        scale=factor,
        decimal=None,
        fraction=False,
    )


def _scale_alone(marks: Marks, index: int, sense: Sense) -> Numeral | None:
    """Read a scale word without a factor: «ألف», «مليونان», «آلاف»; «ألفا شخص» is two thousand."""
    if sense.role in ("scales", "vague_scale"):
        least = 2 * sense.value if sense.role == "scales" else sense.value
        return _times_scale(marks, Numeral(index, index, least, None, scale=least / 2))
    value, scale = sense.value, sense.value
    if sense.role == "dual":
        scale = value / 2
    elif _is_construct_dual(marks, index, sense):
        value = 2 * scale
    if marks.text_at(index)[0].isascii() and marks.text_at(index) not in ("mille",):
        return _times_scale(marks, Numeral(index, index, value, value, scale)) if _is_a(marks, index) else None
    return _times_scale(marks, Numeral(index, index, value, value, scale=scale))


def _is_a(marks: Marks, index: int) -> bool:
    return marks.text_at(index - 1) in ("a", "one", "un", "the", "per")


def _is_construct_dual(marks: Marks, index: int, sense: Sense) -> bool:
    """«ألفا شخص» without tanwin, followed by the noun itself, is a dual; «ألفاً و300» is one thousand."""
    word = sense.form.text
    if not word.endswith("ا") or word.removesuffix("ا") not in _senses():
        return False
    if "\u064b" in marks.original_of(index, index) or marks.kind_at(index + 1) != "word":
        return False
    return not marks.text_at(index + 1).startswith("و")


def _open_factor(index: int, sense: Sense) -> Numeral:
    """Read words that leave the factor open, and fractions."""
    role, value = sense.role, sense.value
    if role == "few":
        return Numeral(index, index, value, 10)
    if role == "approx_unit":
        return Numeral(index, index, value * 0.9, value * 1.1)
    if role in ("dozen", "fraction"):
        return Numeral(index, index, value, value, fraction=role == "fraction")
    return Numeral(index, index, value, None)


# --- groups below a thousand ---------------------------------------------------------------------------------------


def _read_group(marks: Marks, index: int) -> Numeral | None:
    hundreds = _read_hundreds(marks, index)
    if hundreds is None:
        return _read_below_hundred(marks, index)
    start = _behind_and(marks, hundreds.last + 1)
    if start is None:
        return hundreds
    rest = _read_digits(marks, start) if marks.kind_at(start) == "number" else _read_below_hundred(marks, start)
    if rest is None or rest.low >= 100 or rest.low != int(rest.low) or rest.fraction:
        return hundreds
    return replace(hundreds, last=rest.last, low=hundreds.low + rest.low, high=hundreds.low + rest.low, scale=1)


def _read_hundreds(marks: Marks, index: int) -> Numeral | None:
    sense = sense_of(marks.text_at(index))
    if sense is None:
        return None
    if sense.role in ("hundred", "hundreds"):
        return Numeral(index, index, sense.value, sense.value, scale=100)
    following = _plain_sense(marks, index + 1)
    if sense.role == "unit" and sense.value >= 1 and following and following.role == "hundred":
        return Numeral(index, index + 1, sense.value * 100, sense.value * 100, scale=100)
    return None


def _plain_sense(marks: Marks, index: int) -> Sense | None:
    """Return the sense of a word that has no clitics."""
    if marks.kind_at(index) != "word":
        return None
    sense = sense_of(marks.text_at(index))
    return sense if sense and not (sense.form.joined or sense.form.preposition) else None


def _read_below_hundred(marks: Marks, index: int) -> Numeral | None:
    if marks.kind_at(index) != "word":
        return None
    sense = sense_of(marks.text_at(index))
    if sense is None:
        return None
    if sense.role in ("unit", "teen_unit"):
        return _from_unit(marks, index, sense)
    if sense.role == "tens":
        return _from_tens(marks, index, sense)
    if sense.role == "teen":
        return _add_to_ten(marks, Numeral(index, index, sense.value, sense.value))
    return Numeral(index, index, sense.value, sense.value) if sense.role == "ten" else None


def _from_unit(marks: Marks, index: int, sense: Sense) -> Numeral | None:
    """Read «خمسة», «خمسة عشر», «خمسة وعشرون», «ثلاثة أرباع», "quatre-vingt"."""
    following = _plain_sense(marks, index + 1)
    if following and following.role == "ten" and 1 <= sense.value <= 9 and not following.form.definite:
        return Numeral(index, index + 1, sense.value + 10, sense.value + 10)
    if following and following.role == "fraction" and following.value < 0.5 and sense.role == "unit":
        value = sense.value * following.value
        return Numeral(index, index + 1, value, value, fraction=True) if value < 1 else None
    if (
        marks.text_at(index) == "quatre"
        and marks.text_at(index + 1) == "-"
        and marks.text_at(index + 2).startswith("vingt")
    ):
        return _add_french(marks, Numeral(index, index + 2, 80, 80))
    ten_at = index + 1 + (marks.text_at(index + 1) == _ARABIC_AND)
    ten = sense_of(marks.text_at(ten_at)) if marks.kind_at(ten_at) == "word" and sense.value >= 1 else None
    if ten and ten.role == "tens" and (ten.form.joined or ten_at > index + 1):
        return Numeral(index, ten_at, sense.value + ten.value, sense.value + ten.value)
    return Numeral(index, index, sense.value, sense.value) if sense.role == "unit" else None


def _from_tens(marks: Marks, index: int, sense: Sense) -> Numeral:
    """Read "twenty", "twenty-five", "vingt et un", "soixante-dix"; in Arabic the unit came before."""
    return _add_french(marks, Numeral(index, index, sense.value, sense.value))


def _add_french(marks: Marks, numeral: Numeral) -> Numeral:
    if not marks.text_at(numeral.last)[0].isascii():
        return numeral
    index = numeral.last + 1
    if marks.text_at(index) in _LATIN_AND:
        index += 1
    unit = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    if unit is None or not marks.text_at(index)[0].isascii() or unit.role not in ("unit", "teen") or not unit.value:
        return numeral
    if unit.role == "teen" and numeral.low not in (60, 80):
        return numeral
    return _add_to_ten(marks, replace(numeral, last=index, low=numeral.low + unit.value, high=numeral.low + unit.value))


def _add_to_ten(marks: Marks, numeral: Numeral) -> Numeral:
    """Read "dix-sept", "soixante-dix-sept"."""
    index = numeral.last + 2
    if marks.text_at(numeral.last) != "dix" or marks.text_at(index - 1) != "-":
        return numeral
    unit = sense_of(marks.text_at(index)) if marks.kind_at(index) == "word" else None
    if unit is None or unit.role != "unit" or unit.value < 7:
        return numeral
    return replace(numeral, last=index, low=numeral.low + unit.value, high=numeral.low + unit.value)


# --- ordinals ------------------------------------------------------------------------------------------------------


def _read_ordinal(marks: Marks, index: int) -> Numeral | None:
    """Read «الثالث», «الخامس عشر», «الحادي والعشرون», "third", "15th", "2e"."""
    if marks.kind_at(index) == "number":
        return _digit_ordinal(marks, index)
    sense = sense_of(marks.text_at(index))
    if sense is None or sense.role not in ("ordinal", "teen_ordinal"):
        return None
    value, last = sense.value, index
    following = sense_of(marks.text_at(index + 1)) if marks.kind_at(index + 1) == "word" else None
    if following and following.role == "ten" and not following.form.joined and value < 10:
        value, last = value + 10, index + 1
    elif following and following.role == "tens" and following.form.joined and value < 10:
        value, last = value + following.value, index + 1
    elif marks.text_at(index + 1) == _ARABIC_AND and (tens := _plain_sense(marks, index + 2)) and tens.role == "tens":
        value, last = value + tens.value, index + 2
    elif sense.role == "teen_ordinal":
        return None
    return _marked(marks, index, Numeral(index, last, value, value, ordinal=True))


def _digit_ordinal(marks: Marks, index: int) -> Numeral | None:
    suffix = marks.text_at(index + 1)
    if index + 1 >= len(marks) or not marks.items[index + 1].glued or not marks.text_at(index).isdigit():
        return None
    if suffix not in ("st", "nd", "rd", "th", "e", "er", "re", "ème", "eme", "ère"):
        return None
    value = float(marks.text_at(index))
    return Numeral(index, index + 1, value, value, in_digits=True, ordinal=True)
