"""A raw page → its articles: whose body each line is, what is taken off, where a second article begins.

Order: lines are labelled by their own words (`lines`), captions by their neighbours (`page_shape`); then one walk over
the page. Before the first paragraph stand title, kicker, names and dates. A teaser opener takes the headlines behind
it, unless an article follows them: then the last headline is the title of an article of its own. That is believed
after the end of the host (its source line, tags, comments) or on evidence of its own: a dateline with an outlet
(«القاهرة (زمان التركية)»), a publication date, a first paragraph that tells the headline again. After a comment
section's heading everything is comments until such an article.
"""

from __future__ import annotations

from service.ingest.bylines import is_byline, read_dateline
from service.ingest.datelines import has_clock
from service.ingest.drafts import Draft
from service.ingest.lines import LabelledLine, Line, LineKind, label_line, opens_narrative, split_lines
from service.ingest.outlets import Outlets, words_of
from service.ingest.page_shape import PageShape, label_captions, shared_words

# Before this many words of body, a tag line, a source line or a comment counter belongs to the head of the page.
ENOUGH_BODY = 40
# Share of a headline's content words that a first paragraph must repeat to be its own: 61 % of SaudiNewsNet's leads do;
# of 788 paragraphs from the middle of the article with the most similar title 12 did, nearly all beginning with «و».
RESTATED = 0.5


def read_page(page: str, outlets: Outlets, *, title: str | None = None) -> list[Draft]:
    """Return the host article of a page and the articles glued to it, in their order. `title`: what is known of it."""
    labelled = [label_line(line, outlets) for line in split_lines(page)]
    drafts = _Walk(PageShape(label_captions(labelled)), outlets).read(title)
    for draft in drafts:
        _take_off_repeats(draft)
    return drafts


def _take_off_repeats(draft: Draft) -> None:
    """Take off body paragraphs that the page says twice, and the title said again."""
    seen = {words_of(draft.title or "")}
    body, draft.body = draft.body, []
    for line in body:
        if line.words in seen and len(line.words) >= 4:
            draft.take_off(line, "other")
        else:
            draft.body.append(line)
        seen.add(line.words)


