"""Text of others on a terminal: nothing in it may steer the terminal, and Arabic stays where it is put.

A right-to-left run would pull the numbers beside it along, so that every text of an article or a claim is shown inside
a first-strong isolate, and tables keep it in their last column. Control characters are dropped, or a quote could clear
the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from service.model import Flag, Span

ISOLATE, POP = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # controls; bidi overrides, isolates
_BLANKS = re.compile(r"\s")

FLAG_STYLES = {Flag.AGREES: "bold green", Flag.CONFLICTS: "bold red", Flag.MENTIONS: "dim"}


def show_isolated(text: str, *, marked: Iterable[Span] = (), style: str = "") -> Text:
    """Return text of others for the terminal, in one line; `marked` spans of it are underlined."""
    shown = Text(ISOLATE, end="")
    at = 0
    for span in sorted(marked):
        if span.start >= at:
            shown.append(tame(text[at : span.start]), style)
            shown.append(tame(span.of(text)), f"{style} bold underline".strip())
            at = span.end
    shown.append(tame(text[at:]), style)
    return shown.append(POP)


def tame(text: str) -> str:
    """Return text without what steers a terminal, every blank a space."""
    return _STEERING.sub("", _BLANKS.sub(" ", text))


def output() -> Console:
    """Return the console for results: no guesses at markup, emoji or numbers in other people's words."""
    return Console(markup=False, highlight=False, emoji=False)


def messages() -> Console:
    """Return the console for progress and summaries, which do not belong to the result."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)
