"""The word knowledge of the judgement: a key under which inflected forms meet, synonyms, opposites, weak words.

The lists are words/synonyms.tsv, words/opposites.tsv and words/weak_words.tsv. A word is looked up first as it stands
(without clitics and endings), so that «حكومة» is never taken for «محكمة» when both are listed, and only then by its
key; for entries of several words, together with the words that follow it.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

from service.arabic.gazetteers import common_words
from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.model import EvidenceKind

WEAK = 0.15
"""The weight of words that say nothing by themselves; they help a little to tell a quotation."""
_T = TypeVar("_T")
_WORD = re.compile(r"\w+")
_HAMZAS = str.maketrans("", "", "ءؤئ")
_LONG_VOWELS = str.maketrans("", "", "اوي")
_ARTICLES = ("وال", "فال", "بال", "كال", "لل", "ال")
_SUFFIXES = (
    ("تهما", 3),
    ("تهم", 3),
    ("تها", 3),
    ("هما", 3),
    ("هم", 3),
    ("ها", 3),
    ("وا", 3),
    ("نا", 3),
    ("ون", 3),
    ("ين", 3),
    ("ان", 4),
    ("ات", 3),
    ("يه", 3),
    ("ته", 3),
    ("ت", 3),
    ("ه", 2),
    ("ي", 3),
    ("ا", 3),
)
_LATIN_SUFFIXES = tuple(
    (end, 4) for end in ("ments", "ment", "ings", "ing", "ées", "ée", "ied", "ies", "ed", "es", "s", "e")
)
_SHORTEST = 3


@lru_cache(maxsize=50_000)
def key_of(word: str) -> str:
    """Return the key under which the forms of one word meet: «ترتفع», «ارتفاع» and «مرتفعا» are all «رتفع».

    Takes a normalised word. Clitics, verb prefixes and endings go, and the long vowels inside when three letters are
    left; it is no root («زار» and «وزير» must not meet), so forms that it leaves apart stand in the synonym list.
    """
    if word[:1].isascii():
        return _cut_end(word, _LATIN_SUFFIXES)
    body = _verb_of(word).translate(_HAMZAS)
    consonants = body[:1] + body[1:].translate(_LONG_VOWELS)
    return consonants if len(consonants) >= _SHORTEST else body or word


@lru_cache(maxsize=50_000)
def _stem_of(word: str) -> str:
    return _cut_end(_cut_clitics(word), _SUFFIXES)


def _cut_clitics(word: str) -> str:
    if _has_conjunction(word):
        word = word[1:]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST:
            return word[len(article) :]
    if len(word) > _SHORTEST + 1 and word[0] in "بلك" and word[1] in "اتم":
        return word[1:]
    return word


def _has_conjunction(word: str) -> bool:
    """Tell whether «و» or «ف» stands before a word («ورفض») and is not its first letter («فائضا», «وزيرة»)."""
    if len(word) <= _SHORTEST or word[0] not in "وف" or word.startswith(_ARTICLES):
        return False
    everyday = common_words()
    if any(form in everyday for form in (word, word[:-1], word.removesuffix("ته") + "ه")):
        return False
    return len(word) > _SHORTEST + 1 or word[1:] in everyday or word[1:] in _short_entries()


@cache
def _short_entries() -> frozenset[str]:
    """Return the entries of three letters: «نجا» behind «و» is itself, though no everyday word."""
    cells = [cell for row in (*read_table("synonyms"), *(row[1:] for row in read_table("opposites"))) for cell in row]
    entries = (normalise(entry) for cell in cells for entry in cell.split("|"))
    return frozenset(entry for entry in entries if len(entry) == _SHORTEST)


def _cut_prefix(body: str) -> str:
    if len(body) > _SHORTEST + 1 and body[0] == "س" and body[1] in "يتن":
        body = body[1:]
    if len(body) > _SHORTEST and body[0] in "اميتن":
        body = body[1:]
        if len(body) > _SHORTEST + 1 and body[0] == "ت":
            body = body[1:]
    return body


def _cut_end(body: str, suffixes: Iterable[tuple[str, int]]) -> str:
    for suffix, left in suffixes:
        if body.endswith(suffix) and len(body) - len(suffix) >= left:
            return body[: -len(suffix)]
    return body


def _verb_of(word: str) -> str:
    """Return the stem without the prefix of a verb: «يرتفع» and «ارتفع» are «رتفع», «الوقوف» stays."""
    return _cut_prefix(_stem_of(word))


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a row of opposites: a word on one side excludes the words on the others.

    `is_reciprocal`: the sides tell one event from two standpoints («فاز» the one, «خسر» the other).
    """

    row: int
    column: int
    kind: EvidenceKind
    is_reciprocal: bool = False


