"""Which words can be part of a name: everyday words cannot, unless a list of names has them."""

from __future__ import annotations

from functools import cache, lru_cache

from service.arabic.gazetteers import common_words, first_names, name_parts
from service.arabic.normalise import normalise
from service.arabic.spotting import Word, bare_forms
from service.arabic.words import read_table

_SUFFIXES = ("هما", "هم", "ها", "نا", "كم", "ات", "ون", "ين", "ان", "وا", "تا", "ه", "ا", "ت", "ي", "ن")
_PREFIXES = ("سي", "ست", "سن", "ي", "ت", "ن", "ا", "م")
_SHORTEST = 3


@lru_cache(maxsize=65536)
def is_everyday(word: str) -> bool:
    """Tell whether a normalised Arabic word, or what is left without clitics and endings, is an everyday word.

    Numbers and words of one or two letters count as everyday.
    """
    if len(word) < _SHORTEST or word[0].isdigit():
        return True
    return any(_is_listed(form.text) for form in bare_forms(word))


def _is_listed(form: str) -> bool:
    everyday, function = common_words(), function_words()
    bare = form[2:] if form.startswith("ال") and len(form) > 4 else form
    if form in function or bare in everyday:
        return True
    stems = {bare[: -len(suffix)] for suffix in _SUFFIXES if bare.endswith(suffix) and len(bare) - len(suffix) > 2}
    if stems & everyday:
        return True
    return any(_shares_stem(bare, prefix, everyday) for prefix in _PREFIXES if bare.startswith(prefix))


def _shares_stem(bare: str, prefix: str, everyday: frozenset[str]) -> bool:
    """Tell whether another person or tense of a verb is listed: «سيجتمع» beside «يجتمع», «اجتمع»."""
    rest = bare[len(prefix) :]
    return len(rest) >= _SHORTEST and any(start + rest in everyday for start in ("ي", "ت", "ا"))


@cache
def function_words() -> frozenset[str]:
    """Return prepositions, pronouns, particles, weekdays and months: never part of a name."""
    rows = [normalise(row[0]) for table in ("stop_words", "weekdays", "months") for row in read_table(table)]
    rows += [normalise(row[0]) for row in read_table("name_enders")]
    return frozenset(rows)


def is_given_name(word: Word) -> bool:
    """Tell whether a word is in the list of given names."""
    return word.text in first_names()


def is_strong_name(word: Word) -> bool:
    """Tell whether a word is a given name that is no everyday word."""
    return first_names().get(word.text, "").startswith("strong")


def is_particle(word: Word) -> bool:
    """Tell whether a word joins parts of a name («عبد», «بن», «أبو», von)."""
    return name_parts().get(word.text) in ("joins", "skips")


def may_be_name(word: Word) -> bool:
    """Tell whether an Arabic word can be part of a name by itself."""
    return is_given_name(word) or not is_everyday(word.text)
