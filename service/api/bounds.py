"""How long and how many: the bounds of the contract, in code points and items; openapi.yaml states the same."""

CLAIM = 2_000
BODY_TEXT = 1_000_000
"""Of an article's text or raw page; the longest newspaper pieces have about 100,000 characters."""
HTML = 4_000_000
"""Of a page's markup, and of a news message in JSON."""
TITLE = 1_000
AUTHOR = 500
OUTLET = 200
URL = 2_000
ARTICLE_ID = r"(?!\.{1,2}\Z)[^\s/\x00-\x1f\x7f-\x9f][^\s\x00-\x1f\x7f-\x9f]{0,199}"
"""Letters of any script; no blanks, no leading slash, and not the steps . and .. that clients resolve away."""
CLAIMS = 100
"""Of one batch."""
DOCUMENT = 100_000
"""Characters of a document to be checked; the longest newspaper pieces have about as many."""
DOCUMENT_CLAIMS = 100
DOCUMENT_CLAIMS_BY_DEFAULT = WAITED_CLAIMS = 20
"""Claims of a document; as many are answered while the caller waits, more need a job."""
DOCUMENT_MATCHES_BY_DEFAULT = 20
JOB_ID = r"j[0-9a-f]{20}"
PASSAGE = 10_000
PASSAGES = 100
FILTER_OUTLETS = 100
FILTER_LANGUAGES = 10
MATCHES = 100
MATCHES_BY_DEFAULT = 50
PAGE = 200
PAGE_BY_DEFAULT = 50
CURSOR = 1_000
BULK_BODY = 2 * 1024**3
"""Bytes of a body of lines as sent, perhaps compressed; each line may have what a single article may have."""
IDEMPOTENCY_KEY = 255
RATING = 500
"""Words of a rating; «مضلل جزئيا» is a long one."""
WORKS = 50
"""Appearances of one claim, and citations of one review."""
PASSAGE_ID = 230
WATCH_ID = r"w[0-9a-f]{20}"
SECRET = 200
FEED_ID = r"f[0-9a-f]{20}"
FEED_NAME = 200
SHOWN_MATCHES = 50
"""Latest matches in a feed, and dead letters shown with a watch."""
JSON_DEPTH = 32
JSON_NUMBER = 40
"""Characters of one number; no field takes more than a few digits."""
EARLIEST_YEAR, LATEST_YEAR = 1600, 2999
"""The first newspapers are of 1605."""
