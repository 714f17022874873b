"""Names in Latin and Arabic letters brought to one alphabet of sounds, and how alike two spellings are.

A spelling becomes a string of sounds: consonants that transcribers swap (ج غ g, ف ڤ v, س ص s, ت ط t …) share one
letter, long vowels and Latin vowels become a, i, u, «ع ء ئ ؤ» and a last «ه» vanish. Two spellings are then compared
by an edit distance in which vowels are cheap (Arabic leaves short ones out, transcribers disagree about the others)
and neighbouring consonants (k/g, d/t …) cost half.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from service.arabic.normalise import normalise
from service.arabic.spotting import fold_accents
from service.arabic.words import read_table

_VOWELS = frozenset("aiu")
_VOWEL_COST = 0.12
_VOWEL_SWAP = 0.15
_VOWEL_WEIGHT = 0.25
_BREATH_COST = 0.5
_NEAR_COST = 0.4
_NEAR = frozenset(map(frozenset, ("kg", "dt", "sz", "hq", "xs", "xg", "st", "zd", "bf", "qg", "uf", "qk", "gi", "kx")))
_ARABIC = re.compile(r"[\u0620-\u06ff]")


@lru_cache(maxsize=32768)
def read_sounds(token: str) -> str:
    """Return the sounds of one word of a name, in Arabic or Latin letters."""
    word = normalise(token)
    sounds = _spell(word, "arabic") if _ARABIC.search(word) else _spell(_with_slavic_end(fold_accents(word)), "latin")
    sounds = re.sub(r"(.)\1+", r"\1", sounds)
    return sounds[:-1] if sounds.endswith("h") and len(sounds) > 2 else sounds


@lru_cache(maxsize=32768)
def skeleton(token: str) -> str:
    """Return the consonants of a word of a name, for keys: «يفكوروف» and «Yevkurov» both give "fkrf"."""
    sounds = read_sounds(token)
    consonants = "".join(sound for sound in sounds if sound not in _VOWELS)
    return re.sub(r"(.)\1+", r"\1", consonants) or sounds


def _with_slavic_end(word: str) -> str:
    """Write out the last sound of "Milic", which Arabic spells «ميليتش»."""
    return word + "h" if word.endswith("ic") and len(word) > len("eric") else word


def _spell(word: str, script: str) -> str:
    """Replace letters by sounds, longest group first; what the table does not know is left out."""
    return _pattern(script).sub(lambda match: _table(script).get(match[0], ""), word)


@cache
def _table(script: str) -> dict[str, str]:
    rows = read_table("letter_sounds")
    return {letters: ("" if sound == "-" else sound) for kind, letters, sound in rows if kind == script}


@cache
def _pattern(script: str) -> re.Pattern[str]:
    groups = sorted(_table(script), key=len, reverse=True)
    return re.compile("|".join([*groups, "."]))


@lru_cache(maxsize=65536)
def spelling_similarity(first: str, second: str) -> float:
    """Return how likely two words are spellings of one name, 0 to 1; symmetric.

    One less the edit distance of their sounds by their weight, in which a vowel counts a quarter of a consonant.
    """
    ours, theirs = sorted((read_sounds(first), read_sounds(second)))
    if ours == theirs:
        return 1.0
    weight = max(_weigh(ours), _weigh(theirs))
    return max(0.0, 1.0 - _distance(ours, theirs) / weight) if weight else 0.0


def _weigh(sounds: str) -> float:
    return sum(_VOWEL_WEIGHT if sound in _VOWELS else 1.0 for sound in sounds)


def _distance(ours: str, theirs: str) -> float:
    """Return the weighted edit distance (Wagner-Fischer)."""
    costs = [0.0]
    for theirs_sound in theirs:
        costs.append(costs[-1] + _drop_cost(theirs_sound))
    for our_sound in ours:
        diagonal, costs[0] = costs[0], costs[0] + _drop_cost(our_sound)
        for column, their_sound in enumerate(theirs, start=1):
            best = min(
                costs[column] + _drop_cost(our_sound),
                costs[column - 1] + _drop_cost(their_sound),
                diagonal + _swap_cost(our_sound, their_sound),
            )
            diagonal, costs[column] = costs[column], best
    return costs[-1]


def _drop_cost(sound: str) -> float:
    if sound in _VOWELS:
        return _VOWEL_COST
    return _BREATH_COST if sound == "h" else 1.0


def _swap_cost(ours: str, theirs: str) -> float:
    if ours == theirs:
        return 0.0
    if ours in _VOWELS and theirs in _VOWELS:
        return _VOWEL_SWAP
    return _NEAR_COST if frozenset((ours, theirs)) in _NEAR else 1.0
