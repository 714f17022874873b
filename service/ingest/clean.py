"""A submission → clean articles: the body as it stands, with title, outlet, author, dates, language and wire source.

What the sender knows wins; then what the page states; a publication date may at last be inferred from the first
paragraphs, and is marked so. The sender's outlet, address and dates are the host's alone: an article that was glued to
its page has only what it says itself. `text` is taken as it is: nothing is taken off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from service.arabic.language import detect_language
from service.arabic.normalise import normalise
from service.arabic.words import read_table
from service.errors import UnreadableSource
from service.ingest.bylines import Signs, attribute, names_nobody, read_title_site
from service.ingest.datelines import read_stamps
from service.ingest.drafts import Draft, join_removed
from service.ingest.html import extract_html
from service.ingest.lines import Line, split_lines
from service.ingest.outlets import Outlets, words_of
from service.ingest.pages import read_page
from service.ingest.sources import Submission, tidy_text
from service.model import Language, Outlet, PublishedAtSource, Removed

# A lead is where an article says when: the first three paragraphs; its first words are so many.
_LEAD_LINES, _FIRST_WORDS = 3, 25
_COMMENTED_WITHIN = timedelta(days=7)
_FIRST_YEAR = 1995  # of news on the web: an older day in a lead is being remembered
_ENOUGH_TO_TELL = 2000  # characters that tell the language


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """One article of a submission, ready for passages."""

    role: Literal["main", "split_off"]
    text: str
    title: str | None
    outlet: Outlet | None
    author: str | None
    published_at: datetime | None
    published_at_source: PublishedAtSource | None
    updated_at: datetime | None
    language: Language
    wire_source: str | None
    removed: tuple[Removed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an article from outside its own lines: the sender's word, then the markup's."""

    given: Submission
    site: str | None = None
    published_at: datetime | None = None


def clean(submission: Submission, outlets: Outlets, *, now: datetime) -> list[CleanArticle]:
    """Return the main article of a submission and the articles split off from it.

    `now` bounds inferred dates. Raises `UnreadableSource` when no body is left, `InvalidInput` for unstorable text.
    """
    content = tidy_text(submission.content, pointer=f"/{submission.kind}")
    if not content.strip():
        raise UnreadableSource("the content is empty", pointer=f"/{submission.kind}")
    if submission.kind == "text":
        credits = [submission.credit] if submission.credit else []
        draft = Draft(title=submission.title, body=split_lines(content), source_lines=credits)
        return [replace(_finish(draft, _Known(submission), outlets, now=now), text=content)]
    known = _Known(submission)
    if submission.kind == "html":
        content, known = _read_html(submission, content)
    host, *glued = read_page(content, outlets, title=known.given.title)
    if not host.body:
        raise UnreadableSource("no article text is left once the page is cleaned", pointer=f"/{submission.kind}")
    nothing_known = _Known(Submission(content=""))
    split_off = [_finish(draft, nothing_known, outlets, now=now) for draft in glued if draft.body]
    return [_finish(host, known, outlets, now=now), *split_off]


def _read_html(submission: Submission, html: str) -> tuple[str, _Known]:
    """Return the extracted page, and the submission with the markup's word where the sender says nothing."""
    extract = extract_html(html, url=submission.url)
    given = replace(
        submission,
        title=submission.title or extract.title,
        author=submission.author or extract.author,
        url=submission.url or extract.url,
        language=submission.language or extract.language,
        updated_at=submission.updated_at or extract.updated_at,
    )
    return tidy_text(extract.text), _Known(given, extract.site, extract.published_at)


def _finish(draft: Draft, known: _Known, outlets: Outlets, *, now: datetime) -> CleanArticle:
    given = known.given
    lines = tuple(line.text for line in draft.body)
    author = given.author or _tidy_author(draft.author, outlets)
    signs = Signs(
        given.url,
        given.outlet,
        known.site,
        draft.title,
        author,
        tuple(draft.name_lines),
        tuple(draft.source_lines),
        lines,
    )
    attribution = attribute(signs, outlets)
    published_at, source = _find_date(draft, known, now)
    return CleanArticle(
        role="split_off" if draft.is_split_off else "main",
        text="\n".join(lines),
        title=given.title or (read_title_site(draft.title, outlets)[0] if draft.title else None),
        outlet=attribution.outlet,
        author=author,
        published_at=published_at,
        published_at_source=source,
        updated_at=given.updated_at or (draft.updated.moment if draft.updated else None),
        language=given.language or detect_language("\n".join(lines)[:_ENOUGH_TO_TELL]),
        wire_source=attribution.wire_source,
        removed=join_removed(draft.removed),
    )


def _tidy_author(author: str | None, outlets: Outlets) -> str | None:
    if author is None or names_nobody(author) or outlets.named(author) or len(words_of(author)) > 8:
        return None
    return author


def _find_date(draft: Draft, known: _Known, now: datetime) -> tuple[datetime | None, PublishedAtSource | None]:
    if known.given.published_at:
        return known.given.published_at, "given"
    if known.published_at:
        return known.published_at, "page"
    if draft.published:
        return draft.published.moment, "page"
    inferred = infer_date(draft.body, draft.commented, now=now)
    return inferred, "text" if inferred else None


def infer_date(body: Sequence[Line], commented: Sequence[datetime], *, now: datetime) -> datetime | None:
    """Return a full date of the lead that something else bears out, None when nothing does.

    Borne out by readers' comments within a week after it, or, in the very first words, by its own weekday in front of
    it («وصل … الثلاثاء، 26 سبتمبر/أيلول 2023»). A date that stands alone may be any anniversary, deadline or reference:
    of SaudiNewsNet's leads that name a weekday and a full date somewhere, a third meant another day than their own.
    """
    lead = [line for line in body[:_LEAD_LINES] if not line.is_headline]
    dates = [stamp.moment for line in lead for stamp in read_stamps(line.text)]
    borne_out = [day for day in dates if _is_commented(day, commented)]
    if not borne_out and lead:
        borne_out = [day for day in _weekday_dates(lead[0]) if day.year >= _latest_year(body)]
    return max((day for day in borne_out if day.year >= _FIRST_YEAR and day <= now), default=None)


def _weekday_dates(line: Line) -> Iterator[datetime]:
    """Dates among the first words of a line that their own weekday stands before."""
    text = normalise(line.text)
    for stamp in read_stamps(line.text):
        before = words_of(text[: stamp.start])
        if len(before) > _FIRST_WORDS:
            return
        if before and _weekdays().get(before[-1]) == stamp.moment.weekday():
            yield stamp.moment


def _latest_year(body: Sequence[Line]) -> int:
    years = (int(word) for line in body for word in line.words if word.isdigit() and len(word) == 4)
    return max((year for year in years if _FIRST_YEAR <= year < 2100), default=0)


def _is_commented(day: datetime, commented: Iterable[datetime]) -> bool:
    return any(timedelta(0) <= moment - day <= _COMMENTED_WITHIN for moment in commented)


@cache
def _weekdays() -> dict[str, int]:
    return {word: int(row[1]) for row in read_table("weekdays") for word in words_of(row[0])}
