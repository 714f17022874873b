"""Ages: «عن عمر 45 عاما», «فلان (45 عاما)», «في الثلاثين من عمره», «الثلاثيني», "aged 45"."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from service.arabic.marks import Marks, bare_forms, is_among
from service.arabic.normalise import normalise
from service.arabic.numerals import Numeral
from service.arabic.phrases import Phrases
from service.arabic.quantity_part import COUNT, Part
from service.arabic.units import Unit
from service.arabic.words import read_table
from service.model import Dimension

AGE = Unit("year", Dimension.AGE)
_YEARS = {"year": 1.0, "month": 1 / 12, "week": 7 / 365.2425, "day": 1 / 365.2425}
_CUE_DISTANCE = 4  # marks: «عن عمر يناهز 45 عاما», «أعمارهم ما بين 20 و30 عاما»
_OLDEST = 130


@cache
def _behind() -> Phrases[str]:
    return Phrases((row[0], row[0]) for row in read_table("age_cues_behind"))


@cache
def _adjectives() -> dict[str, tuple[float, float]]:
    return {normalise(word): (float(low), float(high)) for word, low, high in read_table("age_words")}


def as_age(marks: Marks, part: Part) -> Part:
    """Return the part as an age in years where the words around it say so, else as it is."""
    if part.unit.dimension is Dimension.ORDINAL:
        return _decade_of_life(marks, part)
    timed = part.unit.dimension is Dimension.DURATION and part.unit.key in _YEARS
    if not timed and not (part.unit is COUNT and (part.counted is None or not part.counted.kind)):
        return part
    factor = _YEARS[part.unit.key] if timed else 1.0
    if part.low * factor > _OLDEST:
        return part
    behind = _behind().find(marks, part.end if timed else part.numeral.last + 1)
    if behind is None and not (_has_cue_before(marks, part, timed) or (timed and _stands_apart(marks, part))):
        return part
    end = behind.end if behind else part.end if timed else part.numeral.last + 1
    high = None if part.high is None else part.high * factor
    return replace(part, low=part.low * factor, high=high, end=end, unit=AGE, counted=None)


def _has_cue_before(marks: Marks, part: Part, timed: bool) -> bool:
    """Tell whether «عمر», «سن», "aged" stands before; a bare number needs it right there."""
    distance = _CUE_DISTANCE if timed else 1 + (marks.text_at(part.first - 1) in ("ال", "من"))
    for index in range(part.first - 1, max(-1, part.first - 1 - distance), -1):
        if marks.text_at(index) in (".", "،", ",", "؛"):
            return False
        if is_among(marks, index, "age_cues"):
            return True
    return False


def _stands_apart(marks: Marks, part: Part) -> bool:
    """Tell whether years stand between signs behind a name: «فلان (45 عاما)», «فلان، 45 عاما، …»."""
    if part.unit.key != "year" or part.low < 1:
        return False
    before, behind = marks.text_at(part.first - 1), marks.text_at(part.end)
    if marks.kind_at(part.first - 2) != "word":
        return False
    return (before in ("(", '"', "[", "-", "–") and behind in (")", '"', "]", "-", "–")) or (
        before in ("،", ",") and behind in ("،", ",") and part.low >= 10
    )


def _decade_of_life(marks: Marks, part: Part) -> Part:
    """Read «في العقد الثالث من العمر» as 20 to 29, «في الخامسة والعشرين من عمره» as 25."""
    behind = _behind().find(marks, part.end)
    if behind is None or part.low > _OLDEST:
        return part
    if part.counted and part.counted.key == "عقد":
        low = (part.low - 1) * 10
        return replace(part, low=low, high=low + 9, end=behind.end, unit=AGE, counted=None)
    return replace(part, end=behind.end, unit=AGE, counted=None)


def read_age_words(marks: Marks, used: set[int]) -> list[Part]:
    """Return the ages that adjectives tell: «الثلاثيني»."""
    found: list[Part] = []
    for index, mark in enumerate(marks.items):
        if mark.kind != "word" or index in used or "ني" not in mark.text:
            continue
        years = next((_adjectives()[form.text] for form in bare_forms(mark.text) if form.text in _adjectives()), None)
        if years:
            found.append(Part(index, index + 1, *years, Numeral(index, index, *years), AGE))
    return found
