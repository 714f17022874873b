"""Word lists: sorted, tab-separated data files with their source and licence in `#` lines at the head."""

from __future__ import annotations

from functools import cache
from importlib import resources


@cache
def read_table(name: str, *, package: str = __name__) -> tuple[tuple[str, ...], ...]:
    """Return the rows of words/<name>.tsv as tuples of columns; `#` lines and empty lines are left out.

    `package` is where the list lies when a part keeps its own. Raises FileNotFoundError for a list that does not exist.
    """
    text = resources.files(package).joinpath(f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))
