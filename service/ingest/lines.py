"""Lines of a page: what kind of line each is, told from its own words (`label_line`), not yet from its place.

The words that give a line away lie in words/*.tsv. A line that matches nothing stays unlabelled: it is body or a
headline, which only its neighbours can tell (see `service.ingest.pages`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

from service.arabic.normalise import align, normalise
from service.arabic.words import read_table
from service.ingest.datelines import Stamp, is_stamp, read_stamps
from service.ingest.outlets import Outlets, words_of

_WORDS = "service.ingest.words"

LineKind = Literal[
    "", "teaser", "caption", "tags", "share", "comments", "source", "end",
    "other", "published", "updated", "author", "stamp", "section",
]  # fmt: skip

_LETTER = re.compile(r"[^\W\d_]")
_LABEL_END = re.compile(r"\s*[(\[]?\s*\d*\s*[)\]]?\s*(?:$|[:|\-–—/])")
_QUOTED = re.compile(r"\s*[«\"“'‹][^«»\"“”'›]{2,40}[»\"”'›]\W*\Z")
_CLOSERS = "\"'»”’)]}* \u200f\u200e"
_INNER_END = re.compile(r"(?<![.\s])[.؟!](?!\.)[\"»”)]*\s")
_ADDRESS = re.compile(r"(?:https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+)\Z", re.IGNORECASE)
_CREDIT = re.compile(r"(?P<said>.*\S)\s*(?:[/|–—-]|\()\s*(?P<credit>[^/|–—()]{1,40}?)\s*[).]?\s*\Z", re.DOTALL)
_LONG_CAPTION = 35
_LONG_DATELINE = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: verbatim without outer blanks, its normalised words; `gap`: an empty line precedes it."""

    text: str
    words: tuple[str, ...]
    gap: bool = False

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends with a full stop, a question or an exclamation mark (not with «..»)."""
        text = self.text.rstrip(_CLOSERS)
        return text.endswith((".", "؟", "!", "?", "۔")) and not text.endswith("..")

    @property
    def is_prose(self) -> bool:
        """Whether it reads as a paragraph of a report rather than a headline, a caption or a name.

        Measured on the seeds and SaudiNewsNet: hardly any headline has 25 words, a full stop or two Arabic commas.
        """
        count = len(self.words)
        if count >= 25 or (count >= 5 and opens_narrative(self.words)):
            return True
        stop = self.text.rstrip(_CLOSERS).endswith((".", "۔"))
        if self.ends_sentence and count >= (6 if stop else 15):
            return True
        return count >= 14 and (self.text.count("،") >= 2 or _INNER_END.search(self.text) is not None)

    @property
    def is_headline(self) -> bool:
        """Whether it could be a headline: words, none too many, no full stop."""
        return 1 <= len(self.words) <= 24 and not self.is_prose and _LETTER.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A line with what its own words tell: its kind, the rest behind the cue, and the dates printed in it."""

    line: Line
    kind: LineKind
    rest: str = ""
    stamps: tuple[Stamp, ...] = ()


def split_lines(page: str) -> list[Line]:
    """Return the lines of a page that hold anything, a tail of tags, source or teaser cut off as a line of its own."""
    lines: list[Line] = []
    gap = False
    for raw in page.split("\n"):
        text = raw.strip()
        if not text:
            gap = True
            continue
        for part in _cut_tail(text):
            lines.append(Line(part, words_of(part), gap))
            gap = False
    return lines


def label_line(line: Line, outlets: Outlets) -> LabelledLine:
    """Return the line with the kind that its own words give it, "" when they tell nothing."""
    if not _LETTER.search(line.text) and not is_stamp(line.text):
        return LabelledLine(line, "other")
    cue = _find_cue(line)
    if cue:
        kind, rest = cue
        stamps = tuple(read_stamps(line.text)) if kind in {"published", "updated"} else ()
        return LabelledLine(line, kind, rest, stamps)
    return LabelledLine(line, *_label_by_form(line, outlets))


def _label_by_form(line: Line, outlets: Outlets) -> tuple[LineKind, str, tuple[Stamp, ...]]:
    if is_stamp(line.text):
        return "stamp", "", tuple(read_stamps(line.text))
    if len(line.words) <= _LONG_DATELINE and not line.is_prose and outlets.mentions(line.text):
        stamps = tuple(read_stamps(line.text))  # «الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس»
        if stamps:
            return "published", "", stamps
    if _ADDRESS.match(line.text):
        return "other", "", ()
    if all(token.startswith("#") for token in line.text.split()):
        return "tags", line.text, ()
    words = [word for word in line.words if not word.isdigit()]
    if len(words) <= 20 and all(word in _vocabulary("share_words") for word in words):
        return "share", "", ()
    if len(words) <= 8 and all(word in _vocabulary("section_words") for word in words):
        return "section", "", ()
    return ("caption" if is_caption(line, outlets) else ""), "", ()


