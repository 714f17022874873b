"""Which language a text is in: by script first, then by function words; dialects of Arabic are Arabic.

Deterministic and small on purpose: the service reads Arabic, English and French, and only has to keep these three
apart and the rest away ("und").
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import islice

from service.arabic.words import read_table
from service.model import Language

_READ_WORDS = 1000  # enough of an article to be sure
_WORD = re.compile(r"[^\W\d_]+")
_INVISIBLE = re.compile(r"[\u0640\u064b-\u0652\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_ARABIC_LETTER = re.compile(r"[\u0620-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN_LETTER = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]")
_SUPPORTED = frozenset({"ar", "en", "fr"})
_ARABIC_SCRIPT = ("ar", "fa", "ur", "ps", "ckb")
_LATIN_SCRIPT = ("en", "fr", "es", "de", "it", "pt", "tr", "nl", "id")
_ENGLISH_FORM = re.compile(r"\b[a-z]{3,}(?:ing|ed)\b|[a-z][’']s\b|n[’']t\b")
_FRENCH_FORM = re.compile(r"\b(?:[cdjlmnst]|qu)[’'](?=[aeiouyhàâéèêîôœ])|[a-z]é(?:es?|s)?\b|[èêâœ]")


def detect_language(text: str) -> Language:
    """Return ar, en or fr, the language most of the words are in; "und" for others and when nothing tells."""
    lowered = _INVISIBLE.sub("", unicodedata.normalize("NFC", text).lower())
    words = [match[0] for match in islice(_WORD.finditer(lowered), _READ_WORDS)]
    joined = " ".join(words)
    letters, arabic, latin = sum(map(len, words)), *(len(p.findall(joined)) for p in (_ARABIC_LETTER, _LATIN_LETTER))
    if not letters or max(arabic, latin) * 2 < letters:
        return "und"
    if arabic >= latin:
        return _best(words, _ARABIC_SCRIPT, Counter(ar=1))
    return _best(words, _LATIN_SCRIPT, _forms(lowered[: len(joined) * 2]))


def _best(words: list[str], candidates: tuple[str, ...], score: Counter[str]) -> Language:
    """Count function words of each candidate on top of `score`; a draw goes to the candidate named first.

    A word of the three languages that are read counts half more: «met» and «in» alone are not Dutch.
    """
    counted = Counter(words)
    for candidate in candidates:
        listed = _function_words()[candidate]
        weight = 3 if candidate in _SUPPORTED else 2
        score[candidate] += weight * sum(count for word, count in counted.items() if word in listed)
    best = max(candidates, key=lambda candidate: score[candidate])
    return best if score[best] and best in _SUPPORTED else "und"


def _forms(latin: str) -> Counter[str]:
    """Count what the shape of words tells: a short claim may hold no function word."""
    return Counter(en=len(_ENGLISH_FORM.findall(latin)), fr=len(_FRENCH_FORM.findall(latin)))


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in read_table("function_words")}
