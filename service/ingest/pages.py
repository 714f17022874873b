"""A raw page → its articles: whose body each line is, what is taken off, where a second article begins.

Order: lines are labelled by their own words (`service.ingest.lines`), captions by their neighbours; then one walk over
the page. Before the first paragraph stand title, kicker, names and dates. A teaser opener takes the headlines behind
it, unless an article follows them: then the last headline is the title of an article of its own. That is believed
after the end of the host (its source line, tags, comments) or on evidence of its own: a dateline with an outlet
(«القاهرة (زمان التركية)»), a publication date, a first paragraph that tells the headline again. After a comment
section's heading everything is comments until such an article.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from service.arabic.tokens import analyse
from service.ingest.bylines import read_dateline
from service.ingest.datelines import has_clock
from service.ingest.drafts import Draft
from service.ingest.lines import LabelledLine, Line, LineKind, label_line, opens_narrative, split_lines
from service.ingest.outlets import Outlets, words_of

# Before this many words of body, a tag line, a source line or a comment counter belongs to the head of the page.
ENOUGH_BODY = 40
# Share of a headline's content words that its own first paragraph repeats: .5 or more for 9 of 10 articles of
# SaudiNewsNet, for 1 of 1,000 pairs of different articles.
RESTATED = 0.5


def read_page(page: str, outlets: Outlets, *, title: str | None = None) -> list[Draft]:
    """Return the host article of a page and the articles glued to it, in their order. `title` is what is known of it."""
    labelled = [label_line(line, outlets) for line in split_lines(page)]
    walk = _Walk(_label_captions(labelled), outlets)
    return [_without_repeats(draft) for draft in walk.read(title)]


def _label_captions(lines: list[LabelledLine]) -> list[LabelledLine]:
    """Label what only a neighbour gives away as a caption: a short line said twice, an alt text above a credit line."""
    has_gaps = any(one.line.gap for one in lines)
    labelled = list(lines)
    for index in range(1, len(lines)):
        above, here = lines[index - 1], lines[index]
        if index > 1 and not here.kind and not above.kind and above.line.words == here.line.words:
            if here.line.is_headline:
                labelled[index - 1] = labelled[index] = replace(here, kind="caption")
        elif here.kind == "caption" and has_gaps and not here.line.gap and not above.kind and index > 1:
            if len(above.line.words) <= 8 and above.line.is_headline:
                labelled[index - 1] = replace(above, kind="caption")
    return labelled


def _without_repeats(draft: Draft) -> Draft:
    """Take off body paragraphs that the page says twice."""
    seen: set[tuple[str, ...]] = {words_of(draft.title)} if draft.title else set()
    body = []
    for line in draft.body:
        if line.words in seen and len(line.words) >= 4:
            draft.take_off(line, "other")
        else:
            body.append(line)
        seen.add(line.words)
    draft.body = body
    return draft


class _Walk:
    """One pass over the labelled lines of a page."""

    def __init__(self, lines: list[LabelledLine], outlets: Outlets) -> None:
        self._lines = lines
        self._outlets = outlets
        self._drafts = [Draft()]
        self._end: LineKind = ""

    @property
    def _draft(self) -> Draft:
        return self._drafts[-1]

    def read(self, title: str | None) -> list[Draft]:
        index = self._read_head(0, title)
        while index < len(self._lines):
            index = self._step(index)
        return self._drafts

    # --- the head of an article ---

    def _read_head(self, start: int, title: str | None) -> int:
        """Read title, names and dates before the first paragraph; return the index of the first body line."""
        stop = self._first_prose(start)
        chosen = self._choose_title(start, stop, title)
        self._draft.title = title or (self._lines[chosen].line.text if chosen is not None else None)
        if stop == len(self._lines):
            stop = self._end_of_head(start, chosen)
        for index in range(start, stop):
            if index != chosen:
                self._read_head_line(index, after_title=chosen is None or index > chosen)
        return stop

    def _first_prose(self, start: int) -> int:
        for index in range(start, len(self._lines)):
            one = self._lines[index]
            if one.kind in {"comments", "tags"} and index > start + 1 and not one.rest:
                return len(self._lines)
            if not one.kind and one.line.is_prose and not self._is_title_like(index, start):
                return index
        return len(self._lines)

    def _is_title_like(self, index: int, start: int) -> bool:
        """Whether a first line that ends like a sentence is still the title: short, and a date stands right behind it."""
        after = self._lines[index + 1].kind if index + 1 < len(self._lines) else ""
        return index == start and len(self._lines[index].line.words) <= 24 and after in {"published", "stamp", "updated"}

    def _end_of_head(self, start: int, chosen: int | None) -> int:
        """A page without any paragraph: its head ends with the title and the labelled lines behind it."""
        index = start if chosen is None else chosen + 1
        while index < len(self._lines) and self._lines[index].kind in {"published", "updated", "stamp", "author"}:
            index += 1
        return index

    def _choose_title(self, start: int, stop: int, title: str | None) -> int | None:
        candidates = [index for index in range(start, stop) if not self._lines[index].kind]
        if title is not None:
            return next((i for i in candidates if self._lines[i].line.words == words_of(title)), None)
        if not candidates and start < stop and self._lines[start].kind == "caption":
            return start  # «… - رويترز» on top of the page is a title with its source
        behind_teaser = {i for i in candidates if i > start and self._lines[i - 1].kind == "teaser"}
        free = [index for index in candidates if index not in behind_teaser] or candidates
        long_enough = (index for index in free if len(self._lines[index].line.words) >= 4)
        return next(long_enough, max(free, key=lambda i: len(self._lines[i].line.words), default=None))

    def _read_head_line(self, index: int, *, after_title: bool) -> None:
        one, draft = self._lines[index], self._draft
        if one.kind:
            self._note(one)
            draft.take_off(one.line, one.kind)
        elif not after_title:
            draft.take_off(one.line, "other")
        elif self._names_outlet(one.line):
            draft.name_lines.append(one.line.text)
            draft.take_off(one.line, "source")
        elif len(one.line.words) <= 4:
            if draft.author is None and self._stands_by_date(index):
                draft.author = one.line.text
            draft.take_off(one.line, "author")
        elif one.line.words != words_of(draft.title or ""):
            draft.body.append(one.line)

    def _names_outlet(self, line: Line) -> bool:
        return len(line.words) <= 7 and bool(self._outlets.mentions(line.text))

    def _stands_by_date(self, index: int) -> bool:
        near = self._lines[max(index - 1, 0) : index] + self._lines[index + 1 : index + 2]
        has_digit = any(map(str.isdigit, self._lines[index].line.text))
        return not has_digit and len(self._lines[index].line.words) >= 2 and any(
            one.kind in {"published", "updated", "stamp", "author"} for one in near
        )

    # --- the body and what stands in it ---

    def _step(self, index: int) -> int:
        one = self._lines[index]
        if one.kind == "teaser":
            return self._read_teaser(index)
        if one.kind == "comments" and self._opens_comments(index):
            return self._read_comments(index + 1, first=index)
        if one.kind == "stamp" and self._is_comment_stamp(index):
            self._draft.take_off(self._draft.body.pop(), "comments")
            return self._read_comments(index + 1, first=index)
        if one.kind == "published" and self._begins_next_article():
            return self._split_off(index, self._draft.body.pop())
        if one.kind == "tags":
            return self._read_tags(index)
        if not one.kind or one.kind == "section":
            return self._read_plain(index)
        self._take_off(one)
        return index + 1

    def _take_off(self, one: LabelledLine) -> None:
        self._note(one)
        self._draft.take_off(one.line, one.kind)
        if one.kind in {"source", "end"} and self._draft.body_words >= ENOUGH_BODY:
            self._end = self._end or one.kind

    def _note(self, one: LabelledLine) -> None:
        """Remember what a labelled line tells of the article: a date, a source, an author."""
        draft = self._draft
        if one.kind in {"published", "stamp"} and one.stamps:
            draft.published = draft.published or one.stamps[0]
            if self._outlets.mentions(one.line.text):
                draft.name_lines.append(one.line.text)
            if one.kind == "published" and len(one.stamps) > 1:
                draft.updated = draft.updated or one.stamps[-1]
        elif one.kind == "updated" and one.stamps:
            draft.updated = draft.updated or one.stamps[-1]
        elif one.kind == "source":
            draft.source_lines.append(one.line.text)
        elif one.kind == "author":
            draft.author = draft.author or _behind_label(one.line.text)
            draft.name_lines.append(one.line.text)

    def _read_tags(self, index: int) -> int:
        one = self._lines[index]
        self._draft.take_off(one.line, "tags")
        if self._draft.body_words >= ENOUGH_BODY:
            self._end = "tags"
        index += 1
        while not one.rest and index < len(self._lines) and self._is_tag(index):
            self._draft.take_off(self._lines[index].line, "tags")
            index += 1
        return index

    def _is_tag(self, index: int) -> bool:
        one = self._lines[index]
        return one.kind in {"", "section", "tags"} and len(one.line.words) <= 4 and not one.line.ends_sentence

    def _read_plain(self, index: int) -> int:
        one = self._lines[index]
        if not self._end:
            if one.kind == "section" and not self._draft.body:
                self._draft.take_off(one.line, "other")
            else:
                self._draft.body.append(one.line)
            return index + 1
        return self._read_after_end(index)

    def _read_after_end(self, index: int) -> int:
        """Behind the end of an article: the next article, a paragraph that still belongs to it, or leftovers."""
        if self._lines[index].line.is_prose:
            self._draft.body.append(self._lines[index].line)
            return index + 1
        stop = self._skip_headlines(index)
        strong = self._end in {"tags", "end", "comments"}
        if self._begins_article(stop, self._lines[stop - 1].line, ended=strong):
            self._remove(range(index, stop - 1), "teaser")
            return self._split_off(stop, self._lines[stop - 1].line)
        prose_follows = stop < len(self._lines) and not self._lines[stop].kind
        if self._end == "source" and prose_follows:
            self._draft.body += [self._lines[i].line for i in range(index, stop)]
        else:
            self._remove(range(index, stop), "other")
        return stop

    # --- teasers and what is glued behind them ---

    def _read_teaser(self, index: int) -> int:
        one = self._lines[index]
        stop = index + 1 if one.rest else self._skip_headlines(index + 1)
        headlines = [self._lines[i].line for i in range(index + 1, stop)]
        title = headlines[-1] if headlines else Line(_behind_label(one.line.text), words_of(one.rest))
        if title.words and self._begins_article(stop, title, ended=bool(self._end)):
            self._remove(range(index, stop - 1 if headlines else stop), "teaser")
            return self._split_off(stop, title)
        self._remove(range(index, stop), "teaser")
        return stop

    def _skip_headlines(self, start: int) -> int:
        index = start
        while index < len(self._lines) and self._is_listed_headline(index, start):
            index += 1
        return index

    def _is_listed_headline(self, index: int, start: int) -> bool:
        one = self._lines[index]
        if one.kind in {"stamp", "section", "caption"}:
            return index > start
        return not one.kind and one.line.is_headline

    def _begins_article(self, index: int, headline: Line, *, ended: bool) -> bool:
        """Whether the lines from `index` on are an article under `headline` rather than the host's next paragraph."""
        lead_at = next((i for i in range(index, len(self._lines)) if not self._is_between(i)), len(self._lines))
        if lead_at == len(self._lines) or self._lines[lead_at].kind or len(self._lines[lead_at].line.words) < 8:
            return False
        lead = self._lines[lead_at].line
        if ended or any(self._lines[i].kind == "published" for i in range(index, lead_at)):
            return True
        if read_dateline(lead.text, self._outlets):
            return True
        return self._draft.body_words >= ENOUGH_BODY and self._is_restated(headline, lead)

    def _is_between(self, index: int) -> bool:
        """Whether a line may stand between a title and its first paragraph."""
        one = self._lines[index]
        return one.kind in {"published", "updated", "stamp", "author", "caption", "share", "section", "other"} or (
            not one.kind and not one.line.is_prose and len(one.line.words) <= 6
        )

    def _is_restated(self, headline: Line, lead: Line) -> bool:
        if opens_narrative(lead.words) or not lead.is_prose:
            return False
        own = _shared_words(headline.text, lead.text)
        return own >= RESTATED and own > 2 * _shared_words(self._draft.title or "", lead.text)

    def _begins_next_article(self) -> bool:
        draft = self._draft
        return bool(draft.body) and draft.body_words >= ENOUGH_BODY and draft.body[-1].is_headline

    def _split_off(self, index: int, title: Line) -> int:
        self._drafts.append(Draft(is_split_off=True))
        self._end = ""
        return self._read_head(index, title.text)

    def _remove(self, indices: range, kind: LineKind) -> None:
        for index in indices:
            self._draft.take_off(self._lines[index].line, kind)

    # --- comments ---

    def _opens_comments(self, index: int) -> bool:
        """Whether comments follow: not above the article, and no paragraphs of a report below."""
        return self._draft.body_words >= ENOUGH_BODY // 2 and not self._is_report(index + 1)

    def _is_report(self, start: int) -> bool:
        """Whether three paragraphs that open as a report's do follow, and not one time of day as comments bear."""
        rest = list(self._until_opener(start))
        if any(one.kind == "stamp" and has_clock(one.line.text) for one in rest):
            return False
        narrative = [one for one in rest if opens_narrative(one.line.words) and one.line.ends_sentence]
        return sum(len(one.line.words) >= 12 for one in narrative) >= 3

    def _until_opener(self, start: int) -> Iterator[LabelledLine]:
        for one in self._lines[start:]:
            if one.kind == "teaser":
                return
            yield one

    def _is_comment_stamp(self, index: int) -> bool:
        """A name and a time of day behind the body, and something said under them: a comment without a heading."""
        draft = self._draft
        if not draft.body or draft.body_words < ENOUGH_BODY or not has_clock(self._lines[index].line.text):
            return False
        follows = index + 1 < len(self._lines) and not self._lines[index + 1].kind
        return len(draft.body[-1].words) <= 4 and draft.body[-1].is_headline and follows and not self._is_report(index)

    def _read_comments(self, index: int, *, first: int) -> int:
        self._end = "comments"
        self._note_comment(first)
        while index < len(self._lines):
            if self._lines[index].kind == "teaser":
                before = len(self._drafts)
                index = self._read_teaser(index)
                if len(self._drafts) > before:
                    return index
            else:
                self._note_comment(index)
                index += 1
        return index

    def _note_comment(self, index: int) -> None:
        one = self._lines[index]
        self._draft.commented += [stamp.moment for stamp in one.stamps]
        kind = one.kind if one.kind in {"tags", "share", "source", "other"} else "comments"
        self._draft.take_off(one.line, kind)


def _behind_label(text: str) -> str:
    """Return what stands behind «بقلم:», «اقرأ أيضا:», verbatim."""
    for separator in (":", "|"):
        _, found, behind = text.partition(separator)
        if found and behind.strip():
            return behind.strip(" \t-–—|:")
    return " ".join(text.split()[1:]) if len(text.split()) > 1 else text


def _shared_words(headline: str, text: str) -> float:
    """Return the share of a headline's content words that a text repeats (0 for fewer than three words)."""
    wanted = set(analyse_words(headline))
    return len(wanted & set(analyse_words(text))) / len(wanted) if len(wanted) >= 3 else 0.0


def analyse_words(text: str) -> list[str]:
    """Return the stemmed content words of a text."""
    return [token.text for token in analyse(text)]
