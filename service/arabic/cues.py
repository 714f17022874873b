"""Cues of polarity in a text: listed ones, the future prefix «س», dialect «ما…ش», «قد» before an imperfect.

Look-alikes end here: «لا يزال» is an exempt row of the list and covers its «لا»; «دون 18 عاما» means less than;
«دولارات مزيفة» denies nothing; a «ما» behind which something refers back («ما أعلنه») is relative.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from service.arabic.gazetteers import common_words
from service.arabic.normalise import normalise
from service.arabic.spotting import Found, Gazetteer, Words, bare_forms
from service.arabic.vocabulary import function_words, is_everyday
from service.arabic.words import read_table

_FARTHEST = 12
_SHORT = 2
_REFUSE = frozenset(
    ("رفض", "رفضت", "رفضوا", "رفضه", "رفضها", "رفضهم", "يرفض", "ترفض", "يرفضون", "رافضا", "رافضه", "رافضين", "الرافض")
)
_MONTHS, _HALVES = ("may",), ("ne", "n'")
_SECOND_HALVES = frozenset(("pas", "jamais", "aucun", "aucune", "rien", "personne", "ni", "que", "qu"))
_ORDER = (
    "exempt", "restriction", "denial", "failure", "negation", "doubt", "plan", "condition", "attribution", "boundary",
)  # fmt: skip
"""Of rows that the normaliser makes one, the first kind wins."""


class Cue(NamedTuple):
    """A row of the cue list."""

    kind: str
    scope: str
    form: str


class CueFound(NamedTuple):
    """A cue in a text: its words, and the clitic letters before it."""

    first: int
    end: int
    cut: int
    cue: Cue
    governed: int | None = None
    """Where the scope begins, when not behind the cue."""


def find_cues(words: Words) -> list[CueFound]:
    """Return the cues of a text in order, not overlapping."""
    found: list[CueFound] = []
    index = 0
    while index < len(words.items):
        cue = _cue_at(words, index)
        if cue:
            found.append(cue)
        index = cue.end if cue else index + 1
    return found


def _cue_at(words: Words, index: int) -> CueFound | None:
    found = _perhaps(words, index) or _refusal(words, index)
    if found:
        return found
    listed = _cues().find(words, index)
    split = _split(words, index) if listed is None or listed.end == index + 1 else None
    if split:
        return split
    if listed and words.items[index].latin and _is_month_or_spare(words, index, listed):
        return None
    if listed and (_is_below(words, listed) or _is_attribute(words, index, listed)):
        return None
    if listed and _may_be_cut(words.items[index].text, listed.cut, listed.value.form):
        return CueFound(index, listed.end, listed.cut, _by_spelling(words, index, listed.value))
    return _future(words, index) or _dialect_negation(words, index)


def _split(words: Words, index: int) -> CueFound | None:
    """Read «تراجعت البلدية عن …»: the cue is the verb, its scope begins behind its preposition.

    One insertion between commas may stand between them («أخفق الفريق، رغم تقدمه، في …»).
    """
    verb = _split_cues().find(words, index)
    if verb is None:
        return None
    commas = 0
    for place in range(index + 1, min(len(words.items), index + _FARTHEST)):
        gap = words.items[place].gap
        commas += gap == "comma"
        cue = next((cue for cue in verb.value if cue.form.endswith(" " + words.items[place].text)), None)
        if cue and place > index + 1 and (gap == "space" or commas > 1):
            return CueFound(index, index + 1, verb.cut, cue, place + 1)
        if gap == "stop" or (commas and gap == "comma" and commas > 1):
            return None
    return None


def _is_month_or_spare(words: Words, index: int, found: Found[Cue]) -> bool:
    """Tell whether a Latin cue is none: the month of May, a French «ne» before its «pas», «ne … que» (only)."""
    if found.value.form in _MONTHS:
        return words.is_capital(index)
    if found.value.form not in _HALVES:
        return False
    behind = [word.text for word in words.items[found.end : found.end + _FARTHEST // 2]]
    return any(word in _SECOND_HALVES for word in behind)


def _is_below(words: Words, found: Found[Cue]) -> bool:
    """Tell whether «دون» means less than: before a number in digits («دون 18 عاما»)."""
    return found.value.form == "دون" and found.end < len(words.items) and words.items[found.end].text[0].isdigit()


def _is_attribute(words: Words, index: int, found: Found[Cue]) -> bool:
    """Tell whether «كاذبة», «مزيفة» only describe a noun («دولارات مزيفة»), and deny no statement."""
    if found.value.scope != "before" or found.end > index + 1 or words.items[index].latin:
        return False
    ends = found.end == len(words.items) or not words.is_joined(found.end)
    return not ends or index == 0 or not words.has_article(index - 1)


def _may_be_cut(word: str, cut: int, form: str) -> bool:
    """A conjunction may stand before any cue, a preposition only before a long one: «كلا» is no «لا»."""
    return cut == 0 or (cut == 1 and word[0] in "وف") or len(form) > 4


def _by_spelling(words: Words, index: int, cue: Cue) -> Cue:
    """Tell «ألا» from «إلا», which the normaliser makes one."""
    written = words.written(index).lstrip("وف")
    return Cue("negation", "after", cue.form) if cue.kind == "restriction" and written.startswith("أل") else cue


def _future(words: Words, index: int) -> CueFound | None:
    """Read the prefix of «سيزور», «وستبدأ»: «س» before an imperfect that is an everyday word."""
    word = words.items[index]
    cut = 1 if word.text[0] in "وف" and len(word.text) > 5 else 0
    verb = word.text[cut:]
    if len(verb) < 5 or verb[0] != "س" or verb[1] not in "يتن" or verb in _no_futures():
        return None
    return CueFound(index, index + 1, cut, Cue("plan", "word", "س")) if _is_imperfect(verb[1:]) else None


def _is_imperfect(verb: str) -> bool:
    endings = ("", "ه", "ها", "هم", "وا", "ون", "ان")
    everyday = common_words()
    return any(verb.removesuffix(ending) in everyday and len(verb.removesuffix(ending)) > 3 for ending in endings)


def _dialect_negation(words: Words, index: int) -> CueFound | None:
    """Read «ماحضرش», «محضرتش», «ما حضرش», and «الوزير ما حضر» where «ما» cannot be relative."""
    text = words.items[index].text
    if text in ("ما", "وما"):
        return CueFound(index, index + 1, 0, Cue("negation", "after", "ما")) if _negates(words, index) else None
    verb = text.removeprefix("ما") if text.startswith("ما") else text.removeprefix("م")
    if verb != text and verb.endswith("ش") and text not in common_words() and _is_verb(verb.removesuffix("ش")):
        return CueFound(index, index + 1, 0, Cue("negation", "word", "ما…ش"))
    return None


def _negates(words: Words, index: int) -> bool:
    """Tell whether «ما» negates: before «…ش», or behind a subject and before a verb that nothing refers back to."""
    if index + 1 >= len(words.items) or not words.is_joined(index + 1):
        return False
    verb = words.items[index + 1].text
    if verb.endswith("ش") and verb not in common_words():
        return _is_verb(verb.removesuffix("ش"))
    if index == 0 or not words.is_joined(index) or verb in _relative_verbs() or verb.endswith(("ه", "ها", "هم")):
        return False
    is_subject = words.has_article(index - 1) or not is_everyday(words.items[index - 1].text)
    return is_subject and not words.has_article(index + 1) and words.items[index - 1].text not in function_words()


def _is_verb(verb: str) -> bool:
    everyday = common_words()
    return len(verb) > 2 and any(verb.removesuffix(ending) in everyday for ending in ("", "ت", "و", "وا", "ي"))


def _perhaps(words: Words, index: int) -> CueFound | None:
    """Read «قد يزور»: before an imperfect «قد» means perhaps, before a perfect it only stresses."""
    text = words.items[index].text
    if text not in ("قد", "وقد", "فقد") or index + 1 >= len(words.items):
        return None
    following = words.items[index + 1].text
    if following[0] not in "يتنا" or not _is_imperfect(following) or following[0] == "ا":
        return None
    if following.startswith("ت") and not _is_imperfect("ي" + following[1:]):
        return None
    return CueFound(index, index + 1, len(text) - 2, Cue("doubt", "after", "قد"))


def _refusal(words: Words, index: int) -> CueFound | None:
    """Read «رفضت المشاركة», «رفضه التوقيع»: what somebody refuses to do is not done."""
    following = index + 1
    if following >= len(words.items) or not words.is_joined(following):
        return None
    if words.items[following].text not in _refused_acts():
        return None
    refuse = Cue("failure", "after", "رفض")
    return next(
        (
            CueFound(index, following, form.cut, refuse)
            for form in bare_forms(words.items[index].text)
            if form.text in _REFUSE
        ),
        None,
    )


@cache
def _refused_acts() -> frozenset[str]:
    return frozenset(normalise(act) for (act,) in read_table("refused_acts"))


@cache
def _split_cues() -> Gazetteer[tuple[Cue, ...]]:
    """Return the cues of verb and preposition by their verb."""
    by_verb: dict[str, list[Cue]] = {}
    for kind, scope, form in read_table("polarity_cues"):
        if scope == "split":
            by_verb.setdefault(form.split()[0], []).append(Cue(kind, scope, normalise(form)))
    return Gazetteer((verb, tuple(cues)) for verb, cues in by_verb.items())


@cache
def _cues() -> Gazetteer[Cue]:
    rows = [Cue(*row) for row in read_table("polarity_cues") if row[1] != "split"]
    rows.sort(key=lambda cue: _ORDER.index(cue.kind))
    return Gazetteer(((form, cue) for cue in rows for form in _with_conjunctions(cue.form)), any_case=True)


def _with_conjunctions(form: str) -> tuple[str, ...]:
    """Return a cue, and with the conjunctions that are not cut off words of three letters («ولم», «فلا يزال»)."""
    first, *rest = form.split()
    if len(first) != _SHORT or first.isascii():
        return (form,)
    return (form, f"و{form}", f"ف{form}") if rest or first != "لم" else (form, f"و{form}")  # «فلم» is a film, too


@cache
def _relative_verbs() -> frozenset[str]:
    return frozenset(word for (word,) in read_table("relative_verbs"))


@cache
def _no_futures() -> frozenset[str]:
    return frozenset(word for (word,) in read_table("no_futures"))
