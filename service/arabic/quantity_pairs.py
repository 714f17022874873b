"""Two numbers that are one quantity: ranges («بين 20 و30», "10-15") and scores («2-1», «بهدفين لهدف»)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from service.arabic.marks import Marks, bare_forms, is_among
from service.arabic.named_numbers import DASHES
from service.arabic.phrases import Phrases
from service.arabic.quantity_part import COUNT, Part
from service.arabic.units import Unit
from service.arabic.words import read_table
from service.model import Dimension

_SCORE = Unit("", Dimension.SCORE)
_BETWEEN = ("بين", "between", "entre")
_FROM = ("من", "from", "de")
_TO = ("الي", "حتي", "to", "à", "او", "or", "ou")
_AGAINST = ("مقابل", "against", "contre", "نظير")
_GOALS = ("هدف", "شوط", "نقطه")
_HIGHEST_SCORE = 200  # a basketball game
_NEAR_GAME = 10  # marks around a pair in which a word of the game makes it a score


def join_pairs(marks: Marks, parts: list[Part]) -> list[Part]:
    """Join neighbouring parts that make a range or a score."""
    joined: list[Part] = []
    for part in parts:
        pair = _join(marks, joined[-1], part) if joined else None
        if pair:
            joined[-1] = pair
            continue
        if joined and _is_change(marks, joined[-1], part):
            joined[-1] = _lend(joined[-1], part)
        joined.append(part)
    return [_against_words(marks, part) for part in joined]


def _join(marks: Marks, one: Part, two: Part) -> Part | None:
    if one.second is not None or Dimension.ORDINAL in (one.unit.dimension, two.unit.dimension):
        return None
    gap = [marks.text_at(index) for index in range(one.end, two.first)]
    if _is_score(marks, one, two, gap):
        return Part(one.first, _end_of_score(two), one.low, one.low, one.numeral, _SCORE, second=two.low)
    return _range(marks, one, two) if _is_range(marks, one, two, gap) else None


# --- ranges --------------------------------------------------------------------------------------------------------


def _is_range(marks: Marks, one: Part, two: Part, gap: list[str]) -> bool:
    if len(gap) > 1 or one.high is None or two.high is None:
        return False
    word = gap[0] if gap else ""
    if word in DASHES:  # without a unit or a noun that is known it was a score
        return one.low < two.low and not one.counted
    if _follows(marks, one.first, _BETWEEN):
        return word in ("و", "and", "et", *_TO) or (not word and two.numeral.joined)
    if word not in _TO and not (two.numeral.preposition == "ل" and word in ("", "ل", "لل")):
        return False
    return one.low < two.high and (not one.counted or word in _TO) and not _has_change_verb(marks, one.first)


def _follows(marks: Marks, index: int, words: tuple[str, ...]) -> bool:
    before = marks.text_at(index - 1)
    return bool(before) and any(form.text in words for form in bare_forms(before))


def _has_change_verb(marks: Marks, first: int) -> bool:
    """Tell whether a word of change governs «من … إلى …»: then both numbers stand for themselves."""
    for index in range(first - 1, max(-1, first - _NEAR_GAME), -1):
        if marks.text_at(index) in (".", "؛", "\n"):
            return False
        if is_among(marks, index, "change_verbs"):
            return True
    return False


def _range(marks: Marks, one: Part, two: Part) -> Part | None:
    """Make the range; the second number lends the first its unit and its scale («بين 3 و5 ملايين»)."""
    if two.unit is COUNT and two.counted is None and one.unit is not COUNT:
        two = replace(two, unit=one.unit)  # «بين 43.50 ريالا و44.50»
    if one.unit.dimension is not Dimension.COUNT and one.unit.dimension is not two.unit.dimension:
        return None
    low = one.low * _lent_scale(one, two)
    if one.unit.dimension is two.unit.dimension is not Dimension.MONEY:
        low *= one.unit.factor / two.unit.factor
    if low > two.low and one.counted is None and _follows(marks, one.first, _BETWEEN):
        low, two = two.low, replace(two, low=low, high=low)  # «بين 9,8 و0,4»
    if low > two.low:
        return None
    led = _follows(marks, one.first, (*_BETWEEN, *_FROM))
    first = one.first - 1 if led else one.first
    numeral = replace(one.numeral, skip=int(led and marks.text_at(first)[0] in "وف"))
    return replace(two, first=first, low=low, numeral=numeral, counted=two.counted or one.counted)


def _lent_scale(one: Part, two: Part) -> float:
    """Return what «ملايين» behind the second number makes of a first that has no scale of its own."""
    scale = two.numeral.scale
    return scale if scale >= 1000 and one.numeral.scale == 1 and one.low * scale < 100 * two.low else 1.0


def _is_change(marks: Marks, one: Part, two: Part) -> bool:
    """Tell whether «من 5 إلى 7 %» gives two values of one thing, the first without its unit."""
    gap = [marks.text_at(index) for index in range(one.end, two.first)]
    bare = one.unit is COUNT and one.counted is None and one.second is None
    return bare and len(gap) == 1 and gap[0] in _TO and _follows(marks, one.first, _FROM)


def _lend(one: Part, two: Part) -> Part:
    scale = _lent_scale(one, two)
    high = None if one.high is None else one.high * scale
    return replace(one, low=one.low * scale, high=high, unit=two.unit, counted=two.counted)


# --- scores --------------------------------------------------------------------------------------------------------


def _is_score(marks: Marks, one: Part, two: Part, gap: list[str]) -> bool:
    """Tell whether two small whole numbers are the sides of a score.

    Goals («بهدفين لهدف») are one anyway, and bare numbers when a word of the game is near or a dash joins them: a
    range says of what.
    """
    if max(one.low, two.low) > _HIGHEST_SCORE or one.low % 1 or two.low % 1 or two.second is not None:
        return False
    if one.high != one.low or two.high != two.low:
        return False
    against = (len(gap) == 1 and gap[0] in _AGAINST) or (two.numeral.preposition == "ل" and not gap)
    if one.counted and one.counted.key in _GOALS:
        return against and (two.counted is None or two.counted.key in (*_GOALS, "") or not two.counted.kind)
    dash = len(gap) == 1 and gap[0] in (*DASHES, ":", "/")
    if not (dash or against) or one.unit is not COUNT or two.unit is not COUNT or one.counted:
        return False
    if two.counted and two.counted.kind:
        return False
    named = two.counted is None or marks.text_at(two.numeral.last + 1).startswith("ال")
    falling = one.low >= two.low  # nobody writes a range downwards
    return _is_near_game(marks, one, two) or ((named or falling) and dash and gap[0] in DASHES)


def _end_of_score(two: Part) -> int:
    """Return where the score ends: at the number, or at its goals."""
    return two.end if two.counted and two.counted.key in _GOALS else two.numeral.last + 1


def _is_near_game(marks: Marks, one: Part, two: Part) -> bool:
    near = range(max(0, one.first - _NEAR_GAME), min(len(marks), two.end + _NEAR_GAME))
    return any(is_among(marks, index, "score_words") for index in near)


@cache
def _other_side() -> Phrases[float]:
    return Phrases((phrase, float(goals)) for phrase, goals in read_table("score_of_other_side"))


def _against_words(marks: Marks, part: Part) -> Part:
    """Read «بهدفين دون رد», «بهدفين لهدف»: the other side of the score in words."""
    if part.second is not None or part.counted is None or part.counted.key not in _GOALS[:2]:
        return part
    found = _other_side().find(marks, part.end)
    if found is None or part.high != part.low:
        return part
    return replace(part, end=found.end, unit=_SCORE, counted=None, second=found.value)
