"""Who says, denies or doubts: the words before or behind a verb of saying, or behind «بحسب»."""

from __future__ import annotations

from functools import cache

from service.arabic.clauses import Clauses
from service.arabic.gazetteers import first_names, nisbas
from service.arabic.normalise import normalise
from service.arabic.spotting import Words, bare_forms
from service.arabic.vocabulary import is_listed
from service.arabic.words import read_table

_LONGEST = 9
_THAT = frozenset(("ان", "انه", "انها", "انهم", "بان", "بانه", "بانها", "بانهم", "that", "que", "qu"))


def find_speaker(words: Words, first: int, end: int, *, clauses: Clauses, manner: str) -> tuple[int, int] | None:
    """Return the words of the speaker for the cue `first` to `end`, None when the text names none near it.

    `manner` says where to look: "said" (behind an Arabic verb, else before it), "by" (behind), "" (nowhere).
    """
    if manner == "":
        return None
    if words.items[first].latin and manner == "said":
        return _before(words, first, clauses)
    behind = _behind(words, end, clauses)
    if manner == "by":
        return behind
    before = None if _is_participle(words, first) else _before(words, first, clauses)
    if behind and before and behind[1] == clauses.end_of_clause(end):
        return before
    return behind or before


def _behind(words: Words, index: int, clauses: Clauses) -> tuple[int, int] | None:
    """Return the noun phrase that begins at `index`."""
    limit = min(clauses.end_of_clause(index), index + _LONGEST)
    end = index
    is_complete = False
    while end < limit and not _ends_speaker(words, end, opening=end == index):
        if is_complete and _opens_phrase(words, end):
            break
        is_complete = is_complete or words.has_article(end) or not is_listed(words.items[end].text)
        end += 1
    return (index, end) if end > index else None


def _opens_phrase(words: Words, index: int) -> bool:
    """Tell whether a word behind a definite one begins the next phrase: no article, no name, an everyday word."""
    word = words.items[index]
    if word.latin or words.has_article(index) or word.text in first_names():
        return False
    return is_listed(word.text) and nisbas().find_exact(words, index) is None


def _ends_speaker(words: Words, index: int, *, opening: bool) -> bool:
    word = words.items[index]
    if word.gap == "quote" and not opening:
        return True
    forms = {form.text for form in bare_forms(word.text)} if not word.latin else {word.text}
    return bool(forms & _THAT) or word.text in _closers()


def _before(words: Words, index: int, clauses: Clauses) -> tuple[int, int] | None:
    """Return the words from the start of the clause to the verb, when they are few enough to be its subject."""
    start = clauses.start_of_clause(index - 1) if index else index
    if start == index or index - start > _LONGEST or words.items[index].gap in ("stop", "bracket"):
        return None
    if any(words.items[place].text in _closers() for place in range(start, index)):
        return None
    return start, index


def _is_participle(words: Words, index: int) -> bool:
    """Tell whether a cue is «مؤكدا», «نافية»: its speaker was named before, in another clause."""
    return words.items[index].text.lstrip("و").startswith("م") or words.items[index].text.endswith(("ا", "يه"))


@cache
def _closers() -> frozenset[str]:
    return frozenset(normalise(word) for (word,) in read_table("speaker_closers"))
