"""Numbers that a noun says by its form: «هجوم على حافلة» is of one bus, «أصيب بجلطتين» of two clots.

Looked for only where a claim counts a thing («حافلتان», «ثلاث جلطات») that the passage gives no number of. A singular
counts as one when it is indefinite, known to the list, and no word before it takes it for many («كل حافلة»).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from service.arabic.counted import kinds_by_key
from service.arabic.normalise import normalise
from service.arabic.stem import stem
from service.arabic.words import read_table
from service.judgement.sides import Reading, Word
from service.model import FactKind, Quantity

_DUALS = ("تين", "تان")
_CLITICS = ("و", "ف", "ب", "ل", "وب", "ول")
_OTHER_FACTS = (FactKind.QUANTITY, FactKind.PERIOD, FactKind.NAME)


def bare_counts(passage: Reading, quantity: Quantity) -> Iterator[tuple[Word, int]]:
    """Yield the words of a passage that say by their form how many there are of what a quantity counts."""
    if not quantity.counted:
        return
    key, taken = quantity.counted[0], [fact.span for kind in _OTHER_FACTS for fact in passage.facts.of(kind)]
    if any(stem(word.text) == key and not _number_of(word.text, key) for word in passage.words):
        return  # a plural: many, and nobody says how many
    for word in passage.words:
        number = _number_of(word.text, key)
        if number and not any(span.overlaps(word.span) for span in taken) and not _is_any(passage, word):
            yield word, number


def _number_of(word: str, key: str) -> int:
    """Return 2 for the dual of a noun, 1 for its indefinite singular, 0 for any other word."""
    forms = [word, *(word.removeprefix(clitic) for clitic in _CLITICS if word.startswith(clitic))]
    if any(form.endswith(_DUALS) and stem(form[:-3]) == stem(key) for form in forms):
        return 2
    return int(any(key in (form, form.removesuffix("ا")) for form in forms) and key in kinds_by_key())


def _is_any(passage: Reading, word: Word) -> bool:
    """Tell whether a word before a singular takes it for many or for none: «كل حافلة», «أي حافلة», «غير حافلة»."""
    before = passage.words[word.place - 1].text if word.place else ""
    return before in _takers()


@cache
def _takers() -> frozenset[str]:
    return frozenset(normalise(row[0]) for row in read_table("singular_takers"))
