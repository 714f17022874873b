"""Minimal edits: from a claim that a passage states, a claim that it contradicts in exactly one thing.

Only what stands in both texts is changed (a number, a month, a weekday, a country), so that the edit is a conflict and
not merely another statement. The new value is drawn near the old one: 26 becomes 27 as often as 62.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from service.judgement.training.rows import AGREES, CONFLICTS, Row, chance

NUMBER = re.compile(r"(?<![\d.,/])\d{1,7}(?![\d.,/])")


def pick(values: Sequence[str], *seed: object) -> str:
    """Draw one value, always the same for the same seed."""
    return values[int(chance(*seed) * len(values))]


def nearby_numbers(number: int) -> list[str]:
    """Other numbers a reader could mistake for this one."""
    near = {number + 1, number - 1, number + 2, number * 2, number * 10, number // 10, number + 10, number - 3}
    turned = int(str(number)[::-1])
    return [str(n) for n in sorted(near | {turned}) if n > 0 and n != number]


def edit_number(row: Row) -> Row | None:
    """Change one number that claim and passage share."""
    shared = [m for m in NUMBER.finditer(row.claim) if re.search(rf"(?<!\d){m.group()}(?!\d)", row.passage)]
    if not shared:
        return None
    match = shared[int(chance("which", row.claim) * len(shared))]
    new = pick(nearby_numbers(int(match.group())), "number", row.claim)
    return replace(row, claim=row.claim[: match.start()] + new + row.claim[match.end() :], label=CONFLICTS,
                   source="edits", kind="number")  # fmt: skip


def edit_word(row: Row, words: Sequence[str], *, kind: str) -> Row | None:
    """Change one listed word (a month, weekday or country) that claim and passage share."""
    shared = [w for w in words if re.search(rf"\b{w}\b", row.claim) and w in row.passage]
    if len(shared) != 1:
        return None
    others = [w for w in words if w != shared[0] and w not in row.passage and w not in row.claim]
    new = pick(others, kind, row.claim)
    return replace(row, claim=re.sub(rf"\b{shared[0]}\b", new, row.claim, count=1), label=CONFLICTS,
                   source="edits", kind=kind)  # fmt: skip


def edit_rows(rows: Iterable[Row], word_lists: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Yield at most one edit of each kind for every row whose passage states its claim."""
    for row in rows:
        if row.label != AGREES:
            continue
        edits = [edit_number(row), *(edit_word(row, words, kind=kind) for kind, words in word_lists.items())]
        yield from (e for e in edits if e is not None)
