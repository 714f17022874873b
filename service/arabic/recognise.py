"""People of the word list in spellings that the list does not have: «يونس بيك يوفكيورف», "Yunus Yevkurov"."""

from __future__ import annotations

from functools import cache, lru_cache

from service.arabic.gazetteers import listed_people
from service.arabic.spellings import SAME_WORD, name_words, word_similarity
from service.arabic.transliterate import skeleton

_CERTAIN = 0.85


@lru_cache(maxsize=8192)
def recognise(tokens: tuple[str, ...]) -> str | None:
    """Return the key of the listed person that a name of at least two words can only mean.

    Given name and surname must both be alike, on average by 0.85, so that a relative is not taken for the person.
    """
    words = name_words(tokens)
    if len(words) < 2:
        return None
    for key, full in _by_surname().get(skeleton(words[-1]), ()):
        ends = (word_similarity(words[0], full[0]), word_similarity(words[-1], full[-1]))
        if min(ends) >= SAME_WORD and sum(ends) / 2 >= _CERTAIN:
            return key
    return None


@cache
def _by_surname() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return keys and full names of the listed people by the skeleton of the surname."""
    people: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for key, form in listed_people():
        words = name_words(form)
        if len(words) > 1:
            people.setdefault(skeleton(words[-1]), []).append((key, words))
    return people
