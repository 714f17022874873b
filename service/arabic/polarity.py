"""How a statement is put: negated, denied, doubted, planned, conditional, said by somebody.

Each cue of words/polarity_cues.tsv governs a stretch of words, its scope, that never leaves the sentence and mostly
not the clause. Look-alikes are known («لا يزال», «غير أن», «لا يقل عن», «ليس فقط»), and a negation that an exception
turns round («لا … سوى», «لم … إلا») is none. What failed or was averted («فشل في», «أحبط») is read as a negation.
"""

from __future__ import annotations

from service.arabic.clauses import Clauses, read_clauses
from service.arabic.cues import Cue, CueFound, find_cues
from service.arabic.speakers import find_speaker
from service.arabic.spotting import Words, read_words
from service.model import Fact, FactKind, Polarity, PolarityKind

_KINDS = {kind.value: kind for kind in PolarityKind} | {"failure": PolarityKind.NEGATION}
_CAN_BE_RESTRICTED = frozenset(("لا", "لم", "لن", "ليس", "ليست", "ما", "ولا", "إلا", "not", "no", "ne", "n"))
"""«ألا» is read by its spelling from the row «إلا»."""


def read_polarity(text: str) -> list[Fact]:
    """Return the polarity cues of a text as facts: the span is the cue's, the value holds scope and speaker."""
    return cues_among(read_words(text))


def cues_among(words: Words) -> list[Fact]:
    """Return what `read_polarity` returns, for a text already read as words."""
    found = find_cues(words)
    statements = [cue.first for cue in found if _opens_statement(words, cue)]
    clauses = read_clauses(words, statements, [cue.first for cue in found if cue.cue.kind == "boundary"])
    facts = [_fact(words, cue, clauses, found) for cue in found if cue.cue.kind in _KINDS]
    return [fact for fact in facts if fact is not None]


def _opens_statement(words: Words, cue: CueFound) -> bool:
    """Tell whether a cue begins another clause: «لكن», or a verb of saying behind a comma or with «و»."""
    if cue.cue.scope != "said":
        return cue.cue.kind == "boundary" and cue.cue.scope == "after"
    return not words.items[cue.first].latin and (cue.cut > 0 or words.items[cue.first].gap == "comma")


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
    return cue.scope if cue.scope in ("said", "by") else ""


def _is_restricted(cue: CueFound, clauses: Clauses, found: list[CueFound]) -> bool:
    """Tell whether «إلا», «سوى» behind a negation in the same clause makes it an affirmation."""
    if cue.cue.kind != "negation" or cue.cue.form not in _CAN_BE_RESTRICTED:
        return False
    end = clauses.end_of_clause(cue.end)
    return any(other.cue.kind == "restriction" and cue.end <= other.first < end for other in found)


def _scope(cue: CueFound, clauses: Clauses, speaker: tuple[int, int] | None) -> tuple[int, int]:
    """Return the words that a cue governs."""
    scope, start = cue.cue.scope, cue.governed or cue.end
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
    if cue.cue.kind in ("attribution", "denial", "doubt", "failure"):
        return behind, clauses.end_of_statement(behind)
    return behind, clauses.end_of_clause(behind)


def _scope_of_source(cue: CueFound, clauses: Clauses, speaker: tuple[int, int] | None) -> tuple[int, int]:
    """«بحسب …» governs the words of the sentence before it, or behind its speaker when it opens the sentence."""
    start = clauses.start_of_sentence(cue.first)
    if start < cue.first:
        return start, cue.first
    behind = speaker[1] if speaker else cue.end
    return behind, clauses.end_of_statement(behind)
