"""Fact-checks that publishers and editors wrote: kept, found again for a claim, and given out as ClaimReview.

File by file: values, claim_review, page (schema.org JSON-LD and pages in) → editor (an editor's own rating in) →
records, book (small documents) → held (all reviewed claims in memory, so that a claim finds those that may be its own;
what the judge says of them is in claims/reviews) → write_claim_review (schema.org JSON-LD out).
"""
