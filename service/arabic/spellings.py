"""Whether two names are one: tokens brought together across spellings, titles and order of parts left aside.

1. Names that the word lists know are the same when their keys are, and different otherwise.
2. Organisations of one kind («org:ministry-defence-RU») are compared part by part.
3. Else the words of the shorter name must be found among those of the longer, in order, each by its sounds
   (`transliterate.spelling_similarity`); two Arabic given names must be written alike («سالم» is not «سليم»).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from service.arabic.gazetteers import (
    first_names,
    is_nationality,
    name_parts,
    organisation_homes,
    organisation_nouns,
    organisation_parts,
)
from service.arabic.transliterate import spelling_similarity
from service.model import Name

SAME_WORD = 0.75
"""From here two words count as spellings of one name. On 8,515 pairs of Arabic spellings of one name and 15,933 pairs
of a Latin and an Arabic one, 0.75 accepts 87 % and 92 %; of 60,000 pairs of different names, 0.2 %."""
SAME_NAME = 0.8
OTHER_NAME = 0.4
_UNKNOWN = 0.5
_PARTS = 3


def same_name(first: Name, second: Name) -> bool | None:
    """Tell whether two names mean one; None when the words do not say (an office against a person, a given name)."""
    similarity = name_similarity(first, second)
    if similarity >= SAME_NAME:
        return True
    return False if similarity <= OTHER_NAME else None


def name_similarity(first: Name, second: Name) -> float:
    """Return how likely two names mean the same person or organisation, 0 to 1; 0.5 when nothing can be said.

    Symmetric. At least 0.8: the same, across spellings and scripts and with parts left out; at most 0.4: different.
    """
    if (first.key == second.key and ":" in first.key) or first.tokens == second.tokens != ():
        return 1.0 if first.kind == second.kind or "other" in (first.kind, second.kind) else 0.0
    if first.kind != second.kind and "other" not in (first.kind, second.kind):
        return 0.0
    if not first.tokens or not second.tokens:
        return _compare_offices(first, second)
    known = _compare_keys(first.key, second.key)
    return known if known is not None else _compare_tokens(first, second)


def _compare_offices(first: Name, second: Name) -> float:
    """Compare names of which at least one is an office without a person."""
    if not first.office or not second.office:
        return _UNKNOWN
    alike = _compare_parts(first.office, second.office)
    if first.tokens or second.tokens:
        return SAME_NAME if alike > _UNKNOWN else _UNKNOWN
    return alike


def _compare_keys(first: str, second: str) -> float | None:
    """Compare two canonical keys; None when at least one is only a skeleton."""
    kinds = first.partition(":")[0], second.partition(":")[0]
    if kinds == ("person", "person"):
        return 0.0
    if kinds == ("org", "org"):
        return _compare_parts(first, second)
    return None


def _compare_parts(first: str, second: str) -> float:
    """Compare «head/portfolio/country» keys: what one leaves out is no difference."""
    if first == second:
        return 1.0
    ours, theirs = first.split("/"), second.split("/")
    differ = [bool(here and there and here != there) for here, there in zip(ours, theirs, strict=False)]
    if len(ours) == len(theirs) > 1 and not any(differ):
        return SAME_NAME
    countries = {_country(key) for key in (first, second)} - {""}
    return _UNKNOWN if len(countries) <= 1 and _is_part(first, second) else 0.0


def _country(key: str) -> str:
    parts = key.split("/")
    return parts[-1] if len(parts) == _PARTS else organisation_homes().get(key, "")


def _is_part(first: str, second: str) -> bool:
    """Tell whether one organisation belongs to the other: the police to the ministry, UNICEF to the United Nations."""
    ours, theirs = _heads(first), _heads(second)
    return any(
        (one, two) in organisation_parts() or (two, one) in organisation_parts() for one in ours for two in theirs
    )


def _heads(key: str) -> tuple[str, ...]:
    """Return what a key may be in the list of parts: «org:ministry/interior», «org:ministry»."""
    parts = key.split("/")
    return tuple(dict.fromkeys((parts[0], "/".join(parts[:2]).rstrip("/"))))


def _compare_tokens(first: Name, second: Name) -> float:
    ours, theirs = sorted((name_words(first.tokens), name_words(second.tokens)), key=lambda words: (len(words), words))
    if not ours:
        return _UNKNOWN
    if "organisation" in (first.kind, second.kind):
        return _compare_organisations(ours, theirs)
    return _compare_people(ours, theirs)


def _compare_organisations(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """Compare word by word, in any order; what is left over in the longer name counts little.

    The noun that opens a name («شركة», «مصنع») and nationalities are left aside.
    """
    ours, theirs = sorted((_proper(ours), _proper(theirs)), key=lambda words: (len(words), words))
    found = sum(max(word_similarity(word, other) for other in theirs) >= SAME_WORD for word in ours)
    if found < len(ours):
        return OTHER_NAME * found / len(ours)
    return 0.8 + 0.2 * len(ours) / len(theirs)


def _proper(words: tuple[str, ...]) -> tuple[str, ...]:
    proper = tuple(word for word in words if word not in organisation_nouns() and not is_nationality(word))
    return proper or words


def _compare_people(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    places = _align(ours, theirs)
    last = word_similarity(ours[-1], theirs[-1])
    if len(places) == len(ours):
        mean = sum(similarity for _, similarity in places) / len(places)
        at_an_end = places[0][0] == 0 or places[-1][0] == len(theirs) - 1
        if len(ours) > 1 or len(theirs) == 1:
            return mean if at_an_end else 0.9 * mean
        if last >= SAME_WORD:
            return 0.95 * last
        return _UNKNOWN if ours[0] in first_names() else 0.8 * mean
    if len(ours) == 1 and ours[0] in first_names():
        return 0.0
    return OTHER_NAME if last >= SAME_WORD else OTHER_NAME * len(places) / len(ours)


def _align(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, float]]:
    """Find each of `ours` in `theirs`, in order; give positions and similarities of those found."""
    found = []
    start = 0
    for word in ours:
        options = ((place, word_similarity(word, theirs[place])) for place in range(start, len(theirs)))
        place, similarity = max(options, key=lambda option: (option[1], -option[0]), default=(0, 0.0))
        if similarity >= SAME_WORD:
            found.append((place, similarity))
            start = place + 1
    return found


@lru_cache(maxsize=65536)
def word_similarity(first: str, second: str) -> float:
    """Compare two words of names; Arabic given names that are written differently are different."""
    if first == second:
        return 1.0
    names = first_names()
    if not names.get(first, "").endswith("native") or not names.get(second, "").endswith("native"):
        return spelling_similarity(first, second)
    return spelling_similarity(first, second) if first.replace("وو", "و") == second.replace("وو", "و") else 0.3


@lru_cache(maxsize=16384)
def name_words(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a name ready to be compared: «عبد الفتاح» joined, «بن» and the article left out."""
    parts = name_parts()
    words: list[str] = []
    joined = ""
    for token in tokens:
        part = parts.get(token)
        if part == "joins":
            joined += token
        elif part == "completes" and words and not joined:
            words[-1] += token
        elif part == "skips":
            continue
        else:
            words.append(joined + token if joined else _without_article(token))
            joined = ""
    if joined:
        words.append(joined)
    return tuple(words)


def _without_article(token: str) -> str:
    return token[2:] if token.startswith("ال") and len(token) > 4 else token