def is_caption(line: Line, outlets: Outlets) -> bool:
    """Tell whether a line is a picture's caption: short, without a full stop, with a credit or a caption's opener."""
    if len(line.words) > _LONG_CAPTION:
        return False
    if _starts_with(line.words, "caption_openers") and not line.ends_sentence and len(line.words) <= 20:
        return True
    credit = _CREDIT.match(line.text)
    if not credit or not _is_credit(credit["credit"], outlets):
        return False
    return not Line(credit["said"], ()).ends_sentence and not _INNER_END.search(credit["said"])


def _is_credit(text: str, outlets: Outlets) -> bool:
    words = words_of(text)
    known = outlets.named(text)
    return words in _phrases("photo_credits") or (known is not None and (known.agency or not known.common))


def opens_narrative(words: tuple[str, ...]) -> bool:
    """Tell whether the words begin as a paragraph inside a report does («وأضاف», «من جانبه»)."""
    return _starts_with(words, "narrative_openers")


def _starts_with(words: tuple[str, ...], table: str) -> bool:
    return any(words[:length] in _phrases(table) for length in range(1, min(4, len(words)) + 1))


@cache
def _phrases(table: str) -> frozenset[tuple[str, ...]]:
    return frozenset(words_of(row[0]) for row in read_table(table, package=_WORDS))


@cache
def _vocabulary(table: str) -> frozenset[str]:
    return frozenset(word for phrase in _phrases(table) for word in phrase)


# --- cues ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cue:
    kind: LineKind
    how: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def rest_in(self, line: Line, text: str) -> str | None:
        """Return what follows the cue, verbatim, None when it does not stand there as it must; `text` is normalised."""
        match = self.pattern.match(text)
        if not match:
            return None
        rest = text[match.end() :]
        held = {
            "any": True,
            "line": not _LETTER.search(rest),
            "label": bool(_LABEL_END.match(rest)),
            "quoted": bool(_QUOTED.match(rest)),
            "start": not _LETTER.search(rest) or not line.is_prose,
        }
        if not held[self.how]:
            return None
        return align(line.text).span(match.end(), len(text)).of(line.text).strip(" \t:|-–—/.…،()[]")


@cache
def _cues() -> dict[str, tuple[_Cue, ...]]:
    """Cues by their first word, the longest first."""
    cues: dict[str, list[_Cue]] = defaultdict(list)
    for kind, how, phrase in read_table("page_cues", package=_WORDS):
        words = words_of(phrase)
        pattern = re.compile(r"\W*(?:\d+\W+)?" + r"\W+".join(map(re.escape, words)) + r"(?!\w)")
        cues[words[0]].append(_Cue(kind, how, words, pattern))  # type: ignore[arg-type]
    return {word: tuple(sorted(some, key=lambda cue: -len(cue.words))) for word, some in cues.items()}


def _find_cue(line: Line) -> tuple[LineKind, str] | None:
    first = next((word for word in line.words if not word.isdigit()), "")
    candidates = _cues().get(first)
    if not candidates:
        return None
    text = normalise(line.text)
    for cue in candidates:
        rest = cue.rest_in(line, text)
        if rest is not None and (cue.kind not in {"published", "updated"} or read_stamps(line.text)):
            return cue.kind, rest
    return None


_TAIL_KINDS = frozenset({"teaser", "tags", "source"})


@cache
def _tail_pattern() -> re.Pattern[str]:
    cues = [cue for some in _cues().values() for cue in some if cue.kind in _TAIL_KINDS and cue.how != "line"]
    phrases = sorted({r"\s+".join(map(re.escape, cue.words)) for cue in cues}, key=len, reverse=True)
    return re.compile(rf"(?<=[.!؟?…»\"”)\]])\s*(?={'|'.join(phrases)})(?:{'|'.join(phrases)})\s*[:|]")


def _cut_tail(text: str) -> list[str]:
    """Cut «… في ليبيا. المصدر: وكالات» before its tail; a teaser in the middle of a paragraph stays where it is."""
    if ":" not in text and "|" not in text:
        return [text]
    normal = normalise(text)
    match = _tail_pattern().search(normal)
    if not match or match.start() < 20 or len(words_of(normal[match.end() :])) > 24:
        return [text]
    at = align(text).span(match.start(), match.start() + 1).start
    return [text[:at].rstrip(), text[at:].lstrip()]
