"""Articles for tests of any engine: short ones of our own writing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from service.model import Article, ArticleHead, Outlet, Passage, Removed

DAHMA = Outlet("dahma", "صحيفة الدهماء")
RAFID = Outlet("rafid", "وكالة الرافد")
SAHIL = Outlet("sahil", "الساحل اليوم")


def make_article(
    article_id: str,
    *sentences: str,
    outlet: Outlet | None = DAHMA,
    published: str | None = "2024-03-10T09:00:00+00:00",
    language: str = "ar",
    title: str | None = None,
    url: str | None = None,
    role: str = "main",
    group: str | None = None,
    bands: tuple[str, ...] = (),
    removed: tuple[Removed, ...] = (),
) -> Article:
    """Return an article whose passages are the sentences, joined by a space."""
    text = " ".join(sentences)
    passages = []
    start = 0
    for ordinal, sentence in enumerate(sentences):
        context = sentences[ordinal - 1] if ordinal else ""
        end = start + len(sentence)
        passages.append(
            Passage(f"{article_id}:1:{ordinal}", ordinal, start, end, sentence, language=language, context=context)
        )
        start = end + 1
    head = ArticleHead(
        id=article_id,
        revision=1,
        outlet=outlet,
        url=url,
        title=title,
        author="ليلى الحداد",
        published_at=None if published is None else datetime.fromisoformat(published),
        published_at_source=None if published is None else "given",
        updated_at=None,
        language=language,
        wire_source=None,
        role=role,  # type: ignore[arg-type]
        source_group=group or article_id,
        stored_at=datetime(2024, 3, 11, 7, 30, tzinfo=UTC),
    )
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return Article(head, text, tuple(passages), removed, digest, bands, tuple(range(2**32 - 4, 2**32)))
