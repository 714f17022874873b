"""A passage that says the claim in the claim's own words.

Of such passages an entailment model may still think that they conflict: long claims, copied with a few words of the
copyist in between, are what it saw least. Where no comparator finds a difference either, there is none to be shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from service.judgement.alignment import Alignment
from service.judgement.compare import Comparison
from service.judgement.sides import CONTENT, Word
from service.model import Fact, FactKind, Relation, Scores

_LONGEST_HEADLINE = 16
"""Words. In a headline a single small word makes the difference: «فشل الاتفاق» and «الاتفاق» share all but one."""

_COUNTED = (FactKind.QUANTITY, FactKind.PERIOD)
_FEWEST, _COVERED = 5, 0.9
"""Words of content, and the share of the claim by weight: less than these may stand in one sentence by chance."""


def repeats_claim(comparison: Comparison) -> bool:
    """Tell whether one sentence of the passage repeats the claim, and nothing typed differs.

    It has all words of content in the claim's order, but that the first may stand elsewhere: «أبلغ الوزير» is said as
    «إن الوزير أبلغ», too. Who did what to whom stays in order, and numbers and dates agree. Of claims_dev, clusters_dev
    and XNLI eight such passages agree, one mentions and none conflicts; of the web pages of UnifiedFC that were said to
    conflict, six of 22 are such.
    """
    alignment = comparison.alignment
    words = [word for word in alignment.claim.words if word.weight >= CONTENT]
    if len(alignment.passage.words) <= _LONGEST_HEADLINE or len(words) < _FEWEST:
        return False
    if not all(alignment.matched(word.place) for word in words) or alignment.coverage < _COVERED:
        return False
    if any(found.relation is Relation.CONFLICTS for found in comparison.evidence):
        return False
    if not all(_is_met(alignment, fact) for kind in _COUNTED for fact in alignment.claim.facts.of(kind)):
        return False
    sentences = {alignment.passage.words[place].sentence for place in alignment.repeated()}
    return any(_has_in_order(alignment, words, sentence) for sentence in sentences)


def rule_conflict_out(scores: Scores) -> Scores:
    """Return the chances without a conflict: what spoke for one speaks for neither side."""
    return Scores(agrees=scores.agrees, conflicts=0.0, mentions=scores.mentions + scores.conflicts)


def _is_met(alignment: Alignment, fact: Fact) -> bool:
    """Tell whether the passage has a number or date that agrees with one of the claim."""
    return bool(alignment.facts.get(alignment.claim.place_of(fact.span)))


def _has_in_order(alignment: Alignment, words: Sequence[Word], sentence: int) -> bool:
    last = -1
    for number, word in enumerate(words):
        places = [p for p in alignment.matches[word.place] if alignment.passage.words[p].sentence == sentence]
        behind = [place for place in places if place > last or number == 0]
        if not behind:
            return False
        if number:
            last = min(behind)
    return bool(words)
