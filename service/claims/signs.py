"""What a sentence holds that makes it worth checking, or not: facts that can be looked up, statements, opinions.

Each sign is counted, and so often as it still tells something (`MOST`); how much a sign weighs stands in
words/worth.tsv, fitted on sentences that people wrote claims about.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from service.arabic.normalise import normalise
from service.arabic.tokens import tokenise
from service.arabic.words import read_table
from service.claims.statements import find_quotation
from service.model import Fact, FactKind, Facts, Name, Polarity, PolarityKind

WORDS = "service.claims.words"
MOST = {"quantity": 3, "period": 2, "name": 3, "place": 2}
"""How many facts of a kind count; a list of twelve names is no better than one of three."""

_OF_KIND = {FactKind.QUANTITY: "quantity", FactKind.PERIOD: "period", FactKind.PLACE: "place"}
_OF_POLARITY = {
    PolarityKind.NEGATION: "negation",
    PolarityKind.DENIAL: "denial",
    PolarityKind.DOUBT: "doubt",
    PolarityKind.PLAN: "plan",
    PolarityKind.CONDITION: "condition",
}


def read_signs(sentence: str, facts: Facts) -> dict[str, int]:
    """Return the signs of a sentence with how often each counts; `facts` are those of the sentence itself."""
    found = Counter(sign for fact in facts for sign in _signs_of(fact))
    found["quote"] = 1 if find_quotation(sentence) and found["statement"] else 0
    found.update(dict.fromkeys(_cues_in(sentence), 1))
    return {sign: min(count, MOST.get(sign, 1)) for sign, count in found.items() if count}


def _signs_of(fact: Fact) -> tuple[str, ...]:
    value = fact.value
    if isinstance(value, Name):
        return ("name",)
    if isinstance(value, Polarity):
        named = ("statement",) if value.speaker is not None else ()
        return (*named, *((_OF_POLARITY[value.kind],) if value.kind in _OF_POLARITY else ()))
    return (_OF_KIND[fact.kind],)


def _cues_in(sentence: str) -> set[str]:
    """Return the kinds of cues that a sentence holds or opens with."""
    words = f" {' '.join(normalise(token.text) for token in tokenise(sentence))} "
    found = {"question"} if "؟" in sentence or "?" in sentence else set()
    for kind, where, forms in _cues():
        if any(words.startswith(form) if where == "opens" else form in words for form in forms):
            found.add(kind)
    return found


@cache
def _cues() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return the cues as whole words, also with the particles that are written onto them."""
    return tuple(
        (kind, where, tuple(f" {particle}{normalise(cue)} " for particle in ("", "و", "ف")))
        for kind, where, cue in read_table("unchecked_cues", package=WORDS)
    )
