"""The words of a text as the name readers see them, and word lists of phrases found among them.

A word knows where it stands and what separates it from the word before; its clitics (و ف ب ل ك) may be cut off, and
the span of what is found starts behind them: «وبالقاهرة» gives «القاهرة». A written «لل…» has swallowed the article:
it is read as «ال…», and its span keeps both lams.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Literal, NamedTuple, TypeVar

from service.arabic.normalise import Aligned, align, normalise
from service.model import Span

V = TypeVar("V")

Gap = Literal["start", "space", "hyphen", "comma", "quote", "bracket", "slash", "stop"]

_WORD = re.compile(r"\w+")
_ARABIC = re.compile(r"[\u0620-\u06ff]")
_ABBREVIATED = frozenset(("mr", "mrs", "ms", "dr", "st", "gen", "col", "sen", "rep", "prof", "gov", "lt", "sgt", "mme"))
_SON = "بن"
_CLITICS = frozenset("وفبلك")
_QUOTES = "\"'«»“”„‘’‹›"


class Word(NamedTuple):
    """One word of the normalised text; `gap` is what stands before it, `latin` tells the script."""

    text: str
    start: int
    end: int
    gap: Gap
    latin: bool


class Form(NamedTuple):
    """A word with `cut` letters of clitics taken off."""

    text: str
    cut: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text read word by word, with the way back to its offsets."""

    original: str
    aligned: Aligned
    items: tuple[Word, ...]

    def span(self, first: int, end: int, *, cut: int = 0) -> Span:
        """Return the span in the original of the words `first` up to `end` (exclusive), `cut` letters later.

        A quotation mark that opens within the span is closed within it.
        """
        span = self.aligned.span(self.items[first].start + cut, self.items[end - 1].end)
        opened = sum(mark in _QUOTES for mark in span.of(self.original)) % 2
        closes = self.original[span.end : span.end + 1]
        return Span(span.start, span.end + 1) if opened and closes and closes in _QUOTES else span

    def is_joined(self, index: int) -> bool:
        """Tell whether the word at `index` follows the one before with nothing but a space or hyphen between."""
        return 0 < index < len(self.items) and self.items[index].gap in ("space", "hyphen")

    def is_quoted(self, first: int, end: int) -> bool:
        """Tell whether the words `first` up to `end` stand alone between quotation marks."""
        span = self.aligned.span(self.items[first].start, self.items[end - 1].end)
        around = self.original[max(0, span.start - 1) : span.start], self.original[span.end : span.end + 1]
        return all(mark and mark in _QUOTES for mark in around)

    def is_capital(self, index: int) -> bool:
        """Tell whether a Latin word is written with a capital letter."""
        return self.original[self.aligned.span(self.items[index].start, self.items[index].end).start].isupper()

    def has_article(self, index: int) -> bool:
        """Tell whether a word begins with the article, behind clitics or not; «ألفة» and «إلينا» have none."""
        word = self.items[index].text
        cut = next((form.cut for form in bare_forms(word) if form.text.startswith("ال")), None)
        return cut is not None and (word.startswith("لل", cut) or self._letter(index, cut) == "ا")

    def _letter(self, index: int, offset: int) -> str:
        start = self.items[index].start + offset
        return self.aligned.span(start, start + 1).of(self.original)[:1]

    def written(self, index: int) -> str:
        """Return the word as the original has it."""
        return self.span(index, index + 1).of(self.original)


def read_words(text: str) -> Words:
    """Split a text into words."""
    aligned = align(text)
    plain = aligned.text
    items: list[Word] = []
    end = 0
    for match in _WORD.finditer(plain):
        start = match.start()
        word = match[0]
        latin = not _ARABIC.match(word)
        gap = _gap_behind(items[-1], plain[end:start], word) if items else "start"
        items.append(Word(fold_accents(word) if latin else word, start, match.end(), gap, latin))
        end = match.end()
    return Words(text, aligned, tuple(items))


def _gap_behind(before: Word, between: str, word: str) -> Gap:
    """Classify a gap; a point or comma within a number or behind an initial («د.», "U.S.", "Mr.") ends nothing."""
    if between in (".", ",") and word[0].isdigit() and before.text[-1].isdigit():
        return "hyphen"
    if between.rstrip() == "." and (len(before.text) == 1 or before.text in _ABBREVIATED) and before.text.isalpha():
        return "space"
    return _gap(between)


