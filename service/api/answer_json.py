"""Claims, judgements and cross-references as JSON; every span in code points and in UTF-16 units."""

from __future__ import annotations

from typing import Any

from service.api.article_json import day_json, moment_json, outlet_json
from service.api.fact_check_json import fact_check_match_json
from service.api.fact_json import fact_json
from service.api.offsets import ArticleOffsets, Utf16
from service.api.timeline_json import timeline_json
from service.model import (
    ArticleHead,
    Claim,
    Coverage,
    CrossReference,
    Evidence,
    Flag,
    FlagCount,
    Judgement,
    Match,
    OutletMatches,
    Span,
)

DIGITS = 4
"""Of scores and confidences: more would pretend."""


def cross_reference_json(found: CrossReference, offsets: ArticleOffsets) -> dict[str, Any]:
    """Return the answer to a claim, with its timeline when it has one."""
    claim_offsets = Utf16.of(found.claim.text)
    body: dict[str, Any] = {
        "claim": claim_json(found.claim),
        "summary": summary_json(found),
        "outlets": [outlet_matches_json(each, claim_offsets, offsets) for each in found.outlets],
        "coverage": coverage_json(found.coverage),
        "versions": dict(found.versions),
        "fact_checks": [fact_check_match_json(match) for match in found.fact_checks],
    }
    return body if found.timeline is None else {**body, "timeline": timeline_json(found.timeline)}


def summary_json(found: CrossReference) -> dict[str, Any]:
    """Return the verdict, and what stands behind each flag."""
    return {
        "verdict": found.verdict,
        **{str(flag): _count_json(found.counts.get(flag, FlagCount(0, 0, 0))) for flag in Flag},
    }


def claim_json(claim: Claim) -> dict[str, Any]:
    """Return a claim with the facts read from it."""
    offsets = Utf16.of(claim.text)
    return {
        "text": claim.text,
        "language": claim.language,
        "as_of": day_json(claim.as_of),
        "facts": [fact_json(fact, offsets) for fact in claim.facts],
    }


def judgement_json(judgement: Judgement, claim: Utf16, passage: Utf16) -> dict[str, Any]:
    """Return a judgement; the scores still sum to 1 after rounding."""
    agrees, conflicts = round(judgement.scores.agrees, DIGITS), round(judgement.scores.conflicts, DIGITS)
    return {
        "flag": judgement.flag,
        "confidence": round(judgement.confidence, DIGITS),
        "scores": {"agrees": agrees, "conflicts": conflicts, "mentions": round(abs(1 - agrees - conflicts), DIGITS)},
        "evidence": [_evidence_json(each, claim, passage) for each in judgement.evidence],
    }


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """Return what was searched; `partial` and its reason only when something was not."""
    body: dict[str, Any] = {
        "articles": coverage.articles,
        "outlets": coverage.outlets,
        "passages": coverage.passages,
        "from": day_json(coverage.first),
        "to": day_json(coverage.last),
        "generation": coverage.generation,
        "partial": coverage.partial is not None,
    }
    return {**body, "reason": coverage.partial} if coverage.partial is not None else body


def outlet_matches_json(found: OutletMatches, claim: Utf16, offsets: ArticleOffsets) -> dict[str, Any]:
    """Return the matches of one outlet under its flag."""
    return {
        "outlet": outlet_json(found.outlet),
        "flag": found.flag,
        "matches": [match_json(match, claim, offsets.of(match.article)) for match in found.matches],
    }


def match_json(match: Match, claim: Utf16, text: Utf16) -> dict[str, Any]:
    """Return a passage with its judgement and article; `claim` and `text` convert offsets of claim and article."""
    passage = match.passage
    quote = Utf16.of(passage.text)
    return {
        **judgement_json(match.judgement, claim, quote),
        "passage": {
            "id": passage.id,
            "text": passage.text,
            **text.span(Span(passage.start, passage.end)),
            "highlights": [quote.span(span) for span in match.highlights],
        },
        "article": source_json(match.article),
        "source_group": match.article.source_group,
    }


def source_json(article: ArticleHead) -> dict[str, Any]:
    """Return the article that a passage stands in."""
    return {
        "id": article.id,
        "revision": article.revision,
        "url": article.url,
        "title": article.title,
        "outlet": outlet_json(article.outlet),
        "published_at": moment_json(article.published_at),
        "published_at_source": article.published_at_source,
        "wire_source": article.wire_source,
    }


def _evidence_json(evidence: Evidence, claim: Utf16, passage: Utf16) -> dict[str, Any]:
    return {
        "kind": evidence.kind,
        "relation": evidence.relation,
        "claim_span": claim.span(evidence.claim_span),
        "passage_span": passage.span(evidence.passage_span),
        "note": {"ar": evidence.note.ar, "en": evidence.note.en},
    }


def _count_json(count: FlagCount) -> dict[str, int]:
    return {
        "outlets": count.outlets,
        "independent_sources": count.independent_sources,
        "articles": count.articles,
    }