class _Walk:
    """One pass over a page: every method reads from a line on and returns the index behind what it read."""

    def __init__(self, page: PageShape, outlets: Outlets) -> None:
        self._page = page
        self._outlets = outlets
        self._drafts = [Draft()]
        self._end: LineKind = ""
        """What ended the present article, "" while it goes on."""

    @property
    def _draft(self) -> Draft:
        return self._drafts[-1]

    def read(self, title: str | None) -> list[Draft]:
        index = self._read_head(0, title)
        while index < len(self._page):
            index = self._step(index)
        return self._drafts

    # --- the head of an article ---

    def _read_head(self, start: int, title: str | None) -> int:
        chosen = self._page.choose_title(start, self._page.first_prose(start), title)
        self._draft.title = title or (self._page[chosen].line.text if chosen is not None else None)
        stop = self._page.end_of_head(start, chosen)
        for index in range(start, stop):
            if index != chosen:
                self._read_head_line(index, chosen)
        return stop

    def _read_head_line(self, index: int, chosen: int | None) -> None:
        one, draft = self._page[index], self._draft
        if is_byline(one.line.text, self._outlets):
            draft.name_lines.append(one.line.text)
            draft.take_off(one.line, "source")
        elif one.kind:
            self._note(one)
            draft.take_off(one.line, one.kind)
        elif chosen is not None and index < chosen:
            draft.take_off(one.line, "other")
        elif self._page.is_author(index):
            draft.author = draft.author or one.line.text
            draft.take_off(one.line, "author")
        elif chosen is not None and len(one.line.words) <= 4 and not one.line.text.endswith(":"):
            draft.take_off(one.line, "other")
        else:
            draft.body.append(one.line)

    # --- the body and what stands in it ---

    def _step(self, index: int) -> int:
        one = self._page[index]
        if one.kind == "teaser":
            return self._read_teaser(index)
        if one.kind == "comments" and self._opens_comments(index):
            return self._read_comments(index)
        if one.kind == "stamp" and self._is_comment_stamp(index):
            self._draft.take_off(self._draft.body.pop(), "comments")
            return self._read_comments(index)
        if one.kind == "published" and self._begins_next_article():
            return self._split_off(index, self._draft.body.pop())
        if one.kind == "tags":
            return self._read_tags(index)
        if one.kind in {"", "section"} or self._is_dated_heading(index):
            return self._read_plain(index)
        self._note(one)
        self._draft.take_off(one.line, one.kind)
        if one.kind in {"source", "end"} and self._draft.body_words >= ENOUGH_BODY:
            self._end = self._end or one.kind
        return index + 1

    def _is_dated_heading(self, index: int) -> bool:
        """Whether a date line heads the next paragraphs of a chronology, rather than stamping the article."""
        one = self._page[index]
        goes_on = self._page.first_prose(index + 1) < len(self._page)
        return one.kind == "stamp" and bool(one.stamps) and bool(self._draft.body) and goes_on and not self._end

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
            draft.author = draft.author or one.rest
            draft.name_lines.append(one.line.text)

    def _read_tags(self, index: int) -> int:
        one = self._page[index]
        stop = index + 1
        while not one.rest and stop < len(self._page) and self._page.is_tag(stop):
            stop += 1
        self._remove(range(index, stop), "tags")
        if self._draft.body_words >= ENOUGH_BODY and not one.line.text.startswith("#"):
            self._end = "tags"
        return stop

    def _read_plain(self, index: int) -> int:
        one = self._page[index]
        if self._end:
            return self._read_after_end(index)
        if one.kind == "section" and not self._draft.body:
            self._draft.take_off(one.line, "other")
        else:
            self._draft.body.append(one.line)
        return index + 1

    def _read_after_end(self, index: int) -> int:
        """Behind the end of an article: the next article, a paragraph that still belongs to it, or leftovers."""
        if self._page[index].line.is_prose:
            self._draft.body.append(self._page[index].line)
            return index + 1
        stop = max(self._page.skip_headlines(index), index + 1)
        title = self._page[stop - 1].line
        if self._begins_article(stop, title, ended=self._end != "source"):
            self._remove(range(index, stop - 1), "teaser")
            return self._split_off(stop, title)
        if self._end == "source" and self._page.kind(stop) == "":
            self._draft.body += [self._page[i].line for i in range(index, stop)]
        else:
            self._remove(range(index, stop), "other")
        return stop

    def _remove(self, indices: range, kind: LineKind) -> None:
        for index in indices:
            self._draft.take_off(self._page[index].line, kind)

    # --- teasers and what is glued behind them ---

    def _read_teaser(self, index: int) -> int:
        one = self._page[index]
        stop = index + 1 if one.rest else self._page.skip_headlines(index + 1)
        has_list = stop > index + 1
        title = self._page[stop - 1].line if has_list else Line(one.rest, words_of(one.rest))
        if title.words and self._begins_article(stop, title, ended=bool(self._end)):
            self._remove(range(index, stop - 1 if has_list else stop), "teaser")
            return self._split_off(stop, title)
        self._remove(range(index, stop), "teaser")
        return stop

    def _begins_article(self, index: int, headline: Line, *, ended: bool) -> bool:
        """Whether the lines from `index` on are an article under `headline` rather than the host's next paragraph."""
        lead_at = self._page.find_lead(index)
        if lead_at is None:
            return False
        lead = self._page[lead_at].line
        if ended or any(self._page.kind(between) == "published" for between in range(index, lead_at)):
            return True
        return read_dateline(lead.text, self._outlets) is not None or self._is_restated(headline, lead)

    def _is_restated(self, headline: Line, lead: Line) -> bool:
        """Whether a paragraph tells its headline again, and the host's headline far less."""
        goes_on = opens_narrative(lead.words) or (lead.words[0].startswith("و") and lead.words[0] not in headline.words)
        if self._draft.body_words < ENOUGH_BODY or goes_on or not lead.is_prose:
            return False
        own = shared_words(headline.text, lead.text)
        return own >= RESTATED and own > 2 * shared_words(self._draft.title or "", lead.text)

    def _begins_next_article(self) -> bool:
        """Whether a publication date behind the body, under a headline, is that of a second article."""
        draft = self._draft
        return draft.body_words >= ENOUGH_BODY and draft.body[-1].is_headline

    def _split_off(self, index: int, title: Line) -> int:
        self._drafts.append(Draft(is_split_off=True))
        self._end = ""
        return self._read_head(index, title.text)

    # --- comments ---

    def _opens_comments(self, index: int) -> bool:
        """Whether comments follow: the heading is not above the article, and no paragraphs of a report below it."""
        return self._draft.body_words >= ENOUGH_BODY // 2 and not self._page.is_report(index + 1)

    def _is_comment_stamp(self, index: int) -> bool:
        """A name and a time of day behind the body, and something said under them: a comment without a heading."""
        draft = self._draft
        if draft.body_words < ENOUGH_BODY or not has_clock(self._page[index].line.text):
            return False
        is_name = len(draft.body[-1].words) <= 4 and draft.body[-1].is_headline
        return is_name and self._page.kind(index + 1) == "" and not self._page.is_report(index)

    def _read_comments(self, index: int) -> int:
        """Take off comments to the end of the page, or to an article glued behind them."""
        self._end = "comments"
        while index < len(self._page):
            if self._page.kind(index) == "teaser":
                before = len(self._drafts)
                index = self._read_teaser(index)
                if len(self._drafts) > before:
                    return index
            else:
                self._take_off_comment(self._page[index])
                index += 1
        return index

    def _take_off_comment(self, one: LabelledLine) -> None:
        self._draft.commented += [stamp.moment for stamp in one.stamps]
        self._draft.take_off(one.line, one.kind if one.kind in {"tags", "share", "source", "other"} else "comments")
