"""Two quantities compared: as ranges in base units, with rounding, tolerance and units in mind."""

from __future__ import annotations

from math import inf, isclose, isfinite

from service.arabic.agreement import Agreement
from service.arabic.bounds import last_place
from service.arabic.counted import kinds_by_key
from service.arabic.units import base_currency
from service.model import Dimension, Quantity

# Beyond this factor an open range («أكثر من 20», «آلاف») is no statement of the figure any more: 5,000 does not bear
# out «أكثر من 20», yet does not contradict it.
_FAR_BEYOND = 100
# A near miss of a number that is about: not a conflict yet. Units differ: conversions are rounded by hand.
_NEAR_MISS = 0.25
_CONVERTED = 0.03
_ROUNDED_FROM = 1000  # counts below are reported as they are; 22 is no rounding of 20

_ROUNDING = 0.1  # how far a rounded number may lie from the exact one

Range = tuple[float, float]


def compare_quantities(claim: Quantity, passage: Quantity) -> Agreement:
    """Tell whether the quantity of a passage bears out that of a claim.

    Sums in other currencies are never converted: the same figure conflicts (a slip of the currency), others are
    unknown. Unknown for other dimensions, outcomes (dead, wounded) or listed things; nouns that no
    list knows are left to the caller. A claim that is the coarser agrees with what it covers; a passage that is the
    coarser is compatible; «22» and «نحو 22» agree; 11,470 agrees with «11 ألفا», which is its rounding.
    """
    if _differ_in_currency(claim, passage):
        return Agreement.CONFLICTS if _range(claim) == _range(passage) else Agreement.UNKNOWN
    if not _are_comparable(claim, passage):
        return Agreement.UNKNOWN
    if claim.dimension is Dimension.SCORE:
        return _compare_scores(claim, passage)
    one, two = _range(claim), _range(passage)
    slack = _CONVERTED if claim.unit != passage.unit and claim.dimension is not Dimension.MONEY else 0.0
    if _meet_in_the_middle(claim, one, two) or _meet_in_the_middle(passage, two, one):
        return Agreement.AGREES
    if _covers(_widen(one, slack), two):
        return Agreement.COMPATIBLE if isfinite(one[0]) and two[1] > _FAR_BEYOND * max(1, one[0]) else Agreement.AGREES
    if _covers_the_middle(one, passage, two):
        return Agreement.AGREES
    if _meet_at_their_bounds(one, two):
        return Agreement.CONFLICTS
    if one[0] <= two[1] and two[0] <= one[1]:
        return Agreement.COMPATIBLE
    return _compare_apart(claim, passage, one, two)


def _differ_in_currency(one: Quantity, two: Quantity) -> bool:
    """Tell whether two sums are in currencies that are surely not one: «دينار» may be the Tunisian."""
    if one.dimension is not Dimension.MONEY or two.dimension is not Dimension.MONEY:
        return False
    are_named = one.unit.isupper() and two.unit.isupper() and one.unit != two.unit
    return are_named or base_currency(one.unit) != base_currency(two.unit)


def _are_comparable(one: Quantity, two: Quantity) -> bool:
    if one.dimension is not two.dimension:
        return False
    if one.dimension is Dimension.PERCENT and "%" in (one.unit, two.unit) and one.unit != two.unit:
        return False
    return all(_share(one, two, kind) for kind in ("role", "thing", "people"))


def _share(one: Quantity, two: Quantity, kind: str) -> bool:
    """Tell whether both name the same keys of a kind, or one names none."""
    kinds = kinds_by_key()
    here, there = ({key for key in side.counted if kinds.get(key) == kind} for side in (one, two))
    return not here or not there or bool(here & there)


def _compare_scores(one: Quantity, two: Quantity) -> Agreement:
    here, there = (one.low, one.second), (two.low, two.second)
    if here == there:
        return Agreement.AGREES
    return Agreement.COMPATIBLE if here == there[::-1] else Agreement.CONFLICTS


def _range(quantity: Quantity) -> Range:
    low = -inf if quantity.low is None else quantity.low
    high = inf if quantity.high is None else quantity.high
    return low, high


def _widen(one: Range, slack: float) -> Range:
    return one[0] - abs(one[0]) * slack if isfinite(one[0]) else one[0], (
        one[1] + abs(one[1]) * slack if isfinite(one[1]) else one[1]
    )


def _covers(one: Range, two: Range) -> bool:
    low = one[0] <= two[0] or isclose(one[0], two[0], rel_tol=1e-6)
    return low and (one[1] >= two[1] or isclose(one[1], two[1], rel_tol=1e-6))


def _meet_in_the_middle(about: Quantity, one: Range, two: Range) -> bool:
    """Tell whether an approximate range is centred where the other is exact, or both lie in each other's middle."""
    if not about.approximate or not all(map(isfinite, (*one, *two))):
        return False
    middle, other = (one[0] + one[1]) / 2, (two[0] + two[1]) / 2
    return one[0] <= other <= one[1] and (two[0] <= middle <= two[1] or isclose(middle, other, rel_tol=0.02))


def _covers_the_middle(one: Range, about: Quantity, two: Range) -> bool:
    """Tell whether a wider range covers the figure of an approximate one: «أقل من 3 ملايين», «نحو 2.8 مليون»."""
    if not about.approximate or not all(map(isfinite, two)) or one[1] - one[0] <= two[1] - two[0]:
        return False
    middle = (two[0] + two[1]) / 2
    return one[0] <= middle <= one[1] and middle not in one


def _meet_at_their_bounds(one: Range, two: Range) -> bool:
    """Tell whether one says more than a number and the other less than it: «لم يبلغ المئة», «أكثر من مئة»."""
    upward, downward = (one, two) if one[1] == inf else (two, one)
    return upward[1] == inf and downward[0] <= 0 < downward[1] == upward[0]


def _compare_apart(claim: Quantity, passage: Quantity, one: Range, two: Range) -> Agreement:
    """Decide on ranges that do not touch: one may be the rounding of the other, or a near miss."""
    if _is_exact(one) and _is_exact(two):
        if _rounds_to(two[0], one[0]):
            return Agreement.AGREES
        if _rounds_to(one[0], two[0]):
            return Agreement.COMPATIBLE
    if claim.unit != passage.unit and _covers(_widen(one, _CONVERTED), two):
        return Agreement.AGREES
    loose = claim.approximate or passage.approximate
    gap = max(one[0], two[0]) - min(one[1], two[1])
    size = max(abs(bound) for bound in (*one, *two) if isfinite(bound))
    return Agreement.COMPATIBLE if loose and gap <= _NEAR_MISS * size else Agreement.CONFLICTS


def _is_exact(one: Range) -> bool:
    return one[0] == one[1]


def _rounds_to(exact: float, rounded: float) -> bool:
    """Tell whether `rounded` is `exact`, rounded or cut off at the last place that `rounded` shows."""
    place = last_place(rounded)
    if rounded == int(rounded) and (abs(rounded) < _ROUNDED_FROM or place == 1) and exact == int(exact):
        return False
    if last_place(exact) >= place or (place > abs(rounded) / 2 and abs(rounded) >= _ROUNDED_FROM * 1000):
        return False
    if abs(exact - rounded) > _ROUNDING * abs(rounded):
        return False  # nobody says «مئة ألف» of 76,000
    return abs(exact - rounded) <= place / 2 or 0 <= exact - rounded < place