@lru_cache(maxsize=512)
def _gap(between: str) -> Gap:
    """Classify what stands between two words by its strongest character."""
    if between.isspace():
        return "stop" if "\n" in between else "space"
    if any(character in ".!?؟;؛:…\n" for character in between):
        return "stop"
    if any(character in ",،" for character in between):
        return "comma"
    if any(character in _QUOTES for character in between):
        return "hyphen" if between in ("'", "’") else "quote"
    if any(character in "()[]{}" for character in between):
        return "bracket"
    if "/" in between or "|" in between or between == "":
        return "slash"
    return "comma" if " " in between else "hyphen"


@lru_cache(maxsize=8192)
def fold_accents(word: str) -> str:
    """Return a Latin word without accents: «Nétanyahou» as «netanyahou»."""
    if word.isascii():
        return word
    letters = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("ı", "i")


@lru_cache(maxsize=32768)
def bare_forms(word: str) -> tuple[Form, ...]:
    """Return the word and what is left without its clitics, least cut first; a Latin word has none."""
    forms = [Form(word, 0)]
    if word[0] not in _CLITICS:
        return tuple(forms)
    conjunction = 1 if len(word) > 3 and word[0] in "وف" else 0
    if conjunction:
        forms.append(Form(word[1:], 1))
    for cut in range(conjunction + 1):
        rest = word[cut:]
        if (len(rest) > 3 or rest[1:] == _SON) and (rest[0] in "بل" or rest.startswith("كال")):
            forms.append(Form(rest[1:], cut + 1))
            if rest.startswith("لل"):
                forms.append(Form("ال" + rest[2:], cut))
    return tuple(forms)


class Found(NamedTuple, Generic[V]):
    """A phrase found: the index behind its last word, the clitic letters cut off its first, and its value."""

    end: int
    cut: int
    value: V


class _Entry(NamedTuple, Generic[V]):
    rest: tuple[str, ...]
    value: V
    acronym: bool


class Gazetteer(Generic[V]):
    """A word list of phrases, each with a value; the longest that starts at a word is found.

    Latin phrases need a capital first letter in the text unless `any_case`, and an acronym all capitals.
    """

    def __init__(self, rows: Iterable[tuple[str, V]], *, any_case: bool = False) -> None:
        self._any_case = any_case
        self._by_first: dict[str, list[_Entry[V]]] = {}
        for phrase, value in rows:
            first, *rest = split_phrase(phrase)
            acronym = phrase.isascii() and phrase.isupper() and not any_case
            self._by_first.setdefault(first, []).append(_Entry(tuple(rest), value, acronym))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry.rest))
        self._openers = lru_cache(maxsize=16384)(self._find_openers)

    def _find_openers(self, word: str) -> tuple[tuple[int, list[_Entry[V]]], ...]:
        """Return the entries that a word may open, by the clitic letters to cut."""
        return tuple((form.cut, self._by_first[form.text]) for form in bare_forms(word) if form.text in self._by_first)

    def find(self, words: Words, index: int) -> Found[V] | None:
        """Return the longest phrase that starts at the word `index`; of equal ones that with fewest letters cut."""
        best: Found[V] | None = None
        for cut, entries in self._openers(words.items[index].text):
            found = self._follow(words, index, cut, entries)
            if found and (best is None or found.end > best.end):
                best = found
        return best

    def find_exact(self, words: Words, index: int) -> Found[V] | None:
        """Return the longest phrase that starts at the word `index` as it is, no clitics cut."""
        entries = self._by_first.get(words.items[index].text)
        return self._follow(words, index, 0, entries) if entries else None

    def _follow(self, words: Words, index: int, cut: int, entries: list[_Entry[V]]) -> Found[V] | None:
        for rest, value, acronym in entries:
            end = index + 1 + len(rest)
            if end <= len(words.items) and self._fits(words, index, rest, acronym=acronym):
                return Found(end, cut, value)
        return None

    def _fits(self, words: Words, index: int, rest: tuple[str, ...], *, acronym: bool) -> bool:
        for step, wanted in enumerate(rest, start=index + 1):
            word = words.items[step]
            if word.text != wanted or word.gap in ("stop", "comma", "bracket", "slash"):
                return False
        if not words.items[index].latin or self._any_case:
            return True
        return words.written(index).isupper() if acronym else words.is_capital(index)


@lru_cache(maxsize=16384)
def split_phrase(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase of a word list, normalised as texts are."""
    return tuple(word if _ARABIC.match(word) else fold_accents(word) for word in _WORD.findall(normalise(phrase)))
