"""Reading a claim: its language and its facts, dates counted from the day it speaks from."""

from __future__ import annotations

from datetime import date

from service.arabic.facts import read_facts
from service.arabic.language import detect_language
from service.arabic.tokens import tokenise
from service.errors import InvalidInput
from service.model import Claim


def read_claim(text: str, *, as_of: date | None = None) -> Claim:
    """Return the claim that `text` states, verbatim.

    Without `as_of`, dates that need a day to count from («أمس») stay open. Raises `InvalidInput` for a text without a
    word.
    """
    if not tokenise(text):
        raise InvalidInput("the claim has no words", pointer="/claim")
    return Claim(text, detect_language(text), read_facts(text, reference=as_of), as_of)
