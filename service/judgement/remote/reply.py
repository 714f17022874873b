"""What a chat model answered, and whether it may count.

An answer counts when it is the JSON object asked for and each of its quotes stands, word for word after normalisation,
in the claim and in the passage. `agrees` and `conflicts` need at least one pair of quotes that share a word, or speak
two languages: words of a passage that have nothing to do with the claim («say that this is true») are no reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.arabic.facts import read_facts
from service.arabic.normalise import align, normalise
from service.judgement.compare import compare_texts
from service.judgement.findings import write_note
from service.judgement.remote.question import MOST_QUOTES, UNASKED_KINDS
from service.model import Claim, Evidence, EvidenceKind, Flag, JudgedText, Relation, Span

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_WORD = re.compile(r"\w+(?:[.,:/٫٬%-]\w+)*%?")
_RELATIONS = {Flag.AGREES: Relation.AGREES, Flag.CONFLICTS: Relation.CONFLICTS, Flag.MENTIONS: Relation.UNCLEAR}


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the claim and of the passage, as the model wrote them, and what they are about."""

    kind: EvidenceKind
    claim: str
    passage: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A flag with its quotes."""

    flag: Flag
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """A reply whose quotes were found: the flag, and the quotes as evidence."""

    flag: Flag
    evidence: tuple[Evidence, ...]


def read_reply(content: str) -> Reply | None:
    """Read the object out of what the model wrote, or return None when there is none of the form asked for.

    Fences, thoughts and chatter around the object, which servers without schemas let pass, are left aside.
    """
    for fields in _objects(_THOUGHTS.sub("", content)):
        try:
            quotes = tuple(_read_quote(quote) for quote in fields["quotes"] or ())
            return Reply(Flag(fields["flag"]), quotes[:MOST_QUOTES])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _objects(content: str) -> Iterator[dict[str, Any]]:
    decoder, start = json.JSONDecoder(), content.find("{")
    while start >= 0:
        try:
            value, end = decoder.raw_decode(content, start)
        except (ValueError, RecursionError):
            value, end = None, start + 1
        if isinstance(value, dict):
            yield value
        start = content.find("{", end)


def _read_quote(fields: Any) -> Quote:
    kind, claim, passage = EvidenceKind(fields["kind"]), fields["claim"], fields["passage"]
    if kind in UNASKED_KINDS or not isinstance(claim, str) or not isinstance(passage, str):
        raise ValueError
    return Quote(kind, claim, passage)


def check_reply(reply: Reply, claim: Claim, passage: JudgedText) -> Opinion | None:
    """Return the reply as evidence, or None when it may not count."""
    evidence: list[Evidence] = []
    is_reason = reply.flag is Flag.MENTIONS
    for quote in reply.quotes:
        here, there = find_quote(quote.claim, claim.text), find_quote(quote.passage, passage.text)
        if here is None or there is None:
            return None
        is_reason = is_reason or _is_related(claim, passage, there)
        relation = _RELATIONS[reply.flag]
        note = write_note(quote.kind, relation, claim=here.of(claim.text), passage=there.of(passage.text))
        evidence.append(Evidence(quote.kind, relation, here, there, note))
    return Opinion(reply.flag, tuple(evidence)) if is_reason else None


def find_quote(quote: str, text: str) -> Span | None:
    """Return where the words of a quote stand in a text, whole and one behind the other; None when they do not.

    Both are normalised; marks and spaces around and between the words do not count, since models change them freely.
    """
    wanted = _WORD.findall(normalise(quote))
    aligned = align(text)
    words = list(_WORD.finditer(aligned.text))
    for first in range(len(words) - len(wanted) + 1):
        if wanted and all(words[first + i][0] == word for i, word in enumerate(wanted)):
            return aligned.span(words[first].start(), words[first + len(wanted) - 1].end())
    return None


def _is_related(claim: Claim, passage: JudgedText, span: Span) -> bool:
    words = JudgedText(span.of(passage.text), published=passage.published, language=passage.language)
    return compare_texts(claim, words, read_facts(words.text, reference=passage.published)).is_related
