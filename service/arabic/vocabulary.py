"""Which words can be part of a name: everyday words cannot, unless a list of names has them."""

from __future__ import annotations

from functools import cache, lru_cache

from service.arabic.gazetteers import common_words, first_names
from service.arabic.normalise import normalise
from service.arabic.spotting import Form, Word, Words, bare_forms
from service.arabic.words import read_table

_ENDINGS = (
    "هما",
    "تها",
    "تهم",
    "ته",
    "تنا",
    "يها",
    "يهم",
    "يه",
    "هم",
    "ها",
    "نا",
    "كم",
    "ات",
    "ون",
    "ين",
    "ان",
    "وا",
    "تا",
    "ه",
    "ا",
)
_VERB_ENDINGS = ("ت", "ي", "ن")
_PREFIXES = ("سي", "ست", "سن", "ي", "ت", "ن", "ا", "م")
_FUTURES = ("سي", "ست", "سن")
_SHORTEST = 3


@lru_cache(maxsize=65536)
def is_everyday(word: str) -> bool:
    """Tell whether a normalised Arabic word, or what is left without clitics and endings, is an everyday word.

    Numbers and words of one or two letters count as everyday.
    """
    if is_listed(word):
        return True
    return any(_has_listed_stem(_without_article(form.text)) for form in bare_forms(word))


@lru_cache(maxsize=65536)
def is_listed(word: str) -> bool:
    """Tell whether the list of everyday words has a word itself, clitics and article aside."""
    if len(word) < _SHORTEST or word[0].isdigit():
        return True
    everyday, function = common_words(), function_words()
    return any(form.text in function or _without_article(form.text) in everyday for form in bare_forms(word))


def _without_article(form: str) -> str:
    return form[2:] if form.startswith("ال") and len(form) > 4 else form


def _has_listed_stem(bare: str) -> bool:
    """Tell whether another form of the word is listed: «سيجتمع» beside «يجتمع», «كتابها» beside «كتاب»."""
    everyday = common_words()
    for endings in (_ENDINGS, _VERB_ENDINGS):
        shorter = [bare[: -len(end)] for end in endings if bare.endswith(end) and len(bare) - len(end) >= _SHORTEST]
        if any(stem in everyday for stem in shorter):
            return True
    return any(_shares_stem(bare, prefix, everyday) for prefix in _PREFIXES if bare.startswith(prefix))


def _shares_stem(bare: str, prefix: str, everyday: frozenset[str]) -> bool:
    rest = bare[len(prefix) :]
    starts = ("", "ي", "ت", "ا") if prefix in _FUTURES else ("ي", "ت", "ا")
    return len(rest) >= _SHORTEST and any(start + rest in everyday for start in starts)


@lru_cache(maxsize=65536)
def is_present_verb(word: str) -> bool:
    """Tell whether «يتفقد» is a verb by its past among the everyday words: «تفقد», or «انفرد» for «ينفرد»."""
    past = word[1:]
    return word.startswith("ي") and len(past) >= _SHORTEST and bool({past, f"ا{past}"} & common_words())


@cache
def function_words() -> frozenset[str]:
    """Return prepositions, pronouns, particles, weekdays and months: never part of a name («رمضان» may be)."""
    rows = [normalise(row[0]) for table in ("stop_words", "name_enders") for row in read_table(table)]
    dates = [normalise(row[0]) for table in ("weekdays", "months") for row in read_table(table)]
    rows += [word for word in dates if word not in first_names()]
    return frozenset(rows)


def is_given_name(word: Word) -> bool:
    """Tell whether a word is in the list of given names."""
    return word.text in first_names()


def is_strong_name(word: Word) -> bool:
    """Tell whether a word is a given name that is no everyday word."""
    return first_names().get(word.text, "").startswith("strong")


def is_everyday_name(words: Words, index: int) -> bool:
    """Tell whether a word is a given name that is also an everyday word («أمين», «بيان»)."""
    return first_names().get(words.items[index].text, "").startswith("weak")


@cache
def before_god() -> frozenset[str]:
    """Return the words that make a name with «الله» («نصر الله»)."""
    return frozenset(word for (word,) in read_table("before_god"))


def may_be_name(word: Word) -> bool:
    """Tell whether an Arabic word can be part of a name by itself."""
    return is_given_name(word) or not is_everyday(word.text)


@lru_cache(maxsize=32768)
def looks_foreign(word: str) -> bool:
    """Tell whether a word ends as names from other languages do, or has letters that Arabic lacks."""
    return any(letter in "ڤپچگڨژ" for letter in word) or (len(word) > 4 and word.endswith(_foreign_endings()))


@cache
def _foreign_endings() -> tuple[str, ...]:
    return tuple(ending for (ending,) in read_table("foreign_endings"))


@lru_cache(maxsize=65536)
def first_form(word: str, forms: frozenset[str]) -> Form | None:
    """Return the word without as few clitics as make it one of `forms`."""
    return next((form for form in bare_forms(word) if form.text in forms), None)
