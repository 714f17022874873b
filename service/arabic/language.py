"""Which language a text is in: by script first, then by function words; dialects of Arabic are Arabic.

Deterministic and small on purpose: the service reads Arabic, English and French, and only has to keep these three
apart and the rest away ("und").
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import islice

from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.model import Language

_READ_WORDS = 2000  # enough of an article to be sure
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_ARABIC_LETTER = re.compile(r"[\u0620-\u06ff\u0750-\u077f\u0870-\u08ff]")
_LATIN_LETTER = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]")
_LANGUAGES = frozenset({"ar", "en", "fr"})
_ELISION = re.compile(r"\b(?:[cdjlmnst]|qu)[’'](?=[aeiouyhàâéèêîôœ])")
_ENGLISH_FORM = re.compile(r"\b[a-z]+(?:ing|ed)\b|[a-z][’']s\b|n[’']t\b")
_FRENCH_LETTER = re.compile("[éèêëàâçùûîïôœ]")


def detect_language(text: str) -> Language:
    """Return ar, en or fr, the language most of the words are in; "und" for others and when nothing tells."""
    words = [match[0] for match in islice(_WORD.finditer(normalise(text)), _READ_WORDS)]
    joined = " ".join(words)
    arabic, latin = len(_ARABIC_LETTER.findall(joined)), len(_LATIN_LETTER.findall(joined))
    letters = sum(map(len, words))
    if max(arabic, latin) * 2 < letters or not letters:
        return "und"
    if arabic >= latin:
        return _best(words, ("ar", "fa", "ur", "ps", "ckb"), Counter(ar=1))
    return _best(words, ("en", "fr", "es", "de", "it", "pt", "tr", "nl", "id"), _forms(joined))


def _best(words: list[str], candidates: tuple[str, ...], score: Counter[str]) -> Language:
    """Count function words of each candidate on top of `score`; a draw goes to the candidate named first.

    A word of the languages we read counts double: «met» and «in» alone are not Dutch.
    """
    counted = Counter(words)
    for candidate in candidates:
        weight = 2 if candidate in _LANGUAGES else 1
        score[candidate] += weight * sum(counted[word] for word in _function_words()[candidate])
    best = max(candidates, key=lambda candidate: score[candidate])
    return best if score[best] and best in _LANGUAGES else "und"


def _forms(latin: str) -> Counter[str]:
    """Count what the shape of Latin words tells: short claims often hold no function word."""
    french = len(_ELISION.findall(latin)) * 2 + min(len(_FRENCH_LETTER.findall(latin)), 3)
    return Counter(en=len(_ENGLISH_FORM.findall(latin)), fr=french)


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {language: frozenset(normalise(words).split()) for language, words in read_table("function_words")}
