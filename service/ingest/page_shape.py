"""What the lines of a page look like together: questions about neighbours that reading the page asks.

Nothing is decided or changed here: where the first paragraph stands, which line is the title, where a list of
headlines ends, which paragraph leads an article, whether a report goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.arabic.tokens import analyse
from service.ingest.datelines import has_clock
from service.ingest.lines import LabelledLine, LineKind, opens_narrative
from service.ingest.outlets import words_of

_DATES: frozenset[LineKind] = frozenset({"published", "updated", "stamp"})
_BETWEEN: frozenset[LineKind] = _DATES | {"author", "caption", "share", "section", "other"}
_LONGEST_NAME = 4


@dataclass(frozen=True, slots=True)
class PageShape:
    """The labelled lines of a page."""

    lines: Sequence[LabelledLine]

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, index: int) -> LabelledLine:
        return self.lines[index]

    def kind(self, index: int) -> LineKind | None:
        """Return the kind of a line, None behind the last."""
        return self.lines[index].kind if index < len(self.lines) else None

    # --- the head of an article ---

    def end_of_head(self, start: int, chosen: int | None) -> int:
        """Return where the body begins: the first paragraph, or behind title and dates on a page without any."""
        stop = self.first_prose(start)
        if stop < len(self.lines):
            return stop
        index = start if chosen is None else chosen + 1
        while self.kind(index) in _DATES | {"author"}:
            index += 1
        return index

    def first_prose(self, start: int) -> int:
        """Return the first paragraph from `start` on; behind the last line when comments or bare tags come first."""
        for index in range(start, len(self.lines)):
            one = self.lines[index]
            if one.kind in {"comments", "tags"} and index > start + 1 and not one.rest:
                break
            if not one.kind and one.line.is_prose and not self._is_dated_title(index, start):
                return index
        return len(self.lines)

    def _is_dated_title(self, index: int, start: int) -> bool:
        """Whether a first line that ends like a sentence is still the title: a date stands right behind it."""
        return index == start and len(self.lines[index].line.words) <= 24 and self.kind(index + 1) in _DATES

    def choose_title(self, start: int, stop: int, title: str | None) -> int | None:
        """Return the title's line: that of the known `title`, else the first of four words and more."""
        candidates = [index for index in range(start, stop) if not self.lines[index].kind]
        if title is not None:
            return next((index for index in candidates if self.lines[index].line.words == words_of(title)), None)
        top = next((index for index in range(start, stop) if self.kind(index) != "section"), stop)
        if not candidates and top < stop and self.kind(top) == "caption":
            return top  # «… - رويترز» on top of the page, or under its menu, is a title with its source
        behind_teaser = {index for index in candidates if index > start and self.kind(index - 1) == "teaser"}
        free = [index for index in candidates if index not in behind_teaser] or candidates
        long_enough = (index for index in free if len(self.lines[index].line.words) >= 4)
        return next(long_enough, max(free, key=lambda index: len(self.lines[index].line.words), default=None))

    def is_author(self, index: int) -> bool:
        """Whether a line is two to four words beside a date: a name."""
        text, words = self.lines[index].line.text, self.lines[index].line.words
        is_name = 2 <= len(words) <= _LONGEST_NAME and not any(map(str.isdigit, text)) and not text.endswith(":")
        near = (self.kind(beside) for beside in (index - 1, index + 1) if beside >= 0)
        return is_name and any(kind in _DATES | {"author"} for kind in near)

    # --- headlines and what follows them ---

    def skip_headlines(self, start: int) -> int:
        """Return the first line from `start` on that is no headline of a list (nor a date or caption within it)."""
        index = start
        while index < len(self.lines) and self._is_listed(index, start):
            index += 1
        return index

    def _is_listed(self, index: int, start: int) -> bool:
        one = self.lines[index]
        if one.kind in {"stamp", "section", "caption"}:
            return index > start
        return not one.kind and one.line.is_headline

    def is_tag(self, index: int) -> bool:
        """Whether a line is one of a list of tags."""
        one = self.lines[index]
        return one.kind in {"", "section", "tags"} and len(one.line.words) <= 4 and not one.line.ends_sentence

    def find_lead(self, start: int) -> int | None:
        """Return the first paragraph of an article whose title stands above `start`, None when none follows it."""
        index = start
        while index < len(self.lines) and self._is_between(index):
            index += 1
        if self.kind(index) != "" or len(self.lines[index].line.words) < 8:
            return None
        return index

    def _is_between(self, index: int) -> bool:
        one = self.lines[index]
        return one.kind in _BETWEEN or (not one.kind and not one.line.is_prose and len(one.line.words) <= 6)

    # --- comments ---

    def is_report(self, start: int) -> bool:
        """Whether three paragraphs that open as a report's do follow, and not one time of day as comments bear."""
        rest = list(self._until_teaser(start))
        if any(one.kind == "stamp" and has_clock(one.line.text) for one in rest):
            return False
        narrative = [one for one in rest if opens_narrative(one.line.words) and one.line.ends_sentence]
        return sum(len(one.line.words) >= 12 for one in narrative) >= 3

    def _until_teaser(self, start: int) -> Iterator[LabelledLine]:
        for one in self.lines[start:]:
            if one.kind == "teaser":
                return
            yield one


def label_captions(lines: Sequence[LabelledLine]) -> list[LabelledLine]:
    """Label what only a neighbour gives away as a caption: a short line said twice, an alt text above a credit line."""
    labelled = list(lines)
    has_gaps = any(one.line.gap for one in lines)
    for index in range(2, len(lines)):
        above, here = lines[index - 1], lines[index]
        if above.kind or not above.line.is_headline:
            continue
        if not here.kind and above.line.words == here.line.words and len(here.line.words) >= 4:
            labelled[index - 1] = labelled[index] = replace(here, kind="caption")
        elif here.kind == "caption" and has_gaps and not here.line.gap and len(above.line.words) <= 8:
            labelled[index - 1] = replace(above, kind="caption")
    return labelled


def shared_words(headline: str, text: str) -> float:
    """Return the share of a headline's content words that a text repeats, by stems; 0 for fewer than three words."""
    wanted = {token.text for token in analyse(headline)}
    found = wanted & {token.text for token in analyse(text)}
    return len(found) / len(wanted) if len(wanted) >= 3 else 0.0
