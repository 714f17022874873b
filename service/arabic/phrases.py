"""Phrases of one or more words found among the marks of a text, clitics before the first word allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, NamedTuple, TypeVar

from service.arabic.marks import Bare, Marks, bare_forms, read_marks, spellings

V = TypeVar("V")

_MOST_WORDS = 1 << 16  # remembered for each list; a year of news has some 500,000 words, most of it is few of them


class Found(NamedTuple, Generic[V]):
    """A phrase found: the index behind its last mark, its value, and how its first word was written."""

    end: int
    value: V
    joined: bool
    preposition: str
    definite: bool


class _Entry(NamedTuple, Generic[V]):
    """One phrase that may start with a word, and how the word was written for it."""

    rest: tuple[str, ...]
    value: V
    joined: bool
    preposition: str
    definite: bool


class Phrases(Generic[V]):
    """A word list of phrases, each with a value; the longest that fits is found, accusatives in «-ا» included."""

    def __init__(self, rows: Iterable[tuple[str, V]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        self._known: dict[str, tuple[_Entry[V], ...]] = {}
        for phrase, value in rows:
            first, *rest = (mark.text for mark in read_marks(phrase).items)
            self._by_first.setdefault(first, []).append((tuple(rest), value))

    def may_start_with(self, word: str) -> bool:
        """Tell whether any phrase starts with a word: quick, for readers that ask at every word."""
        entries = self._known.get(word)
        return bool(self._remember(word, True) if entries is None else entries)

    def find(self, marks: Marks, index: int) -> Found[V] | None:
        """Return the longest phrase that starts at the mark `index`."""
        word = marks.text_at(index)
        entries = self._known.get(word)
        if entries is None:
            entries = self._remember(word, marks.kind_at(index) == "word")
        for entry in entries:
            end = index + 1
            if all(_is_word(marks.text_at(end + step), wanted) for step, wanted in enumerate(entry.rest)):
                return Found(end + len(entry.rest), entry.value, entry.joined, entry.preposition, entry.definite)
        return None

    def _remember(self, word: str, is_word: bool) -> tuple[_Entry[V], ...]:
        """Work out which phrases may start with a word; whole words before stripped ones, longer phrases first."""
        forms = bare_forms(word) if is_word and word else (Bare(word),)
        found = [
            _Entry(rest, value, form.joined, form.preposition, form.definite)
            for form in forms
            if len(form.text) > 2 or form.text == word or (form.joined and not form.preposition)
            for text in spellings(form.text)
            for rest, value in self._by_first.get(text, ())
        ]
        entries = tuple(sorted(found, key=lambda entry: -len(entry.rest)))
        if len(self._known) < _MOST_WORDS:
            self._known[word] = entries
        return entries


def _is_word(word: str, wanted: str) -> bool:
    """Tell whether a later word of a phrase fits: as listed, with an article, or as an accusative."""
    return word in (wanted, "ال" + wanted, wanted + "ا")
