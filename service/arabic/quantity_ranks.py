"""Ranks: «المرتبة الثالثة», «ثالث زيارة», «الدورة الـ15», "third visit"."""

from __future__ import annotations

from service.arabic.counted import counted_after, noun_at
from service.arabic.marks import Marks, bare_forms, is_among
from service.arabic.numerals import Numeral
from service.arabic.quantity_part import COUNT, RANK, Part


def read_definite_digits(marks: Marks, numeral: Numeral) -> Part:
    """Read «الدورة الـ15» as a rank, «النواب الـ231» as a count: the noun in the singular is one of many."""
    index = numeral.first - 2
    noun = noun_at(marks, index) if marks.text_at(index).startswith(("ال", "لل", "وال")) else None
    if noun is None:
        behind = counted_after(marks, numeral.last + 1)
        end = behind.end if behind and behind.kind else numeral.last + 1
        return Part(
            numeral.first, end, numeral.low, numeral.high, numeral, COUNT, behind if behind and behind.kind else None
        )
    word = next(form.text for form in bare_forms(marks.text_at(index)) if form.definite)
    one = word.endswith(("ه", "ري")) or word == noun.key
    return Part(index, numeral.last + 1, numeral.low, numeral.high, numeral, RANK if one else COUNT, noun)


def read_rank(marks: Marks, numeral: Numeral) -> Part | None:
    """Read an ordinal with its noun: «المرتبة الثالثة», «ثالث زيارة», "third visit"."""
    if marks.kind_at(numeral.first - 1) == "word" and (numeral.definite or numeral.in_digits):
        before = noun_at(marks, numeral.first - 1)
        if before and _are_in_concord(marks.text_at(numeral.first - 1), marks.text_at(numeral.first)):
            return Part(numeral.first - 1, numeral.last + 1, numeral.low, numeral.high, numeral, RANK, before)
    if numeral.definite:
        aged = marks.text_at(numeral.last + 1) in ("من", "في") and is_among(marks, numeral.last + 2, "age_cues")
        return Part(numeral.first, numeral.last + 1, numeral.low, numeral.high, numeral, RANK) if aged else None
    if marks.text_at(numeral.first).endswith("ه") or is_among(marks, numeral.first - 1, "titles_with_rank"):
        return None  # «من جهة ثانية», «عريف أول»
    behind = counted_after(marks, numeral.last + 1)
    word = marks.text_at(numeral.last + 1)
    if behind is None or (not behind.kind and word.startswith(("ي", "ال"))):
        return None
    return Part(numeral.first, behind.end, numeral.low, numeral.high, numeral, RANK, behind)


def _are_in_concord(noun: str, ordinal: str) -> bool:
    """Tell whether a definite noun and an ordinal agree in gender: «الدورة الثانية», not «ساعات الفجر الأولى»."""
    if noun[0].isascii() or not ordinal[0].isalpha():
        return True
    if not noun.startswith(("ال", "لل", "بال", "وال", "فال")):
        return False
    feminine = ordinal.endswith(("ه", "ولي"))
    return noun.endswith("ه") == feminine
