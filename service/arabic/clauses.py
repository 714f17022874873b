"""Where clauses, statements and sentences begin and end, as word positions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from service.arabic.gazetteers import common_words
from service.arabic.spotting import Word, Words


@dataclass(frozen=True, slots=True)
class Clauses:
    """Sorted word positions at which a sentence, a statement or a clause begins; the last is the text's end."""

    sentences: tuple[int, ...]
    statements: tuple[int, ...]
    clauses: tuple[int, ...]

    def start_of_sentence(self, index: int) -> int:
        """Return where the sentence of the word `index` begins."""
        return _at_or_before(self.sentences, index)

    def start_of_clause(self, index: int) -> int:
        """Return where the clause of the word `index` begins."""
        return _at_or_before(self.clauses, index)

    def end_of_clause(self, index: int) -> int:
        """Return where the clause that goes on at `index` ends; `index` itself when it ends there."""
        return _at_or_behind(self.clauses, index)

    def end_of_statement(self, index: int) -> int:
        """Return where what is said from `index` on ends: commas do not end it, «لكن», «فيما» and full stops do."""
        return _behind(self.statements, index)


def read_clauses(words: Words, openers: Iterable[int], boundaries: Iterable[int]) -> Clauses:
    """Divide a text; `openers` are words that open another statement («لكن»), `boundaries` a clause («عندما»)."""
    gaps = [word.gap for word in words.items]
    last = len(gaps)
    sentences = {0, last} | {index for index, gap in enumerate(gaps) if gap == "stop"}
    statements = sentences | set(openers) | {index for index, word in enumerate(words.items) if _adds(word)}
    clauses = statements | set(boundaries) | {index for index, gap in enumerate(gaps) if gap in ("comma", "bracket")}
    return Clauses(*(tuple(sorted(starts)) for starts in (sentences, statements, clauses)))


def _adds(word: Word) -> bool:
    """Tell whether a word behind a comma begins with «و»: what follows is another statement."""
    return word.gap == "comma" and word.text[0] == "و" and len(word.text) > 3 and word.text not in common_words()


def _at_or_before(starts: tuple[int, ...], index: int) -> int:
    return starts[max(0, bisect_right(starts, index) - 1)]


def _at_or_behind(starts: tuple[int, ...], index: int) -> int:
    place = bisect_right(starts, index - 1)
    return starts[min(place, len(starts) - 1)]


def _behind(starts: tuple[int, ...], index: int) -> int:
    return starts[min(bisect_right(starts, index), len(starts) - 1)]
