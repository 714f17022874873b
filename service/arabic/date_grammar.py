"""Patterns of dates over item letters, and what each states; see date_items.py for the letters.

The patterns are tried in their order at every item, the fullest first; what a match states is collected from its
items, whichever of them are there, so that one reader serves all orders of day, month and year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from service.arabic.date_items import Items
from service.arabic.date_readers import READERS
from service.arabic.stated import Stated

_MONTH = r"(?:[MmLA]\.?(?:[/\-(]?[MmLA]\)?)?)"
_HIJRI = r"(?:[Hu]k?)"
_YEAR = r"(?:[,/\-]?f?Y?l?\(?y[hg]?\)?)"
_TURN = r"[pxcs]"
_THAT_YEAR = r"(?:f?(?:Y[pxcs]|jY))"
_WHICH_YEAR = rf"(?:{_YEAR}|{_THAT_YEAR})"
_DAY = r"(?:l?[do])"
_DAYS = rf"(?:{_DAY}(?:(?:-|>|&i?){_DAY}){{0,9}})"
_LEAD = r"(?:z?f?D?(?:T,?)?)?(?:\(?D?W[pxc]?z?\)?,?f?\(?)?(?:[iD~]|(?<=[DW]),){0,4}"
_TIME = r"(?:Zl?(?:O|J|[do0](?:&(?:[vR]|[do9]V?))?)|O|o(?:&[vR])?(?=z)|[d0J](?=z(?![WT])))(?:z?z?t?)"
_UNIT = r"[DKSYV]"

_PATTERNS = {
    "numeric": rf"{_LEAD}(?:N|d[/\-]d[/\-]y|y[/\-]d[/\-]d)[hg]?(?:,?[iG]?{_TIME})?",
    "dayfirst": rf"{_LEAD}{_DAYS}f?S?(?:{_MONTH}|{_HIJRI}){_WHICH_YEAR}?{_TURN}?(?:,?i?{_TIME})?",
    "monthfirst": rf"{_LEAD}[LA]\.?{_DAY}(?:(?:-|>|&){_DAY})?(?:,?y)?(?:,?i?{_TIME})?",
    "thisday": rf"{_LEAD}{_DAY}(?:f?S{_TURN}|f?jS|c)",
    "slashed": r"(?<=[DWi])d[/\-]d(?![/\-\d])",
    "division": rf"(?:[RK][od]|[RK]p(?=f)|oR|X)f?~?"
    rf"(?:S?(?:{_MONTH}|{_HIJRI}){_WHICH_YEAR}?|Yl?y|y|Y{_TURN}|jY|S{_TURN}|{_TURN}Y)?",
    "month": rf"(?:Q-?)?f?~?S?(?:(?:[ML]\.?(?:[/\-(]?[MmLA]\)?)?|[mA][/\-(]?[Mm]\)?|[mA](?={_YEAR}|{_TURN})|"
    rf"(?<=[irQSb>])[mA]|(?<=Qf)[mA]){_WHICH_YEAR}?{_TURN}?|(?:H|(?<=[irQSb>])u|u(?=[kpxc]|{_YEAR}))k?{_WHICH_YEAR}?{_TURN}?)",
    "lastmonth": r"[pxcj][MLAm]",
    "weekday": r"z?f?D?(?:T,?)?[/(]?D?W\)?(?:z(?![WT]))?[pxc]?|[pxc]W",
    "season": rf"(?:Q-?)?f?(?:E(?:f?Y?y(?:[/\-]y)?|f?Y{_TURN}|{_TURN})|[pxcj]E|(?<=i)E)",
    "century": r"(?:Q-?)?f?(?:Cl?[od]|C[pxc]|oC)",
    "decade": r"(?:Q-?)?f?~?(?:e(?:f?C(?:[pod])?)?|yG|Y(?=[n])n)",
    "counted": rf"{_UNIT}l?[do]{_TURN}|[pxc]d{_UNIT}|{_UNIT}d[pxc]|d{_UNIT}{_TURN}",
    "ago": rf"r_?(?:[do9yn]?{_UNIT})(?![fyodlMmLAHuWpxcsN])|[do9yn]{_UNIT}a",
    "years": r"Yl?y[hg]?(?:[&/\-,>]|,?&)i?l?y[hg]?|fl?y>i?l?y|y[/\-]y",
    "year": r"(?:Q-?)?f?~?(?:(?:j?Y|Y[pxc])l?y[hg]?|y[hg]|y)",
    "unit": rf"(?:Q-?)?f?~?(?:[KSYD]{_TURN}|j[KSYD]|[pxcs]~?[KSYD])|Q[YKS](?![a-zA-Z0-9])",
    "today": r"z?D?Ts?",
    "time": rf"{_TIME}|(?<=>)dV",
}


@cache
def _master() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))


def read_stated(items: Items) -> Iterator[Stated]:
    """Yield what every date of the items states, in order."""
    position = 0
    while match := _master().search(items.codes, position):
        stated, position = _read_first(items, match.lastgroup or "", match)
        if stated:
            yield stated


def _read_first(items: Items, name: str, match: re.Match[str]) -> tuple[Stated | None, int]:
    """Read a match; when it is no date after all, try the patterns below it at the same item."""
    stated = _read(items, name, *match.span())
    if stated:
        return stated, match.end()
    names = list(_PATTERNS)
    for other in names[names.index(name) + 1 :]:
        again = _compiled(other).match(items.codes, match.start())
        stated = _read(items, other, *again.span()) if again else None
        if again and stated:
            return stated, again.end()
    return None, match.start() + 1


@cache
def _compiled(name: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[name])


def _is_lone_bracket(codes: str) -> bool:
    return codes[-1] == ")" and "(" not in codes


def _read(items: Items, name: str, start: int, end: int) -> Stated | None:
    while start < end and items.codes[start] in "f~,&i(":
        start += 1
    while start < end and (items.codes[end - 1] in ".,(&-/" or _is_lone_bracket(items.codes[start:end])):
        end -= 1
    if start >= end or (start and items.codes[start - 1] == "!"):
        return None
    return READERS[name](items, start, end)
