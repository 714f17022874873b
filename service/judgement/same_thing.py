"""Whether two quantities are of one thing: by what they count, in whatever form or language, or what they measure."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from service.arabic.counted import kinds_by_key
from service.judgement.lexicon import load_lexicon
from service.judgement.tolls import read_outcomes
from service.model import Dimension, Quantity

_UNNAMED = 0.7
"""What is left of the certainty when one side does not say what it counts."""
_VOWELS = str.maketrans("", "", "اويءؤئى")
_SURE_SKELETON = 3
_YEAR = 365.2425 * 86_400  # seconds


def same_thing(one: Quantity, two: Quantity) -> float:
    """Tell how well the counted things agree: 1 the same, 0 different, in between when a side does not say."""
    roles_here, roles_there = read_outcomes(one), read_outcomes(two)
    if roles_here and roles_there and not roles_here & roles_there:
        return 0.0
    if not one.counted or not two.counted:
        return _UNNAMED
    if set(one.counted) & set(two.counted):
        return 1.0
    if _groups(one) & _groups(two):
        return 0.9
    if _skeletons(one) & _skeletons(two):
        return 0.9  # «16 منشورا», «6 مناشير»
    if one.dimension is not Dimension.COUNT or _names_only_people(one, two) or _are_in_two_scripts(one, two):
        return _UNNAMED
    return 0.0


def _names_only_people(one: Quantity, two: Quantity) -> bool:
    """Tell whether one side says no more than that people are meant: «ثلاثة آلاف شخص», «ألفا متفرج»."""
    kinds = [{kinds_by_key().get(key, "") for key in side.counted} for side in (one, two)]
    return all(found & {"person", "people"} for found in kinds) and any("person" in found for found in kinds)


def _are_in_two_scripts(one: Quantity, two: Quantity) -> bool:
    """Tell whether the nouns are of two languages and no list knows them: "six clubs", «أربعة أندية»."""
    here, there = one.counted[0], two.counted[0]
    known = kinds_by_key()
    return here not in known and there not in known and here.isascii() != there.isascii()


def _groups(quantity: Quantity) -> set[int]:
    return {group for key in quantity.counted for group in _groups_of(key)}


def _skeletons(quantity: Quantity) -> set[str]:
    """Return the consonants of the nouns: a broken plural has those of its singular («طابق», «طوابق»)."""
    skeletons = (key.translate(_VOWELS).removesuffix("ه") for key in quantity.counted)
    return {skeleton for skeleton in skeletons if len(skeleton) >= _SURE_SKELETON}


@cache
def _groups_of(key: str) -> frozenset[int]:
    return load_lexicon().groups_of([key])


def as_ages(one: object, two: object) -> tuple[object, object]:
    """Read years without more as an age where the other side gives one: «وعمره 35 سنة», «أربعون عاما»."""
    if not isinstance(one, Quantity) or not isinstance(two, Quantity):
        return one, two
    if {one.dimension, two.dimension} != {Dimension.AGE, Dimension.DURATION} or {one.unit, two.unit} != {"year"}:
        return one, two
    return _in_years(one), _in_years(two)


def _in_years(quantity: Quantity) -> Quantity:
    if quantity.dimension is Dimension.AGE:
        return quantity
    low, high = (None if bound is None else round(bound / _YEAR) for bound in (quantity.low, quantity.high))
    return replace(quantity, low=low, high=high, dimension=Dimension.AGE, counted=())
