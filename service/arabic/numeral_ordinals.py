"""Ordinals: «الثالث», «الخامس عشر», «الحادي والعشرون», "third", "15th", "2e"."""

from __future__ import annotations

from service.arabic.marks import Marks
from service.arabic.numeral_words import (
    ARABIC_AND,
    Numeral,
    note_clitics,
    plain_sense,
    sense_of,
)


def read_ordinal(marks: Marks, index: int) -> Numeral | None:
    """Read «الثالث», «الخامس عشر», «الحادي والعشرون», "third", "15th", "2e"."""
    if marks.kind_at(index) == "number":
        return _digit_ordinal(marks, index)
    sense = sense_of(marks.text_at(index))
    if sense is None or sense.role not in ("ordinal", "teen_ordinal"):
        return None
    if is_a_third(marks, index):
        return None
    value, last = sense.value, index
    following = sense_of(marks.text_at(index + 1)) if marks.kind_at(index + 1) == "word" else None
    if following and following.role == "ten" and not following.form.joined and value < 10:
        value, last = value + 10, index + 1
    elif following and following.role == "tens" and following.form.joined and value < 10:
        value, last = value + following.value, index + 1
    elif marks.text_at(index + 1) == ARABIC_AND and (tens := plain_sense(marks, index + 2)) and tens.role == "tens":
        value, last = value + tens.value, index + 2
    elif sense.role == "teen_ordinal":
        return None
    return note_clitics(marks, index, Numeral(index, last, value, value, ordinal=True))


def is_a_third(marks: Marks, index: int) -> bool:
    """Tell whether "third" is a part: "a third of the voters"."""
    return (
        marks.text_at(index) == "third"
        and marks.text_at(index + 1) == "of"
        and marks.text_at(index - 1) in ("a", "one")
    )


def _digit_ordinal(marks: Marks, index: int) -> Numeral | None:
    suffix = marks.text_at(index + 1)
    if index + 1 >= len(marks) or not marks.items[index + 1].glued or not marks.text_at(index).isdigit():
        return None
    if suffix not in ("st", "nd", "rd", "th", "e", "er", "re", "ème", "eme", "ère"):
        return None
    value = float(marks.text_at(index))
    return Numeral(index, index + 1, value, value, in_digits=True, ordinal=True)
