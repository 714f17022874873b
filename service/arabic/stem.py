"""The light Arabic stemmer of Lucene ("light10", Larkey, Ballesteros and Connell 2002): one prefix, then suffixes.

Works on letters as `arabic_normalization` leaves them (bare alef, yeh for alef maksura, heh for teh marbuta).
"""

from __future__ import annotations

_PREFIXES = ("ال", "وال", "بال", "كال", "فال", "لل", "و")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")
_LEFT_OVER = 2  # letters that must remain
_LEFT_OVER_AFTER_WAW = 3


def stem(token: str) -> str:
    """Return the light stem of one normalised word; other scripts come back as they are."""
    return _without_suffixes(_without_prefix(token))


def _without_prefix(token: str) -> str:
    for prefix in _PREFIXES:
        left_over = _LEFT_OVER if len(prefix) > 1 else _LEFT_OVER_AFTER_WAW
        if token.startswith(prefix) and _length(token) >= len(prefix) + left_over:
            return token[len(prefix) :]
    return token


def _without_suffixes(token: str) -> str:
    """Take off every suffix in turn, as Lucene does: «ون» and then «ه» may both go."""
    for suffix in _SUFFIXES:
        if token.endswith(suffix) and _length(token) >= len(suffix) + _LEFT_OVER:
            token = token[: -len(suffix)]
    return token


def _length(token: str) -> int:
    """Count UTF-16 units: that is how Lucene measures a word."""
    return len(token) + sum(character > "\uffff" for character in token)
