"""Numbers that count nothing: codes and phone numbers, and numbers that are names («المادة 15», «القرار رقم 1559»)."""

from __future__ import annotations

from service.arabic.counted import counted_after, noun_at
from service.arabic.marks import Marks, is_among
from service.arabic.numerals import Numeral
from service.arabic.units import read_unit

DASHES = ("-", "–", "—", "−", "_")
_LIST_SIGNS = (*DASHES, ")", ".")
_DIGITS_OF_A_PHONE = 8
_LONGEST_NUMBER = 12
_LONGEST_MODEL = 3
_OPENING = ("(", "«", '"', ":")


def is_code(marks: Marks, numeral: Numeral) -> bool:
    """Tell whether digits neither count nor rank: «كوفيد-19», a phone number, the number of a list item."""
    text, index = marks.text_at(numeral.first), numeral.first - 1
    if text.isdigit() and _is_phone(marks, numeral, text):
        return True
    if marks.text_at(index) in ("#", "№") or (index < 0 and marks.text_at(numeral.last + 1) in _LIST_SIGNS):
        return True
    short = len(marks.text_at(index - 1)) <= _LONGEST_MODEL  # «إف- 16»
    glued = index > 0 and (marks.items[numeral.first].glued or short) and marks.items[index].glued
    return glued and marks.text_at(index) in DASHES and marks.kind_at(index - 1) == "word"


def _is_phone(marks: Marks, numeral: Numeral, text: str) -> bool:
    if len(text) > _LONGEST_NUMBER:
        return True
    if len(text) > 1 and text[0] == "0":  # «04 قطع» counts all the same
        counts = len(text) == 2 and counted_after(marks, numeral.last + 1) is not None
        return not (counts or numeral.scale > 1 or read_unit(marks, numeral.last + 1))
    return len(text) >= _DIGITS_OF_A_PHONE and numeral.scale == 1 and not _is_measured(marks, numeral)


def _is_measured(marks: Marks, numeral: Numeral) -> bool:
    noun = counted_after(marks, numeral.last + 1)
    return read_unit(marks, numeral.last + 1) is not None or (noun is not None and bool(noun.kind))


def find_named(marks: Marks, numeral: Numeral) -> int | None:
    """Return the mark of the noun that digits are the name of: «المادة 15», «القرار رقم 1559», «المرتبة 111».

    None when they count. Other numbers of the same noun are others; none is more than another.
    """
    index = numeral.first - (2 if marks.text_at(numeral.first - 1) in _OPENING else 1)
    named = is_among(marks, index, "identifier_words") or is_among(marks, index, "rank_words")
    named = named or (is_among(marks, index, "number_signs") and is_among(marks, index - 1, "identifier_words"))
    if not named or read_unit(marks, numeral.last + 1):
        return None
    if not is_among(marks, index, "number_signs") or noun_at(marks, index - 1) is None:
        return index
    adjective = marks.text_at(index - 1).startswith("ال") and marks.text_at(index - 2).startswith("ال")
    return index - 2 if adjective else index - 1  # «الطريق الوطنية رقم 13»
