"""Phrases of one or more words found among the marks of a text, clitics before the first word allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from service.arabic.marks import Marks, bare_forms, read_marks

V = TypeVar("V")


class Found(NamedTuple, Generic[V]):
    """A phrase found: the index behind its last mark, its value, and how its first word was written."""

    end: int
    value: V
    joined: bool
    preposition: str
    definite: bool


class Phrases(Generic[V]):
    """A word list of phrases, each with a value; the longest that fits is found, accusatives in «-ا» included."""

    def __init__(self, rows: Iterable[tuple[str, V]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for phrase, value in rows:
            first, *rest = (mark.text for mark in read_marks(phrase).items)
            self._by_first.setdefault(first, []).append((tuple(rest), value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def find(self, marks: Marks, index: int) -> Found[V] | None:
        """Return the longest phrase that starts at the mark `index`."""
        word = marks.text_at(index)
        if not word:
            return None
        if marks.items[index].kind != "word":
            return self._follow(marks, index, word, False, "", False)
        best = None
        for form in bare_forms(word):
            for text in {form.text, form.text.removesuffix("ا")} & self._by_first.keys():
                found = self._follow(marks, index, text, form.joined, form.preposition, form.definite)
                if found and (best is None or found.end > best.end):
                    best = found
        return best

    def _follow(
        self, marks: Marks, index: int, first: str, joined: bool, preposition: str, definite: bool
    ) -> Found[V] | None:
        for rest, value in self._by_first.get(first, ()):
            end = index + 1 + len(rest)
            if all(_is_word(marks.text_at(index + 1 + step), wanted) for step, wanted in enumerate(rest)):
                return Found(end, value, joined, preposition, definite)
        return None


def _is_word(word: str, wanted: str) -> bool:
    """Tell whether a later word of a phrase fits: as listed, with an article, or as an accusative."""
    return word in (wanted, "ال" + wanted, wanted + "ا")
