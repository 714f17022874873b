"""How a statement is put: negated, denied, doubted, planned, conditional, said by somebody.

Each cue of words/polarity_cues.tsv governs a stretch of words, its scope, that never leaves the sentence and mostly
not the clause. Look-alikes are known («لا يزال», «غير أن», «لا يقل عن», «ليس فقط»), and a negation that an exception
turns round («لا … سوى», «لم … إلا») is none. What failed or was averted («فشل في», «أحبط») is read as a negation.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from service.arabic.clauses import Clauses, read_clauses
from service.arabic.gazetteers import common_words
from service.arabic.speakers import find_speaker
from service.arabic.spotting import Gazetteer, Words, read_words
from service.arabic.words import read_table
from service.model import Fact, FactKind, Polarity, PolarityKind

_KINDS = {kind.value: kind for kind in PolarityKind} | {"failure": PolarityKind.NEGATION}
_CAN_BE_RESTRICTED = frozenset(("لا", "لم", "لن", "ليس", "ليست", "ما", "ولا", "not", "no", "ne", "n"))


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


def read_polarity(text: str) -> list[Fact]:
    """Return the polarity cues of a text as facts: the span is the cue's, the value holds scope and speaker."""
    return cues_among(read_words(text))


def cues_among(words: Words) -> list[Fact]:
    """Return what `read_polarity` returns, for a text already read as words."""
    found = _find_cues(words)
    clauses = read_clauses(words, [cue.first for cue in found if _opens_statement(words, cue)])
    facts = [_fact(words, cue, clauses, found) for cue in found if cue.cue.kind in _KINDS]
    return [fact for fact in facts if fact is not None]


def _opens_statement(words: Words, cue: CueFound) -> bool:
    """Tell whether a cue begins another clause: «لكن», or a verb of saying behind a comma or with «و»."""
    if cue.cue.scope != "said":
        return cue.cue.kind == "boundary"
    return not words.items[cue.first].latin and (cue.cut > 0 or words.items[cue.first].gap == "comma")


def _find_cues(words: Words) -> list[CueFound]:
    found: list[CueFound] = []
    index = 0
    while index < len(words.items):
        cue = _cue_at(words, index)
        if cue:
            found.append(cue)
        index = cue.end if cue else index + 1
    return found


def _cue_at(words: Words, index: int) -> CueFound | None:
    listed = _cues().find(words, index)
    if listed and _may_be_cut(words.items[index].text, listed.cut, listed.value.form):
        return CueFound(index, listed.end, listed.cut, _by_spelling(words, index, listed.value))
    return _future(words, index) or _dialect_negation(words, index)


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
    """Read «ماحضرش», «محضرتش» and «ما حضرش»."""
    text = words.items[index].text
    if text.startswith("م") and text.endswith("ش") and len(text) > 5 and text not in common_words():
        return CueFound(index, index + 1, 0, Cue("negation", "word", "ما…ش"))
    if text not in ("ما", "وما") or index + 1 >= len(words.items):
        return None
    following = words.items[index + 1].text
    if following.endswith(("ش", "شي")) and len(following) > 3 and following not in common_words():
        return CueFound(index, index + 1, 0, Cue("negation", "after", "ما…ش"))
    return None


@cache
def _cues() -> Gazetteer[Cue]:
    rows = [Cue(*row) for row in read_table("polarity_cues")]
    order = (
        "exempt",
        "restriction",
        "denial",
        "failure",
        "negation",
        "doubt",
        "plan",
        "condition",
        "attribution",
        "boundary",
    )
    rows.sort(key=lambda cue: order.index(cue.kind))
    return Gazetteer(((cue.form, cue) for cue in rows), any_case=True)


@cache
def _no_futures() -> frozenset[str]:
    return frozenset(word for (word,) in read_table("no_futures"))


# --- scope ---------------------------------------------------------------------------------------------------------


def _fact(words: Words, cue: CueFound, clauses: Clauses, found: list[CueFound]) -> Fact | None:
    if _is_restricted(cue, clauses, found):
        return None
    speaker = find_speaker(words, cue.first, cue.end, clauses=clauses, manner=_manner(cue.cue))
    first, end = _scope(cue, clauses, speaker)
    if first >= end:
        return None
    span = words.span(cue.first, cue.end, cut=cue.cut)
    value = Polarity(
        _KINDS[cue.cue.kind],
        cue.cue.form,
        words.span(first, end),
        words.span(*speaker) if speaker else None,
    )
    return Fact(FactKind.POLARITY, span, span.of(words.original), value)


def _manner(cue: Cue) -> str:
    """Say where a cue's speaker may stand: behind or before a verb, behind «بحسب», or nowhere."""
    if cue.scope in ("said", "by"):
        return cue.scope
    return "said" if cue.kind in ("denial", "doubt", "plan") and cue.scope == "after" else ""


def _is_restricted(cue: CueFound, clauses: Clauses, found: list[CueFound]) -> bool:
    """Tell whether «إلا», «سوى» behind a negation in the same clause makes it an affirmation."""
    if cue.cue.kind != "negation" or cue.cue.form not in _CAN_BE_RESTRICTED:
        return False
    end = clauses.end_of_clause(cue.end)
    return any(other.cue.kind == "restriction" and cue.end <= other.first < end for other in found)


def _scope(cue: CueFound, clauses: Clauses, speaker: tuple[int, int] | None) -> tuple[int, int]:
    """Return the words that a cue governs."""
    scope, start = cue.cue.scope, cue.end
    if scope == "word":
        return cue.first, clauses.end_of_clause(cue.end)
    if scope == "next":
        return start, min(start + 1, clauses.end_of_clause(start))
    if scope == "before":
        return clauses.start_of_sentence(cue.first), cue.first
    if scope == "clause":
        return clauses.start_of_clause(cue.first), clauses.end_of_clause(start)
    if scope == "by":
        return _scope_of_source(cue, clauses, speaker)
    behind = speaker[1] if speaker and speaker[0] >= start else start
    if scope == "said" or cue.cue.kind == "denial":
        return behind, clauses.end_of_statement(behind)
    return behind, clauses.end_of_clause(behind)


def _scope_of_source(cue: CueFound, clauses: Clauses, speaker: tuple[int, int] | None) -> tuple[int, int]:
    """«بحسب …» governs the words of the sentence before it, or behind its speaker when it opens the sentence."""
    start = clauses.start_of_sentence(cue.first)
    if start < cue.first:
        return start, cue.first
    behind = speaker[1] if speaker else cue.end
    return behind, clauses.end_of_statement(behind)
