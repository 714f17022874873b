"""Words that no list knows but that look like names: foreign spellings, words in quotes, capitals in Latin script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from service.arabic.gazetteers import first_names, name_parts, nisbas, titles
from service.arabic.spotting import Words, bare_forms
from service.arabic.vocabulary import function_words, is_everyday, looks_foreign

_SHORTEST = 4
_LONGEST_QUOTE = 3
_INFLECTED_STARTS = ("ال", "لل", "و", "ف", "ي", "ت", "ن", "ست", "سي", "م", "است", "ب", "ل", "ك")
_INFLECTED_ENDS = ("ه", "ها", "هم", "وا", "ت", "ون", "ين", "ات", "نا")


def read_foreign(words: Words, taken: set[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (first, end, cut) of unlisted words that can only be names, outside the words already `taken`."""
    unknown = [_is_unknown(words, index) for index in range(len(words.items))]
    counts = Counter(_bare(words, index) for index, is_unknown in enumerate(unknown) if is_unknown)
    free = [is_unknown and index not in taken for index, is_unknown in enumerate(unknown)]
    index = 0
    while index < len(words.items):
        end = _end_of_run(words, index, free) if free[index] else index
        if end > index and _is_name(words, index, end, counts):
            first = _without_description(words, index, end)
            yield first, end, _cut(words, first)
        index = max(end, index + 1)


def _end_of_run(words: Words, index: int, free: list[bool]) -> int:
    """Return the end of the stretch of joined unknown words of one script that starts at `index`."""
    end = index
    while end < len(words.items) and (free[end] or _joins_capitals(words, end, free)):
        if end > index and (not words.is_joined(end) or words.items[end].latin != words.items[index].latin):
            break
        if end > index and not words.items[end].latin and _cut(words, end):
            break
        end += 1
    return end


def _joins_capitals(words: Words, index: int, free: list[bool]) -> bool:
    """Tell whether a small Latin word («al», «bin», «de») stands between two words of one name."""
    word = words.items[index]
    if not word.latin or index == 0 or index + 1 >= len(free) or name_parts().get(word.text) != "skips":
        return False
    return free[index - 1] and free[index + 1] and words.is_joined(index) and words.is_joined(index + 1)


def _is_unknown(words: Words, index: int) -> bool:
    word = words.items[index]
    if word.latin:
        is_small = len(word.text) == 1 or name_parts().get(word.text) == "skips"
        if is_small or word.text in function_words() or not words.is_capital(index):
            return False
    elif is_everyday(word.text) or len(_bare(words, index)) < _SHORTEST:
        return False
    if index and words.items[index - 1].text == "ما":
        return False
    return not (nisbas().find(words, index) or titles().find_exact(words, index))


def _is_name(words: Words, first: int, end: int, counts: Counter[str]) -> bool:
    if words.items[first].latin:
        starts_sentence = words.items[first].gap in ("start", "stop", "quote")
        return end - first > 1 or not starts_sentence
    if words.is_quoted(first, end) and end - first <= _LONGEST_QUOTE:
        return True
    bare = [_bare(words, place) for place in range(first, end)]
    if len(bare) > 1 and not any(map(_is_inflected, bare)):
        return True
    return any(
        looks_foreign(word) or (counts[word] > 1 and len(word) > _SHORTEST and not _is_inflected(word)) for word in bare
    )


def _without_description(words: Words, first: int, end: int) -> int:
    """Leave out what the article marks as a description before a foreign name («المرمم ماركوفسكي»)."""
    while first + 1 < end and words.has_article(first) and looks_foreign(words.items[first + 1].text):
        first += 1
    return first


def _is_inflected(word: str) -> bool:
    """Tell whether an unknown word has the looks of an Arabic verb or of a noun with a pronoun."""
    return not looks_foreign(word) and (word.startswith(_INFLECTED_STARTS) or word.endswith(_INFLECTED_ENDS))


def _bare(words: Words, index: int) -> str:
    return words.items[index].text[_cut(words, index) :]


def _cut(words: Words, index: int) -> int:
    """Return the letters of a clitic before an unknown word: a conjunction always, a preposition only with «ال»."""
    word = words.items[index]
    if word.latin or len(word.text) < _SHORTEST + 1:
        return 0
    for form in bare_forms(word.text):
        if form.cut and (form.text.startswith("ال") or form.text in first_names()):
            return form.cut
    return 1 if word.text[0] == "و" and looks_foreign(word.text[1:]) and len(word.text) > _SHORTEST + 2 else 0