_Entry = tuple[int, *tuple[str, ...]]
"""A number of `_FORMS` and the words of an entry in that form."""


_FORMS: tuple[Callable[[str], str], ...] = (_stem_of, _verb_of, key_of)
_LONGEST_ENTRY = 3


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists, indexed by their entries in both forms."""

    groups: dict[_Entry, frozenset[int]]
    sides: dict[_Entry, frozenset[Side]]
    weak: frozenset[str]
    frequency: Mapping[str, float]

    def weigh(self, word: str, key: str) -> float:
        """Return how much a word tells about which event a text speaks of: 1 for a rare one, near 0 for a common one.

        The inverse document frequency, log(1/share), of the key, so that a word of one article in 200 or fewer has 1.
        """
        if len(word) == 1 or word in self.weak or word[1:] in self.weak:
            return WEAK
        share = self.frequency.get(key)
        return 1.0 if share is None else max(WEAK, min(1.0, math.log(1 / share) / math.log(200)))

    def groups_of(self, words: Sequence[str]) -> frozenset[int]:
        """Return the synonym groups of the first word; the normalised words after it may complete an entry."""
        return _look_up(self.groups, words)

    def sides_of(self, words: Sequence[str]) -> frozenset[Side]:
        """Return the sides on which the first word stands; only as listed or as an inflected verb, never by its key."""
        return _look_up(self.sides, words, forms=_FORMS[:2], others=self.groups)


def _look_up(
    table: Mapping[_Entry, frozenset[_T]],
    words: Sequence[str],
    *,
    forms: Sequence[Callable[[str], str]] = _FORMS,
    others: Mapping[_Entry, object] | None = None,
) -> frozenset[_T]:
    """Find the longest entry that begins with the first word, in the closest form.

    A word that stands as it is in `others`, the other list, is not looked for in looser forms: «تواصل» is not «واصل».
    """
    for number, form in enumerate(forms):
        shaped = tuple(form(word) for word in words[:_LONGEST_ENTRY])
        for length in range(len(shaped), 0, -1):
            found = table.get((number, *shaped[:length]))
            if found is not None:
                return found
        if others is not None and (0, shaped[0]) in others:
            break
    return frozenset()


@cache
def load_lexicon() -> Lexicon:
    """Load the lists once."""
    groups: dict[_Entry, set[int]] = defaultdict(set)
    for number, row in enumerate(read_table("synonyms")):
        for entry in _entries(row):
            groups[entry].add(number)
    sides: dict[_Entry, set[Side]] = defaultdict(set)
    for number, (kind, *columns) in enumerate(read_table("opposites")):
        for column, cell in enumerate(columns):
            for entry in _entries([cell]):
                sides[entry].add(Side(number, column, EvidenceKind(kind.rstrip("~")), kind.endswith("~")))
    return Lexicon(
        groups={entry: frozenset(numbers) for entry, numbers in groups.items()},
        sides={entry: frozenset(members) for entry, members in sides.items()},
        weak=frozenset(normalise(word) for (word,) in read_table("weak_words")),
        frequency={key: int(count) / 10_000 for key, count in read_table("word_frequency")},
    )


def _entries(cells: Iterable[str]) -> Iterable[_Entry]:
    for cell in cells:
        for entry in cell.split("|"):
            words = _WORD.findall(normalise(entry))
            for number, form in enumerate(_FORMS):
                yield (number, *(form(word) for word in words))


@cache
def load_order_words() -> dict[str, str]:
    """Map words like «بعد» and «قبل» to "after" or "before"."""
    return {normalise(word): sense for word, sense in read_table("order_words")}


@cache
def load_role_words() -> dict[str, str]:
    """Map prepositions to the part that the name behind them plays: from, to, against."""
    return {normalise(word): part for word, part in read_table("role_words")}
