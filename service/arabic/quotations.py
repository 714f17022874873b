"""Quotations and brackets of a text: stretches that a sentence should not end in the middle of."""

from __future__ import annotations

import re
from bisect import bisect_right

from service.model import Span

_LONGEST = 300  # characters, some 50 words: a longer quotation is split inside, like any text
_QUOTATION = re.compile(
    r"«[^«»]*»|“[^“”]*”|‹[^‹›]*›|„[^„“”]*[“”]|\([^()]*\)|\[[^\[\]]*\]|(?<!\w)\"(?=\S)[^\"]*(?<=\S)\"(?!\w)"
)


class Quotations:
    """The outermost quotations and brackets of one text that are closed and not too long."""

    def __init__(self, text: str) -> None:
        spans = (Span(*match.span()) for match in _QUOTATION.finditer(text))
        self._spans = [span for span in spans if span.end - span.start <= _LONGEST]
        self._ends = [span.end for span in self._spans]

    def hold(self, offset: int) -> bool:
        """Tell whether `offset` lies inside one, so that a cut there would leave it open."""
        index = bisect_right(self._ends, offset)
        return index < len(self._spans) and self._spans[index].start < offset
